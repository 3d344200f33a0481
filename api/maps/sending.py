"""The sender's description of a map file, checked before the first byte of the file is read."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.route import RefusedError
from domain.places.map_layer import AS_THE_FILE_SAYS, Box, ByHand, LayerKind, Provenance
from domain.places.map_order import MapOrder, box_of, kind_of
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.text import Text

LIMIT = 200

# Control characters fit neither a command line nor a database.
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
_VERSIONS = "|".join(f"^{t.version}$" for t in TERRITORIES)
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LIMIT, pattern=_PLAIN)]
MaybeWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LIMIT, pattern=_PLAIN)]

_BAD_DAY = Text("Ngày không đúng; viết như 01/07/2025.", "Not a date; write it like 01/07/2025 or 2025-07-01.")
_BAD_BOX = Text(
    "Khung không đúng; viết tây,nam,đông,bắc bằng độ, ví dụ 105.49,10.39,106.75,11.04.",
    "Not a box; write west,south,east,north in degrees, for instance 105.49,10.39,106.75,11.04.",
)


class Sending(BaseModel):
    """The query of an upload.

    Territory, level, crs, layer and columns apply to boundaries, bbox to streets; otherwise they are ignored.
    """

    model_config = ConfigDict(frozen=True)

    name: Words = Field(description="The file's name.")
    source: Words = Field(description="Who made the file.")
    licence: Words = Field(description="Its terms of use.")
    attribution: Words = Field(description="Printed on every map that shows it.")
    kind: LayerKind | None = Field(None, description="Taken from the file's name when absent.")
    territory: str = Field(IN_FORCE, pattern=_VERSIONS, description="Of boundaries.")
    level: Level = Field(Level.COMMUNE, description="Of boundaries.")
    dated: MaybeWords = Field("", description="Day of the data: 2025-07-01 or 01/07/2025.")
    bbox: MaybeWords = Field("", description="Streets inside west,south,east,north; empty: the province.")
    by: MaybeWords = Field("", description="Who sends it.")
    crs: MaybeWords = Field("", description="Coordinate system of boundaries, for instance EPSG:9210.")
    layer: MaybeWords = Field("", description="Which layer of several.")
    name_field: MaybeWords = Field("", description="Column of names.")
    code_field: MaybeWords = Field("", description="Column of codes.")

    def order(self) -> MapOrder:
        """The order to import; RefusedError 422 for a wrong day or box."""
        origin = Provenance(
            source=self.source, licence=self.licence, attribution=self.attribution, dated=_day(self.dated)
        )
        boundaries = (self.kind or kind_of(self.name)) is LayerKind.BOUNDARIES
        by_hand = ByHand(crs=self.crs, layer=self.layer, name_field=self.name_field, code_field=self.code_field)
        return MapOrder(
            kind=LayerKind.BOUNDARIES if boundaries else LayerKind.STREETS,
            territory=self.territory if boundaries else "",
            level=self.level if boundaries else None,
            box=None if boundaries else asked_box(self.bbox),
            provenance=origin,
            by=self.by,
            by_hand=by_hand if boundaries else AS_THE_FILE_SAYS,
        )


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    if text:
        raise RefusedError(422, "bad_day", _BAD_DAY)
    return None


def asked_box(text: str) -> Box | None:
    """The box in degrees that somebody asks for; None for "", RefusedError for what is no box."""
    if not text:
        return None
    with suppress(ValueError):
        return box_of(text)
    raise RefusedError(422, "bad_box", _BAD_BOX)
