"""Imports a commune's register of teams: previewed at once, applied when a second person approves, taken back."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from data_sources.registers.teams import TeamRegister, read_team_register
from data_sources.team_work import FEED
from domain.access.principal import Actor, Principal
from domain.feeds.feed import Payload
from domain.feeds.scrub import Secrets
from domain.imports.file_import import FileImport, OvertakenError, Preview, ProblemShown, SamePersonError, Stage
from domain.teams.team import Team
from domain.text import Text
from store.casework.teams import Teams
from store.imports import Imports
from store.valkey.raw_stream import RawStream

TEAM_REGISTER = "teams"
"""The importer's name among the files handed in."""
_PROBLEMS_SHOWN = 200
_NOTHING = Text("Không có dòng nào dùng được.", "No row can be used.")


class TeamRegisters:
    """Takes registers to their end. Of the file only codes, hamlets and days are kept: names stay with the commune.

    The records go into the stream before the approval is recorded. A kill between the two leaves the file to be
    approved, and what is told again is a repeat. Raises KeyError for an unknown import, OvertakenError when somebody
    else decided first, StreamUnreachable.
    """

    def __init__(
        self, imports: Imports, stream: RawStream, teams: Teams, secrets: Secrets, clock: Callable[[], datetime]
    ) -> None:
        self._imports, self._stream, self._teams, self._secrets = imports, stream, teams, secrets
        self._clock = clock

    async def receive(self, name: str, body: bytes, communes: Sequence[str], by: Principal) -> FileImport:
        """Read a file and show what it would change; refused when no row can be used."""
        return await asyncio.to_thread(self._receive, name, body, communes, by)

    async def open_files(self) -> list[FileImport]:
        """The files on which nobody has decided, and those that can be taken back, newest first."""
        found = await asyncio.to_thread(self._imports.newest, 30, TEAM_REGISTER)
        return [one for one in found if one.stage in (Stage.MAPPED, Stage.APPLIED)]

    async def approve(self, id_: str, by: Principal) -> FileImport:
        """Apply the rows that were right. Raises SamePersonError for whoever handed the file in."""
        found = await self._at(id_, Stage.MAPPED)
        if by.actor is Actor.PERSON and str(by) == found.received_by:
            raise SamePersonError
        kept = await asyncio.to_thread(self._imports.body, id_)
        known = await asyncio.to_thread(self._known)
        changes = [{"record": one, "before": _record_of(known.get(one["team"]))} for one in orjson.loads(kept)]
        await self._stream.append(self._payload(kept, found.source))
        await asyncio.to_thread(self._imports.approve, id_, orjson.dumps(changes), None, by, self._clock())
        await asyncio.to_thread(self._imports.sent, id_)
        return await self._at(id_, Stage.APPLIED)

    async def withdraw(self, id_: str, by: Principal) -> FileImport:
        """Put back what stood before the file; a team that it brought has ended, one told otherwise since stays."""
        found = await self._at(id_, Stage.APPLIED)
        changes = orjson.loads(await asyncio.to_thread(self._imports.applied, id_))
        known = await asyncio.to_thread(self._known)
        back = [one["before"] or {**one["record"], "ended": True} for one in changes]
        # What a killed withdrawal put back already is no correction by somebody else.
        mine = [
            before
            for one, before in zip(changes, back, strict=True)
            if _stands(one["record"], known) or _stands(before, known)
        ]
        if mine:
            await self._stream.append(self._payload(orjson.dumps(mine), found.source))
        kept_back = len(back) - len(mine)
        return await asyncio.to_thread(self._imports.withdraw, id_, None, kept_back, by, self._clock())

    async def _at(self, id_: str, stage: Stage) -> FileImport:
        found = await asyncio.to_thread(self._imports.one, id_)
        if found is None or found.importer != TEAM_REGISTER:
            raise KeyError(id_)
        if found.stage is not stage:
            raise OvertakenError(found)
        return found

    def _known(self) -> dict[str, Team]:
        return {one.team.code: one.team for one in self._teams.board().standings}

    def _receive(self, name: str, body: bytes, communes: Sequence[str], by: Principal) -> FileImport:
        read = read_team_register(body, name, communes)
        kept, digest = orjson.dumps(read.records), hashlib.sha256(body).hexdigest()
        id_, now = secrets.token_hex(6), self._clock()
        made = self._imports.receive(id_, TEAM_REGISTER, FEED.key, name, by.name, len(kept), kept, digest, by, now)
        if not read.records:
            why = read.wrong[0].why if read.wrong else _NOTHING
            return self._imports.refuse(made.id, why, by, now)
        self._imports.begun(made.id)
        return self._imports.read(made.id, _preview(read, self._known()), {}, "")

    def _payload(self, records: bytes, source: str) -> Payload:
        told = Payload(
            feed=FEED.key, format=FEED.key, body=records, received_at=self._clock(), source=f"register {source}"
        )
        return FEED.scrub(told, self._secrets).payload


def _preview(read: TeamRegister, known: Mapping[str, Team]) -> Preview:
    same = sum(_stands(record, known) for record in read.records)
    new = sum(record["team"] not in known for record in read.records)
    problems = tuple(
        ProblemShown(sheet="", row=one.row, column=one.column, reason=one.why, detail=one.name)
        for one in read.wrong[:_PROBLEMS_SHOWN]
    )
    return Preview(
        new=new, unchanged=same, changed=len(read.records) - new - same, refused=len(read.wrong), problems=problems
    )


def _record_of(team: Team | None) -> dict[str, Any] | None:
    """The team as the register tells it; None for one that it does not have."""
    if team is None:
        return None
    launched = None if team.launched is None else team.launched.isoformat()
    return {"team": team.code, "hamlet": team.hamlet, "launched": launched, "ended": team.ended}


def _stands(record: Mapping[str, Any], known: Mapping[str, Team]) -> bool:
    return _record_of(known.get(record["team"])) == {"ended": False, **record}
