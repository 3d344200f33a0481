"""Files of the collection plan for the import machine: routes and exceptions, facilities, weighbridge tickets."""

import asyncio
from collections.abc import Collection
from datetime import datetime

from domain.access.principal import Principal
from domain.finding import Finding, Severity
from domain.imports.file_import import FileImport, Preview, ProblemShown
from domain.imports.question import Answers
from domain.text import Text
from domain.waste.plan_import import Content
from intake.imports.importer import Decision, KeptWithRow, Looked, Progress, principal_of
from intake.imports.plan_desk import PlanDesk
from intake.imports.plan_import import PlanOrder, findings_of, is_empty

_KEY = "plan"
_KEEP, _WITHDRAW = b"keep", b"withdraw"
_PROBLEMS_SHOWN = 200
_NOTHING = Text("Không có gì để lưu: {why}", "There is nothing to keep: {why}")


class PlanImporter(KeptWithRow):
    """Takes the three contents of `PlanDesk`. The plan's own record of an import has the id of its file."""

    def __init__(self, desk: PlanDesk) -> None:
        self._desk = desk

    @property
    def key(self) -> str:
        """See `Importer`."""
        return _KEY

    @property
    def kinds(self) -> Collection[str]:
        """The contents of plan files."""
        return [content.value for content in Content]

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Progress) -> Looked:
        """Read a file, place its streets, and compare it with what stands."""
        draft, notes = self._desk.read(_order(found, body))
        said = findings_of(draft)
        if is_empty(draft):
            why = said[0].words if said else Text(found.file_name, found.file_name)
            return Looked(refused=Text(_NOTHING.vi.format(why=why.vi), _NOTHING.en.format(why=why.en)))
        compared = self._desk.compared(draft, found.source)
        wrong = [one for one in said if one.severity is Severity.ERROR]
        warnings = [_told(one) for one in said if one.severity is Severity.WARNING]
        return Looked(
            preview=Preview(
                new=compared.new,
                changed=compared.changed,
                unchanged=compared.unchanged,
                gone=compared.gone,
                refused=len(wrong),
                problems=tuple(map(_problem, wrong[:_PROBLEMS_SHOWN])),
                warnings=(*notes, *warnings[:_PROBLEMS_SHOWN]),
            )
        )

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """That the file is kept."""
        return Decision(outbox=_KEEP)

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """That it no longer counts."""
        return Decision(outbox=_WITHDRAW)

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Keep the file under its id, or withdraw it, in one transaction of the plan."""
        if outbox == _KEEP:
            await asyncio.to_thread(self._desk.keep, _order(found, body), found.id, now)
        else:
            await asyncio.to_thread(self._desk.withdraw, found.id, principal_of(found.withdrawn_by), now)


def _order(found: FileImport, body: bytes) -> PlanOrder:
    return PlanOrder(
        body=body,
        file_name=found.file_name,
        source=found.source,
        by=found.received_by,
        principal=principal_of(found.approved_by),
        content=Content(found.feed),
    )


def _problem(one: Finding) -> ProblemShown:
    where = " · ".join(filter(None, (one.column, one.route)))
    return ProblemShown(sheet=one.file, row=one.row or 0, column=0, reason=one.words, detail=where)


def _told(one: Finding) -> Text:
    """A warning with where it stands."""
    row = Text(f"dòng {one.row}", f"row {one.row}") if one.row else Text("", "")
    said = (" · ".join(filter(None, (one.file, where, one.column, one.route))) for where in row)
    return Text(*(f"{where}: {words}" if where else words for where, words in zip(said, one.words, strict=True)))
