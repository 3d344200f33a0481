"""Who is responsible for a feed: the office, the role in it, and the office's phone number. Never a person's name."""

import csv
import re
from dataclasses import dataclass

from domain.text import Text

_PHONE = re.compile(r"\+?[0-9][0-9 .()/-]{1,30}[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """``phone`` is the office's number; "" until the centre's own file gives it, because the product ships none."""

    office: Text
    role: Text
    phone: str = ""

    @property
    def call(self) -> Text:
        """Whom to call, as an instruction. Only the page /data says that a number is missing."""
        return Text(f"Gọi {self.office.vi} ({self.reach.vi}).", f"Call {self.office.en} ({self.reach.en}).")

    @property
    def reach(self) -> Text:
        """The role to ask for, and the phone number when known."""
        number = f", {self.phone}" if self.phone else ""
        return Text(self.role.vi + number, self.role.en + number)


def phones(text: str) -> dict[str, str]:
    """Phone number by feed, from CSV with the columns feed and phone. Raises ValueError naming the wrong line."""
    found: dict[str, str] = {}
    table = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    if not {"feed", "phone"} <= set(table.fieldnames or ()):
        raise ValueError("cần cột feed, phone / the columns feed, phone are needed")
    for row in table:
        feed, phone = (row["feed"] or "").strip(), (row["phone"] or "").strip()
        if not feed or not _PHONE.fullmatch(phone):
            raise ValueError(f"dòng / line {table.line_num}: số điện thoại sai / not a telephone number")
        if feed in found:
            raise ValueError(f"dòng / line {table.line_num}: lặp lại / again: {feed}")
        found[feed] = phone
    return found
