"""Whose signal a polygon of a map tells of: a carrier's file may hold other technologies, other carriers and gaps."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from data_sources.places._features import Layer
from domain.carriers import CARRIERS, Claim, carriers_in
from domain.vietnamese import words_of

_TECHNOLOGY = re.compile(r"(?<![a-z0-9])(?:([2-5])\s?g|(gsm)|(umts)|(lte)|(nr))(?![a-z0-9])")
_GENERATIONS = ("2g", "3g", "4g", "5g")
_UNCOVERED = re.compile(
    r"\b(?:(?:khong|chua)(?: duoc)? phu|(?:khong|chua) co song|mat song|vung lom|lom song"
    r"|(?:no|without) (?:coverage|signal)|(?:not |un)covered"
    r"|(?:phu song|co song|covered|coverage) (?:khong|chua|no|false|0))\b"
)
_PLANNED = re.compile(r"\b(?:quy hoach|du kien|ke hoach|de xuat|planned|proposed)\b")
_STRENGTH = re.compile(r"\b(?:rsrp|rssi|rscp|sinr|dbm|muc thu|muc song|cuong do|signal|strength|level)\b")
_NO = frozenset({"", "0", "-", "no", "false", "không", "n"})
UNCOVERED, PLANNED = "không phủ sóng / not covered", "dự kiến / planned"


def foreign(claim: Claim, file: str, layer: Layer) -> Sequence[str]:
    """For each polygon of a layer, what it tells of instead of the claim; "" for one of the claim.

    What stands nearest to a polygon counts: its own attributes, else the name of its layer, else the name of the file.
    """
    told = ({name: cells[row] for name, cells in layer.columns.items()} for row in range(len(layer.polygons)))
    return [_other(claim, file, layer.name, one) for one in told]


def of_strength(layers: Iterable[Layer]) -> Sequence[str]:
    """The columns that tell how strong the signal is: nobody said from which value on a place is covered."""
    names = dict.fromkeys(name for layer in layers for name, cells in layer.columns.items() if len({*cells} - {""}) > 1)
    return [name for name in names if _STRENGTH.search(_bare(name))]


def _other(claim: Claim, file: str, layer: str, told: Mapping[str, str]) -> str:
    own = " · ".join(value for value in told.values() if value)
    for words in (layer, *(f"{name} {value}" for name, value in told.items() if value)):
        if _UNCOVERED.search(_bare(words)):
            return UNCOVERED
        if _PLANNED.search(_bare(words)):
            return PLANNED
    technologies = _flagged(told) or _nearest(_technologies, own, layer, file)
    if claim.technology and technologies and claim.technology not in technologies:
        return ", ".join(one.upper() for one in sorted(technologies))
    carriers = _nearest(carriers_in, own, layer, file)
    if claim.carrier and carriers and claim.carrier not in carriers:
        return ", ".join(CARRIERS[one] for one in sorted(carriers))
    return ""


def _nearest(named: Callable[[str], frozenset[str]], *texts: str) -> frozenset[str]:
    return next(filter(None, map(named, texts)), frozenset())


def _technologies(said: str) -> frozenset[str]:
    found = set()
    for one in _TECHNOLOGY.finditer(said.casefold()):
        number, *names = one.groups()
        found.add(f"{number}g" if number else _GENERATIONS[next(at for at, name in enumerate(names) if name)])
    return frozenset(found)


def _flagged(told: Mapping[str, str]) -> frozenset[str]:
    """The technologies of columns that are called by one, as "4G", and say yes."""
    return frozenset(
        name.strip().casefold()
        for name, value in told.items()
        if name.strip().casefold() in _GENERATIONS and value.strip().casefold() not in _NO
    )


def _bare(text: str) -> str:
    return " ".join(word.bare for word in words_of(text))
