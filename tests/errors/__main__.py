"""`make errors`: docs/errors.md anew, of words/*.toml and meanings.toml."""

from error_page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
