"""The shop: what it sells (goods), its price rules (offers) and what a basket costs under them (bill)."""
