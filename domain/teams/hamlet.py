"""The name of a hamlet, in which people also write who leads its team: nobody's name may join a register."""

import re
from unicodedata import normalize

_BETWEEN = re.compile(r"\s*[,;:/()\[\]|–—]\s*|\s+-\s*|\s*-\s+")
_COMRADE = re.compile(r"\bđ/c\b")
_UNIT = re.compile(r"(?:ấp|khu phố|kp|khóm|thôn|tổ dân phố|tdp|tổ|khu|xóm|làng)\b")
_TITLE = re.compile(r"\b(?:tổ trưởng|tổ phó|trưởng ấp|trưởng khu phố|bí thư|phụ trách)\b")
# Hamlets are called Ấp Bà Nghĩa and Ấp Ông Hiếu, so that the words count where no name of a hamlet begins.
_ADDRESSED = re.compile(r"(?:ông|bà|anh|chị|thầy|cô|chú|đồng chí|ô\.|b\.|a\.|c\.)\s*\w")
_FAMILY = (
    "(?:nguyễn|trần|lê|phạm|huỳnh|hoàng|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|đinh|trương|đoàn)"
    r"(?:\s+[^\W\d_]+){2,4}|(?:nguyen|tran|le|pham|huynh|phan|vo|dang|bui|do|ho|ngo)\s+(?:van|thi)(?:\s+[^\W\d_]+){1,2}"
)
_PERSON = re.compile(_FAMILY)
_BEHIND_NUMBER = re.compile(rf"\b\d+[a-zđ]?\s+(?:{_FAMILY})")


def names_person(hamlet: str) -> bool:
    """Whether somebody seems to be named in a hamlet's name: "KP 1 - Nguyễn Văn A", "Ấp 2 (ông Ba)", "tổ trưởng: …".

    A hamlet that bears somebody's name is one: "Ấp Nguyễn Văn Tiếp", "Ấp Bà Nghĩa".
    """
    said = _COMRADE.sub("đồng chí", " ".join(normalize("NFC", hamlet).casefold().split()))
    if _TITLE.search(said) or _BEHIND_NUMBER.search(said):
        return True
    parts = [part for part in _BETWEEN.split(said) if part]
    return any(
        not _UNIT.match(part) and (_PERSON.fullmatch(part) or (at and _ADDRESSED.match(part)))
        for at, part in enumerate(parts)
    )
