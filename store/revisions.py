"""Figures told again: a repeat changes nothing, another value is the next revision and stands; nothing is dropped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from sqlalchemy import Connection, Engine, and_, func, select, tuple_

from domain.correction import Correction
from domain.instant import to_ms
from domain.observation import Observation, standing
from store import rows
from store.database import Insert, execute_many, insert, insert_new
from store.observation_tables import observations, observations_latest

_LOOKUP_CHUNK = 1_000
_IDENTITY = (
    *("feed", "measure", "subject_kind", "subject", "territory", "source", "span"),
    *("at_ms", "period"),
)

Identity = tuple[str, str, str, str, str, str, str, int, str]
Says = tuple[float | None, str, str, str]
Statement = tuple[Identity, Says]
Stood = Mapping[Identity, Mapping[int, Says]]
"""By identity, what each stored revision says: value, status, kind, and where what is no place counts."""


@dataclass(slots=True)
class Numbered:
    """Observations as the store takes them: ``fresh`` are new and numbered, ``stands`` are those of them that stand.

    The others are older revisions that came late: history alone. ``corrected`` counts those that put right what stood,
    ``repeats`` what said the same again.
    """

    fresh: list[Observation] = field(default_factory=list)
    stands: list[Observation] = field(default_factory=list)
    corrected: int = 0
    repeats: int = 0


def identity(item: Observation) -> Identity:
    """What tells one statement from another, its revision apart."""
    kind, subject, territory = item.of
    series = (item.feed, item.measure, kind.value, subject, territory, item.source, item.period.span.value)
    return (*series, to_ms(item.at), item.period.code)


def said_by(item: Observation) -> Says:
    """What a revision says: a value that is measured now and was simulated before is put right too."""
    return item.value, item.status.value, item.kind.value, item.place


def stood(connection: Connection, identities: Iterable[Identity]) -> dict[Identity, dict[int, Says]]:
    """Every stored revision of these identities."""
    wanted = sorted(set(identities))
    found: dict[Identity, dict[int, Says]] = {}
    columns = [observations.c[name] for name in _IDENTITY]
    o = observations.c
    query = select(*columns, o.revision, o.value, o.status, o.kind, o.place)
    for start in range(0, len(wanted), _LOOKUP_CHUNK):
        chunk = wanted[start : start + _LOOKUP_CHUNK]
        for row in connection.execute(query.where(tuple_(*columns).in_(chunk))):
            found.setdefault(tuple(row[:9]), {})[row[9]] = (row[10], row[11], row[12], row[13])
    return found


def statement(item: Observation) -> Statement:
    """What an observation says, whatever its revision."""
    return identity(item), said_by(item)


def statements(connection: Connection, identities: Iterable[Identity]) -> set[Statement]:
    """Whatever was ever said about these identities."""
    return {(key, says) for key, revisions in stood(connection, identities).items() for says in revisions.values()}


def numbered(given: Iterable[Observation], known: Stood) -> Numbered:
    """Number ``given`` in order, beside what is ``known`` of their identities.

    Unsaid, or said with a number that another value holds: the next after the highest, unless it says what stands.
    Said above the highest: that number. Said below it and not held: kept as history under that number, and what stands
    stays.
    """
    done = Numbered()
    told: dict[Identity, dict[int, Says]] = {}
    for item in given:
        key = identity(item)
        held = told.setdefault(key, dict(known.get(key, {})))
        says = said_by(item)
        highest = max(held, default=0)
        if held.get(item.revision) == says or (says == held.get(highest) and not 0 < item.revision < highest):
            done.repeats += 1
            continue
        below = 0 < item.revision < highest and item.revision not in held
        number = item.revision if below or item.revision > highest else highest + 1
        done.corrected += bool(held) and not below
        held[number] = says
        kept = replace(item, revision=number)
        done.fresh.append(kept)
        if not below:
            done.stands.append(kept)
    return done


def write_observations(connection: Connection, given: Sequence[Observation], batch: int) -> Numbered:
    """Store ``given`` in the transaction at hand and move the newest of each series forward, marked with ``batch``."""
    if not given:
        return Numbered()
    done = numbered(given, stood(connection, map(identity, given)))
    insert_new(connection, observations, [rows.observation_row(item) for item in done.fresh])
    _write_latest(connection, map(standing, done.stands), batch)
    return done


def _write_latest(connection: Connection, given: Iterable[Observation], batch: int) -> None:
    newest: dict[tuple[object, ...], Observation] = {}
    for item in given:
        series = identity(item)[:7]
        known = newest.get(series)
        if known is None or order(item) > order(known):
            newest[series] = item
    statement = _newer(connection.dialect.name)
    execute_many(connection, statement, [rows.observation_row(item) | {"batch": batch} for item in newest.values()])


def order(item: Observation) -> tuple[int, str, int]:
    """Of two statements of a series the later one in this order stands."""
    return to_ms(item.at), item.period.code, item.revision


@cache
def _newer(dialect: str) -> Insert:
    statement = insert(dialect, observations_latest)
    old, new = observations_latest.c, statement.excluded
    keys = [column.name for column in observations_latest.primary_key]
    later = tuple_(new.at_ms, new.period, new.revision) > tuple_(old.at_ms, old.period, old.revision)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={c.name: new[c.name] for c in old if c.name not in keys}, where=later
    )


class Corrections:
    """What was told again with another value, newest first; the front door asks what stands."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stood(self, identities: Iterable[Identity]) -> dict[Identity, dict[int, Says]]:
        """See `stood`."""
        with self._engine.connect() as connection:
            return stood(connection, identities)

    def newest(self, limit: int = 100, feed: str | None = None) -> list[Correction]:
        """The newest corrections by arrival; a first statement that its sender numbered above 1 is none."""
        o, earlier = observations.c, observations.alias("earlier")
        same = and_(*(earlier.c[name] == o[name] for name in _IDENTITY))
        before = select(func.max(earlier.c.revision)).where(same, earlier.c.revision < o.revision).scalar_subquery()
        query = select(observations, before.label("before")).where(o.revision > 1, before.is_not(None))
        if feed is not None:
            query = query.where(o.feed == feed)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(o.received_ms.desc()).limit(limit)).mappings().all()
            return [Correction(before=self._before(connection, row), after=rows.observation_of(row)) for row in found]

    @staticmethod
    def _before(connection: Connection, row: rows.Row) -> Observation:
        o = observations.c
        query = select(observations).where(*(o[name] == row[name] for name in _IDENTITY), o.revision == row["before"])
        return rows.observation_of(connection.execute(query).mappings().one())
