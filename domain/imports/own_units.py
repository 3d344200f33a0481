"""Whose figures a commune's reporter may hand in: those of the own units, and no others."""

from collections.abc import Callable, Iterable, Sequence

from domain.observation import Observation
from domain.places.place import IN_FORCE
from domain.text import Text

_NAMED = 5
_NO_FIGURES = Text(
    "Tài khoản này chỉ gửi số liệu của đơn vị mình, không gửi loại tệp này.",
    "This account hands in its unit's figures only, no such file.",
)


def not_own(
    figures: Iterable[Observation] | None, units: Sequence[str], named: Callable[[str], str] = str
) -> Text | None:
    """Why a file with ``figures`` is none of a reporter of ``units``, in words; None when all are of these.

    ``figures`` None: it brings something else. ``named``: the name of a unit by its code.

    A unit is a place of the territory in force or an organisation, by its code. An entity belongs to its place.
    """
    if figures is None:
        return _NO_FIGURES
    own = frozenset(units)
    others = sorted({_unit(item) for item in figures} - own)
    if not others:
        return None
    own_named = ", ".join(map(named, units)) or "–"
    told = ", ".join(f"{code} {name}" if (name := named(code)) != code else code for code in others[:_NAMED])
    told += " …" if len(others) > _NAMED else ""
    return Text(
        f"Tệp có số liệu của đơn vị khác ({told}); tài khoản này chỉ gửi số liệu của {own_named}.",
        f"The file has figures of other units ({told}); this account hands in those of {own_named} only.",
    )


def _unit(item: Observation) -> str:
    if item.organisation:
        return item.organisation
    # A code of an earlier territory may now be another commune's.
    return item.place if item.territory == IN_FORCE else f"{item.place or item.entity} ({item.territory or '?'})"
