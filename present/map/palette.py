"""The map's colours, dark for screens and light for paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Theme = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme; ``classes`` run from mildest to the one that needs attention most."""

    ground: str
    water: str
    border: str
    district: str
    street: str
    major: str
    street_name: str
    label: str
    halo: str
    classes: tuple[str, str, str, str]


# The dark colours repeat assets/styles/00-tokens.css, which a WebGL style cannot read; a test compares them.
PALETTES: Mapping[Theme, Palette] = {
    "dark": Palette(
        ground="#171b20",
        water="#1b2c3c",
        border="#0f1215",
        district="#8ea4b8",
        street="#4a5866",
        major="#66788a",
        street_name="#93a1ae",
        label="#e9eef3",
        halo="#171b20",
        classes=("#26303a", "#34424f", "#4a5e72", "#7690a8"),
    ),
    "light": Palette(
        ground="#f5f6f7",
        water="#cfdeea",
        border="#ffffff",
        district="#4f5f6e",
        street="#c3ccd4",
        major="#a3b0bc",
        street_name="#5b6874",
        label="#1d232a",
        halo="#f5f6f7",
        classes=("#e3e8ec", "#c9d4de", "#9fb3c6", "#5c7c9a"),
    ),
}
