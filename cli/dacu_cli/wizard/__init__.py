"""`dacu new` on a terminal: six questions, and the scenario that the answers make."""
