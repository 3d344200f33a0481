"""The contract with the browser: each name, word and limit that this side and assets/ share, said once.

`scripts/docs` makes assets/scripts/05-contract.js of the constants (a script reads `IOC.contract.LIVE_S`) and the
tables of docs/dom.md of the `Names`. Parts and attributes stay literals where they are used, because a CSS selector
cannot read a constant: tests/present/test_wire.py holds layouts, scripts and style sheets to the tables, in both
directions.
"""

from domain.fleets.vehicle import LIVE_WITHIN, SILENT_AFTER, VehicleState
from domain.fleets.vehicle import SILENT_ALARM as SILENT_PREFIX
from domain.kpis.kpi import Status
from domain.numbers import UNKNOWN as NO_VALUE
from domain.places.place import PROVINCE as PROVINCE_CODE
from domain.text import Language


class Names(dict[str, str]):
    """Names of one kind, each with the sentence that says what it means."""


PARTS = Names(
    word="Status in one word.",
    glyph="Status as a mark that needs no colour: ◆ ▲ ●.",
    name="Name of the KPI.",
    since="Since when it is out of bounds, in words.",
    owner="Office that answers for it.",
    value="The figure, with its sign of having been carried over.",
    unit="Unit of the figure.",
    context="Numerator and denominator in words, or why there is no figure.",
    coverage="How many of those expected report: n/N and what they are.",
    stated="What the province says of itself, when it says something else.",
    source="Who says it.",
    target="The target with its year.",
    delta="How far it moved, and since when.",
    gap="What is missing to the target.",
    headline="The whole sentence of a public slide.",
    age="A time element: how old the figure is.",
    spark="Its recent course, drawn from data-points, data-band and data-breaks.",
    bullet="A bar, drawn from data-fill and data-mark.",
    lane="A run on its time scale, drawn from data-bars.",
    scale="The hours over the lanes.",
    chart="A chart: the server's drawing of it, from data-drawing.",
    shares="States of the streets of a day as one bar, drawn from data-shares.",
    file="Place of the file input at the import desk.",
    chosen="Name and size of the chosen file.",
    bar="How far the import is.",
    send="The button that sends the file.",
    stage="What the import is doing, or why it was refused.",
)

PLACES = Names({
    "bind": "Field that binds a waiting device to a vehicle.",
    "last-visit": "What changed since the last visit.",
    "map-credit": "Whose data the map shows.",
    "map-gap": "Why the map has nothing to show.",
    "map-places": "Places of the map as a list.",
    "map-tools": "What is chosen about the map.",
    "simulated": "The banner that figures are simulated.",
    "territory": "Choice of the territory's version.",
    "wall-left": "The wall's areas.",
    "wall-right": "The wall's alarms, health and shift.",
})  # fmt: skip
"""Parts of a page that no script fills: tests find them by name."""

PAGE_ATTRIBUTES = Names({
    "data-release": "Release that rendered the page, on the root element; another one at hello reloads the page once.",
    "data-screen": "Key of the screen; its store of revisions is named by it.",
    "data-audience": "Who looks: operator, leader or public.",
    "data-topics": "Live topics of the page, divided by commas; the socket opens when it appears.",
    "data-title": "Title for the window.",
    "data-regions": "“true” when the server draws parts of the page again after a change of results.",
    "data-clock": "Instant of the server's clock when the page was made, epoch ms.",
    "data-drawn": "The server drew into the element, which React leaves empty: the drawing goes over to its page.",
    "data-drawing": "What the server drew, as SVG, for an element that holds nothing else.",
    "data-table": "Which table it is, where a page has several.",
    "data-simulated": "“true” on what simulated data made; one on the page shows the banner.",
    "data-head": "Head of the column, for tables that stand as lists on telephones.",
})  # fmt: skip

CARD_ATTRIBUTES = Names({
    "data-kpi": "Key of the KPI the element stands for, “” for none; on the map: what colours it first.",
    "data-place": "Code of a place; a card without one is the province's.",
    "data-kind": "Kinds of figures that made it, divided by spaces; on the drivers' element “register” or “stints”.",
    "data-public": "The card is a public one: what is withdrawn leaves it.",
    "data-part": "Which part of a card or of the desk the element is.",
    "data-as-of": "When the figure was true, epoch ms; absent when unknown.",
    "data-stale-after": "Age in seconds from which the figure is stale.",
    "data-stage": "Written by the script that ages: fresh, ageing or stale.",
    "data-points": "Course as “x,y x,y” in 100 by 28.",
    "data-band": "What is normal behind the course, as “top bottom”.",
    "data-breaks": "Reforms of territory within the course, as “x words|x words”.",
    "data-fill": "Filled share of the bar, 0 to 1; “” for none.",
    "data-mark": "Where the target stands on the bar, 0 to 1; “” for none.",
    "data-focus": "The wall's focus slot.",
    "data-focus-from": "Holds the cards of which the worst grows into the focus slot.",
    "data-focus-others": "Line in the slot that names what is wrong at the same time.",
    "data-rows": "Id of the live list that the table body shows.",
    "data-row": "Id of the row in its list.",
})  # fmt: skip

MAP_ATTRIBUTES = Names({
    "data-territory": "Version of the territory the map shows.",
    "data-layers": "JSON by KPI: class 0 to 3 of each place (3 is worst; absent: no data), how many should report.",
    "data-fleets": "Feeds of the legend of vehicles as JSON, in its order; the first has no shape of its own.",
    "data-live": "Topics the map adds to those of the page.",
    "data-close": "The map starts close up, where the vehicles are.",
    "data-shown": "Key of the KPI the first picture is coloured by: that of the focus slot, else data-kpi.",
    "data-still": "Nobody moves about in the map: it stays a drawing.",
    "data-collection": "Service day whose streets the map shows; on the drawing: the group of those streets.",
    "data-judged": "Instant of the newest judgement of runs; a change fetches the streets again.",
    "data-vehicles": "Written on the map with the first position; in the drawing: the group that holds vehicles.",
    "data-lat0": "Latitude the drawing is made for, degrees.",
    "data-scale": "Units of the drawing in a degree of latitude.",
    "data-credits": "Whose data the drawing shows.",
    "data-gap": "Why there is nothing to show.",
    "data-class": "Class of the place: 0 to 3, or none.",
    "data-chosen": "The place that somebody chose.",
    "data-state": "Circle of a vehicle: live, ageing or silent.",
    "data-far": "“true” while the whole province is in view.",
    "data-map": "“kpi”: the field that chooses what colours the map.",
    "data-map-layer": "Switch of a layer: vehicles, collection, streets, names or points.",
    "data-map-view": "Button of a view: in, out, province or fleet.",
    "data-map-place": "Button of a place in the list, by code.",
    "data-map-close": "Button that closes the card of a place.",
    "data-map-find": "Field that finds a place; its value is a former version of the territory, or “”.",
    "data-map-found": "List of what was found.",
    "data-legend": "Legend of a KPI, by key.",
    "data-count": "How many report, in a legend.",
    "data-runs-by": "Button that colours streets by “state” or by “age”.",
    "data-runs-legend": "Legend of one of the two.",
})  # fmt: skip

RUN_ATTRIBUTES = Names({
    "data-from": "Begin of the time scale, epoch ms.",
    "data-to": "End of the time scale, epoch ms.",
    "data-now": "Instant of the server when the lane was made, epoch ms.",
    "data-bars": "“plan|real KIND FROM TO”, divided by “|”, epoch ms; KIND is a street's state, gap or eta.",
    "data-shares": "“STATE SHARE”, divided by “|”; shares are 0 to 1.",
    "data-replay": "Vehicle whose day is played.",
    "data-events": "“FROM TO KIND”, divided by “|”, epoch ms: what was found on that day.",
    "data-words": "Words for the script: divided by “|” for the replay, JSON for drivers.",
    "data-speed": "Button of a speed, as a factor.",
    "data-speed-now": "Speed of the vehicle at the instant shown.",
    "data-play": "Button that plays and pauses.",
    "data-at": "Instant shown.",
    "data-scrub": "Line to scrub on.",
    "data-said": "How many fixes there are, and how many came late.",
    "data-replayed": "Group of the replay in the map's drawing.",
    "data-drivers": "Address that tells drivers to a dispatcher.",
})  # fmt: skip

KIOSK_ATTRIBUTES = Names({
    "data-kiosk": "The page is a public screen.",
    "data-slide": "One slide.",
    "data-dwell": "Seconds the slide stays.",
    "data-on": "The slide on screen, and its dot.",
})  # fmt: skip

DESK_ATTRIBUTES = Names({
    "data-import": "The import desk.",
    "data-accept": "Suffixes the file input offers.",
    "data-streets": "Suffixes that mean a file of streets.",
    "data-limit": "Largest file, bytes.",
    "data-label": "Name of the file input.",
    "data-sending": "Words while the file is sent.",
    "data-lost": "Words when the line broke.",
    "data-too-large": "Words when the file is too large.",
    "data-missing": "Words when a field is empty.",
    "data-field": "Name of a field's box; CSS hides those that do not fit the kind of file.",
    "data-job": "Import that is under way, to be followed.",
    "data-maps": "Version of the layers the list shows.",
    "data-layer": "Layer of a row in the list.",
})  # fmt: skip

TOPICS = Names(
    vehicles="Positions, as binary frames; before them the names of slots.",
    kpis="Cards of the province; the only topic of the public.",
    places="Classes of the communes by KPI, as on the map.",
    alarms="What needs somebody, worst first.",
    feeds="Health of every feed.",
    events="What changed status, newest first.",
)

MESSAGES = Names(
    hello="First message: release, server's time, topics granted.",
    hb="Heartbeat with the server's time; it proves the line, never the data.",
    kpis="Changed cards; `gone` are keys that may no longer be seen.",
    places="Changed layers of the map.",
    rows="A whole list: alarms, feeds or events.",
    names="Vehicle ids of consecutive slots and whose fleet each is, before the first frame that uses them.",
    maps="Which imported layers maps show.",
)

EVENTS = Names({
    "line": "Whether the server is heard.",
    "vehicles": "A frame of typed columns.",
    "fleet": "Vehicles moved; the detail says whether the frame told all of them.",
    "focus": "KPI in the wall's focus slot, “” for none.",
    "map": "A new live map; the detail is its overlay.",
    "map-panel": "The map's element is in place.",
    "map-colours": "What colours the places changed.",
    "map-layers": "A layer was switched.",
    "map-view": "A view was asked for: in, out, province or fleet.",
    "map-chosen": "Code of the chosen place, “” for none.",
    "no-webgl": "The map's element needs a drawing from the server.",
})  # fmt: skip

PROVINCE = PROVINCE_CODE
"""Code of the province; a card without a place is its."""

UNKNOWN = NO_VALUE
"""Stands where a figure would be."""

STATUSES = tuple(status.value for status in Status)
"""What a card can say of itself; each is the class `ioc-card--<status>`."""

CARD_TEXTS = (
    "word", "glyph", "value", "unit", "context", "coverage", "stated", "delta", "target", "gap", "source", "headline",
    "name", "since", "owner",
)  # fmt: skip
"""Parts that show the card's field of the same name, as text."""

PUBLIC_TEXTS = ("headline", "value", "unit", "context", "coverage", "source")
"""Parts of a public card that are emptied when the public may no longer see it."""

AGE_FROM_S = (0, 60, 3_600, 172_800)
"""From which age on each unit of AGE_UNITS_S is used, seconds."""

AGE_UNITS_S = (1, 60, 3_600, 86_400)
"""Second, minute, hour, day in seconds; an age is told in whole ones."""

AGE_WORDS: dict[Language, tuple[tuple[str, str], ...]] = {
    "vi": (("giây", "giây"), ("phút", "phút"), ("giờ", "giờ"), ("ngày", "ngày")),
    "en": (("second", "seconds"), ("minute", "minutes"), ("hour", "hours"), ("day", "days")),
}
"""The units in words by language, for one and for many."""

HEARTBEAT_EVERY_S = 2.0
"""Seconds between two heartbeats."""

LIVE_S = int(LIVE_WITHIN.total_seconds())
"""Seconds after which a position is ageing."""

SILENT_S = int(SILENT_AFTER.total_seconds())
"""Seconds after which a vehicle is silent."""

VEHICLE_STATES = {state.name: state.value for state in VehicleState}
"""Codes of a vehicle's state in a frame."""

VEHICLE_GONE = 255
"""Code of the state of a vehicle that is no longer there."""

COURSE_UNKNOWN = 255
"""Code of a course that nobody knows; others are 1/256 of a turn."""

FRAME_TYPE = 2
"""First byte of a frame of vehicles."""

FRAME_HEADER_BYTES = 20
"""Bytes before the columns of a frame."""

FRAME_GRID = 100_000
"""Steps of a frame's positions in a degree: about a metre each."""

SILENT_ALARM = SILENT_PREFIX
"""Before a vehicle's id: the id of the alarm that it has gone silent."""

MAP_CHOSEN = "map-chosen"
"""Id of the store that holds the code of the chosen place."""

MAPS_CHANGED = "data-maps-changed"
"""Id of the store that is raised when imported layers changed."""

IMPORT_FIELD = "data-import-"
"""Before a field's name: its id at the import desk."""

REVISION = "revision"
"""After a screen's key and a hyphen: id of the store that is raised when its regions are to be drawn again."""

LAST_VISIT = "ioc-last-visit"
"""Cookie that tells callbacks when this browser looked at the leader's page before this visit, epoch ms."""

VISIT = "ioc-visit"
"""Cookie that tells the leader's first response the same, as "last.seen": that leaves before a script can choose."""

AWAY_S = 1800
"""Seconds without a look after which a visit has ended."""
