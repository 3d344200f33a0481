"""Cheapest ways from node to node, in arrays: asked for many pairs at once, bounded in memory."""

import numpy as np

from streets.graph import Floats, Ints

_EMPTY = -1
# Known of a node from which nobody searched: not even itself.
_NOTHING_M = -1e-9
# Fibonacci hashing (Knuth, volume 3, 6.4): the upper bits of key × 2^64 / golden ratio (less 2^64: whole numbers wrap).
_SPREAD = 0x9E3779B97F4A7C15 - (1 << 64)
_LEAST_BITS = 16
ENTRIES_KEPT = 2_000_000
"""So many pairs are kept at most, about 84 MB; then the table begins anew."""


class PathTable:
    """Per (start, end) the cost in metres and the edge by which the end is reached (-1: the start itself).

    An open-addressed hash table. ``known_m`` tells per node up to which cost the ways from it are in the table.
    """

    def __init__(self, nodes: int, *, entries_kept: int = ENTRIES_KEPT) -> None:
        self._nodes, self._kept = nodes, entries_kept
        self.known_m = np.full(nodes, _NOTHING_M)
        self._begin(_LEAST_BITS)

    def __len__(self) -> int:
        return self._entries

    def make_room(self) -> None:
        """Begin anew when full. Whoever adds calls it first: what is added in between stays till the next call."""
        if self._entries >= self._kept:
            self.known_m[:] = _NOTHING_M
            self._begin(_LEAST_BITS)

    def add(self, starts: Ints, ends: Ints, costs: Floats, edges: Ints) -> None:
        """Take in ways, each once."""
        keys = self._keys(starts, ends)
        while 2 * (self._entries + len(keys)) > len(self._key):
            self._grow()
        self._put(keys, costs, edges)

    def costs(self, starts: Ints, ends: Ints) -> Floats:
        """Metres from each start to its end, inf where the table holds no way."""
        keys = self._keys(starts, ends)
        slots = self._home(keys)
        costs: Floats = self._cost[slots]
        held = self._key[slots]
        later = (held != keys).nonzero()[0]
        costs[later] = np.inf
        later = later[held[later] != _EMPTY]
        keys, slots = keys[later], slots[later]
        while len(later):
            slots = (slots + 1) & (len(self._key) - 1)
            held = self._key[slots]
            found = held == keys
            costs[later[found]] = self._cost[slots[found]]
            on = ~found & (held != _EMPTY)
            later, keys, slots = later[on], keys[on], slots[on]
        return costs

    def edge(self, start: int, end: int) -> int | None:
        """The edge by which ``end`` is reached from ``start``; None when the table has no way."""
        key = start * self._nodes + end
        slot = (key * _SPREAD & 0xFFFFFFFFFFFFFFFF) >> self._shift
        while (held := self._key.item(slot)) != key:
            if held == _EMPTY:
                return None
            slot = (slot + 1) & (len(self._key) - 1)
        return self._edge.item(slot)

    def _begin(self, bits: int) -> None:
        self._entries = 0
        self._shift = 64 - bits
        self._key = np.full(1 << bits, _EMPTY, np.int64)
        self._cost = np.empty(1 << bits)
        self._edge = np.empty(1 << bits, np.int32)

    def _grow(self) -> None:
        held = self._key != _EMPTY
        keys, costs, edges = self._key[held], self._cost[held], self._edge[held]
        self._begin(65 - self._shift)
        self._put(keys, costs, edges)

    def _put(self, keys: Ints, costs: Floats, edges: Ints) -> None:
        slots = self._home(keys)
        on, sought = np.arange(len(keys)), keys
        while len(on):
            tried = slots[on]
            free = self._key[tried] == _EMPTY
            # Of several that want one free slot the last has it; the others go on.
            self._key[tried[free]] = sought[free]
            mine = self._key[tried] == sought
            self._entries += int(np.count_nonzero(free & mine))
            on = on[~mine]
            sought = keys[on]
            slots[on] = (slots[on] + 1) & (len(self._key) - 1)
        self._cost[slots], self._edge[slots] = costs, edges

    def _keys(self, starts: Ints, ends: Ints) -> Ints:
        # A graph's own numbers of nodes have 32 bits, too few for pairs of them.
        keys: Ints = np.multiply(starts, self._nodes, dtype=np.int64) + ends
        return keys

    def _home(self, keys: Ints) -> Ints:
        homes: Ints = ((keys * _SPREAD).view(np.uint64) >> self._shift).view(np.int64)
        return homes
