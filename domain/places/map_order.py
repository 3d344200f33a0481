"""What the sender of a map file says of it, and how that is kept as answers of its import."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.places.map_layer import AS_THE_FILE_SAYS, Box, ByHand, LayerKind, Provenance
from domain.places.place import IN_FORCE
from domain.places.territory import Level

UNSAID = "chưa rõ"
"""Stands on the map where nobody said it."""
STREET_SUFFIXES = (".pbf", ".osm")


def kind_of(file_name: str) -> LayerKind:
    """The likely content of a file by its name; the readers check the content itself."""
    return LayerKind.STREETS if file_name.lower().endswith(STREET_SUFFIXES) else LayerKind.BOUNDARIES


def box_of(text: str) -> Box:
    """Parse a box "west,south,east,north" in degrees; ValueError when it is not one."""
    west, south, east, north = map(float, text.split(","))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(f"not a box: {text}")
    return west, south, east, north


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOrder:
    """What to read, and its stated origin. Streets have no territory and no level; ``box`` (degrees) clips them.

    ``by`` is a typed name, "" when none was typed.
    """

    kind: LayerKind
    territory: str
    level: Level | None
    box: Box | None
    provenance: Provenance
    by: str = ""
    by_hand: ByHand = AS_THE_FILE_SAYS

    @property
    def answers(self) -> dict[str, str]:
        """What `order_of` reads; only what was said."""
        origin, hand = self.provenance, self.by_hand
        said = {
            "territory": self.territory,
            "level": self.level.value if self.level else "",
            "bbox": ",".join(map(str, self.box or ())),
            "licence": origin.licence,
            "attribution": origin.attribution,
            "dated": origin.dated.isoformat() if origin.dated else "",
            "by": self.by,
            "crs": hand.crs,
            "layer": hand.layer,
            "name_field": hand.name_field,
            "code_field": hand.code_field,
        }
        return {name: text for name, text in said.items() if text}


def order_of(kind: LayerKind, source: str, answers: Mapping[str, str]) -> MapOrder:
    """The order of an import; ValueError for a day, level or box that is none."""

    def said(name: str) -> str:
        return answers.get(name, "")

    boundaries = kind is LayerKind.BOUNDARIES
    hand = ByHand(crs=said("crs"), layer=said("layer"), name_field=said("name_field"), code_field=said("code_field"))
    return MapOrder(
        kind=kind,
        territory=(said("territory") or IN_FORCE) if boundaries else "",
        level=Level(said("level") or Level.COMMUNE) if boundaries else None,
        box=box_of(said("bbox")) if said("bbox") and not boundaries else None,
        provenance=Provenance(
            source=source,
            licence=said("licence") or UNSAID,
            attribution=said("attribution") or f"© {source}",
            dated=date.fromisoformat(said("dated")) if said("dated") else None,
        ),
        by=said("by"),
        by_hand=hand if boundaries else AS_THE_FILE_SAYS,
    )
