"""The drivers' register for the import machine. Of the file nothing is kept: its entries wait beside the register."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from data_sources.plan.drivers import read_drivers
from domain.access.principal import Principal
from domain.finding import Severity
from domain.imports.file_import import FileImport, Preview, ProblemShown
from domain.imports.kinds.drivers import KIND
from domain.imports.question import Answers
from domain.text import Text
from intake.imports.importer import Body, Decision, Looked, Progress, Usual, content_of, principal_of
from store.drivers import Drivers

_APPLY, _WITHDRAW = b"apply", b"withdraw"
_PROBLEMS_SHOWN = 1_000
_WAITS = timedelta(days=7)


class DriverImporter(Usual):
    """Takes registers. What it keeps of one is forgotten with the driver, and a month after the file came."""

    def __init__(self, drivers: Drivers) -> None:
        self._drivers = drivers

    @property
    def key(self) -> str:
        """See `Importer`."""
        return KIND.key

    @property
    def kinds(self) -> Collection[str]:
        """See `Importer`."""
        return list(KIND.of)

    @property
    def waits(self) -> timedelta | None:
        """See `Importer`."""
        return _WAITS

    @property
    def keeps_file(self) -> bool:
        """See `Importer`."""
        return False

    def needs_person(self, kind: str) -> bool:
        """A register says who may drive: a dispatcher's key hands it in, a person approves it."""
        return True

    def put_away(self, id_: str, name: str, body: Body, by: Principal, now: datetime) -> bytes:
        """Keep the entries, and the reasons of refused rows, which name nobody."""
        draft = read_drivers(content_of(body), name)
        self._drivers.hand_in(id_, draft.drivers, now)
        return orjson.dumps(
            [(one.row or 0, one.problem.value, one.severity.value, *one.words) for one in draft.findings]
        )

    def original(self, found: FileImport, body: bytes) -> Body:
        """Never kept."""
        raise KeyError(found.id)

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Progress) -> Looked:
        """Compare the entries with the register; the preview counts them and names rows, never a driver."""
        told = orjson.loads(body)
        wrong = [
            ProblemShown(sheet="", row=row, column=0, reason=Text(vi, en), detail="", code=code)
            for row, code, severity, vi, en in told
            if severity == Severity.ERROR
        ]
        warnings = tuple(Text(vi, en) for _, _, severity, vi, en in told if severity != Severity.ERROR)
        counts = self._compared(found.id)
        problems = tuple(wrong[:_PROBLEMS_SHOWN])
        return Looked(preview=replace(counts, refused=len(wrong), problems=problems, warnings=warnings))

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """Decides that the entries join the register."""
        preview = self._compared(found.id)
        return Decision(applied=orjson.dumps(preview.new + preview.changed), outbox=_APPLY)

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """Decides that the former entries come back, where they are still known and nobody corrected them."""
        kept_back = max(orjson.loads(applied) - self._drivers.restorable(found.id), 0)
        return Decision(outbox=_WITHDRAW, kept_back=kept_back)

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Change the register in one transaction; the second time nothing waits any more."""
        if outbox == _WITHDRAW:
            by = principal_of(found.withdrawn_by)
            await asyncio.to_thread(self._drivers.take_back, found.id, by, now)
        elif waiting := await asyncio.to_thread(self._drivers.handed_in, found.id):
            by = principal_of(found.approved_by)
            await asyncio.to_thread(self._drivers.put, waiting, by, now, found.id)

    def clear(self, found: FileImport) -> None:
        """Forget the entries of a file that was not taken."""
        self._drivers.drop(found.id)

    def _compared(self, id_: str) -> Preview:
        given = {driver.id: driver for driver in self._drivers.handed_in(id_)}
        known = {driver.id: driver for driver in self._drivers.register()}
        same = sum(known.get(id_) == driver for id_, driver in given.items())
        return Preview(
            new=len(given.keys() - known.keys()),
            changed=len(given.keys() & known.keys()) - same,
            unchanged=same,
            gone=len(known.keys() - given.keys()),
        )
