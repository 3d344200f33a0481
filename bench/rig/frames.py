"""Sums, ratios and n of N of KPIs by polars and by DuckDB, with one query for all KPIs over prepared frames.

The queries do less than our evaluation: no kinds, no sources, no last value of silent contributors, no status.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from bench.rig.kpi_world import STALE_AFTER, World
from domain.instant import to_ms
from domain.kpis.kpi import Kpi
from domain.places.place import PROVINCE
from evaluation.evaluate import qualified

Answer = dict[tuple[str, str], tuple[float, float, float, int, int]]
"""(KPI, code) to numerator, denominator (NaN: none), value, n, N."""
_OLD = STALE_AFTER // timedelta(milliseconds=1)
_VALUE = "CASE WHEN kind IN ('ratio', 'share') THEN scale * above / below ELSE above END"
_SQL = f"""
WITH fresh AS (SELECT * FROM cells WHERE at_ms >= ? - {_OLD} AND value IS NOT NULL),
told AS (
    SELECT k.key, k.kind, k.scale, k.low, k.high, a.place,
        CASE k.kind WHEN 'difference' THEN a.value - b.value ELSE a.value END AS above,
        CASE k.kind WHEN 'difference' THEN a.value WHEN 'ratio' THEN b.value WHEN 'share' THEN 1 END AS below
    FROM kpis k
    JOIN fresh a ON a.feed = k.feed AND a.measure = k.first
    JOIN fresh b ON b.feed = k.last_feed AND b.measure = k.last AND b.contributor = a.contributor
    WHERE k.by_place = (a.place <> '{PROVINCE}')
),
added AS (
    SELECT t.key, w.code, sum(t.above) AS above, sum(t.below) AS below, count(*) AS n
    FROM told t JOIN belongs w ON w.place = t.place
    WHERE {_VALUE} BETWEEN low AND high OR isnan({_VALUE})
    GROUP BY ALL
)
SELECT key, code, above, below, {_VALUE} AS value, coalesce(n, 0) AS n, expected
FROM kpis JOIN owing USING (feed, by_place) LEFT JOIN added USING (key, code)
"""


class Frames:
    """Frames that stay the same between two ticks; ``take`` makes the frame of newest values."""

    def __init__(self, world: World) -> None:
        self._kpis = pl.DataFrame([_asked(one) for one in world.kpis.values()])
        known = {one for by in world.of.values() for one in by.items()}
        belongs = sorted({(_counted_by(*one), code) for one in known for code in _codes(world, *one)})
        self._belongs = pl.DataFrame(belongs, ["place", "code"], orient="row")
        owing = [
            (feed, one[1] != PROVINCE, code)
            for feed, by in world.of.items() for one in by.items() for code in _codes(world, *one)
        ]  # fmt: skip
        self._owing = pl.DataFrame(owing, ["feed", "by_place", "code"], orient="row").group_by(pl.all()).len("expected")
        self._cells = pl.DataFrame()
        self._duck = duckdb.connect()
        for name, frame in (("kpis", self._kpis), ("belongs", self._belongs), ("owing", self._owing)):
            self._into_duck(name, frame)

    def take(self, world: World) -> None:
        """Newest values of every feed, in one frame and in one table."""
        parts = []
        for feed, table in world.tables().items():
            measures, count = list(table.measures), len(table.contributors)
            parts.append(pl.DataFrame({
                "feed": [feed] * (count * len(measures)),
                "measure": np.repeat(measures, count).tolist(),
                "contributor": list(table.contributors) * len(measures),
                "place": list(map(_counted_by, table.contributors, table.places)) * len(measures),
                "at_ms": table.at_ms.ravel(),
                "value": pl.Series(table.value.ravel(), nan_to_null=True),
            }))  # fmt: skip
        self._cells = pl.concat(parts)
        self._into_duck("cells", self._cells)

    def polars(self, now: datetime) -> pl.DataFrame:
        """One lazy query."""
        fresh = self._cells.lazy().filter(pl.col("at_ms") >= to_ms(now) - _OLD, pl.col("value").is_not_null())
        other = fresh.select("feed", "measure", "contributor", second="value")
        kind, above, below = pl.col("kind"), pl.col("above"), pl.col("below")
        divides = kind.is_in(["ratio", "share"])
        value = pl.when(divides).then(pl.col("scale") * above / below).otherwise(above)
        added = (
            self._kpis.lazy()
            .join(fresh, left_on=["feed", "first"], right_on=["feed", "measure"])
            .join(other, left_on=["last_feed", "last", "contributor"], right_on=["feed", "measure", "contributor"])
            .filter(pl.col("by_place") == (pl.col("place") != PROVINCE))
            .with_columns(
                above=pl.when(kind == "difference").then(pl.col("value") - pl.col("second")).otherwise("value"),
                below=pl.when(kind == "difference").then("value").when(kind == "ratio").then("second")
                .when(kind == "share").then(1.0),
            )
            .filter(value.is_between("low", "high") | value.is_nan())
            .join(self._belongs.lazy(), on="place")
            .group_by("key", "code")
            .agg(above.sum(), below.sum(), n=pl.len())
        )  # fmt: skip
        return (
            self._kpis.lazy()
            .join(self._owing.lazy(), on=["feed", "by_place"])
            .join(added, on=["key", "code"], how="left")
            .select("key", "code", "above", "below", value.alias("value"), pl.col("n").fill_null(0), "expected")
            .collect()
        )

    def duckdb(self, now: datetime) -> Mapping[str, Any]:
        """The columns of one SQL statement over tables in memory."""
        return self._duck.execute(_SQL, [to_ms(now)]).fetchnumpy()

    def _into_duck(self, name: str, frame: pl.DataFrame) -> None:
        self._duck.register("given", pd.DataFrame(frame.to_dict(as_series=False)))
        self._duck.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")


def answer(rows: Iterable[tuple[Any, ...]]) -> Answer:
    """Rows of a query by KPI and code."""
    nothing = float("nan")
    found: Answer = {}
    for key, code, above, below, value, n, of in rows:
        numerator, denominator, quotient = (nothing if one is None else float(one) for one in (above, below, value))
        found[key, code] = (numerator, denominator, quotient, int(n), int(of))
    return found


def _asked(kpi: Kpi) -> dict[str, object]:
    first, last = (qualified(kpi, kpi.formula.needs[end]) for end in (0, -1))
    return {
        "key": kpi.key, "feed": kpi.feed, "first": first[1], "last_feed": last[0], "last": last[1],
        "kind": kpi.formula.described.kind, "scale": kpi.formula.described.scale, "by_place": kpi.by_place,
        "low": kpi.plausible_low, "high": kpi.plausible_high,
    }  # fmt: skip


def _counted_by(contributor: str, place: str) -> str:
    """What a figure is counted by: its place, or an organisation's own code."""
    return place or contributor


def _codes(world: World, contributor: str, place: str) -> list[str]:
    """Codes for which figures count: an organisation or a place, its place sets, the province."""
    if not place:
        return [contributor, PROVINCE]
    return list(dict.fromkeys([place, *(one.key for one in world.sets if place in one.codes), PROVINCE]))
