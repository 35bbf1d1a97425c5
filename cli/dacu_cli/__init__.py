"""The command line of dacu: one thin file a family of verbs; view.py alone draws on the screen."""
