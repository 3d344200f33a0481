"""Our evaluation beside polars and DuckDB: the same sums, ratios and n of N by place, from the same newest values."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import isclose
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np

from bench.rig.figure import Figure
from bench.rig.kpi_world import World, declared, many
from centre.memory import settle

try:
    from bench.rig.frames import Answer, Frames, answer
except ImportError as absent:
    _ABSENT = f"left out: {absent}"
else:
    _ABSENT = ""

FIGURES = ("kpi_evaluate_beside_polars", "kpi_evaluate_beside_duckdb", "kpi_evaluate_200_beside_polars",
           "kpi_evaluate_200_beside_duckdb")  # fmt: skip
T = TypeVar("T")
REPEATS = 12


def measure() -> Iterator[Figure]:
    """Milliseconds to evaluate all changes; baseline: one query of the other library, with equal results."""
    settle()
    if _ABSENT:
        print(_ABSENT, flush=True)
        return
    for name, make in (("kpi_evaluate", declared), ("kpi_evaluate_200", many)):
        yield from _beside(name, make(silent=True))


def _beside(name: str, world: World) -> Iterator[Figure]:
    frames, now = Frames(world), datetime.now(UTC)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", "polars", "duckdb", "one")}
    equal = 0
    for _ in range(REPEATS):
        now += timedelta(seconds=7)
        world.speak(now)
        frames.take(world)
        _timed(taken["ours"], world.evaluate, now)
        of_polars = answer(_timed(taken["polars"], frames.polars, now).iter_rows())
        columns = _timed(taken["duckdb"], frames.duckdb, now)
        of_duckdb = answer(zip(*(column.tolist() for column in columns.values()), strict=True))
        equal = _checked(world, of_polars)
        _checked(world, of_duckdb)
        world.one_speaks(now)
        _timed(taken["one"], world.evaluate, now)
    wall, cpu = _medians(taken["ours"])
    one, _ = _medians(taken["one"])
    for library in ("polars", "duckdb"):
        theirs, their_cpu = _medians(taken[library])
        yield Figure(
            name=f"{name}_beside_{library}", value=wall, unit="ms", baseline=theirs, ratio=wall / theirs,
            note=f"{len(world.kpis)} KPIs, every value new, {equal} results equal; ours with kinds, sources, last "
            f"known values and status machines: {cpu:.1f} ms of CPU; {library}'s query alone: {their_cpu:.1f} ms of "
            f"CPU. When one value of one measure is new ours takes {one:.2f} ms",
        )  # fmt: skip


def _timed(taken: list[tuple[float, float]], work: Callable[[datetime], T], now: datetime) -> T:
    wall, cpu = perf_counter(), process_time()
    done = work(now)
    taken.append((1000 * (perf_counter() - wall), 1000 * (process_time() - cpu)))
    return done


def _medians(taken: list[tuple[float, float]]) -> tuple[float, float]:
    """Median wall and CPU time, without the first tick."""
    wall, cpu = zip(*taken[1:], strict=True)
    return median(wall), median(cpu)


def _checked(world: World, theirs: "Answer") -> int:
    """Number of equal results; RuntimeError at the first that differs.

    Compares n and N always, sums and value only where coverage suffices: otherwise ours gives the last known value.
    """
    count = 0
    for key, columns in world.newest.items():
        least = world.kpis[key].min_coverage
        for at, code in enumerate(columns.codes):
            n, of = int(columns.reporting[at]), int(columns.expected[at])
            mine = [float(getattr(columns, name)[at]) for name in ("numerator", "denominator", "value")]
            *said, their_n, their_of = theirs[key, code]
            same = (n, of) == (their_n, their_of)
            if n >= max(1.0, least * of) and not np.isnan(mine[2]):
                same = same and all(
                    isclose(a, b, rel_tol=1e-9) or (np.isnan(a) and (np.isnan(b) or b == 0))
                    for a, b in zip(mine, said, strict=True)
                )
            if not same:
                raise RuntimeError(f"{key} at {code}: ours {mine, n, of}, theirs {theirs[key, code]}")
            count += 1
    if count != len(theirs):
        raise RuntimeError(f"ours has {count} results, theirs {len(theirs)}")
    return count
