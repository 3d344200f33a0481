"""The streams clients follow, each change encoded once for all: vehicles, cards, rows, values by commune."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import datetime

from live.frames import VehicleColumns
from live.message import Message, binary, text


class VehicleStream:
    """Names of slots as text, then the frame that uses them as binary."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """``clock`` gives the instant from which a frame counts the age of each position."""
        self.columns = VehicleColumns()
        self._clock = clock
        self._changed: set[int] = set()
        self._named = 0
        self._seq = 0
        self._whole: tuple[tuple[int, int], Sequence[Message]] | None = None

    def changed(self, slots: Iterable[int]) -> None:
        """Remember slots for the next delta."""
        self._changed.update(slots)

    def delta(self) -> Sequence[Message]:
        """Everything since the last delta; empty when nothing changed."""
        if not self._changed:
            return ()
        if self.columns.renamed:
            # A slot now holds another vehicle: send everything, so that no page takes one for the other.
            self.columns.renamed = False
            self.pass_over()
            return self.full()
        self._seq += 1
        frame = self.columns.delta(sorted(self._changed), seq=self._seq, now=self._clock())
        self._changed.clear()
        messages: list[Message] = []
        if len(self.columns.ids) > self._named:
            messages.append(self._names(self._named, whole=False))
            self._named = len(self.columns.ids)
        messages.append(binary(frame))
        return messages

    def pass_over(self) -> None:
        """Treat what changed since the last delta as told: there is nobody to tell, or everything is told again."""
        if self._changed:
            self._seq += 1
            self._named = len(self.columns.ids)
            self.columns.tell(self._changed)
            self._changed.clear()

    def full(self) -> Sequence[Message]:
        """All names and a full frame of what was told; encoded once a second at most while nothing is told."""
        now = self._clock()
        version = self._seq, int(now.timestamp())
        if self._whole is None or self._whole[0] != version:
            frame = self.columns.full(seq=self._seq, now=now)
            self._whole = version, (self._names(0, whole=True), binary(frame))
        return self._whole[1]

    def _names(self, first: int, *, whole: bool) -> Message:
        """Ids from slot ``first`` on; ``of`` says which of ``fleets`` (feeds) each belongs to."""
        feeds = self.columns.feeds[first:]
        fleets = {feed: n for n, feed in enumerate(dict.fromkeys(feeds))}
        of = [fleets[feed] for feed in feeds]
        said = {"k": "names", "full": whole, "first": first, "ids": self.columns.ids[first:]}
        return text(said | {"fleets": list(fleets), "of": of})


class KeyedStream:
    """View-models by key; a delta holds what changed in each since the last send, and keys that disappeared.

    A delta holds a view-model that pages do not know yet whole, a known one as its ``key`` and its changed fields.
    """

    def __init__(self, kind: str, items: str) -> None:
        """Messages say ``"k": kind`` and list the view-models under ``items``."""
        self._kind, self._items = kind, items
        self._held: dict[str, Mapping[str, object]] = {}
        self._seq = 0
        self._whole: Sequence[Message] | None = None

    def update(self, given: Mapping[str, object | None]) -> Sequence[Message]:
        """Take view-models (None: show it no longer); return the delta, empty when nothing differs."""
        fields = {key: _fields(vm) for key, vm in given.items() if vm is not None}
        changed = {key: vm for key, vm in fields.items() if self._held.get(key) != vm}
        gone = [key for key, vm in given.items() if vm is None and key in self._held]
        if not changed and not gone:
            return ()
        items = [self._change(self._held.get(key), vm) for key, vm in changed.items()]
        self._held.update(changed)
        for key in gone:
            del self._held[key]
        self._seq += 1
        self._whole = None
        return (self._message(items, full=False, gone=gone),)

    def full(self) -> Sequence[Message]:
        """Every view-model held."""
        if self._whole is None:
            self._whole = (self._message(list(self._held.values()), full=True, gone=[]),)
        return self._whole

    def _change(self, known: Mapping[str, object] | None, vm: Mapping[str, object]) -> Mapping[str, object]:
        if known is None:
            return vm
        return {name: value for name, value in vm.items() if name == "key" or known.get(name) != value}

    def _message(self, items: Sequence[Mapping[str, object]], *, full: bool, gone: list[str]) -> Message:
        return text({"k": self._kind, "seq": self._seq, "full": full, self._items: items, "gone": gone})


def _fields(vm: object) -> Mapping[str, object]:
    """A view-model, dataclass or mapping, by field."""
    if isinstance(vm, Mapping):
        return vm
    assert is_dataclass(vm)
    return {field.name: getattr(vm, field.name) for field in fields_of(vm)}


class RowStream:
    """One short list, always sent whole and only when it differs."""

    def __init__(self, list_id: str) -> None:
        """``list_id`` names the table it fills: feeds, alarms or events."""
        self._id = list_id
        self._rows: Sequence[object] | None = None
        self._seq = 0
        self._whole: Sequence[Message] = ()

    def update(self, rows: Sequence[object]) -> Sequence[Message]:
        """Take the list; return the message, or nothing when it equals the last one."""
        if rows == self._rows:
            return ()
        self._rows = rows
        self._seq += 1
        self._whole = (text({"k": "rows", "id": self._id, "seq": self._seq, "rows": rows}),)
        return self._whole

    def full(self) -> Sequence[Message]:
        """The list as last taken."""
        return self._whole


class Heartbeat:
    """Proves that the connection is alive and tells the server's time; a newer one replaces a late one."""

    def __init__(self) -> None:
        self._beat: Sequence[Message] = ()

    def beat(self, now_ms: int) -> Sequence[Message]:
        """The next heartbeat."""
        self._beat = (text({"k": "hb", "now": now_ms}),)
        return self._beat

    def full(self) -> Sequence[Message]:
        """The newest heartbeat."""
        return self._beat


class MapsStream:
    """One name for the set of active map layers; a page that receives another name asks for the map again."""

    def __init__(self) -> None:
        self._version: str | None = None
        self._whole: Sequence[Message] = ()

    def update(self, version: str) -> Sequence[Message]:
        """Take the version; return the message, or nothing when it equals the last one."""
        if version == self._version:
            return ()
        self._version = version
        self._whole = (text({"k": "maps", "version": version}),)
        return self._whole

    def full(self) -> Sequence[Message]:
        """The version as last taken; nothing before the first."""
        return self._whole
