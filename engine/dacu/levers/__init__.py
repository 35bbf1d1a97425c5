"""Levers: everything a planner can pull. One file a lever; see base.py for the contract."""
