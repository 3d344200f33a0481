"""How long every table keeps its rows: one declaration, with those of `terms/`. Settings may change it within limits.

intake/running/retaining.py runs the job, store/keeping/retaining.py implements it; decision 0022 gives the reasons.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain import audit
from domain.discovery import discover, modules
from domain.fleets.driver import DRIVEN_KEPT
from domain.text import Text
from store.keeping import terms
from store.keeping.rule import YEAR_DAYS, RollUp, Rule
from store.tables import drivers as d
from store.tables import observations as o
from store.tables import results as k
from store.tables import retention as r
from store.tables.accounts import accounts, passwords, recovery_codes
from store.tables.alarms import alarm_handlings
from store.tables.audit import audit_entries, audit_heads
from store.tables.feeds import feed_cursors, feed_state, rejections
from store.tables.fleet import bindings, devices, fixes, fixes_latest, registers, tracker_days, vehicles, waiting
from store.tables.imports import file_imports, layout_answers
from store.tables.keys import api_keys
from store.tables.maps import map_layers, map_shapes, places
from store.tables.plan import facilities, plan_exceptions, plan_imports, plan_routes, plan_streets, weighbridge_tickets
from store.tables.runs import run_audits, run_overrides, run_results, vehicle_days
from store.tables.screens import screens
from store.tables.signal_maps import signal_maps
from store.tables.working_days import working_days

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


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
_YEARS = YEAR_DAYS

_GENERAL: tuple[Rule | RollUp, ...] = (
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

RULES: tuple[Rule | RollUp, ...] = (*_GENERAL, *discover(terms, "RULES", Rule).values())

# Tables that grow with what people enter or with the number of things (a row per place, device, key, series), not with
# time. Nothing of them is removed.
FOR_EVER: Mapping[str, str] = {
    table.name: why
    for why, tables in {
        "a row a place, organisation, layer or boundary": (
            o.organisations, working_days, places, map_layers, map_shapes, signal_maps,
        ),
        "every revision of the plan explains the runs judged by it": (
            plan_routes, plan_streets, plan_exceptions, plan_imports, facilities,
        ),
        "a ticket is a receipt: some hundred a day": (weighbridge_tickets,),
        "a row a key, vehicle, binding or device": (api_keys, vehicles, registers, bindings, devices),
        "a row a person, and ten each of passwords and codes": (accounts, passwords, recovery_codes),
        "a row a sender and layout": (layout_answers,),
        "a row a screen": (screens,),
        "bounded by its writer (store/waiting.py)": (waiting,),
        "a row a series, device or feed": (
            o.observations_latest, fixes_latest, k.kpi_latest, k.kpi_series, feed_state, feed_cursors,
        ),
        "a row a rule or name": (r.retention_runs, r.leases, k.evaluations, audit_heads),
        "a row a day that waits for the evaluator, which takes it away": (k.late_days,),
    }.items()
    for table in tables
} | {name: why for module in modules(terms) for name, why in getattr(module, "FOR_EVER", {}).items()}  # fmt: skip
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
