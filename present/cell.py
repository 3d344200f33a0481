"""Foreign text in a cell of a table that people open with a spreadsheet."""

# A spreadsheet would run text with such a beginning as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """The text; with an apostrophe before it when a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
