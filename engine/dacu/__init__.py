"""dacu: what will a campaign plan do, which plan is better, and where should the money go."""

__version__ = "0.1.0"
