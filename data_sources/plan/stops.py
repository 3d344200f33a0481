"""Timed stops in JSON, as cities publish them; a declared mapping translates their names to ours.

A mapping is JSON: ``files`` (name pattern of files in an archive), ``route`` and ``stop`` (our role → their name; roles
as in data_sources/plan/_records.py), ``stops`` (name of a route's list of stops) and ``weekdays`` (their word → ISO
weekday).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from typing import Any

import orjson

from data_sources.messages.parse import RefusalError, json_of, unmarked
from data_sources.plan._archive import parts
from data_sources.plan._assemble import assemble
from data_sources.plan._records import HEADINGS, Record
from data_sources.workbooks.cells import CELLS_MAX
from domain.finding import Finding, Problem
from domain.text import Text
from domain.waste.plan_draft import PlanDraft

_BROKEN = Text("tệp {name} không đọc được: {why}.", "{name} cannot be read: {why}.")
_SHAPE = Text("cấu trúc tệp {name} không khớp bảng ánh xạ.", "the structure of {name} does not match the mapping.")
_NOTHING = Text("không có tuyến nào trong tệp.", "the file has no route.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A mapping of foreign names to ours."""

    route: Mapping[str, str]
    stop: Mapping[str, str]
    stops: str
    files: str = "*.json"
    weekdays: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of_json(cls, body: bytes) -> "Mapped":
        """The mapping in a JSON file; ValueError when it is invalid."""
        try:
            said = orjson.loads(unmarked(body))
            mapped = cls(**said)
            roles = [*mapped.route, *mapped.stop]
            days = [*mapped.weekdays.values()]
        except (TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error
        unknown = [role for role in roles if role not in HEADINGS]
        if (
            unknown
            or "name" not in mapped.stop
            or not isinstance(mapped.files, str)
            or not all(day in range(1, 8) for day in days)
        ):
            raise ValueError(f"roles: {unknown}, weekdays: {days}")
        return mapped


def read_stops(body: bytes, name: str, source: str, mapped: Mapped) -> PlanDraft:
    """Read routes from JSON files with timed stops; never raises."""
    try:
        files = {part: text for part, text in parts(body, name).items() if fnmatch(part, mapped.files)}
    except ValueError as error:
        return PlanDraft(findings=(_finding(_BROKEN, name, str(error)),))
    records: list[Record] = []
    findings: list[Finding] = []
    for part, text in sorted(files.items()):
        try:
            said = json_of(text, CELLS_MAX)
        except RefusalError as refused:
            findings.append(_finding(_BROKEN, part, refused.detail))
            continue
        for block in said if isinstance(said, list) else [said]:
            try:
                records += list(_records(block, part, mapped))
            except (TypeError, KeyError, AttributeError):
                findings.append(_finding(_SHAPE, part))
    if not records:
        findings.append(_finding(_NOTHING, name))
    draft = assemble(records, source)
    return replace(draft, findings=(*findings, *draft.findings))


def _records(block: Any, part: str, mapped: Mapped) -> Iterator[Record]:
    columns = {**mapped.route, **mapped.stop}
    of_route = {role: block[theirs] for role, theirs in mapped.route.items()}
    for row, stop in enumerate(block[mapped.stops], start=1):
        cells = {**of_route, **{role: stop.get(theirs) for role, theirs in mapped.stop.items()}}
        yield Record(row=row, cells=cells, columns=columns, words=mapped.weekdays, file=part)


def _finding(words: Text, name: str, why: str = "") -> Finding:
    told = words.filled(name=name, why=why)
    return Finding(problem=Problem.UNREADABLE, words=told, file=name)
