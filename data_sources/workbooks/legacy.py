"""Detects Vietnamese text decoded with the wrong character set, as in old files."""

import re

_GARBLED = re.compile(
    "|".join(
        (
            "ß║|ß╗",  # UTF-8 decoded as CP437
            "áº|á»|Æ°|Ä‘|Ã[\u00a1-\u00bf]|(?<![Xx])Ã\u00a0",  # UTF-8 decoded as Windows-1252, except the word XÃ
            "[öÖ][ôøõùïä]|[aAeEoOuU][øØùÙõÕûÛ]",  # VNI: a mark character after its letter
            "\u00ad|[A-Za-zÀ-ỹ][µ¸¹¶¾¼¨©«¬][a-zà-ỹ]|§[a-zà-ỹ]",  # TCVN3: symbols in place of letters
            "\ufffd",
        )
    )
)


def is_garbled(text: str) -> bool:
    """Whether the text has sequences that come from TCVN3, VNI or misread UTF-8 and never occur in Vietnamese."""
    return _GARBLED.search(text) is not None
