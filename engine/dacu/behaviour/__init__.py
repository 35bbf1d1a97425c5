"""How people behave: pure formulas of numbers, without state or files, and the parameters they take."""
