"""The map's style for MapLibre, dark or light: ground, water, classes of the places, borders, streets, names."""

from collections.abc import Iterable, Iterator
from math import log2
from typing import Any

from domain.places.map_layer import BANDS, MapLayer
from domain.places.signal_map import SignalMap
from domain.text import Language
from present.map.above_streets import above_streets
from present.map.ground import MAJOR, GeoJson, Ground, Named
from present.map.palette import PALETTES, Palette, Theme

Layer = dict[str, Any]

FONT = "Be Vietnam Pro"
# Hexagons do not lie where their places are: at a zoom that tells streets apart they would mislead. A telephone shows
# the three wards of Tân An at zoom 10.7 to 11, all of the province at 7.5.
HEXAGONS_UNTIL = 10.5
CLOSE = 12.5
NAMED = 14.2
"""Zoom from which blocks are wide enough for the names of the streets around them."""
TILES_FROM, TILES_TO = 7, 14
GAP_OPACITY = 0.55
MIDDLE = ("secondary", "tertiary")
# A name that stands north of its town's streets is one line above that place; any other lies around its seat.
_IS_ABOVE = ["has", "above"]
ABOVE = {
    "text-anchor": ["case", _IS_ABOVE, "bottom", "center"],
    "text-offset": ["case", _IS_ABOVE, ["literal", [0, -0.4]], ["literal", [0, 0]]],
    "text-max-width": ["case", _IS_ABOVE, 20, 6],
}
# In a hexagon words of more than six letters together have no room beside each other; a name that stands aside, near
# the names above it, takes one line.
IN_CELL = {"text-max-width": ["case", ["has", "aside"], 20, 3.4], "text-padding": 0}


def style(
    ground: Ground, language: Language, *, theme: Theme = "dark", scale: float = 1.0, signal: SignalMap | None = None
) -> dict[str, Any]:
    """The style as a dict; every address in it belongs to this host.

    ``scale`` multiplies lines and letters: 1 on a desk, 2 on a 3840 px wall. Without "glyphs" MapLibre draws labels
    in the page's own font, so nothing is fetched. ``metadata`` tells the page what to print (credits, other ones where
    the map begins close up, gap) and where to fetch finer boundaries (bands, see domain.places.map_layer.BANDS). The
    page sets classes as feature state "class" of source "places".
    """
    palette = PALETTES[theme]
    # Over hexagons, which do not lie where their places are, an area would be of other places.
    area = signal if ground.units else None
    return {
        "version": 8,
        "metadata": {
            "credits": ground.credits(language),
            "credits_close": ground.credits(language, close=True),
            "gap": ground.gap(language),
            "bands": _bands(ground.units),
            "zooms": BANDS,
            "near": _near(scale),
        },
        "sources": _sources(ground) | ({} if area is None else {"signal": _signal_source(area)}),
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": palette.ground}},
            *(_water(palette, scale) if ground.streets else ()),
            *_places(ground, palette, scale),
            *(_district_lines(palette, scale) if ground.districts else ()),
            *(() if area is None else _signal_layers(palette, scale)),
            *_streets(ground, palette, scale),
            _points_layer(ground, palette, scale),
            *_names(ground, palette, scale),
        ],
    }


def _near(scale: float) -> float:
    """Zoom from which hexagons are gone: at twice the scale the same land fills the page one zoom later."""
    return HEXAGONS_UNTIL + log2(scale)


def _sources(ground: Ground) -> dict[str, Any]:
    bands = _bands(ground.units)
    sources: dict[str, Any] = {
        "places": {"type": "geojson", "data": bands[0] if bands else _shapes(ground), "promoteId": "code"},
        "names": {"type": "geojson", "data": collection(_points(ground.labels, short=True))},
        "seats": {"type": "geojson", "data": collection(_seats(ground))},
        "points": {"type": "geojson", "data": collection(_points(ground.points, short=False))},
    }
    if ground.districts:
        sources["districts"] = {"type": "geojson", "data": _bands(ground.districts)[1]}
    if ground.streets:
        sources["streets"] = {
            "type": "vector",
            "tiles": [f"/tiles/{{z}}/{{x}}/{{y}}.pbf?v={ground.streets.id}"],
            "minzoom": TILES_FROM,
            "maxzoom": TILES_TO,
            "bounds": list(ground.streets.box),
        }
    else:
        sources["streets"] = {"type": "geojson", "data": ground.demo or collection([])}
    return sources


def _water(palette: Palette, scale: float) -> list[Layer]:
    water = {"source": "streets", "source-layer": "water"}
    width = ["interpolate", ["linear"], ["zoom"], 8, 0.5 * scale, 14, 4 * scale]
    return [
        {
            "id": "water",
            "type": "fill",
            **water,
            "filter": ["==", ["geometry-type"], "Polygon"],
            "paint": {"fill-color": palette.water},
        },
        {
            "id": "water-lines",
            "type": "line",
            **water,
            "filter": ["==", ["geometry-type"], "LineString"],
            "paint": {"line-color": palette.water, "line-width": width},
        },
    ]


def _places(ground: Ground, palette: Palette, scale: float) -> list[Layer]:
    """Classes as fill, hatching for no figure, borders; close up the fill fades so that streets can be read."""
    known = ["number", ["feature-state", "class"], -1]
    fill = ["match", known, 0, palette.classes[0], 1, palette.classes[1], 2, palette.classes[2], palette.classes[3]]
    near = 0.4 if ground.units else 0
    fade = (CLOSE - 1.5, CLOSE) if ground.units else (_near(scale) - 1, _near(scale))

    def opacity(far: Any, close: Any) -> list[Any]:
        return ["interpolate", ["linear"], ["zoom"], fade[0], far, fade[1], close]

    has_class = ["case", [">=", known, 0], 1, 0]
    has_class_near = ["case", [">=", known, 0], near, 0]
    unknown = ["case", [">=", known, 0], 0, 1]
    unknown_near = ["case", [">=", known, 0], 0, near]
    chosen = ["case", ["boolean", ["feature-state", "chosen"], False], 1, 0]
    shape = {"source": "places"}
    # Borders lie on every edge: smoothing it costs a machine without a GPU two more programs and a second drawing.
    plain = {"fill-antialias": False}
    return [
        {
            "id": "land",
            "type": "fill",
            **shape,
            "paint": {**plain, "fill-color": palette.classes[0], "fill-opacity": opacity(0.35, near / 2)},
        },
        {
            "id": "classes",
            "type": "fill",
            **shape,
            "paint": {**plain, "fill-color": fill, "fill-opacity": opacity(has_class, has_class_near)},
        },
        {
            "id": "unknown",
            "type": "fill",
            **shape,
            # The page shows this layer once it has drawn the hatching, which is in no file.
            "layout": {"visibility": "none"},
            "paint": {**plain, "fill-pattern": "hatch", "fill-opacity": opacity(unknown, unknown_near)},
        },
        {
            "id": "borders",
            "type": "line",
            **shape,
            "layout": {"line-join": "round"},
            "paint": {
                "line-color": palette.border,
                "line-width": scale,
                "line-opacity": opacity(1, 1 if ground.units else 0),
            },
        },
        {
            "id": "chosen",
            "type": "line",
            **shape,
            "layout": {"line-join": "round"},
            "paint": {"line-color": palette.label, "line-width": 2 * scale, "line-opacity": chosen},
        },
    ]


def _signal_source(signal: SignalMap) -> dict[str, Any]:
    shapes = (("covered", signal.covered), ("gap", signal.gap))
    features = ({"type": "Feature", "geometry": shape, "properties": {"part": part}} for part, shape in shapes)
    return {"type": "geojson", "data": collection(features)}


def _signal_layers(palette: Palette, scale: float) -> list[Layer]:
    """A dashed line round what a carrier claims, and the land outside in the colour of letters."""
    line = {"line-color": palette.district, "line-width": 1.5 * scale, "line-dasharray": [3, 2]}
    gap = {"fill-color": palette.label, "fill-opacity": GAP_OPACITY}
    source = {"source": "signal"}
    return [
        {"id": "signal-gap", "type": "fill", **source, "filter": ["==", ["get", "part"], "gap"], "paint": gap},
        {"id": "signal", "type": "line", **source, "filter": ["==", ["get", "part"], "covered"], "paint": line},
    ]


def _district_lines(palette: Palette, scale: float) -> list[Layer]:
    line = {"line-color": palette.district, "line-width": 1.5 * scale, "line-opacity": 0.7}
    return [{"id": "districts", "type": "line", "source": "districts", "layout": {"line-join": "round"}, "paint": line}]


def _streets(ground: Ground, palette: Palette, scale: float) -> list[Layer]:
    def by_class(major: float, middle: float, small: float) -> list[Any]:
        return ["match", ["get", "class"], list(MAJOR), major * scale, list(MIDDLE), middle * scale, small * scale]

    width = ["interpolate", ["exponential", 1.5], ["zoom"], 7, by_class(0.8, 0.4, 0.3),
             12, by_class(2.4, 1.7, 1.2), 16, by_class(13, 10, 7)]  # fmt: skip
    # The sample streets lie in three wards: from afar they would cross hexagons of other places.
    layer: Layer = {"source-layer": "streets"} if ground.streets else {"minzoom": _near(scale)}
    text = {"text-color": palette.street_name, "text-halo-color": palette.halo, "text-halo-width": 1.5 * scale}
    return [
        {
            "id": "streets",
            "type": "line",
            "source": "streets",
            **layer,
            # Round ends and corners cost a machine without a GPU most of its time, and from afar nobody sees them.
            "layout": {
                "line-cap": ["step", ["zoom"], "butt", CLOSE, "round"],
                "line-join": ["step", ["zoom"], "bevel", CLOSE, "round"],
            },
            "paint": {
                "line-color": ["match", ["get", "class"], list(MAJOR), palette.major, palette.street],
                "line-width": width,
            },
        },
        {
            "id": "street-names",
            "type": "symbol",
            "source": "streets",
            **layer,
            # At twice the scale the same streets fill the page one zoom later; closer together they leave no room.
            "minzoom": NAMED + log2(scale),
            "layout": {
                "text-field": ["get", "name"],
                "text-font": [FONT],
                "text-size": 12 * scale,
                "symbol-placement": "line",
                # Beside the street: what became of it is drawn on it.
                "text-offset": [0, -0.9],
                "text-padding": 8,
            },
            "paint": text,
        },
    ]


def _points_layer(ground: Ground, palette: Palette, scale: float) -> Layer:
    """Seats of the places, hidden until switched on; never with hexagons, which do not lie where their places are."""
    return {
        "id": "points",
        "type": "circle",
        "source": "points",
        "minzoom": 0 if ground.units else _near(scale),
        "layout": {"visibility": "none"},
        "paint": {
            "circle-radius": 3 * scale,
            "circle-color": palette.halo,
            "circle-stroke-color": palette.label,
            "circle-stroke-width": 1.5 * scale,
        },
    }


def _names(ground: Ground, palette: Palette, scale: float) -> list[Layer]:
    """Names of places, above all other layers; close up, where hexagons are gone, they stand at the seats."""
    far: Layer = {} if ground.units else {"maxzoom": _near(scale)}
    return [
        _name_layer("names", 15 * scale, palette, scale, None if ground.units else IN_CELL) | far,
        _name_layer("seats", 15 * scale, palette, scale, ABOVE) | {"minzoom": _near(scale)},
    ]


def _name_layer(source: str, size: float, palette: Palette, scale: float, place: Layer | None = None) -> Layer:
    text = {"text-field": ["get", "name"], "text-font": [FONT], "text-size": size}
    return {
        "id": source,
        "type": "symbol",
        "source": source,
        "layout": {**text, "text-max-width": 6, "text-padding": 3, "symbol-sort-key": ["get", "rank"], **(place or {})},
        "paint": {"text-color": palette.label, "text-halo-color": palette.halo, "text-halo-width": 1.5 * scale},
    }


def _bands(layer: MapLayer | None) -> list[str]:
    """Addresses of a layer's boundaries, coarsest first."""
    return [f"/map/boundaries/{layer.id}/{band}.json" for band in range(len(BANDS) + 1)] if layer else []


def _shapes(ground: Ground) -> GeoJson:
    return collection(
        {"type": "Feature", "geometry": geometry, "properties": {"code": code}}
        for code, geometry in ground.shapes.items()
    )


def _points(labels: Iterable[Named], *, short: bool) -> Iterator[GeoJson]:
    for rank, label in enumerate(labels):
        at = {"type": "Point", "coordinates": label.at}
        name = label.short if short else label.name
        aside = {"aside": True} if label.aside else {}
        yield {"type": "Feature", "geometry": at, "properties": {"name": name, "rank": rank, **aside}}


def _seats(ground: Ground) -> Iterator[GeoJson]:
    """Names close up; where the demonstration's streets lie around a seat, north of them."""
    lines = [feature["geometry"]["coordinates"] for feature in ground.demo["features"]] if ground.demo else []
    tops = above_streets(ground.seats, lines)
    for seat, feature in zip(ground.seats, _points(ground.seats, short=True), strict=True):
        if seat.code in tops:
            feature["geometry"]["coordinates"] = list(tops[seat.code])
            feature["properties"]["above"] = True
        yield feature


def collection(features: Iterable[GeoJson]) -> GeoJson:
    """Features as a GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}
