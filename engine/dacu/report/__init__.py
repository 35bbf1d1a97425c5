"""The offline report: finished folders told as one HTML file that needs no network.

`folder` reads tables, `sections/` say what of them is shown, `parts` are what can be shown, `page` makes the file.
"""
