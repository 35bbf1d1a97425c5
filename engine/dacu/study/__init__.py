"""Batch studies: what to vary and how (blocks, factors, design), what the rows say (sensitivity, ranking)."""
