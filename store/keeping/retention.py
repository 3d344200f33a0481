"""How long every table keeps its rows: one declaration. Settings may change it within its limits.

intake/running/retaining.py runs the job, store/keeping/retaining.py implements it; decision 0022 gives the reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.sql.schema import Table

from domain import audit
from domain.fleets.driver import DRIVEN_KEPT
from domain.text import Text
from store.tables import drivers as d
from store.tables import observations as o
from store.tables import results as k
from store.tables import retention as r
from store.tables.accounts import accounts, passwords, recovery_codes
from store.tables.alarms import alarm_handlings
from store.tables.audit import audit_entries, audit_heads
from store.tables.casework import dossier_months, dossiers, feedback_items, feedback_notices, working_days
from store.tables.feeds import feed_cursors, feed_state, rejections
from store.tables.fleet import bindings, devices, fixes, fixes_latest, registers, tracker_days, vehicles, waiting
from store.tables.imports import file_imports, layout_answers
from store.tables.keys import api_keys
from store.tables.maps import map_layers, map_shapes, places
from store.tables.plan import facilities, plan_exceptions, plan_imports, plan_routes, plan_streets, weighbridge_tickets
from store.tables.runs import run_audits, run_overrides, run_results, vehicle_days
from store.tables.screens import screens
from store.tables.signal_maps import signal_maps
from store.tables.team_codes import team_codes, team_photos
from store.tables.teams import team_months, team_reports, teams

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Removes rows of ``table`` older than ``days``. ``why`` is the reason for that number.

    ``time`` is the column that gives a row's age: epoch milliseconds (``*_ms``) or an ISO day in Việt Nam. ``apart`` is
    the first key column when no index begins with ``time``: the job handles its values one after the other. ``clears``
    empties that column and keeps the row. ``forgets``: people's data, so an entry of the audit log tells each run that
    removes some. ``chained``: only the first rows go, and an entry tells where the chain then begins. A setting may
    choose days from ``least`` to ``most``. ``limit_bytes`` bounds the sum of column ``kept_bytes``: the oldest rows go
    first.
    """

    key: str
    names: Text
    table: Table
    days: int
    why: str
    time: str
    apart: str = ""
    clears: str = ""
    forgets: bool = False
    chained: bool = False
    least: int = 1
    most: int = 36_500
    limit_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """Thins rows older than ``days``: per series it keeps the last row of each ``grain_ms`` and every change of status.

    ``latest`` is the table with one row per series; ``by`` are the columns that group series for one query. Rows with
    the same ``time`` go or stay together; where ``time`` is NULL, ``otherwise`` replaces it. ``state`` is the status
    column. Only rows of ``kinds`` and series of ``spans`` go, if the table has these columns. The rest is as in `Rule`.
    """

    key: str
    names: Text
    table: Table
    latest: Table
    by: tuple[str, ...]
    series: tuple[str, ...]
    time: str
    days: int
    grain_ms: int
    why: str
    otherwise: str = ""
    state: str = ""
    kinds: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    least: int = 1
    most: int = 36_500


_MACHINES = ("measured", "simulated", "estimated")
_RESULTS: dict[str, Any] = {
    "table": k.kpi_results,
    "latest": k.kpi_series,
    "by": ("key",),
    "series": ("key", "territory", "subject_kind", "subject"),
}
# A figure of a month or a day is the only one of its period, so it is never rolled up.
_OBSERVED: dict[str, Any] = {
    "spans": ("instant", "to_date"),
    "table": o.observations,
    "latest": o.observations_latest,
    "by": ("feed", "measure"),
    "series": tuple(column.name for column in o.observations_latest.primary_key),
}
_YEARS = 365

RULES: tuple[Rule | RollUp, ...] = (
    Rule(
        key="fixes", names=Text("Vị trí GPS", "GPS positions"), table=fixes, time="at_ms", apart="device", days=90,
        why="a truck's position is its driver's position; 90 days settle a complaint, then the judged days remain",
    ),
    Rule(
        key="who_drove", names=Text("Ai đã lái xe", "Who drove"), table=fixes, time="at_ms", clears="driver",
        forgets=True, days=DRIVEN_KEPT.days, most=DRIVEN_KEPT.days, why="decision 0018",
    ),
    Rule(
        key="drivers", names=Text("Tài xế đã nghỉ", "Drivers who left"), table=d.drivers, time="active_to",
        forgets=True, days=DRIVEN_KEPT.days, most=DRIVEN_KEPT.days, why="decision 0018",
    ),
    Rule(
        key="driver_changes", names=Text("Lần nạp sổ tài xế", "Imports of drivers"), table=d.driver_changes,
        time="handed_ms", forgets=True, days=30, most=30, why="a month to withdraw a wrong register",
    ),
    Rule(
        key="driver_changes_left", names=Text("Lần nạp có tài xế đã nghỉ", "Imports with drivers who left"),
        table=d.driver_changes, time="active_to", forgets=True, days=DRIVEN_KEPT.days, most=DRIVEN_KEPT.days,
        why="decision 0018: no copy outlives the register's entry",
    ),
    Rule(
        key="audit", names=Text("Nhật ký thao tác", "Audit log"), table=audit_entries, time="at_ms", chained=True,
        days=audit.KEPT.days, least=audit.KEPT.days, why="decision 0049: logs stay twelve months",
    ),
    Rule(
        key="raw", names=Text("Bản tin gốc", "Raw messages"), table=r.raw, time="until_ms", days=3, most=30,
        why="people notice a wrong decoder within a weekend; its rows stay longer",
    ),
    Rule(
        key="rereads", names=Text("Lần đọc lại", "Re-readings"), table=r.rereads, time="began_ms", days=400,
        why="a year and a month, to compare with the year before",
    ),
    Rule(
        key="file_imports", names=Text("Tệp đã nạp", "Files handed in"), table=file_imports, time="received_ms",
        days=400, least=31, why="the original explains its figures for as long as one year is compared with the next",
    ),
    Rule(
        key="rejections", names=Text("Bản tin bị từ chối", "Rejected messages"), table=rejections,
        time="received_ms", days=30, why="a month to repair the sender; at most the newest 100,000 (store/intake.py)",
    ),
    Rule(
        key="tracker_days", names=Text("Số liệu ngày của thiết bị", "Days of trackers"), table=tracker_days,
        time="day", days=2 * _YEARS, why="one row per tracker and day, to compare this year with the last",
    ),
    Rule(
        key="vehicle_days", names=Text("Số liệu ngày của xe", "Days of vehicles"), table=vehicle_days, time="day",
        days=400, why="they contain where a truck stood, so only as long as a comparison with the year before needs",
    ),
    Rule(
        key="run_results", names=Text("Chuyến đã đánh giá", "Runs judged"), table=run_results, time="day",
        days=5 * _YEARS, least=_YEARS, why="they are the basis of payment, needed until the contract is settled",
    ),
    Rule(
        key="run_overrides", names=Text("Xác nhận của điều phối", "Dispatchers' statements"), table=run_overrides,
        time="day", days=5 * _YEARS, least=_YEARS, why="as long as the runs they concern",
    ),
    Rule(
        key="run_audits", names=Text("Nhật ký sửa chuyến", "Corrections of runs"), table=run_audits, time="day",
        days=5 * _YEARS, least=_YEARS, why="as long as the runs they concern, twelve months at least",
    ),
    Rule(
        key="case_events", names=Text("Diễn biến hồ sơ", "Events of cases"), table=o.case_events, time="at_ms",
        apart="feed", days=5 * _YEARS, least=_YEARS, why="as long as the score computed from them may be disputed",
    ),
    Rule(
        key="dossiers", names=Text("Hồ sơ", "Dossiers"), table=dossiers, time="received_ms", apart="office",
        days=5 * _YEARS, least=_YEARS, why="as long as the events they are made of",
    ),
    Rule(
        key="dossier_months", names=Text("Số đếm hồ sơ theo tháng", "Counts of dossiers by month"),
        table=dossier_months, time="month_ms", days=10 * _YEARS, least=_YEARS,
        why="sums that name nobody, for ten years' comparison; two thousand rows a year",
    ),
    Rule(
        key="feedback_items", names=Text("Phản ánh", "Feedback"), table=feedback_items, time="received_ms",
        days=5 * _YEARS, least=_YEARS, why="as long as the events they are made of",
    ),
    Rule(
        key="team_reports", names=Text("Báo cáo của tổ", "Reports of teams"), table=team_reports, time="day",
        days=5 * _YEARS, least=_YEARS, why="as long as the events they are made of",
    ),
    Rule(
        key="team_months", names=Text("Tháng của tổ", "Months of teams"), table=team_months, time="last_day",
        days=5 * _YEARS, least=_YEARS, why="as long as the reports they sum up",
    ),
    Rule(
        key="feedback_notices", names=Text("Thông tin công khai về phản ánh", "Public notices about feedback"),
        table=feedback_notices, time="written_ms", days=5 * _YEARS, least=_YEARS,
        why="as long as the items they tell of",
    ),
    Rule(
        key="team_photos", names=Text("Ảnh của tổ", "Photos of teams"), table=team_photos, time="taken_ms",
        forgets=True, days=90, most=_YEARS, why="evidence until the quarter is settled; people are in the pictures",
    ),
    Rule(
        key="alarm_handlings", names=Text("Ai nhận cảnh báo", "Who took alarms"), table=alarm_handlings, time="at_ms",
        days=400, why="as long as changes of status; the audit log keeps what was done before",
    ),
    Rule(
        key="status_events", names=Text("Sự kiện trạng thái", "Changes of status"), table=k.status_events,
        time="at_ms", days=400, why="a year and a month; results keep every change of status for ever",
    ),
    RollUp(
        key="kpi_results", names=Text("Kết quả từng phút", "Results by the minute"), time="as_of_ms",
        otherwise="computed_ms", state="status", grain_ms=HOUR_MS, days=30,
        why="people examine the last month by the minute; then the last of each hour", **_RESULTS,
    ),
    RollUp(
        key="kpi_results_hourly", names=Text("Kết quả từng giờ", "Results by the hour"), time="as_of_ms",
        otherwise="computed_ms", state="status", grain_ms=DAY_MS, days=2 * _YEARS,
        why="then the last of each day, for ever", **_RESULTS,
    ),
    RollUp(
        key="observations", names=Text("Số máy đo", "Measured values"), time="at_ms", kinds=_MACHINES,
        grain_ms=HOUR_MS, days=90, why="as long as the positions; declared figures and all revisions stay", **_OBSERVED,
    ),
    RollUp(
        key="observations_hourly", names=Text("Số máy đo từng giờ", "Measured values by the hour"), time="at_ms",
        kinds=_MACHINES, grain_ms=DAY_MS, days=2 * _YEARS, why="then the last of each day, for ever", **_OBSERVED,
    ),
)  # fmt: skip

# Tables that grow with what people enter or with the number of things (a row per place, device, key, series), not with
# time. Nothing of them is removed.
FOR_EVER: Mapping[str, str] = {
    table.name: why
    for why, tables in {
        "a row a place, organisation, layer or boundary": (
            o.organisations, teams, working_days, places, map_layers, map_shapes, signal_maps,
        ),
        "every revision of the plan explains the runs judged by it": (
            plan_routes, plan_streets, plan_exceptions, plan_imports, facilities,
        ),
        "a ticket is a receipt: some hundred a day": (weighbridge_tickets,),
        "a row a key, vehicle, binding or device": (api_keys, vehicles, registers, bindings, devices),
        "a row a person, and ten each of passwords and codes": (accounts, passwords, recovery_codes),
        "a row a sender and layout": (layout_answers,),
        "a row a screen": (screens,),
        "a row a team's phone": (team_codes,),
        "bounded by its writer (store/waiting.py)": (waiting,),
        "a row a series, device or feed": (
            o.observations_latest, fixes_latest, k.kpi_latest, k.kpi_series, feed_state, feed_cursors,
        ),
        "a row a rule or name": (r.retention_runs, r.leases, k.evaluations, audit_heads),
        "a row a day that waits for the evaluator, which takes it away": (k.late_days,),
    }.items()
    for table in tables
}  # fmt: skip
# A re-reading must find the rows of the first reading, or repeats would count as new.
_OUTLIVE_RAW = ("fixes", "who_drove", "rejections", "observations")


def rules(days: Mapping[str, int] | None = None, raw_limit_bytes: int | None = None) -> tuple[Rule | RollUp, ...]:
    """The rules with ``days`` replaced by key; ValueError names what is not allowed."""
    given = dict(days or {})
    found: list[Rule | RollUp] = []
    for rule in RULES:
        chosen = given.pop(rule.key, rule.days)
        if not rule.least <= chosen <= rule.most:
            raise ValueError(f"IOC_KEEP: {rule.key} must be {rule.least}..{rule.most} days, got {chosen}")
        one = replace(rule, days=chosen)
        found.append(replace(one, limit_bytes=raw_limit_bytes) if isinstance(one, Rule) and one.table is r.raw else one)
    if given:
        raise ValueError(f"IOC_KEEP: no such table: {', '.join(given)}; known: {', '.join(r.key for r in RULES)}")
    chosen_days = {rule.key: rule.days for rule in found}
    for key in _OUTLIVE_RAW:
        if chosen_days[key] < chosen_days["raw"]:
            raise ValueError(f"IOC_KEEP: raw ({chosen_days['raw']} days) must not outlive {key} ({chosen_days[key]})")
    for key in ("kpi_results", "observations"):
        if chosen_days[f"{key}_hourly"] < chosen_days[key]:
            raise ValueError(f"IOC_KEEP: {key}_hourly must be at least {key}")
    return tuple(found)
