"""What the public reads about an item of feedback: a sentence that an officer wrote and another person let out."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.instant import to_ms
from domain.public_text import is_public
from domain.text import Text

CHARS_MAX = 400

_ADDRESS = re.compile(
    r"(?i)\bsố nhà\b|\bnhà số\b|\bhouse (?:no|number)\b"
    r"|(?<!\w)\d{1,4}(?:/\d{1,4})+[a-z]?\s+(?:đường|hẻm|ngõ|kiệt|tổ|ấp)\b"
)
_PERSON = re.compile(
    r"(?i:\b(?:ông|bà|anh|chị|cô|chú|bác|mr|mrs|ms)\b)\.?\s+[A-ZĐÀ-Ỵ]|[A-ZĐÀ-Ỵ]\w+\s+(?:Văn|Thị)\s+[A-ZĐÀ-Ỵ]"
)
_LINK = re.compile(r"(?i)https?:|www\.|\S@\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence about the item with the keyed hash ``case``; the public reads it once ``approved_by`` is set."""

    case: str
    text: str
    written_by: str
    written_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None

    @property
    def written_ms(self) -> int:
        """When it was written, which names this text among those of its item."""
        return to_ms(self.written_at)


def why_not(text: str) -> Text | None:
    """Why the public may not read ``text``; None when nothing in it speaks against it.

    It finds numbers, plates, addresses, links and names after a form of address. A name alone it cannot know: that is
    what the second person is for.
    """
    if not text.strip():
        return Text("Chưa có nội dung.", "There is no text.")
    if len(text) > CHARS_MAX:
        return Text(f"Dài hơn {CHARS_MAX} ký tự.", f"Longer than {CHARS_MAX} characters.")
    if not is_public(text):
        return Text("Có số điện thoại, số giấy tờ hoặc biển số xe.", "It has a telephone, identity or plate number.")
    if _ADDRESS.search(text):
        return Text("Có số nhà.", "It has a house number.")
    if _PERSON.search(text):
        return Text("Có tên người.", "It names a person.")
    if _LINK.search(text):
        return Text("Có địa chỉ trang hoặc thư điện tử.", "It has a link or an e-mail address.")
    return None
