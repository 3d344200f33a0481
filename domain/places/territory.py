"""Territory versions: the same land divided into different units, each with its dates in force."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from domain.instant import day_start
from domain.text import Text


class Level(StrEnum):
    """Kind of administrative unit; districts were abolished after 30/6/2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """One version of the units, valid from its first to its last day; None = open on that side.

    ``communes`` and ``districts`` count the units of the former province of Long An in this version; ``province`` is
    their province by law.
    """

    version: str
    names: Text
    valid_from: date | None
    valid_to: date | None
    districts: int
    communes: int
    province: str
    legal_basis: str


TERRITORIES = (
    Territory(
        version="2024-01",
        names=Text("188 xã, 15 huyện (đến 30/11/2024)", "188 communes, 15 districts (to 30/11/2024)"),
        valid_from=None,
        valid_to=date(2024, 11, 30),
        districts=15,
        communes=188,
        province="Long An",
        legal_basis="Danh mục hành chính Tổng cục Thống kê",
    ),
    Territory(
        version="2024-12",
        names=Text("186 xã, 15 huyện (1/12/2024–30/6/2025)", "186 communes, 15 districts (1/12/2024–30/6/2025)"),
        valid_from=date(2024, 12, 1),
        valid_to=date(2025, 6, 30),
        districts=15,
        communes=186,
        province="Long An",
        legal_basis="NQ 1244/NQ-UBTVQH15",
    ),
    Territory(
        version="2025-07",
        names=Text("60 xã, phường (từ 1/7/2025)", "60 communes and wards (from 1/7/2025)"),
        valid_from=date(2025, 7, 1),
        valid_to=None,
        districts=0,
        communes=60,
        province="Tây Ninh",
        legal_basis="NQ 202/2025/QH15, NQ 1682/NQ-UBTVQH15",
    ),
)


def territory(version: str) -> Territory:
    """The territory version with this name; KeyError when there is none."""
    return {known.version: known for known in TERRITORIES}[version]


def in_force(on: date) -> Territory:
    """The version in force on a day of Asia/Ho_Chi_Minh."""
    return next(t for t in reversed(TERRITORIES) if t.valid_from is None or t.valid_from <= on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reform:
    """The instant (UTC) when one version replaced another. Figures before and after describe different units."""

    at: datetime
    before: Territory
    after: Territory

    @property
    def words(self) -> Text:
        """Label of the mark in a time series."""
        day = self.after.valid_from
        assert day is not None
        said = f"{day.day}/{day.month}/{day.year}"
        units = f"{self.before.communes} → {self.after.communes}"
        return Text(f"Đổi địa giới {said}: {units} xã", f"Reform of units {said}: {units} communes")


def reforms(since: datetime, until: datetime) -> tuple[Reform, ...]:
    """Reforms with since < at <= until, oldest first; a figure for ``at`` itself describes the new units."""
    return tuple(
        Reform(at=at, before=before, after=after)
        for before, after in pairwise(TERRITORIES)
        if after.valid_from is not None and since < (at := day_start(after.valid_from)) <= until
    )
