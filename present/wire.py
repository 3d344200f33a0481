"""The contract with the browser: each name, word and limit that this side and assets/ share, said once.

`scripts/docs` generates assets/scripts/05-contract.js from the constants (scripts read `IOC.contract.LIVE_S`) and the
tables of docs/dom.md from the `Names`. Parts and attributes stay literals where they are used, because a CSS selector
cannot read a constant: tests/present/test_wire.py holds layouts, scripts and style sheets to the tables, in both
directions.
"""

from domain.fleets.vehicle import LIVE_WITHIN, SILENT_AFTER, VehicleState
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
    owner="Office responsible for the KPI.",
    value="The figure, with its sign of having been carried over.",
    unit="Unit of the figure.",
    context="Numerator and denominator in words, or why there is no figure.",
    coverage="How many of the expected contributors report: n/N and what they are.",
    stated="The province's own figure, when it states one.",
    source="Sources of the figure.",
    target="The target with its year.",
    delta="How far the figure moved, and since when.",
    gap="Gap to the target.",
    headline="The whole sentence of a public slide.",
    age="A time element: how old the figure is.",
    spark="Recent course of the figure, drawn from data-points, data-band and data-breaks.",
    bullet="A bar, drawn from data-fill and data-mark.",
    lane="A run on its time scale, drawn from data-bars.",
    scale="The hours over the lanes.",
    chart="A chart: the server's drawing of it, from data-drawing.",
    shares="States of the streets of a day as one bar, drawn from data-shares.",
    file="Place of the file input at the import desk.",
    chosen="Name and size of the chosen file.",
    bar="Progress of the import.",
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
    "data-base": "On the root element: the path under which a proxy shows the centre; absent without one.",
    "data-release": "Release that rendered the page, on the root element; another one at hello reloads the page once.",
    "data-screen": "Key of the screen; its store of revisions is named by it.",
    "data-audience": "Audience of the page: operator, leader or public.",
    "data-topics": "Live topics of the page, divided by commas; the socket opens when it appears.",
    "data-title": "Title for the window.",
    "data-regions": "KPIs, divided by blanks, after whose change the server draws parts of the page again.",
    "data-lists": "The regions follow the live lists too; others wait for a minute after news of those.",
    "data-clock": "Instant of the server's clock when the page was made, epoch ms.",
    "data-drawn": "Holds a drawing of the server that React leaves out; 05-first moves it into React's page.",
    "data-drawing": "What the server drew, as SVG, for an element that holds nothing else.",
    "data-table": "Which table it is, where a page has several.",
    "data-simulated": "“true” on elements made from simulated data; a single one shows the banner.",
    "data-head": "Heading of the column, for tables that become lists on telephones.",
    "data-hash": "SHA-256 of the page's figures; who prints them asks for it, so that the centre keeps them.",
})  # fmt: skip

CARD_ATTRIBUTES = Names({
    "data-kpi": "Key of the KPI the element stands for, “” for none; on the map: what colours it first.",
    "data-place": "Code of a place; a card without one is the province's.",
    "data-kind": "Kinds among the contributors, divided by spaces; on the drivers' element “register” or “stints”.",
    "data-public": "A public card: its figures disappear when the public may no longer see them.",
    "data-part": "Which part of a card or of the desk the element is.",
    "data-as-of": "When the figure was true, epoch ms; absent when unknown.",
    "data-stale-after": "Age in seconds from which the figure is stale.",
    "data-stage": "Written by the script that ages: fresh, ageing or stale.",
    "data-points": "Course as “x,y x,y” in a box of 100 by 28.",
    "data-band": "Normal range behind the course, as “top bottom”.",
    "data-breaks": "Territory reforms within the course, as “x words|x words”.",
    "data-fill": "Filled share of the bar, 0 to 1; “” for none.",
    "data-mark": "Where the target stands on the bar, 0 to 1; “” for none.",
    "data-focus": "The wall's focus slot: id of the alarm in it, “” for none.",
    "data-focused": "Row of the wall's alarms that the focus slot tells: what to do about it stands there.",
    "data-focus-said": "Which part of its alarm the element in the focus slot says.",
    "data-more": "Line that counts the rows of a live list, by id, that have no room.",
    "data-turn": "One page of the wall's areas, which take turns.",
    "data-across": "How many screens side by side show the wall.",
    "data-down": "How many screens above each other show the wall.",
    "data-span": "How long the course is, in words.",
    "data-range": "Lowest and highest value of the course, in words.",
    "data-rows": "Id of the live list that the table body shows.",
    "data-row": "Id of the row in its list.",
})  # fmt: skip

MAP_ATTRIBUTES = Names({
    "data-territory": "Version of the territory the map shows.",
    "data-layers": "JSON: places; by KPI class 0 to 3 of each (3: worst, -: none), how many should report, legend.",
    "data-fleets": "Feeds of the vehicle legend as JSON, in its order; the first has no shape of its own.",
    "data-live": "Topics the map adds to those of the page.",
    "data-beside": "The streets where vehicles work have a picture of their own beside the map.",
    "data-box": "West, south, east, north of a drawing of asked streets, in degrees; scripts ask for the same again.",
    "data-streets-of": "That picture.",
    "data-withheld": "Who looks may not see where vehicles are: the line brings none.",
    "data-marks": "The picture marks open alarms; in a drawing: the group that holds their marks.",
    "data-tone": "Tone of an alarm's mark: critical or high.",
    "data-close": "The map starts close up, where the vehicles are.",
    "data-only": "Key of the run whose streets alone the map shows and fits.",
    "data-shown": "Key of the KPI that colours the first picture: the focus slot's, else data-kpi.",
    "data-signal": "Key of the carrier's covered area that the map shows.",
    "data-still": "Nobody can move the map: it stays a drawing.",
    "data-collection": "Service day whose streets the map shows; on the drawing: the group of those streets.",
    "data-fold": "Names a fold that stays open when its region is drawn again.",
    "data-judged": "Instant of the newest judgement of runs; a change fetches the streets again.",
    "data-vehicles": "Written on the map with the first position; in the drawing: the group that holds vehicles.",
    "data-lat0": "Middle latitude of the drawing, degrees.",
    "data-scale": "Units of the drawing per degree of latitude.",
    "data-credits": "Whose data the drawing shows.",
    "data-gap": "Why the drawing is empty.",
    "data-class": "Class of the place: 0 to 3, or none.",
    "data-chosen": "The chosen place.",
    "data-state": "Of a vehicle: live, ageing, silent; of a case: open, late, ended; of a dossier: `DossierState`; "
    "of an indicator: `Sourced`.",
    "data-far": "“true” while the whole province is in view.",
    "data-map": "“kpi”: the field that chooses what colours the map.",
    "data-map-layer": "Switch of a layer: vehicles, collection, streets, names or points.",
    "data-map-view": "Button of a view: in, out, province or fleet.",
    "data-map-place": "Button of a place in the list, by code.",
    "data-map-class": "What the class of a place in the list means, in words.",
    "data-map-close": "Button that closes the card of a place.",
    "data-map-find": "Field that finds a place; its value is a former version of the territory, or “”.",
    "data-map-found": "List of the places found.",
    "data-legend-title": "The legend's name, which scripts write.",
    "data-legend": "Legend of the KPI shown: its key, empty for none.",
    "data-count": "n/N that report, in a legend.",
    "data-runs-by": "Button that colours streets by “state” or by “age”.",
    "data-runs-legend": "Legend of the colours by “state” or by “age”.",
})  # fmt: skip

RUN_ATTRIBUTES = Names({
    "data-from": "Begin of the time scale, epoch ms.",
    "data-to": "End of the time scale, epoch ms.",
    "data-now": "Instant of the server when the lane was made, epoch ms.",
    "data-ticks": "For how many hours the time scale has room.",
    "data-bars": "“plan|real KIND FROM TO”, divided by “|”, epoch ms; KIND is a street's state, gap or eta.",
    "data-shares": "“STATE SHARE”, divided by “|”; shares are 0 to 1.",
    "data-replay": "Vehicle whose day the replay plays.",
    "data-events": "“FROM TO KIND”, divided by “|”, epoch ms: events of that day.",
    "data-words": "Words for the script: divided by “|” for the replay, JSON for drivers.",
    "data-speed": "Button of a speed, as a factor.",
    "data-speed-now": "Speed of the vehicle at the instant shown.",
    "data-play": "Button that plays and pauses.",
    "data-at": "Instant shown.",
    "data-scrub": "Slider over the day.",
    "data-said": "Number of fixes, and of those that came late.",
    "data-replayed": "Group of the replay in the map's drawing.",
    "data-drivers": "Address that answers a dispatcher with drivers.",
})  # fmt: skip

KIOSK_ATTRIBUTES = Names({
    "data-kiosk": "The page is a public screen.",
    "data-slide": "One slide.",
    "data-dwell": "Seconds the slide stays.",
    "data-until": "Epoch milliseconds from which a slide is no longer true.",
    "data-hundred": "How many of the hundred in a slide's picture are filled.",
    "data-on": "The slide on screen, and its dot.",
})  # fmt: skip

SERVICES_ATTRIBUTES = Names({
    "data-office": "Code of the office whose dossiers a row counts.",
    "data-calls": "KPI of a service of the app.",
    "data-unit": "Code of the place whose feedback a row counts.",
    "data-dot": "Team or former unit that a dot on a picture of the province stands for, by its key.",
    "data-group": "Group of the scores of QĐ 766.",
    "data-break": "Year from which ranks count another number of provinces.",
})  # fmt: skip

DESK_ATTRIBUTES = Names({
    "data-import": "The desk where files are dropped.",
    "data-ways": "JSON by kind of file ('' = all others): address (files are followed at that of ''), largest file in "
    "bytes, fields that must not be empty, words for a file that is too large and for an empty field.",
    "data-accept": "Suffixes the file input offers.",
    "data-streets": "Suffixes that mean a file of streets.",
    "data-label": "Name of the file input.",
    "data-sending": "Words while the file is sent.",
    "data-reading": "Words while the file is read.",
    "data-lost": "Words when the connection broke.",
    "data-unsigned": "Words when nobody is signed in any more.",
    "data-field": "Name of a field's box; CSS hides those that do not fit the kind of file.",
    "data-job": "File that is being read, which the script follows.",
    "data-maps": "Version of the layers the list shows.",
    "data-layer": "Layer of a row in the list.",
})  # fmt: skip

TOPICS = Names(
    vehicles="Positions, as binary frames; before them the names of slots.",
    kpis="Cards of the province; the only topic of the public.",
    places="Classes of the communes by KPI, as on the map.",
    alarms="Open alarms, worst first.",
    feeds="Health of every feed.",
    events="Changes of status, newest first.",
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
    "line": "Whether messages of the server arrive.",
    "vehicles": "A frame of typed columns.",
    "fleet": "Vehicles moved; the detail says whether the frame held all of them.",
    "focus": "KPI in the wall's focus slot, “” for none.",
    "starting": "Dash has its scripts and starts.",
    "map": "A new live map; the detail is its overlay.",
    "map-panel": "The map's element is in place.",
    "map-colours": "The colours of the places changed.",
    "map-layers": "A layer was switched.",
    "map-marks": "Places of open alarms changed.",
    "map-view": "A view was asked for: in, out, province or fleet.",
    "map-chosen": "Code of the chosen place, “” for none.",
    "no-webgl": "The map's element needs a drawing from the server.",
})  # fmt: skip

PROVINCE = PROVINCE_CODE
"""Code of the province; a card without a place is the province's."""

UNKNOWN = NO_VALUE
"""Shown in place of an unknown figure."""

STATUSES = tuple(status.value for status in Status)
"""Statuses of a card; each has the class `ioc-card--<status>`."""

CARD_TEXTS = (
    "word", "glyph", "value", "unit", "context", "coverage", "stated", "delta", "target", "gap", "source", "headline",
    "name", "owner",
)  # fmt: skip
"""Parts that show the card's field of the same name, as text."""

PUBLIC_TEXTS = ("headline", "value", "unit", "context", "coverage", "source")
"""Parts of a public card that scripts empty when the public may no longer see them."""

AGE_FROM_S = (0, 60, 3_600, 172_800, 63_072_000)
"""Age in seconds from which each unit of AGE_UNITS_S applies."""

AGE_UNITS_S = (1, 60, 3_600, 86_400, 31_536_000)
"""Second, minute, hour, day, year in seconds; an age counts whole units."""

AGE_WORDS: dict[Language, tuple[tuple[str, str], ...]] = {
    "vi": (("giây", "giây"), ("phút", "phút"), ("giờ", "giờ"), ("ngày", "ngày"), ("năm", "năm")),
    "en": (("second", "seconds"), ("minute", "minutes"), ("hour", "hours"), ("day", "days"), ("year", "years")),
}
"""Words for the units by language: singular, plural."""

HEARTBEAT_EVERY_S = 2.0
"""Seconds between two heartbeats."""

LIVE_S = int(LIVE_WITHIN.total_seconds())
"""Seconds after which a position is ageing."""

SILENT_S = int(SILENT_AFTER.total_seconds())
"""Seconds after which a vehicle is silent."""

VEHICLE_STATES = {state.name: state.value for state in VehicleState}
"""Codes of a vehicle's state in a frame."""

VEHICLE_GONE = 255
"""Code of the state of a vehicle that has disappeared."""

COURSE_UNKNOWN = 255
"""Code of an unknown course; other codes are 1/256 of a turn."""

MARKERS = {
    "arrow": "M0-14L12 14L0 7.5L-12 14Z",
    "dot": "M-8 0A8 8 0 1 1 8 0A8 8 0 1 1-8 0Z",
    "ring": "M-11 0A11 11 0 1 1 11 0A11 11 0 1 1-11 0ZM-7 0A7 7 0 1 0 7 0A7 7 0 1 0-7 0Z",
    "box": "M-9-9H9V9H-9Z",
    "plus": "M-4.5-11H4.5V-4.5H11V4.5H4.5V11H-4.5V4.5H-11V-4.5H-4.5Z",
    "drop": "M0 14L-12-10H12Z",
}
"""Outlines of a vehicle's marker in a box of 32 around it: of an arrow the course is known, a ring is silent."""

FLEET_MARKERS = ("box", "plus", "drop")
"""Markers of every fleet but the first, in turn; those of the first point in their course."""

FRAME_TYPE = 2
"""First byte of a frame of vehicles."""

FRAME_HEADER_BYTES = 20
"""Bytes before the columns of a frame."""

FRAME_GRID = 100_000
"""Steps of a frame's positions in a degree: about a metre each."""

MAP_CHOSEN = "map-chosen"
"""Id of the store that holds the code of the chosen place."""

MAPS_CHANGED = "data-maps-changed"
"""Id of the store that scripts raise when imported layers changed."""

FIGURES_CHANGED = "figures-changed"
"""Id of the store that scripts raise, with the id of the file to show, when a file of figures arrived."""

IMPORT_FIELD = "data-import-"
"""Prefix of a field's id at the import desk; the field's name follows."""

REVISION = "revision"
"""`<screen>-revision` is the id of the store that scripts raise to have the screen's regions drawn again."""

SIGN_IN = "/dang-nhap"
"""Address of the page to sign in at; `?next=` is where one comes back to."""

ACCOUNT = "/tai-khoan"
"""Address of the own account."""

SIGNED_OUT = 4401
"""Code with which the server ends the socket of somebody who is no longer signed in."""

LAST_VISIT = "ioc-last-visit"
"""Cookie for callbacks: when this browser last saw the leader's page before this visit, epoch ms."""

VISIT = "ioc-visit"
"""Cookie for the leader's first response, as "last.seen", epoch ms: no script runs before that response."""

AWAY_S = 1800
"""A visit ends after this many seconds without a look."""
