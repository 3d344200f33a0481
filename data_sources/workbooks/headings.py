"""What a heading means: the role of a column, the measure it holds, or why that cannot be said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.feeds.feed import Measure, by_heading
from domain.text import Text, folded

ROLES = {
    "place": ("place", "mã", "mã xã", "mã đơn vị", "mã đvhc"),
    "place_name": (
        *("tên xã", "xã", "xã, phường", "xã/phường", "phường/xã", "phường, xã", "tên đơn vị", "địa phương"),
        *("đơn vị", "tên xã, phường", "tên xã/phường", "tên phường/xã", "xã, phường, thị trấn"),
    ),
    "district": ("huyện", "tên huyện", "quận/huyện", "huyện, thị xã, thành phố"),
    "territory": ("territory", "phiên bản địa giới"),
    "organisation": ("organisation", "mã định danh", "mã cơ quan", "ma_coquan", "mã đơn vị giải quyết"),
    "entity": ("entity", "xe", "mã xe", "biển số", "mã tuyến"),
    "measure": ("measure", "chỉ tiêu"),
    "at": ("at", "ngày", "thời điểm", "kỳ", "kỳ báo cáo"),
    "value": ("value", "giá trị"),
    "kind": ("kind", "loại số liệu"),
    "source": ("source", "nguồn", "nguồn số liệu"),
    "revision": ("revision", "lần sửa"),
}
WHOSE = frozenset({"place", "place_name", "organisation", "entity"})

# Columns that hold no figure by their own words: they are told aside.
_ASIDE = frozenset(
    {"tt", "stt", "số tt", "số thứ tự", "#", "no", "no.", "ghi chú", "note", "notes", "remarks", "chú thích"}
    | {"tên cơ quan"}
)
HAMLETS = frozenset(
    {"ấp", "khu phố", "ấp, khu phố", "ấp/khu phố", "tên ấp", "tên khu phố", "tên ấp, khu phố", "tên ấp/khu phố"}
    | {"thôn", "khóm", "tổ dân phố", "hamlet"}
)
"""Headings of the names of hamlets: a row that names one is no figure of its commune."""
# Headings over several columns that add nothing to what stands below them.
_HARMLESS = frozenset(
    {"trong đó", "trong đó:", "chia ra", "chia ra:", "gồm", "bao gồm", "chỉ tiêu", "kết quả", "số liệu", "nội dung"}
    | {"các chỉ tiêu", "số lượng", "tổng", "tổng số", "hiện trạng", "đơn vị"}
)
_BRACKETS = re.compile(r"^(.*)[(\[]([^()\[\]]*)[)\]]$")
_AFTER = re.compile(r"^(.*?)\s*[,;–-]\s*([^,;–-]+)$")
_UNIT_WORDS = re.compile(r"^(?:đvt|đơn vị tính|đơn vị|unit)\s*[:：]?\s*")
_INDEX = re.compile(r"\d{1,2}|[a-z]|\*+|\d{1,2}\s*=\s*\d{1,2}(?:\s*[-+/x:]\s*\d{1,2})*")
_MONTH_FIRST = re.compile(r"mm\s*[/.-]\s*dd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The meaning of a column: a ``role``, a ``measure``, or neither.

    ``doubt`` says why the measure is likely and not certain (a group above it, another unit). ``aside``: no figures
    by its own words. ``month_first``: the heading itself says how its days are written.
    """

    text: str
    role: str = ""
    measure: Measure | None = None
    doubt: Text | None = None
    aside: bool = False
    month_first: bool = False

    @property
    def known(self) -> bool:
        """Whether it says anything of a table."""
        return bool(self.role) or self.measure is not None


class Vocabulary:
    """The headings that a feed knows; ``called`` maps a sender's own names to ours. KeyError for one of no column."""

    def __init__(self, measures: Sequence[Measure], called: Mapping[str, str] | None = None) -> None:
        self.measures = {measure.key: measure for measure in measures}
        self.named = by_heading(measures)
        self._roles = {heading: role for role, headings in ROLES.items() for heading in headings}
        for theirs, ours in (called or {}).items():
            if folded(ours) in self.named:
                self.named[folded(theirs)] = self.named[folded(ours)]
            else:
                self._roles[folded(theirs)] = self._roles[folded(ours)]

    def role(self, code: str) -> str:
        """The role with this code, "" when there is none."""
        return code if code in ROLES else ""

    def meaning(self, parts: Sequence[str]) -> Heading:
        """The meaning of a heading that stands in ``parts`` from top to bottom, at most three."""
        shown = " / ".join(parts)
        said = [folded(part) for part in parts if part]
        telling = [part for part in said if part not in _HARMLESS] or said[-1:]
        for words in dict.fromkeys((" ".join(said), " ".join(telling), " ".join(reversed(telling)))):
            if (found := self._one(words, shown)) is not None:
                return found
        for part in reversed(telling):
            if (found := self._one(part, shown)) is None:
                continue
            if found.measure is None:
                return found
            others = ", ".join(one for one in telling if one != part and not self._is_unit(one, found.measure))
            return found if not others or found.doubt else _doubted(found, _GROUP.filled(group=others))
        return Heading(text=shown, aside=bool(said) and said[-1] in _ASIDE)

    def _one(self, words: str, shown: str) -> Heading | None:
        bare = words.strip(" :*")
        if bare in self.named:
            return Heading(text=shown, measure=self.named[bare])
        if bare in self._roles:
            return Heading(text=shown, role=self._roles[bare])
        for pattern in (_BRACKETS, _AFTER):
            if (cut := pattern.match(bare)) is None:
                continue
            base, unit = cut[1].strip(" :*"), cut[2].strip()
            measure = self.named.get(base)
            if measure is not None and (pattern is _BRACKETS or self._is_unit(unit, measure)):
                found = Heading(text=shown, measure=measure)
                return found if self._is_unit(unit, measure) else _doubted(found, _OTHER_UNIT.filled(unit=unit))
            if base in self._roles and pattern is _BRACKETS:
                return Heading(text=shown, role=self._roles[base], month_first=bool(_MONTH_FIRST.search(unit)))
            if base in _ASIDE:
                return Heading(text=shown, aside=True)
        return None

    @staticmethod
    def _is_unit(said: str, measure: Measure) -> bool:
        """Whether a part of a heading is the measure's own unit or the number of the column."""
        bare = _UNIT_WORDS.sub("", said.strip(" ()[]:*"))
        return bare in ("", folded(measure.unit)) or _INDEX.fullmatch(bare) is not None


_GROUP = Text("tiêu đề phía trên ghi “{group}”", "the heading above says “{group}”")
_OTHER_UNIT = Text("đơn vị trong tiêu đề là “{unit}”", "the unit in the heading is “{unit}”")


def _doubted(found: Heading, why: Text) -> Heading:
    return Heading(text=found.text, measure=found.measure, doubt=why)
