"""Plans and tickets of random layouts from known figures: they come back or a finding names their row, nothing else."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_sources.plan.facilities import read_facilities
from data_sources.plan.readers import read_plan
from data_sources.plan.weighbridge import read_tickets
from domain.finding import Finding
from domain.instant import VIETNAM
from domain.waste.plan import DAY_S, EVERY_DAY, Kerb

fuzz = settings(
    max_examples=examples(400), derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
PLATES = ("62C-012.34", "62C 056.78", "51C1-234.56")
TITLES = st.sampled_from([[], [["CÔNG TY MÔI TRƯỜNG"], []], [["BẢNG KÊ"], ["Tháng 11/2026"]]])
EXTRA = st.sampled_from([{}, {"STT": "1"}, {"Người ghi": "Lan"}])


@dataclass
class Table:
    """Rows of named cells as somebody writes them, and those whose row must be named (from 1, as people count)."""

    titles: list[list[str]]
    rows: list[dict[str, str]]
    doubtful: set[int] = field(default_factory=set)

    def number(self, row: int) -> int:
        return len(self.titles) + 2 + row

    def csv(self, shuffled: random.Random, mark: str) -> bytes:
        heads = list(dict.fromkeys(head for row in self.rows for head in row))
        shuffled.shuffle(heads)
        lines = [*self.titles, heads, *([row.get(head, "") for head in heads] for row in self.rows)]
        return "\n".join(mark.join(map(_quoted(mark), line)) for line in lines).encode()


def _quoted(mark: str) -> Callable[[str], str]:
    return lambda cell: f'"{cell}"' if mark in cell or '"' in cell else cell


def named(findings: Iterable[Finding]) -> set[int]:
    return {finding.row for finding in findings if finding.row is not None}


# What is meant, and how it is written; None = a writing of two meanings, which must be asked about.
DAYS: Sequence[tuple[str, frozenset[int] | None]] = (
    ("2,4,6", frozenset({1, 3, 5})), ("T2, T4, T6", frozenset({1, 3, 5})), ("Thứ 2-4-6", frozenset({1, 3, 5})),
    ("3-5-7", frozenset({2, 4, 6})), ("T2-T7", frozenset(range(1, 7))), ("hàng ngày", EVERY_DAY),
    ("thứ hai, thứ tư", frozenset({1, 3})), ("CN", frozenset({7})), ("T7, CN", frozenset({6, 7})),
    ("2-7", frozenset(range(1, 7))), ("2-4", None), ("3-6", None), ("6-2", None), ("T9", None), ("thứ 1", None),
)  # fmt: skip
KERBS = (
    ("lề phải", Kerb.RIGHT),
    ("trái", Kerb.LEFT),
    ("hai bên", Kerb.BOTH),
    ("le phai", Kerb.RIGHT),
    ("bên kia", None),
)


def clocks(draw: st.DrawFn) -> tuple[str, int | None]:
    hours, minutes = draw(st.integers(0, 26)), draw(st.integers(0, 63))
    shape = draw(st.sampled_from(["{h}h{m:02}", "{h}:{m:02}", "{h} giờ {m:02}", "{h}g{m:02}", "{h:02}:{m:02}:00"]))
    return shape.format(h=hours, m=minutes), hours * 3600 + minutes * 60 if minutes < 60 else None


@dataclass(frozen=True)
class Street:
    row: int
    route: str
    order: int
    name: str
    kerb: Kerb | None
    begins_s: int | None
    weekdays: frozenset[int] | None


@st.composite
def plans(draw: st.DrawFn) -> tuple[Table, list[Street]]:
    titles, extra = draw(TITLES), draw(EXTRA)
    table, streets = Table(titles, []), []
    for route in draw(st.lists(st.sampled_from(["01", "T2", "A-7"]), min_size=1, max_size=3, unique=True)):
        said_days, meant_days = draw(st.sampled_from(DAYS))
        for order in range(1, draw(st.integers(1, 3)) + 1):
            said_clock, begins_s = clocks(draw)
            said_kerb, kerb = draw(st.sampled_from(KERBS))
            number = len(table.rows)
            if None in (begins_s, kerb, meant_days):
                table.doubtful.add(table.number(number))
            name = f"đường Số {number + 1}"
            table.rows.append(
                {"Mã tuyến": route, "Thứ": said_days, "Thứ tự": str(order), "Tên đường": name, "Lề": said_kerb,
                 "Giờ": said_clock} | extra
            )  # fmt: skip
            streets.append(Street(table.number(number), route, order, name, kerb, begins_s, meant_days))
    return table, streets


@fuzz
@given(plans(), st.randoms(use_true_random=False), st.sampled_from(";,\t"))
def test_streets_come_back_or_their_row_is_named(
    made: tuple[Table, list[Street]], shuffled: random.Random, mark: str
) -> None:
    table, streets = made
    draft = read_plan(table.csv(shuffled, mark), "tuyen.csv", "Đội 1")
    told = named(draft.findings)
    kept = {(route.id, one.name): (route, one) for route in draft.routes for one in route.streets}
    assert len(kept) == sum(len(route.streets) for route in draft.routes) <= len(streets), "nothing comes twice"
    assert table.doubtful <= told
    for street in streets:
        route, one = kept.get((street.route, street.name), (None, None))
        if route is None or one is None:
            assert street.row in told, "a street is lost without a word"
            continue
        assert one.kerb in (street.kerb, None) and (one.kerb is street.kerb or street.row in told)  # noqa: PT018
        days = route.weekdays if one.weekdays is None else one.weekdays
        if street.weekdays is not None:
            assert days == street.weekdays or street.row in told
        else:
            assert not days, "a writing of two meanings became days"
        if one.begins_s is None:
            assert street.begins_s is None or street.row in told
        else:
            assert street.begins_s is not None
            # A clock after midnight belongs to the route's own day or the next, and one that runs back is told.
            assert one.begins_s % DAY_S == street.begins_s % DAY_S


@dataclass(frozen=True)
class Weighed:
    row: int
    id: str
    plate: str
    at: datetime | None
    net_kg: int | None


MASSES = st.sampled_from(["{n}", "{n:,}", "{n:,} kg"])
TIMES = (
    ("%d/%m/%Y %H:%M", True), ("%d/%m/%Y %H:%M:%S", True), ("%Y-%m-%d %H:%M", True), ("%H:%M %d/%m/%Y", True),
    ("%d/%m/%y %H:%M", False), ("hôm qua", False),
)  # fmt: skip


@st.composite
def weighings(draw: st.DrawFn) -> tuple[Table, list[Weighed]]:
    titles, extra = draw(TITLES), draw(EXTRA)
    group = draw(st.sampled_from([".", ","]))
    # Never so light that the file could be in tonnes.
    table, tickets = Table(titles, []), []
    for number in range(draw(st.integers(1, 6))):
        at = datetime(2026, 11, 1, tzinfo=VIETNAM) + timedelta(minutes=draw(st.integers(0, 43_000)))
        (shape, is_clear), net_kg = draw(st.sampled_from(TIMES)), draw(st.integers(61, 59_999))
        mass = draw(st.sampled_from(["{n}", "{n:,}", "nhiều", "{n:,}.5"]))
        said_mass = mass.format(n=net_kg)
        said_mass = said_mass.replace(",", group) if ".5" not in mass else f"{net_kg}{',' if group == '.' else '.'}5"
        known_kg = net_kg if mass in ("{n}", "{n:,}") else None
        plate = draw(st.sampled_from([*PLATES, ""]))
        row = table.number(number)
        if not (is_clear and plate and mass != "nhiều"):
            table.doubtful.add(row)
        table.rows.append(
            {"Số phiếu": f"{number + 1:04}", "Nhà máy": "A", "Biển số": plate, "Giờ vào": f"{at:{shape}}"
             if "%" in shape else shape, "Khối lượng hàng": said_mass} | extra
        )  # fmt: skip
        tickets.append(Weighed(row, f"{number + 1:04}", plate, at.astimezone(UTC) if is_clear else None, known_kg))
    return table, tickets


@fuzz
@given(weighings(), st.randoms(use_true_random=False), st.sampled_from(";\t|"))
def test_tickets_come_back_or_their_row_is_named(
    made: tuple[Table, list[Weighed]], shuffled: random.Random, mark: str
) -> None:
    table, tickets = made
    draft = read_tickets(table.csv(shuffled, mark), "phieu.csv", "Cân A")
    told, kept = named(draft.findings), {ticket.id: ticket for ticket in draft.tickets}
    if not kept and draft.findings and draft.findings[0].row is None:
        return  # the whole file is asked about
    assert table.doubtful <= told
    for said in tickets:
        ticket = kept.pop(said.id, None)
        if ticket is None:
            assert said.row in told, "a ticket is lost without a word"
            continue
        assert said.at is not None
        assert ticket.plate == "".join(filter(str.isalnum, said.plate))
        assert abs((ticket.entered_at - said.at).total_seconds()) < 60
        assert said.net_kg is None or ticket.net_kg == said.net_kg
        assert said.net_kg is not None or ticket.net_kg % 1 == 0.5, "half a kilogram became something else"
    assert kept == {}, "a ticket that nobody wrote"


RADII: Mapping[str, float | None] = {"150": 150.0, "80,5": 80.5, "80.5": 80.5, "1.000": None, "2,500": None, "xa": None}


@st.composite
def places(draw: st.DrawFn) -> tuple[Table, list[tuple[int, str, float, float, float | None]]]:
    table, known = Table(draw(TITLES), []), []
    decimal = draw(st.sampled_from([",", "."]))
    for number in range(draw(st.integers(1, 5))):
        lat, lon = 10.4 + draw(st.integers(1, 5_999)) / 10_000, 105.5 + draw(st.integers(1, 9_999)) / 10_000
        radius = draw(st.sampled_from(list(RADII)))
        said = [f"{value:.4f}".replace(".", decimal) for value in (lat, lon)]
        row = table.number(number)
        if RADII[radius] is None:
            table.doubtful.add(row)
        table.rows.append(
            {"Mã": f"B{number}", "Loại": "bãi xe", "Vĩ độ": said[0], "Kinh độ": said[1], "Bán kính (m)": radius}
        )
        known.append((row, f"B{number}", lat, lon, RADII[radius]))
    return table, known


@fuzz
@given(places(), st.randoms(use_true_random=False), st.sampled_from(";\t"))
def test_facilities_come_back_or_their_row_is_named(
    made: tuple[Table, list[tuple[int, str, float, float, float | None]]], shuffled: random.Random, mark: str
) -> None:
    table, known = made
    draft = read_facilities(table.csv(shuffled, mark), "co-so.csv", "Đội 1")
    told, kept = named(draft.findings), {one.id: one for one in draft.facilities}
    assert table.doubtful == told
    assert len(kept) + len(told) == len(known)
    for row, id_, lat, lon, radius_m in known:
        if row not in told:
            ((found_lon, found_lat),) = kept[id_].points
            assert (round(found_lat, 4), round(found_lon, 4)) == (round(lat, 4), round(lon, 4))
            assert kept[id_].radius_m == radius_m


EXCEPTION_DAYS = (
    ("30/04/2027", date(2027, 4, 30)), ("2027-09-02", date(2027, 9, 2)), ("02/09/2027", date(2027, 9, 2)),
    ("6.2.2027", date(2027, 2, 6)), ("06/02/27", None), ("31/02/2027", None), ("Tết", None),
)  # fmt: skip
SHIFTS = (("", 0), ("30", 1_800), ("-45", -2_700), ("1,5", 90), ("1.000", None), ("sớm", None))


@fuzz
@given(
    st.lists(st.tuples(st.sampled_from(EXCEPTION_DAYS), st.sampled_from(SHIFTS)), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_exceptions_come_back_or_their_row_is_named(
    said: list[tuple[tuple[str, date | None], tuple[str, int | None]]], shuffled: random.Random
) -> None:
    table = Table([], [])
    for (day, _), (shift, _) in said:
        table.rows.append({"Mã tuyến": "01", "Ngày": day, "Thay đổi": "đổi giờ", "lệch phút": shift, "Ghi chú": "lễ"})
    draft = read_plan(table.csv(shuffled, ";"), "ngoai-le.csv", "Đội 1")
    told = named(draft.findings)
    clear = [(d, s) for (_, d), (_, s) in said if d is not None and s is not None]
    assert [(one.day, one.shift_s) for one in draft.exceptions] == clear
    assert {table.number(n) for n, ((_, d), (_, s)) in enumerate(said) if d is None or s is None} <= told
