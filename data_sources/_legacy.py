"""Vietnamese text read through the wrong table, as old files give it."""

import re

# UTF-8 taken for CP437 or Windows-1252, VNI, and TCVN3: its soft hyphen, and its signs where only letters belong.
_GARBLED = re.compile(
    "ß║|ß╗|áº|á»|Æ°|Ä‘|Ã[\u00a1-\u00bf]|(?<![Xx])Ã\u00a0|\u00ad|[öÖ][ôøõùïä]|[aAeEoOuU][øØùÙõÕûÛ]|�|[A-Za-zÀ-ỹ][µ¸¹¶¾¼¨©«¬][a-zà-ỹ]|§[a-zà-ỹ]"
)


def is_garbled(text: str) -> bool:
    """Whether the text shows letters that TCVN3, VNI or a misread UTF-8 leave and Vietnamese never has."""
    return _GARBLED.search(text) is not None
