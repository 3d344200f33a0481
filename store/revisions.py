"""Revisions of observations: a repeat changes nothing, another value becomes the current revision; none is dropped."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache

from sqlalchemy import Connection, Engine, and_, func, select, tuple_

from domain.correction import Correction
from domain.instant import to_ms
from domain.observation import Observation, standing
from domain.period import Period
from domain.subject import SubjectKind
from store import rows
from store.database import Insert, among, execute_many, insert, insert_new
from store.tables.observations import observations, observations_latest

_LOOKUP_CHUNK = 1_000
# From as many figures of one series on, reading all of its instants between them is quicker than looking up each.
_LONG, _BETWEEN = 16, 8
_SERIES = 7
_IDENTITY = (
    *("feed", "measure", "subject_kind", "subject", "territory", "source", "span"),
    *("at_ms", "period"),
)

_ENTITY, _ORGANISATION, _PLACE = (
    kind.value for kind in (SubjectKind.ENTITY, SubjectKind.ORGANISATION, SubjectKind.PLACE)
)

Identity = tuple[str, str, str, str, str, str, str, int, str]
Says = tuple[float | None, str, str, str]
Statement = tuple[Identity, Says]
Stood = Mapping[Identity, Mapping[int, Says]]
"""By identity, the content of each stored revision: value, status, kind, and the place where it counts."""


@dataclass(slots=True)
class Numbered:
    """Observations to store: ``fresh`` are new and numbered, ``stands`` are those of them that are now current.

    The other ``fresh`` ones are older revisions that came late and only join the history. ``corrected`` counts those
    that replace a current one, ``repeats`` those that change nothing.
    """

    fresh: list[Observation] = field(default_factory=list)
    stands: list[Observation] = field(default_factory=list)
    corrected: int = 0
    repeats: int = 0


def identity(item: Observation) -> Identity:
    """The identity of an observation, without its revision."""
    # As `Observation.of` says it; a file has 200,000 of them.
    if item.entity:
        kind, subject, territory = _ENTITY, item.entity, ""
    elif item.organisation:
        kind, subject, territory = _ORGANISATION, item.organisation, ""
    else:
        kind, subject, territory = _PLACE, item.place, item.territory
    span, written = _written(item.period)
    return (item.feed, item.measure, kind, subject, territory, item.source, span, _ms(item.at), written)


@lru_cache(maxsize=4_096)  # the figures of one file share few periods
def _written(period: Period) -> tuple[str, str]:
    return period.span.value, period.code


@lru_cache(maxsize=4_096)  # and few instants
def _ms(at: datetime) -> int:
    return to_ms(at)


def said_by(item: Observation) -> Says:
    """The content of a revision. It includes the kind: a measured value corrects an equal simulated one."""
    return item.value, item.status.value, item.kind.value, item.place


def stood(connection: Connection, identities: Iterable[Identity]) -> dict[Identity, dict[int, Says]]:
    """Every stored revision of these identities."""
    series: defaultdict[tuple[object, ...], list[Identity]] = defaultdict(list)
    for key in identities:
        series[key[:_SERIES]].append(key)
    found: dict[Identity, dict[int, Says]] = {}
    columns = [observations.c[name] for name in _IDENTITY]
    o = observations.c
    query = select(*columns, o.revision, o.value, o.status, o.kind, o.place)
    single: set[Identity] = set()
    for of, keys in series.items():
        if len(keys) < _LONG:
            single.update(keys)
            continue
        # A file of many days: its figures lie side by side, and one range has them, unless many others lie between.
        wanted, instants = set(keys), [key[_SERIES] for key in keys]
        same = [column == part for column, part in zip(columns, of, strict=False)]
        within = query.where(*same, o.at_ms.between(min(instants), max(instants))).limit(_BETWEEN * len(keys))
        read = connection.execute(within).all()
        if len(read) == _BETWEEN * len(keys):
            single.update(keys)
            continue
        for row in read:
            if (key := tuple(row[:9])) in wanted:
                found.setdefault(key, {})[row[9]] = (row[10], row[11], row[12], row[13])
    wanted_alone = sorted(single)
    for start in range(0, len(wanted_alone), _LOOKUP_CHUNK):
        chunk = wanted_alone[start : start + _LOOKUP_CHUNK]
        for row in connection.execute(among(connection.dialect.name, query, columns, chunk)):
            found.setdefault(tuple(row[:9]), {})[row[9]] = (row[10], row[11], row[12], row[13])
    return found


def statement(item: Observation) -> Statement:
    """Identity and content of an observation, without its revision."""
    return identity(item), said_by(item)


def statements(connection: Connection, identities: Iterable[Identity]) -> set[Statement]:
    """Every stored statement of these identities."""
    return {(key, says) for key, revisions in stood(connection, identities).items() for says in revisions.values()}


def numbered(given: Iterable[Observation], known: Stood) -> Numbered:
    """Number ``given`` in order, after the ``known`` revisions of their identities.

    Without a number, or with one that another value holds: the next after the highest, unless it repeats the current
    revision. With a number above the highest: that number. With a free number below it: history under that number; the
    current revision stays.
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
    """Store ``given`` in the caller's transaction and update the newest of each series, marked with ``batch``."""
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
    """Sort key: the last observation of a series in this order is its newest."""
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
    """Queries on corrections; the front door also asks for stored revisions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stood(self, identities: Iterable[Identity]) -> dict[Identity, dict[int, Says]]:
        """See `stood`."""
        with self._engine.connect() as connection:
            return stood(connection, identities)

    def beside(self, given: Collection[Identity]) -> int:
        """How many known figures of the same feeds, sources, measures and periods stand and are not among ``given``."""
        o = observations.c
        periods: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for key in given:
            if key[8]:
                periods[key[0], key[1], key[5], key[6]].add(key[8])
        known: dict[Identity, float | None] = {}
        with self._engine.connect() as connection:
            for (feed, measure, source, span), codes in periods.items():
                same = (o.feed == feed, o.measure == measure, o.source == source, o.span == span)
                within = o.period.between(min(codes), max(codes))
                query = select(*(o[name] for name in _IDENTITY), o.value).where(*same, within).order_by(o.revision)
                rows_ = connection.execution_options(yield_per=_LOOKUP_CHUNK).execute(query)
                found = ((tuple(row[:9]), row[9]) for row in rows_ if row[8] in codes)
                known.update((key, value) for key, value in found if key not in given)
        # A period that is told again while it runs has another instant; few are, so ``given`` is not kept twice.
        beside = {(*key[:7], key[8]) for key, value in known.items() if value is not None}
        return len(beside.difference((*key[:7], key[8]) for key in given) if beside else beside)

    def newest(self, limit: int = 100, feed: str | None = None) -> list[Correction]:
        """The newest corrections by arrival. A first revision with a number above 1 is not a correction."""
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
