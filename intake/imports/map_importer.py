"""Maps on the import machine: a file is read into a layer that no map shows before somebody approved it."""

import asyncio
import errno
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import orjson

from domain.access.principal import Principal
from domain.imports.file_import import FileImport, Preview, ProblemShown
from domain.imports.kinds.maps import KIND
from domain.imports.question import Answers
from domain.numbers import number
from domain.places.map_layer import Box, ImportRefusedError, ImportReport, LayerKind, MapLayer, Note, Progress
from domain.places.map_order import MapOrder, order_of
from domain.places.place import Place
from domain.places.territory import TERRITORIES, Level
from domain.text import Language, Text
from intake.imports.importer import Body, Decision, Looked, Usual, principal_of
from store.maps.map_files import MapFiles
from store.maps.map_layers import MapLayers, Shapes

IMPORTER = 1
"""Raise this when the readers turn the same file into another layer: importing it again is then no repetition."""
WAITS = timedelta(days=30)

_USE, _BACK = b"use ", b"back "
_NOTES_SHOWN = 200
_MATCHED = Text("Khớp {n}/{all} đơn vị.", "{n} of {all} units match.")
_STREETS = Text("{streets} đoạn đường, {names} tên đường, {km} km.", "{streets} streets, {names} names, {km} km.")
_REPLACES = Text(
    "Khi duyệt, lớp này thay lớp đang hiện: {file} ({source}).",
    "Once approved it replaces the layer shown: {file} ({source}).",
)
_KEEPING = Text("Lưu lớp để xem trước", "Keeping the layer for its preview")
_WAITING = Text("Đợi đọc xong một tệp bản đồ khác", "Waiting until another map file has been read")
_DISK_FULL = Text(
    "Hết chỗ trên đĩa; bản đồ không thay đổi. Hãy giải phóng chỗ trong IOC_DATA_DIR rồi nạp lại.",
    "The disk is full; the map is unchanged. Free space in IOC_DATA_DIR and import again.",
)
_BAD_WORDS = Text("Khai báo không đúng: {why}.", "Something said of the file is wrong: {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRead:
    """A reader's output: boundaries, or files ("tiles", "graph") in the work folder."""

    box: Box
    report: ImportReport
    shapes: Shapes = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


Reader = Callable[[MapOrder, Path, Sequence[Place], Path, Progress], MapRead]
"""Reads a file of an order for these places, with a work folder; raises ImportRefusedError."""


class MapImporter(Usual):
    """Takes boundaries and streets. Reading is heavy: it happens in a process of its own, one file at a time.

    A layer's id follows from its content and the words said of it (decision 0011), so that reading a file again after a
    kill makes the same layer, and a file that was read before is not read again.
    """

    def __init__(
        self, maps: MapLayers, files: MapFiles, places: Callable[[str], Sequence[Place]], read: Reader
    ) -> None:
        self._maps, self._files, self._places, self._reader = maps, files, places, read

    @property
    def key(self) -> str:
        """See `Importer`."""
        return KIND.key

    @property
    def kinds(self) -> Collection[str]:
        """See `Importer`."""
        return [kind.value for kind in LayerKind]

    @property
    def waits(self) -> timedelta | None:
        """As long as `MapLayers` keeps a layer that nobody approved."""
        return WAITS

    @property
    def is_heavy(self) -> bool:
        """See `Importer`."""
        return True

    def put_away(self, id_: str, name: str, body: Body, by: Principal, now: datetime) -> bytes:
        """Keep the file in a folder: rows hold no gigabytes."""
        self._files.keep(id_, body, name)
        return b""

    def original(self, found: FileImport, body: bytes) -> Body:
        """Where the file lies."""
        try:
            return self._files.original(found.id)
        except FileNotFoundError:
            raise KeyError(found.id) from None

    def look(self, found: FileImport, body: bytes, answers: Answers, progress: Progress) -> Looked:
        """Read a file into a layer that is not approved, unless that layer is there."""
        try:
            order = order_of(LayerKind(found.feed), found.source, answers)
            id_ = layer_id(order, found.sha256)
            known = self._kept(id_)
            layer = known or self._read(found, order, id_, progress)
        except ImportRefusedError as refused:
            return Looked(refused=refused.words)
        except ValueError as wrong:
            return Looked(refused=_BAD_WORDS.filled(why=str(wrong)))
        except OSError as error:
            return Looked(refused=_refusal(error))
        return Looked(preview=self._preview(layer, known is not None and self._maps.is_approved(id_)))

    def decide(self, found: FileImport, body: bytes, by: Principal, now: datetime) -> Decision:
        """Decides that the file's layer is shown instead of the one that is shown now."""
        order = order_of(LayerKind(found.feed), found.source, found.answers)
        id_ = layer_id(order, found.sha256)
        shown = self._maps.active(order.kind, order.territory, order.level)
        before = shown.id if shown else ""
        return Decision(applied=orjson.dumps([id_, before]), outbox=_USE + orjson.dumps([id_, before]))

    def take_back(self, found: FileImport, applied: bytes) -> Decision:
        """Decides that the former layer is shown again; a layer that somebody has exchanged since stays off."""
        id_, _ = orjson.loads(applied)
        layer = self._maps.layer(id_)
        return Decision(outbox=_BACK + applied, kept_back=0 if layer is not None and layer.active else 1)

    async def pass_on(self, found: FileImport, body: bytes, outbox: bytes, now: datetime) -> None:
        """Exchange the layers in one transaction, unless somebody exchanged them after the decision."""
        if outbox.startswith(_USE):
            by, (id_, before) = principal_of(found.approved_by), orjson.loads(outbox.removeprefix(_USE))
            await asyncio.to_thread(self._maps.approve, id_, before, by, now)
        else:
            by, (id_, before) = principal_of(found.withdrawn_by), orjson.loads(outbox.removeprefix(_BACK))
            await asyncio.to_thread(self._maps.give_back, id_, before, by, now)

    def clear(self, found: FileImport) -> None:
        """Remove the original of a file that was not taken."""
        self._files.forget(found.id)

    def _read(self, found: FileImport, order: MapOrder, id_: str, progress: Progress) -> MapLayer:
        places, path = _places_of(order, self._places), self._files.original(found.id)
        with self._files.reading(found.id, lambda: progress(_WAITING, 0.0)) as work:
            reading = self._reader(order, path, places, work, progress)
            progress(_KEEPING, 0.95)
            layer = MapLayer(
                id=id_,
                kind=order.kind,
                territory=order.territory,
                level=order.level,
                file_name=found.file_name,
                sha256=found.sha256,
                provenance=order.provenance,
                box=reading.box,
                imported_at=found.received_at,
                imported_by=order.by or found.received_by,
                report=reading.report,
                active=False,
                waits_of=found.received_by,
            )
            self._maps.prepare(layer, reading.shapes, reading.files, found.received_at - WAITS)
        return layer

    def _kept(self, id_: str) -> MapLayer | None:
        """The layer of that id; None when its files were lost, so that reading it again restores them."""
        known = self._maps.layer(id_)
        if known is not None and known.kind is LayerKind.STREETS:
            try:
                self._maps.tiles(id_), self._maps.graph(id_)
            except FileNotFoundError:
                return None
        return known

    def _preview(self, layer: MapLayer, known: bool) -> Preview:
        shown = self._maps.active(layer.kind, layer.territory, layer.level)
        units = layer.report.matched or 1
        return Preview(
            facts=tuple(_facts(layer, shown)),
            new=units if shown is None and not known else 0,
            changed=units if shown is not None and not known else 0,
            unchanged=units if known else 0,
            problems=tuple(map(_problem, layer.report.unmatched[:_NOTES_SHOWN])),
            warnings=tuple(map(_told, [*layer.report.mended, *layer.report.remarks][:_NOTES_SHOWN])),
            refused=len(layer.report.unmatched),
        )


def _facts(layer: MapLayer, shown: MapLayer | None) -> list[Text]:
    """What the file holds, and which layer it would replace: whoever approves sees no sheet of it."""
    report = layer.report
    found = []
    if report.expected:
        found.append(_MATCHED.filled(n=report.matched, all=report.expected))
    elif "streets" in report.counts:
        found.append(Text(_streets(report, "vi"), _streets(report, "en")))
    if shown is not None and shown.id != layer.id:
        found.append(_REPLACES.filled(file=shown.file_name, source=shown.provenance.source))
    return found


def _streets(report: ImportReport, language: Language) -> str:
    told = {name: number(report.counts.get(name), 0, language) for name in ("streets", "names", "km")}
    return _STREETS.to(language).format(**told)


def layer_id(order: MapOrder, digest: str) -> str:
    """Id of a layer: equal for the same file with the same words, independent of importer and time."""
    origin = order.provenance
    told = (digest, order.kind, order.territory, order.level, order.box, order.by_hand)
    words = (origin.source, origin.licence, origin.attribution, origin.dated)
    return sha256(repr((IMPORTER, *map(str, told), *map(str, words))).encode()).hexdigest()[:12]


def try_map(
    order: MapOrder, path: Path, places: Callable[[str], Sequence[Place]], read: Reader, work: Path, progress: Progress
) -> MapRead:
    """Read a file and keep nothing; raises ImportRefusedError."""
    try:
        return read(order, path, _places_of(order, places), work, progress)
    except OSError as error:
        raise ImportRefusedError("unreadable", _refusal(error)) from error


def read_map(order: MapOrder, path: Path, places: Sequence[Place], work: Path, progress: Progress) -> MapRead:
    """Read the file at ``path``; raises ImportRefusedError. Only the process that reads one loads GDAL and osmium."""
    if order.kind is LayerKind.STREETS:
        from data_sources.places.streets import read_streets

        streets = read_streets(path, box=order.box, work=work, progress=progress)
        files = {"tiles": streets.tiles, "graph": streets.graph}
        return MapRead(box=streets.box, report=streets.report, files=files)
    from data_sources.places.boundaries import read_boundaries

    level = order.level or Level.COMMUNE
    found = read_boundaries(
        path,
        territory=order.territory,
        level=level,
        places=places,
        progress=progress,
        by_hand=order.by_hand,
    )
    return MapRead(box=found.box, report=found.report, shapes=found.shapes)


def _places_of(order: MapOrder, places: Callable[[str], Sequence[Place]]) -> Sequence[Place]:
    """Places of every territory version; raises ImportRefusedError when the order's has no units of that level."""
    if order.kind is LayerKind.STREETS:
        return ()
    if order.territory not in {t.version for t in TERRITORIES}:
        raise ImportRefusedError(
            "unknown_territory",
            Text(
                f"Không có phiên bản địa giới {order.territory!r}. Chọn một trong: {_versions()}.",
                f"No territory version {order.territory!r}. Choose one of {_versions()}.",
            ),
        )
    known = places(order.territory)
    if not any(place.level is order.level for place in known):
        raise ImportRefusedError(
            "no_such_level",
            Text(
                f"Phiên bản địa giới {order.territory} không có đơn vị cấp này; hãy chọn cấp hoặc phiên bản khác.",
                f"Territory {order.territory} has no units of that level; choose another level or version.",
            ),
        )
    return [*known, *(place for t in TERRITORIES if t.version != order.territory for place in places(t.version))]


def _versions() -> str:
    return ", ".join(t.version for t in TERRITORIES)


def _refusal(error: OSError) -> Text:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _DISK_FULL
    told = error.strerror or str(error)
    return Text(f"Không đọc được tệp: {told}.", f"The file cannot be read: {told}.")


def _problem(note: Note) -> ProblemShown:
    return ProblemShown(sheet="", row=0, column=0, reason=note.words, detail=_named(note))


def _told(note: Note) -> Text:
    return Text(*(f"{_named(note)}: {words}" for words in note.words))


def _named(note: Note) -> str:
    return f"{note.name} ({note.code})" if note.code else note.name
