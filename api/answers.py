"""What the read API answers, as typed models; null always means "not known", never zero."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.instants import Instant
from domain.kpi import Better, Status
from domain.observation import Kind

Longitude = float
Latitude = float
Position = tuple[Longitude, Latitude]
VehicleWord = Literal["unknown", "moving", "stopped", "ageing", "silent"]
Freshness = Literal["fresh", "stale", "no_data"]
PullWord = Literal["waiting", "running", "well", "failing", "overdue"]


class Answer(BaseModel):
    """Immutable, and complete: every field is always present."""

    model_config = ConfigDict(frozen=True)


class Words(Answer):
    """A text in both languages."""

    vi: str
    en: str


class Refusal(Answer):
    """Why a request was not answered, and what to do."""

    reason: str = Field(description="Stable code.", examples=["unknown_vehicle"])
    vi: str
    en: str


class Point(Answer):
    """GeoJSON point, longitude first."""

    type: Literal["Point"] = "Point"
    coordinates: Position


class LineString(Answer):
    """GeoJSON line of two or more positions."""

    type: Literal["LineString"] = "LineString"
    coordinates: list[Position]


class VehicleProperties(Answer):
    """Newest accepted fix of a vehicle, or of a device not bound to one yet (``bound`` false)."""

    id: str
    device: str
    bound: bool
    at: Instant = Field(description="When the device took the fix.")
    received_at: Instant
    age_s: float = Field(description="Seconds since the fix was taken.")
    state: VehicleWord = Field(description="By age first (ageing over 90 s, silent over 10 min), then by speed.")
    speed_kmh: float | None
    course_deg: float | None
    kind: Kind
    source: str
    place: str | None = Field(description="Code of the ward it works for.")
    feed: str | None = Field(description="The feed of its fleet.")
    flags: list[str]


class VehicleFeature(Answer):
    """GeoJSON feature of one vehicle."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Point
    properties: VehicleProperties


class Vehicles(Answer):
    """GeoJSON collection of every vehicle with an accepted position."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[VehicleFeature]


class TrackProperties(Answer):
    """The times of a track; each list has one entry a position."""

    id: str
    since: Instant = Field(serialization_alias="from")
    until: Instant = Field(serialization_alias="to", description="First instant not covered.")
    times: list[Instant]
    received_at: list[Instant] = Field(description="When each fix came in: a tracker that lost its network sends late.")
    speeds_kmh: list[float | None]
    kinds: list[Kind]
    truncated: bool = Field(description="True when older fixes were left out: ask again up to the first time.")


class Track(Answer):
    """GeoJSON feature: a LineString, a Point for a single fix, null geometry for none."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: LineString | Point | None
    properties: TrackProperties


class FormulaWords(Answer):
    """A formula over measures of the KPI's feed; a share is the sum of a 0/1 measure over how many report it.

    A composite reads no measure: it adds up points of other KPIs, ``scale`` at most (see ``composite``).
    """

    kind: str = Field(description="sum, difference, ratio, share, composite: one of the formulas the centre knows.")
    numerator: str
    denominator: str | None
    scale: float


class WindowWords(Answer):
    """What a KPI looks at: newest figures, one calendar period (in_period), or daily figures added up (rolling)."""

    kind: Literal["newest", "in_period", "rolling"]
    span: str | None = Field(description="day, month, quarter, year; null of newest figures.")
    periods: int = Field(description="How many of them are added up.")
    running: bool = Field(description="Whether the period that has not ended yet counts.")
    due_days: int = Field(description="Days after its end from which a period is spoken of.")
    named: str = Field(description='The one period it is about, "2026-10"; "" for the newest.')
    words: Words


class ComponentWords(Answer):
    """At most ``weight`` points for the value of a KPI: none at ``start``, all from ``full`` on."""

    kpi: str
    weight: float
    start: float
    full: float


class GroupWords(Answer):
    """Components whose points are added up, to ``most``."""

    name: Words
    most: float
    components: list[ComponentWords]


class CompositeWords(Answer):
    """Points out of ``total``; what becomes of the weight of a component that does not apply or is not known."""

    total: float
    absent: Literal["spread", "left_out"]
    groups: list[GroupWords]


class TargetWords(Answer):
    """A goal, when it is due (ISO date) and who set it."""

    value: float
    due: str | None
    source: str


class KpiExcerpt(Answer):
    """Enough of a KPI's definition to read a result."""

    name: Words
    short: Words
    unit: Words
    better: Better
    formula: FormulaWords
    decimals: int
    target: TargetWords | None


class StatedAnswer(Answer):
    """What the province itself states of a KPI that is a sum of its communes: a second reading, never added to it."""

    value: float
    numerator: float
    denominator: float | None
    as_of: Instant
    kinds: dict[Kind, int]
    sources: list[str]


class KpiAnswer(Answer):
    """A KPI's result for one place: the value with its inputs, coverage, age and origin."""

    key: str
    territory: str
    place: str
    value: float | None
    numerator: float | None
    denominator: float | None
    status: Status
    since: Instant = Field(description="Since when it has this status.")
    reporting: int = Field(description="Contributors that were fresh …")
    expected: int = Field(description="… of so many.")
    told: int = Field(description="Figures of a window (one a contributor and period) that were told; 0 elsewhere …")
    asked: int = Field(description="… of so many. What is missing is unknown, never zero.")
    as_of: Instant | None = Field(description="Time of the newest input.")
    age_s: float | None = Field(description="Seconds since as_of, at the instant asked about.")
    computed_at: Instant
    kinds: dict[Kind, int] = Field(description="Contributors by how their number came to be.")
    sources: list[str]
    reprojected_from: str | None = Field(
        description="Territory version it was carried from by the census of 2019; null: computed for this place itself."
    )
    divided: bool = Field(description="A reform divided this place, so that its figure adds parts of several communes.")
    note: Words | None = Field(description="Why there is no value although there are data.")
    stated: StatedAnswer | None = Field(description="The province's own statement beside the sum; null elsewhere.")
    definition: KpiExcerpt


class Kpis(Answer):
    """Results in the order of the KPIs on screen."""

    at: Instant = Field(description="The instant the results are valid for.")
    results: list[KpiAnswer]


class ThresholdWords(Answer):
    """Beyond ``limit`` for ``hold_s`` the status comes into force; it leaves only past ``clear``."""

    status: Status
    limit: float
    clear: float
    hold_s: float
    because: str


class KpiDefinition(KpiExcerpt):
    """The whole declaration of a KPI."""

    key: str
    feed: str
    question: Words
    owner: Words
    source_of_formula: str
    contributor: Words
    numerator_label: Words
    window: WindowWords
    composite: CompositeWords | None = Field(description="What a composite is made of; null of every other KPI.")
    of: str = Field(description="Level of its results: place, or organisation by its own code.")
    thresholds: list[ThresholdWords]
    min_coverage: float
    coverage_of: Literal["contributors", "denominator"] = Field(
        description="Of what those who report must hold min_coverage: heads, or the sum that is divided by."
    )
    plausible_low: float
    plausible_high: float
    response: Words = Field(description="What an operator does when it is abnormal.")
    public: bool = Field(
        description="Whether a rule allows the public to see it, rounded and only from enough contributors."
    )


class SeriesPoint(Answer):
    """A recorded result, as it was computed then."""

    as_of: Instant | None
    computed_at: Instant
    value: float | None
    status: Status
    reporting: int
    expected: int
    told: int
    asked: int
    kinds: dict[Kind, int]


class Break(Answer):
    """A reform of the units within a series: what stands before it was counted in other units than what follows."""

    at: Instant
    before: str = Field(serialization_alias="from", description="Territory version until then.")
    after: str = Field(serialization_alias="to", description="Territory version from then on.")
    words: Words


class KpiSeries(Answer):
    """A KPI with its newest result at a place and the recorded ones of a period, oldest first."""

    definition: KpiDefinition
    territory: str
    place: str
    latest: KpiAnswer | None
    series: list[SeriesPoint]
    reprojected_from: str | None = Field(description="Territory version its points were carried from; null: its own.")
    breaks: list[Break] = Field(description="Reforms of the units within the period, oldest first.")
    truncated: bool = Field(description="True when the period holds more points than one answer: ask a shorter one.")


class MeasureWords(Answer):
    """A measure a feed carries."""

    key: str
    name: Words
    unit: str
    level: Literal["place", "entity"]


class OwnerAnswer(Answer):
    """Who answers for a feed: an office, never a person."""

    office: Words
    role: Words
    phone: str | None = Field(description="The office's telephone; null until the centre has written it down.")


class SilentAnswer(Answer):
    """Who owes a feed figures and has none that count."""

    code: str
    since: Instant | None = Field(description="The newest figure it told; null: it never reported.")


class PullProblem(Answer):
    """Why a fetch brought nothing, and what to do."""

    code: str
    vi: str
    en: str
    detail: str


class PullAnswer(Answer):
    """How the newest fetch from one address of a feed went."""

    way: str = Field(description="pull: by HTTP; pull-sql: from a database.")
    source: str = Field(description="Its host or file; never the rest of the address.")
    state: PullWord = Field(description="overdue: nobody fetches it, the process stopped or the address was taken out.")
    tried_at: Instant | None
    succeeded_at: Instant | None = Field(description="When it last answered as it should, also that nothing is new.")
    news_at: Instant | None = Field(description="When it last brought something that was kept.")
    next_at: Instant
    failures: int = Field(description="In a row.")
    problem: PullProblem | None
    bytes: int = Field(description="Of the newest answer with figures, as are the next two.")
    accepted: int
    rejected: int


class WayAnswer(Answer):
    """A way in for which the centre goes and asks."""

    way: str
    every_s: float
    format: str = Field(description="The format its answers are read as.")
    setting: str = Field(description="Holds the addresses; without any, the feed is not fetched.")


class FeedAnswer(Answer):
    """A feed's declaration and health; counters are null while nothing is known of the feed."""

    key: str
    name: Words
    owner: OwnerAnswer
    silent: list[SilentAnswer] = Field(description="Reporters that are not fresh, at most 200 by name.")
    cadence_s: float
    stale_after_s: float
    state: Freshness
    last_at: Instant | None = Field(description="Newest time in the data.")
    last_received_at: Instant | None
    age_s: float | None = Field(description="Seconds since last_at.")
    reporting: int | None
    expected: int | None
    accepted: int | None
    duplicates: int | None
    rejected: int | None
    late: int | None
    corrected: int | None = Field(description="Figures told again with another value; the newest stands.")
    automatic_share: float | None = Field(
        description="Share (0..1) of newest real values not typed by hand; null when all are simulated."
    )
    simulated_share: float | None
    fetched: list[WayAnswer] = Field(description="How the feed may be fetched.")
    pulls: list[PullAnswer] = Field(description="From where it is fetched; empty: from nowhere, no address is set.")
    measures: list[MeasureWords]


class Feeds(Answer):
    """Every declared feed."""

    feeds: list[FeedAnswer]


class RejectionAnswer(Answer):
    """One refused item, kept with its reason."""

    id: int
    feed: str
    reason: str
    vi: str
    en: str
    detail: str
    received_at: Instant
    source: str | None
    device: str | None
    raw: str
    stream_id: str
    item: int


class Rejections(Answer):
    """Refused items, newest first; ``next_before`` asks for the older ones, null at the end."""

    rejections: list[RejectionAnswer]
    next_before: int | None


class Readiness(Answer):
    """Whether what the web side needs answers."""

    store: bool = Field(description="The SQL database.")
    stream: bool = Field(description="Redis or Valkey.")


class CorrectionAnswer(Answer):
    """A figure told again with another value."""

    feed: str
    measure: str
    of_kind: str = Field(description="place, organisation or entity.")
    of: str = Field(description="Its code.")
    territory: str | None = Field(description="Of a place, the territory version of its code.")
    period: str | None = Field(description="The calendar period it covers; null for a state or a total.")
    at: Instant = Field(description="As of when the figure stands.")
    before: float | None
    after: float | None
    revision: int
    source: str
    author: str | None
    received_at: Instant


class Corrections(Answer):
    """Newest first."""

    corrections: list[CorrectionAnswer]
