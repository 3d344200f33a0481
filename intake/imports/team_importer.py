"""Registers of digital teams for the import machine. Only codes, hamlets and days are kept: names stay away."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from data_sources.registers.teams import read_team_register
from data_sources.team_work import FEED
from domain.access.principal import Principal
from domain.feeds.feed import Payload
from domain.feeds.scrub import Secrets
from domain.imports.file_import import FileImport, Preview, ProblemShown
from domain.imports.kinds.team_registers import KIND
from domain.imports.question import Answers
from domain.instant import service_day
from domain.places.place import IN_FORCE, PROVINCE
from domain.teams.team import Team
from domain.text import Text
from intake.imports.importer import Body, Decision, KeptWithRow, Looked, Progress, content_of, is_limited
from store import territories
from store.casework.teams import Teams
from store.valkey.raw_stream import RawStream

_PROBLEMS_SHOWN = 200
_NOTHING = Text("Không có dòng nào dùng được.", "No row can be used.")
_UNREAD = Text(
    "{count} cột khác không được đọc và không được lưu (họ tên, điện thoại).",
    "{count} other columns were neither read nor kept (names, telephones).",
)


class TeamImporter(KeptWithRow):
    """Takes a commune's register. What is approved goes into the stream; told a second time it is a repeat."""

    def __init__(self, stream: RawStream, teams: Teams, secrets: Secrets) -> None:
        self._stream, self._teams, self._secrets = stream, teams, secrets

    @property
    def key(self) -> str:
        """See `Importer`."""
        return KIND.key

    @property
    def kinds(self) -> Collection[str]:
        """See `Importer`."""
        return list(KIND.of)

    @property
    def keeps_file(self) -> bool:
        """Never: it names people."""
        return False

    def needs_person(self, kind: str) -> bool:
        """A register says which teams exist."""
        return True

    def put_away(self, id_: str, name: str, body: Body, by: Principal, now: datetime) -> bytes:
        """The records of the rows that were right, and why the others were not; a reporter's are of the own units."""
        everywhere = [one.code for one in territories.places(IN_FORCE) if one.code != PROVINCE]
        communes = by.units if is_limited(by) else everywhere
        read = read_team_register(content_of(body), name, communes, service_day(now))
        wrong = [(one.row, one.column, one.name, *one.why) for one in read.wrong]
        told = [*read.warnings, *([_UNREAD.filled(count=read.unread)] if read.unread else [])]
        return orjson.dumps({"records": read.records, "wrong": wrong, "warnings": [[*words] for words in told]})

    def original(self, found: FileImport, body: bytes) -> Body:
        """Never kept."""
        raise KeyError(found.id)

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Progress) -> Looked:
        """Compare the records with the register; foreign teams were refused as they were put away."""
        told, records, known = orjson.loads(body), _records(body), self._known()
        same = sum(_stands(record, known) for record in records)
        new = sum(record["team"] not in known for record in records)
        problems = [
            ProblemShown(sheet="", row=row, column=column, reason=Text(vi, en), detail=cell)
            for row, column, cell, vi, en in told["wrong"][:_PROBLEMS_SHOWN]
        ]
        preview = Preview(
            new=new,
            unchanged=same,
            changed=len(records) - new - same,
            refused=len(told["wrong"]),
            problems=tuple(problems),
            warnings=tuple(Text(*words) for words in told["warnings"]),
        )
        why = problems[0].reason if problems else _NOTHING
        return Looked(preview=preview, figures=(), refused=None if records else why)

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """Decides that the records join the register, each with what it replaces."""
        records, known = _records(body), self._known()
        changes = [{"record": one, "before": _record_of(known.get(one["team"]))} for one in records]
        return Decision(applied=orjson.dumps(changes), outbox=orjson.dumps(records))

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """Decides that what stood before comes back: a new team ends, one that was told otherwise since stays."""
        changes, known = orjson.loads(applied), self._known()
        # Where the former entry stands, the collector has not stored the file yet.
        mine = [
            one
            for one in changes
            if _stands(one["record"], known) or _record_of(known.get(one["record"]["team"])) == one["before"]
        ]
        back = [one["before"] or {**one["record"], "ended": True} for one in mine]
        return Decision(outbox=orjson.dumps(back) if back else None, kept_back=len(changes) - len(mine))

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Tell the records as one message."""
        told = Payload(feed=FEED.key, format=FEED.key, body=outbox, received_at=now, source=f"register {found.source}")
        await self._stream.append(await asyncio.to_thread(lambda: FEED.scrub(told, self._secrets).payload))

    def _known(self) -> Mapping[str, Team]:
        return {one.team.code: one.team for one in self._teams.board().standings}


def _records(body: bytes) -> Sequence[Mapping[str, Any]]:
    """The records that are kept; an earlier release kept nothing else."""
    told = orjson.loads(body)
    found: Sequence[Mapping[str, Any]] = told["records"] if isinstance(told, dict) else told
    return found


def _record_of(team: Team | None) -> dict[str, Any] | None:
    """The team as the register tells it; None for one that it does not have."""
    if team is None:
        return None
    launched = None if team.launched is None else team.launched.isoformat()
    return {"team": team.code, "hamlet": team.hamlet, "launched": launched, "ended": team.ended}


def _stands(record: Mapping[str, Any], known: Mapping[str, Team]) -> bool:
    return _record_of(known.get(record["team"])) == {"ended": False, **record}
