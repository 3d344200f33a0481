"""Vietnamese text read through the wrong table, as old files give it."""

import re

_GARBLED = re.compile(
    "|".join(
        (
            "ß║|ß╗",  # UTF-8 taken for CP437
            "áº|á»|Æ°|Ä‘|Ã[\u00a1-\u00bf]|(?<![Xx])Ã\u00a0",  # UTF-8 taken for Windows-1252; not the word XÃ
            "[öÖ][ôøõùïä]|[aAeEoOuU][øØùÙõÕûÛ]",  # VNI: the mark after its letter
            "\u00ad|[A-Za-zÀ-ỹ][µ¸¹¶¾¼¨©«¬][a-zà-ỹ]|§[a-zà-ỹ]",  # TCVN3: signs where only letters belong
            "\ufffd",
        )
    )
)


def is_garbled(text: str) -> bool:
    """Whether the text shows letters that TCVN3, VNI or a misread UTF-8 leave and Vietnamese never has."""
    return _GARBLED.search(text) is not None
