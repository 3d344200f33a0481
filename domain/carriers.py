"""The carriers whose networks cover the province."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.text import folded

CARRIERS: Mapping[str, str] = {"viettel": "Viettel", "vnpt": "VNPT", "mobifone": "MobiFone"}
"""Names by the key that ends a measure's name."""
# VinaPhone is the name under which VNPT's mobile network is sold.
_BRANDS = {"vinaphone": "vnpt"}


def carriers_in(said: str) -> frozenset[str]:
    """The keys of the carriers that a text names: "VNPT VinaPhone" is one."""
    bare = folded(said)
    return frozenset(of for name, of in (*zip(CARRIERS, CARRIERS, strict=True), *_BRANDS.items()) if name in bare)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a file is said to hold: the signal of a carrier and a technology ("viettel", "4g"; "" = any)."""

    carrier: str = ""
    technology: str = ""
