"""The scenario language: text → tree with places (`source`), one composed tree (`compose`), frozen blocks (`block`)."""
