"""What QĐ 766 counts of dossiers by month and office, kept in the transaction that writes the dossiers.

A month of a province is a tenth of a million rows, which no screen can wait for; the sums of its offices are a
thousand. What only the hour makes late (open, past its due date) is not in them: `store.casework.dossiers` counts it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter

from sqlalchemy import Connection, case, select

from domain.instant import day_start, from_ms, service_day, to_ms
from domain.services.dossier import Channel
from domain.services.dossier_counts import MONTH_SUMS
from store.database import Insert, among, execute_rows, insert
from store.rows import Row
from store.tables.dossiers import dossier_months, dossiers

_LOOKUP_CHUNK = 500
_HOUR_MS = 3_600_000
Key = tuple[int, str, str, str]
"""Month (its first instant), office, place, kind: the primary key."""


def add(connection: Connection, rows: Mapping[str, Row]) -> None:
    """Take out what these dossiers counted as they stood, and add what they count now; before they are written."""
    sums: dict[Key, list[int]] = {}
    told: dict[Key, int] = defaultdict(int)
    for sign, stand in ((-1, _stored(connection, list(rows))), (1, rows.values())):
        for row in stand:
            for month_ms, counts in _parts(row):
                key = month_ms, row["office"], row["place"], row["kind"]
                before = sums.get(key)
                sums[key] = [sign * one for one in counts] if before is None else [
                    one + sign * more for one, more in zip(before, counts, strict=True)
                ]  # fmt: skip
                told[key] = max(told[key], row["told_ms"])
    # In one order, so that readers of two parts of a feed never wait for each other's rows.
    changed = [(*key, *sums[key], told[key]) for key in sorted(sums)]
    execute_rows(connection, _adding(connection.dialect.name), dossier_months, changed)


def _stored(connection: Connection, keys: Sequence[str]) -> Iterable[Row]:
    query = select(dossiers)
    for start in range(0, len(keys), _LOOKUP_CHUNK):
        wanted = [(key,) for key in keys[start : start + _LOOKUP_CHUNK]]
        found = among(connection.dialect.name, query, [dossiers.c.case_key], wanted)
        yield from connection.execute(found).mappings()


_FACTS = itemgetter("has_fee", "paid", "asks_result", "e_result", "digitised", "reused", "shared", "verified")


def _parts(row: Row) -> Iterable[tuple[int, Sequence[int]]]:
    """What a dossier counts in the month of its receipt and, if that is another, of its end; as `MONTH_SUMS`."""
    due_ms, ended_ms, by_rule = row["due_ms"], row["ended_ms"], row["supplements"] > 1
    received = _month_ms(row["received_ms"] // _HOUR_MS)
    fee, paid, asks, e_result, digitised, reused, shared, verified = _FACTS(row)
    judged = by_rule or due_ms is not None
    late = by_rule or (ended_ms is not None and due_ms is not None and ended_ms > due_ms)
    online = row["channel"] == Channel.ONLINE and (e_result or not asks)
    of_both = (1, int(judged), int(late), int(ended_ms is not None))
    yield (
        received,
        (*of_both, 1, online, fee, fee and paid, asks, asks and e_result, digitised, reused, shared, verified),
    )
    if ended_ms is not None and (ended := _month_ms(ended_ms // _HOUR_MS)) != received:
        yield ended, (*of_both, *_NOT_RECEIVED)


_NOT_RECEIVED = (0,) * (len(MONTH_SUMS) - 4)


@lru_cache(maxsize=4_096)
def _month_ms(hour: int) -> int:
    """The first instant of the month of this hour since 1970, in Việt Nam, whose months begin on the hour."""
    return to_ms(day_start(service_day(from_ms(hour * _HOUR_MS)).replace(day=1)))


@cache
def _adding(dialect: str) -> Insert:
    statement = insert(dialect, dossier_months)
    new, old = statement.excluded, dossier_months.c
    changed = {name: old[name] + new[name] for name in MONTH_SUMS}
    newest = case((new.told_ms > old.told_ms, new.told_ms), else_=old.told_ms)
    keys = ["month_ms", "office", "place", "kind"]
    return statement.on_conflict_do_update(index_elements=keys, set_={**changed, "told_ms": newest})
