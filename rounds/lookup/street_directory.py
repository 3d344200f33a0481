"""The plan's streets as residents know them: all stretches of one name in one ward are one street at one address."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from domain.collation import collation_key
from domain.observation import Kind
from domain.public_text import PublicText, public
from domain.waste.plan import Route
from rounds.lookup.street_names import Name, bare, is_alley, name_of

_ALLEY = "hem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One street (or pick-up point) of the plan; ``wards`` are codes of the communes in force, empty when unknown.

    ``entries`` are (route, order) of its stretches. ``address`` stays the same while name and first ward do; where
    names in one ward differ only by their marks, each has its own address and the unmarked address means all of them.
    Name and address are made of the public name, so that neither can hold a plate or a number.
    """

    address: str
    name: PublicText
    words: Name
    alley: bool
    wards: frozenset[str]
    entries: frozenset[tuple[str, int]]
    simulated: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    name: PublicText
    words: Name
    alley: bool
    wards: frozenset[str]
    entry: tuple[str, int]
    simulated: bool


class Directory:
    """Every street of the given routes; made once per plan."""

    def __init__(self, routes: Iterable[Route], sets: Mapping[str, frozenset[str]]) -> None:
        """``sets``: the communes of each place set that a route may name."""
        alike: dict[tuple[bool, tuple[str, ...]], list[_Stretch]] = defaultdict(list)
        for stretch in _stretches(routes, sets):
            alike[stretch.alley, bare(stretch.words)].append(stretch)
        found = [_street(group) for same in alike.values() for name in _by_spelling(same) for group in _by_ward(name)]
        taken = Counter(street.address for street in found)
        apart = (_told_apart(street) if taken[street.address] > 1 else street for street in found)
        self.streets = tuple(sorted(apart, key=lambda s: (collation_key(s.name), s.address)))

    @cached_property
    def _by_address(self) -> Mapping[str, tuple[Street, ...]]:
        by: dict[str, list[Street]] = defaultdict(list)
        for street in self.streets:
            shared = {_address(street.alley, street.words, ward) for ward in street.wards or {""}}
            for address in shared | {street.address}:
                by[address].append(street)
        return {address: tuple(streets) for address, streets in by.items()}

    def at(self, address: str) -> tuple[Street, ...]:
        """The streets an address may mean: several when it is shared (see `Street`), none when it is unknown."""
        return self._by_address.get(address, ())


def _stretches(routes: Iterable[Route], sets: Mapping[str, frozenset[str]]) -> Iterable[_Stretch]:
    for route in routes:
        communes = frozenset(place for place in route.places if place not in sets)
        wards = communes or frozenset().union(*(sets[place] for place in route.places))
        for street in route.streets:
            name = public(street.name.strip())
            words = name_of(name)
            if words:
                entry = (route.id, street.order)
                simulated = route.kind is Kind.SIMULATED
                yield _Stretch(name, words, is_alley(name), wards, entry, simulated)


def _by_spelling(same: Sequence[_Stretch]) -> list[list[_Stretch]]:
    """Split names that differ by marks; a name without marks joins the marked one if there is only one."""
    by: dict[tuple[tuple[str, int], ...], list[_Stretch]] = defaultdict(list)
    for stretch in same:
        by[tuple(word[:2] for word in stretch.words)].append(stretch)
    plain = [key for key in by if all(not tone and letters.isascii() for letters, tone in key)]
    if len(by) == 2 and plain:
        marked = next(key for key in by if key not in plain)
        return [by[marked] + by[plain[0]]]
    return list(by.values())


def _by_ward(stretches: Sequence[_Stretch]) -> list[list[_Stretch]]:
    """Join stretches that share a ward; stretches without a ward join the other group if there is only one."""
    groups: list[tuple[frozenset[str], list[_Stretch]]] = []
    for stretch in (s for s in stretches if s.wards):
        wards, members = stretch.wards, [stretch]
        apart = []
        for other_wards, others in groups:
            if other_wards & wards:
                wards, members = wards | other_wards, others + members
            else:
                apart.append((other_wards, others))
        groups = [*apart, (wards, members)]
    nowhere = [s for s in stretches if not s.wards]
    found = [members for _, members in groups]
    if nowhere and len(found) == 1:
        return [found[0] + nowhere]
    return found + ([nowhere] if nowhere else [])


def _street(stretches: Sequence[_Stretch]) -> Street:
    wards = frozenset().union(*(s.wards for s in stretches))
    words, alley = stretches[0].words, stretches[0].alley
    return Street(
        address=_address(alley, words, min(wards, default="")),
        name=_written(stretches[0].name),
        words=words,
        alley=alley,
        wards=wards,
        entries=frozenset(s.entry for s in stretches),
        simulated=any(s.simulated for s in stretches),
    )


def _told_apart(street: Street) -> Street:
    """The street with an address of its own, made from its marks."""
    spelling = " ".join(f"{word.letters}{word.tone}" for word in street.words)
    return replace(street, address=f"{street.address}-{sha256(spelling.encode()).hexdigest()[:4]}")


def _written(name: PublicText) -> PublicText:
    return PublicText(name[:1].upper() + name[1:])


def _address(alley: bool, words: Name, ward: str) -> str:
    return "-".join([*([_ALLEY] if alley else []), *bare(words), *([ward] if ward else [])])
