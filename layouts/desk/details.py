"""What a reader noted for everybody, in the words of one person: details of what was refused."""

import re

from layouts.parts.cards import measure_name
from layouts.parts.screen import ScreenData

# Row and column stand in the table's own columns.
_WHERE = re.compile(r"(?:.*?: )?dòng \d+, cột \d+ / row \d+, column \d+(?:: |$)")
_WORD = re.compile(r"[^\W\d]{2}")


def detail_words(data: ScreenData, feed: str, detail: str) -> str:
    """Without what the table's other columns say, in the reader's language, measures by their names."""
    said = _WHERE.sub("", detail, count=1)
    vi, _stroke, en = said.partition(" / ")
    # One sentence in two languages; what has no words on both sides of the one stroke is a value.
    if said.count("/") == 1 and _WORD.search(vi) and _WORD.search(en):
        said = en if data.language == "en" else vi
    key, colon, rest = said.partition(": ")
    declared = data.feeds.get(feed)
    if colon and declared is not None and declared.measure(key) is not None:
        return f"{measure_name(data, feed, key)}: {rest}"
    return said
