"""Reads the register of teams and their reports; a scrub keeps codes, days and counts, and drops whatever else is said.

A team's phone makes the ``id`` of a report once and sends it until it is accepted, so that a report told twice counts
once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from data_sources import MAX_ITEMS, VALUES_MAX
from data_sources.messages import parse
from data_sources.messages.parse import RefusalError
from data_sources.reports.keeping import Record, instant, keep, plain, read_kept, told_instant, yes
from domain import subject
from domain.case import CASE_KEY, CaseEvent
from domain.feeds.feed import Decoded, Payload
from domain.feeds.payload import Format
from domain.feeds.scrub import Scrubbed, Secrets
from domain.instant import day_start, service_day
from domain.observation import Kind
from domain.public_text import public
from domain.reason import Reason
from domain.teams.hamlet import names_person
from domain.teams.team import CODE, COUNTS, TEAM, TEAM_REPORT, TeamKind, kind_of, place_of

_READ = {"id", "team", "at", "day", "hamlet", "launched", "ended", "kind", *COUNTS}
_HAMLET_CHARS = 60
_ID_CHARS = 64


def scrub_team_work(payload: Payload, secrets: Secrets) -> Scrubbed:
    """The message as records of ours: ``id`` becomes its keyed hash, a name or a telephone is dropped and counted."""
    if payload.format == Format.OBSERVATIONS:  # figures of communes: they hold no report
        return Scrubbed(payload)
    dropped: Counter[str] = Counter()
    return keep(payload, dropped, lambda: [_kept(record, secrets, dropped) for record in _records(payload)])


def read_team_work(payload: Payload) -> Iterable[Decoded]:
    """The events of scrubbed records; one without a team, its day or a possible count is refused, by field names."""
    return read_kept(payload, _event)


def _records(payload: Payload) -> Sequence[Record]:
    found = parse.json_of(payload.body, VALUES_MAX)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RefusalError(Reason.WRONG_SHAPE)
    if len(found) > MAX_ITEMS:
        raise RefusalError(Reason.TOO_MANY_ITEMS)
    return found


def _kept(record: Record, secrets: Secrets, dropped: Counter[str]) -> dict[str, Any]:
    dropped["other"] += len(record.keys() - _READ)
    id_, team = plain(record.get("id")), plain(record.get("team")).upper()
    known = CODE.fullmatch(team) is not None
    dropped["team"] += bool(team) and not known
    kept: dict[str, Any] = {"team": team if known else "", "simulated": record.get("kind") == Kind.SIMULATED}
    if not id_:
        # The register: told again it is the same case, so that a change of it is a revision.
        launched = _day(record.get("launched"))
        hamlet = public(plain(record.get("hamlet")))[:_HAMLET_CHARS]
        named = names_person(hamlet)
        dropped["hamlet"] += named
        return kept | {
            "case": secrets.hashed(f"team {team}"), "hamlet": "" if named else hamlet, "launched": launched,
            "ended": yes(record.get("ended")),
        }  # fmt: skip
    dropped["id"] += 1
    kept |= {"report": True, "case": secrets.hashed(f"{team} {id_}") if len(id_) <= _ID_CHARS else None}
    kept |= {"at": instant(record.get("at"), "at", dropped), "day": _day(record.get("day"))}
    return kept | {name: _count(record.get(name)) for name in COUNTS}


def _day(said: object) -> str | None:
    try:
        return date.fromisoformat(plain(said)).isoformat()
    except ValueError:
        return None


def _count(said: object) -> int | None:
    """A whole number as told; None for what is none, which is refused when it is read."""
    text = plain(said)
    return 0 if said in (None, "") else int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _told_day(item: Record, name: str) -> date | None:
    said = item.get(name)
    if said is None:
        return None
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        raise RefusalError(Reason.BAD_TIME, name) from None


def _event(payload: Payload, item: object) -> CaseEvent:
    if not isinstance(item, dict):
        raise RefusalError(Reason.WRONG_SHAPE)
    team, case = str(item.get("team") or ""), str(item.get("case") or "")
    if not CODE.fullmatch(team):
        raise RefusalError(Reason.BAD_CODE, "team")
    if not CASE_KEY.fullmatch(case):
        raise RefusalError(Reason.NOT_A_HASH)
    territory, place = place_of(team)
    told = (_reported if item.get("report") is True else _listed)(payload, item, team)
    return CaseEvent(
        feed=payload.feed,
        case=case,
        of=subject.place(place, territory),
        place=place,
        received_at=payload.received_at,
        kind=Kind.SIMULATED if item.get("simulated") is True else Kind.DECLARED,
        source=payload.source,
        **told,
    )


def _listed(payload: Payload, item: Record, team: str) -> dict[str, Any]:
    attributes = {"code": team, "hamlet": str(item.get("hamlet") or ""), "ended": item.get("ended") is True}
    if kind_of(team) is TeamKind.HAMLET and not attributes["hamlet"]:
        raise RefusalError(Reason.MISSING_FIELD, "hamlet")
    launched = _told_day(item, "launched")
    if launched is not None:
        attributes["launched"] = launched.isoformat()
    # An entry of the register has no instant of its own: that of the register's begin keeps it one event.
    return {"case_type": TEAM.key, "event": "listed", "at": _REGISTER, "attributes": attributes}


def _reported(payload: Payload, item: Record, team: str) -> dict[str, Any]:
    at, day = told_instant(item, "at", "at"), _told_day(item, "day")
    if at is None or day is None:
        raise RefusalError(Reason.MISSING_FIELD, "at, day")
    if at > payload.received_at + parse.MAX_FUTURE or day > service_day(payload.received_at):
        raise RefusalError(Reason.FUTURE_TIME, "at, day")
    # A telephone that lost its battery begins in 1970.
    if day < _FIRST_DAY:
        raise RefusalError(Reason.BAD_TIME, "day")
    counts = {name: many for name in COUNTS if type(many := item.get(name)) is int}
    if wrong := COUNTS.keys() - counts.keys():
        raise RefusalError(Reason.NOT_WHOLE, ", ".join(sorted(wrong)))
    if wrong := {name for name, many in counts.items() if not 0 <= many <= COUNTS[name][1]}:
        raise RefusalError(Reason.OUT_OF_RANGE, ", ".join(sorted(wrong)))
    attributes = {"team": team, "day": day.isoformat(), **counts}
    return {"case_type": TEAM_REPORT.key, "event": "reported", "at": at, "attributes": attributes}


_FIRST_DAY = date(2022, 3, 5)
_REGISTER = day_start(_FIRST_DAY)
"""CV 793/BTTTT-THH asked for the teams on this day."""
