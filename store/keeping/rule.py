"""How long one table keeps its rows: what a rule of retention says."""

from dataclasses import dataclass

from sqlalchemy.sql.schema import Table

from domain.text import Text

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Removes rows of ``table`` older than ``days``. ``why`` is the reason for that number.

    ``time`` is the column that gives a row's age: epoch milliseconds (``*_ms``) or an ISO day in Việt Nam. ``apart`` is
    the first key column when no index begins with ``time``: the job handles its values one after the other. ``clears``
    empties that column and keeps the row. ``forgets``: people's data, so an entry of the audit log tells each run that
    removes some. ``chained``: only the first rows go, and an entry tells where the chain then begins. A setting may
    choose days from ``least`` to ``most``. ``limit_bytes`` bounds the sum of column ``kept_bytes``: the oldest rows go
    first.
    """

    key: str
    names: Text
    table: Table
    days: int
    why: str
    time: str
    apart: str = ""
    clears: str = ""
    forgets: bool = False
    chained: bool = False
    least: int = 1
    most: int = 36_500
    limit_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """Thins rows older than ``days``: per series it keeps the last row of each ``grain_ms`` and every change of status.

    ``latest`` is the table with one row per series; ``by`` are the columns that group series for one query. Rows with
    the same ``time`` go or stay together; where ``time`` is NULL, ``otherwise`` replaces it. ``state`` is the status
    column. Only rows of ``kinds`` and series of ``spans`` go, if the table has these columns. The rest is as in `Rule`.
    """

    key: str
    names: Text
    table: Table
    latest: Table
    by: tuple[str, ...]
    series: tuple[str, ...]
    time: str
    days: int
    grain_ms: int
    why: str
    otherwise: str = ""
    state: str = ""
    kinds: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    least: int = 1
    most: int = 36_500
