"""What levers really cause: plans lived again without one of them, on the same people and draws."""
