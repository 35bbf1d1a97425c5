"""The scenario language: text → tree with places (`source`), one tree (`compose`), frozen blocks (`block`)."""
