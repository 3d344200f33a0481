"""Workbooks to fill in: every unit by its code, the headings of a feed, locked but for the figures."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import xlsxwriter

from domain.feeds.feed import Bearer, Feed, Measure
from domain.feeds.payload import Format
from domain.organisation import Organisation
from domain.places.place import IN_FORCE
from domain.subject import SubjectKind
from store import territories

_SHEET = "Số liệu"
_PERIOD = "Kỳ báo cáo"
_WIDTH = 18
_ROUTES = ("Mã tuyến",)
_HEADS: Mapping[SubjectKind, tuple[str, ...]] = {
    SubjectKind.PLACE: ("Mã xã", "Tên xã"),
    SubjectKind.ORGANISATION: ("Mã cơ quan", "Tên cơ quan"),
    SubjectKind.ENTITY: ("Mã xe",),
}

Rows = Sequence[tuple[str, ...]]
"""Code and name of each unit; vehicles and routes have a code only."""


class Templates:
    """Forms of feeds that take files: for places, for organisations, or for vehicles and routes."""

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        organisations: Callable[[], Mapping[str, Organisation]],
        entities: Callable[[Feed], Sequence[str]],
    ) -> None:
        """``organisations`` is the register, ``entities`` the codes of a feed's vehicles or routes (both block)."""
        self._feeds, self._organisations, self._entities = feeds, organisations, entities

    def workbook(self, feed: str, units: Sequence[str], of: SubjectKind | None, day: date) -> bytes:
        """A workbook for figures of ``feed`` at ``day``, a row a unit; filled in, it imports without a question.

        ``units`` alone have rows, without them all. ``of`` None = what the feed's first measure describes. LookupError
        for a feed without such figures, or of which nothing is registered.
        """
        found = self._feeds.get(feed)
        if found is None or Format.FILE not in found.decoders:
            raise LookupError(feed)
        kind = of or (SubjectKind.PLACE if Bearer.PLACE in _bearers(found) else SubjectKind.ENTITY)
        bearer = Bearer.ENTITY if kind is SubjectKind.ENTITY else Bearer.PLACE
        # A measure without a unit is no number: the position of a vehicle.
        measures = [measure for measure in found.measures if measure.bearer is bearer and measure.unit]
        rows = [row for row in self._rows(found, kind) if not units or row[0] in units]
        if not measures or not rows:
            raise LookupError(feed)
        heads = _ROUTES if kind is SubjectKind.ENTITY and found.is_routed else _HEADS[kind]
        return _workbook(heads, sorted(rows), measures, day)

    def _rows(self, feed: Feed, kind: SubjectKind) -> Rows:
        if kind is SubjectKind.PLACE:
            return [(place.code, place.name) for place in territories.places(IN_FORCE)]
        if kind is SubjectKind.ORGANISATION:
            return [(code, one.name) for code, one in self._organisations().items()]
        return [(code,) for code in self._entities(feed)]


NO_TEMPLATES = Templates({}, dict, lambda _: ())


def _bearers(feed: Feed) -> set[Bearer]:
    return {measure.bearer for measure in feed.measures}


def _workbook(heads: tuple[str, ...], rows: Rows, measures: Sequence[Measure], day: date) -> bytes:
    headings, first = [*heads, _PERIOD, *map(_heading, measures)], len(heads) + 1
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_SHEET)
        bold, open_ = book.add_format({"bold": True}), book.add_format({"locked": False})
        sheet.set_column(0, len(headings) - 1, _WIDTH)
        sheet.freeze_panes(1, first)
        sheet.protect()
        for column, head in enumerate(headings):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
            sheet.write_string(number, len(row), day.isoformat(), open_)
            for column in range(first, len(headings)):
                sheet.write_blank(number, column, None, open_)
    return out.getvalue()


def _heading(measure: Measure) -> str:
    return f"{measure.names.vi} ({measure.unit})"
