"""Results of one KPI for every subject, as columns: stored and published whole, turned into objects only on demand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from domain.instant import from_ms, to_ms
from domain.kpis.kpi import Floats, KpiResult, Missing, Stated, Status
from domain.observation import LEAST_FACTUAL_LAST, Kind
from domain.places.place import PROVINCE
from domain.subject import Subject, SubjectKind, place

Ints = NDArray[np.int64]
T = TypeVar("T")

NEVER = np.iinfo(np.int64).min
"""Marks a missing instant."""
STATUSES = tuple(Status)
"""Each status's number in the columns, mildest first; -1 is none."""
CODE = {status: code for code, status in enumerate(STATUSES)}
MISSING = tuple(Missing)
"""Each reason's number in the columns; -1 is none."""
_TIMES = ("as_of_ms", "computed_ms", "since_ms", "pending_since_ms")
_COUNTS = ("reporting", "expected", "status", "pending")
_OF_WINDOWS = ("told", "asked")
_OPTIONAL = (*_OF_WINDOWS, "missing")
_KINDS_ROW = np.dtype(f"V{np.dtype(np.int64).itemsize * len(LEAST_FACTUAL_LAST)}")
_FLOATS = ("value", "numerator", "denominator")


@dataclass(slots=True, kw_only=True, eq=False)
class ResultColumns:
    """One KPI for ``codes``, one array per column. ``codes`` are subjects of ``kind``, and the province as a place.

    NaN marks a missing value, NEVER a missing instant. ``kinds`` counts contributors by subject and kind (in the order
    of LEAST_FACTUAL_LAST). ``computed_ms`` is when a result last changed; ``pending`` and ``pending_since_ms`` are the
    status machine's memory (-1 and NEVER: nothing). ``told`` of ``asked`` counts the figures of a window or composite;
    None for a KPI of newest figures. ``missing`` says why values are missing; None when none is.
    """

    key: str
    territory: str
    kind: SubjectKind
    codes: tuple[str, ...]
    value: Floats
    numerator: Floats
    denominator: Floats
    reporting: Ints
    expected: Ints
    as_of_ms: Ints
    computed_ms: Ints
    status: Ints
    since_ms: Ints
    pending: Ints
    pending_since_ms: Ints
    kinds: Ints
    sources: Sequence[tuple[str, ...]]
    stated: Stated | None = None
    told: Ints | None = None
    asked: Ints | None = None
    missing: Ints | None = None
    _at: dict[str, int] = field(default_factory=dict, init=False, repr=False)
    _text: bytes = field(default=b"", init=False, repr=False)
    _rows: Sequence[KpiResult] = field(default=(), init=False, repr=False)

    def result(self, code: str) -> KpiResult | None:
        """The result for one subject; None when there is none."""
        if not self._at:
            self._at = {known: index for index, known in enumerate(self.codes)}
        index = self._at.get(code)
        return None if index is None else self.row(index)

    def results(self) -> Sequence[KpiResult]:
        """Every result in the order of ``codes``, created once because alarms and cards of every view read them."""
        if not self._rows:
            self._rows = tuple(map(self.row, range(len(self.codes))))
        return self._rows

    def row(self, index: int) -> KpiResult:
        """The result for the subject at position ``index``."""
        code = self.codes[index]
        return KpiResult(
            key=self.key,
            of=subject(self.kind, code, self.territory),
            value=_number(self.value[index]),
            numerator=_number(self.numerator[index]),
            denominator=_number(self.denominator[index]),
            reporting=int(self.reporting[index]),
            expected=int(self.expected[index]),
            as_of=_instant(self.as_of_ms[index]),
            computed_at=from_ms(int(self.computed_ms[index])),
            status=STATUSES[self.status[index]],
            since=from_ms(int(self.since_ms[index])),
            kinds={kind: n for kind, n in zip(LEAST_FACTUAL_LAST, self.kinds[index].tolist(), strict=True) if n},
            sources=self.sources[index],
            stated=self.stated if code == PROVINCE else None,
            told=0 if self.told is None else int(self.told[index]),
            asked=0 if self.asked is None else int(self.asked[index]),
            missing=None if self.missing is None or self.missing[index] < 0 else MISSING[self.missing[index]],
        )

    def text(self) -> bytes:
        """The document as JSON, built once for storing and publishing; do not change the columns afterwards."""
        if not self._text:
            self._text = orjson.dumps(self.document(), option=orjson.OPT_SERIALIZE_NUMPY)
        return self._text

    def document(self) -> dict[str, Any]:
        """As orjson takes it, numpy's arrays too; a column of equal values is written once.

        `from_document` is the inverse.
        """
        # A row as one value of its bytes: making tuples of them took half of the time of a document.
        kinds, which = _numbered(np.ascontiguousarray(self.kinds).view(_KINDS_ROW).ravel().tolist())
        names, who = _numbered(self.sources)
        told = {name: getattr(self, name) for name in (*_FLOATS, *_COUNTS, *_TIMES, *_OPTIONAL)}
        return {
            "key": self.key,
            "territory": self.territory,
            "kind": self.kind.value,
            "codes": _listed(self.codes),
            **{name: _once(column) for name, column in told.items() if column is not None},
            "kinds": which if len(kinds) > 1 else 0,
            "sources": who if len(names) > 1 else 0,
            "kind_counts": [np.frombuffer(one, np.int64) for one in kinds],
            "source_names": names,
            "stated": None if self.stated is None else stated_document(self.stated),
        }


def from_document(given: Mapping[str, Any]) -> ResultColumns:
    """The columns from a `ResultColumns.document`."""
    codes = tuple(given["codes"])

    def whole(name: str, dtype: type[np.float64] | type[np.int64]) -> Any:
        column = np.array(given[name], dtype)
        return column if column.ndim else np.full(len(codes), column)

    names = [tuple(one) for one in given["source_names"]]
    columns: dict[str, Any] = {name: whole(name, np.float64) for name in _FLOATS}
    columns |= {name: whole(name, np.int64) for name in (*_COUNTS, *_TIMES)}
    columns |= {name: whole(name, np.int64) for name in _OPTIONAL if name in given}
    return ResultColumns(
        key=given["key"],
        territory=given["territory"],
        kind=SubjectKind(given["kind"]),
        codes=codes,
        **columns,
        kinds=np.array(given["kind_counts"], np.int64)[whole("kinds", np.int64)],
        sources=[names[index] for index in whole("sources", np.int64)],
        stated=None if given["stated"] is None else stated_from(given["stated"]),
    )


def gathered(key: str, territory: str, results: Sequence[KpiResult]) -> ResultColumns:
    """Results of one KPI as columns, the inverse of `ResultColumns.results`; nothing is pending.

    The subjects are places of ``territory``, or organisations and the province.
    """
    kinds = {r.of.kind for r in results if r.of.code != PROVINCE}

    def floats(name: str) -> Floats:
        return np.array([getattr(r, name) for r in results], np.float64)

    def counts(name: str) -> Ints:
        return np.array([getattr(r, name) for r in results], np.int64)

    def instants(given: Iterable[datetime | None]) -> Ints:
        return np.array([NEVER if at is None else to_ms(at) for at in given], np.int64)

    return ResultColumns(
        key=key,
        territory=territory,
        kind=kinds.pop() if kinds else SubjectKind.PLACE,
        codes=tuple(r.of.code for r in results),
        value=floats("value"),
        numerator=floats("numerator"),
        denominator=floats("denominator"),
        reporting=counts("reporting"),
        expected=counts("expected"),
        as_of_ms=instants(r.as_of for r in results),
        computed_ms=instants(r.computed_at for r in results),
        status=np.array([CODE[r.status] for r in results], np.int64),
        since_ms=instants(r.since for r in results),
        pending=np.full(len(results), -1),
        pending_since_ms=np.full(len(results), NEVER),
        kinds=np.array([[r.kinds.get(kind, 0) for kind in LEAST_FACTUAL_LAST] for r in results], np.int64),
        sources=[r.sources for r in results],
        stated=next((r.stated for r in results if r.of.code == PROVINCE), None),
        **{name: counts(name) for name in _OF_WINDOWS if any(r.asked for r in results)},
    )


def subject(kind: SubjectKind, code: str, territory: str) -> Subject:
    """The subject of a code in columns of ``kind``; the province is a place in columns of every kind."""
    return place(code, territory) if kind is SubjectKind.PLACE or code == PROVINCE else Subject(kind, code)


def stated_document(said: Stated) -> dict[str, Any]:
    """The province's own figure as a JSON document."""
    return {
        "value": said.value,
        "numerator": said.numerator,
        "denominator": said.denominator,
        "as_of_ms": to_ms(said.as_of),
        "kinds": {kind.value: n for kind, n in said.kinds.items()},
        "sources": said.sources,
    }


def stated_from(given: Mapping[str, Any]) -> Stated:
    """The province's own figure from its document."""
    return Stated(
        value=given["value"],
        numerator=given["numerator"],
        denominator=given["denominator"],
        as_of=from_ms(given["as_of_ms"]),
        kinds={Kind(kind): n for kind, n in given["kinds"].items()},
        sources=tuple(given["sources"]),
    )


def _once(column: Floats | Ints) -> Floats | Ints | float | int:
    """The single value of a column where all are equal, else the column; no value (NaN) equals no value."""
    told = column.tobytes()  # the cheapest comparison of a whole column by far, and of NaN as well
    if len(column) and told == told[: column.itemsize] * len(column):
        return column[0].item()  # type: ignore[no-any-return]
    return column if column.flags.c_contiguous else column.copy()


def _numbered(given: Sequence[T]) -> tuple[list[T], list[int]]:
    """The distinct items, and for each given item its index among them."""
    if given and given.count(given[0]) == len(given):  # usually one system is the only source
        return [given[0]], [0] * len(given)
    number = {one: at for at, one in enumerate(dict.fromkeys(given))}
    return list(number), list(map(number.__getitem__, given))


@lru_cache(maxsize=256)
def _listed(codes: tuple[str, ...]) -> orjson.Fragment:
    """Codes as JSON, cached: KPIs of one level share them, and they rarely change."""
    return orjson.Fragment(orjson.dumps(codes))


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def _instant(ms: np.int64) -> datetime | None:
    return None if ms == NEVER else from_ms(int(ms))
