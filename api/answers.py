"""The read API's answers as typed models; null always means "not known", never zero."""

from typing import Literal

from pydantic import Field

from api.instants import Instant
from domain.kpis.kpi import Better, Missing, Status
from domain.observation import Kind
from present.answers import Answer, BothLanguages

Longitude = float
Latitude = float
Position = tuple[Longitude, Latitude]
VehicleWord = Literal["unknown", "moving", "stopped", "ageing", "silent"]
Freshness = Literal["fresh", "stale", "no_data"]
PullWord = Literal["waiting", "running", "well", "failing", "overdue"]


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
    """Newest accepted fix of a vehicle, or of a device not yet bound to one (``bound`` false)."""

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
    received_at: list[Instant] = Field(description="When each fix arrived: a tracker without network sends late.")
    speeds_kmh: list[float | None]
    kinds: list[Kind]
    truncated: bool = Field(description="True when older fixes were left out: ask again with `to` = the first time.")


class Track(Answer):
    """GeoJSON feature: a LineString, a Point for a single fix, null geometry for none."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: LineString | Point | None
    properties: TrackProperties


class FormulaWords(Answer):
    """A formula over measures of the KPI's feed; a share divides the sum of a 0/1 measure by its reporters.

    A composite reads no measure: it adds up points of other KPIs, at most ``scale`` (see ``composite``).
    """

    kind: str = Field(description="sum, difference, ratio, share or composite.")
    numerator: str
    denominator: str | None
    scale: float


class WindowWords(Answer):
    """The figures a KPI uses: the newest, one calendar period (in_period), or daily figures added up (rolling)."""

    kind: Literal["newest", "in_period", "rolling"]
    span: str | None = Field(description="day, month, quarter, year; null for newest figures.")
    periods: int = Field(description="Number of periods that are added up.")
    running: bool = Field(description="Whether the period that has not ended yet counts.")
    due_days: int = Field(description="Days after its end from which a period counts.")
    named: str = Field(description='The one period it covers, "2026-10"; "" for the newest.')
    words: BothLanguages


class ComponentWords(Answer):
    """Points for a KPI's value: 0 at ``start``, rising to ``weight`` from ``full`` on."""

    kpi: str
    weight: float
    start: float
    full: float


class GroupWords(Answer):
    """Components whose points are added up, to ``most``."""

    name: BothLanguages
    most: float
    components: list[ComponentWords]


class CompositeWords(Answer):
    """Points out of ``total``; ``absent``: how the weight of a missing or inapplicable component is treated."""

    total: float
    absent: Literal["spread", "left_out"]
    groups: list[GroupWords]


class TargetWords(Answer):
    """A goal, when it is due (ISO date) and who set it; ``of``: what it counts where the KPI counts otherwise."""

    value: float
    due: str | None
    source: str
    of: BothLanguages | None


class KpiExcerpt(Answer):
    """Enough of a KPI's definition to read a result."""

    name: BothLanguages
    short: BothLanguages
    unit: BothLanguages
    better: Better
    formula: FormulaWords
    decimals: int
    target: TargetWords | None


class StatedAnswer(Answer):
    """The province's own statement of a KPI that sums its communes: a second reading, never added to the sum."""

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
    reporting: int = Field(description="Number of fresh contributors …")
    expected: int = Field(description="… out of this many expected.")
    told: int = Field(description="Received figures of a window (one a contributor and period); 0 without a window …")
    asked: int = Field(description="… out of this many expected. Missing figures are unknown, never zero.")
    missing: Missing | None = Field(description="Why the newest result has no value; null for a past one.")
    as_of: Instant | None = Field(description="Time of the newest input.")
    age_s: float | None = Field(description="Seconds from as_of to the requested instant.")
    computed_at: Instant
    kinds: dict[Kind, int] = Field(description="Number of contributors by kind of their value.")
    sources: list[str]
    reprojected_from: str | None = Field(
        description="Territory version it was carried from by the 2019 census; null: computed for this place itself."
    )
    divided: bool = Field(description="A reform divided this place: its figure adds up parts of several communes.")
    note: BothLanguages | None = Field(description="Why there is no value although there are data.")
    stated: StatedAnswer | None = Field(description="The province's own statement beside the sum; null elsewhere.")
    definition: KpiExcerpt


class Kpis(Answer):
    """Results in the order of the KPIs on screens."""

    at: Instant = Field(description="The instant the results are valid for.")
    results: list[KpiAnswer]


class ThresholdWords(Answer):
    """The status begins after ``hold_s`` beyond ``limit`` and ends only past ``clear``."""

    status: Status
    limit: float
    clear: float
    hold_s: float
    because: str


class KnownWords(Answer):
    """The measures of what is known and of what should be, "" = the denominator, and the least share."""

    part: str
    whole: str
    least: float


class KpiDefinition(KpiExcerpt):
    """The whole declaration of a KPI."""

    key: str
    feed: str
    question: BothLanguages
    owner: BothLanguages
    source_of_formula: str
    contributor: BothLanguages
    numerator_label: BothLanguages
    window: WindowWords
    composite: CompositeWords | None = Field(description="Components of a composite; null for every other KPI.")
    of: str = Field(description="Level of its results: place, or organisation by its own code.")
    thresholds: list[ThresholdWords]
    denominator_label: BothLanguages | None = Field(
        description="What the denominator counts; null = the numerator's label."
    )
    min_coverage: float
    min_denominator: float = Field(description="Below it a quotient says nothing.")
    known: KnownWords | None = Field(
        description="Besides, at least this share of what should be known by now must be known; null = no such rule."
    )
    plausible_low: float
    plausible_high: float
    response: BothLanguages = Field(description="What an operator does when it is abnormal.")
    public: bool = Field(
        description="Whether a rule allows the public to see it, rounded and only from enough contributors."
    )


class SeriesPoint(Answer):
    """A recorded result as computed at the time."""

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
    """A reform of the units within a series: results before and after it count different units."""

    at: Instant
    before: str = Field(serialization_alias="from", description="Territory version until then.")
    after: str = Field(serialization_alias="to", description="Territory version from then on.")
    words: BothLanguages


class KpiSeries(Answer):
    """A KPI with its newest result at a place and the recorded ones of a period, oldest first."""

    definition: KpiDefinition
    territory: str
    place: str
    latest: KpiAnswer | None
    series: list[SeriesPoint]
    reprojected_from: str | None = Field(description="Territory version its points were carried from; null: its own.")
    breaks: list[Break] = Field(description="Reforms of the units within the period, oldest first.")
    truncated: bool = Field(description="True when the period has more points than one answer: ask for a shorter one.")


class MeasureWords(Answer):
    """A measure a feed carries."""

    key: str
    name: BothLanguages
    unit: str
    level: Literal["place", "entity"]


class OwnerAnswer(Answer):
    """Who answers for a feed: an office, never a person."""

    office: BothLanguages
    role: BothLanguages
    phone: str | None = Field(description="The office's telephone; null until the centre has entered it.")


class SilentAnswer(Answer):
    """A reporter that owes a feed figures and has no fresh one."""

    code: str
    since: Instant | None = Field(description="Time of its newest figure; null: it never reported.")


class PullProblem(Answer):
    """Why a fetch brought nothing, and what to do."""

    code: str
    vi: str
    en: str
    detail: str


class PullAnswer(Answer):
    """Result of the newest fetch from one address of a feed."""

    way: str = Field(description="pull: by HTTP; pull-sql: from a database.")
    source: str = Field(description="Its host or file; never the rest of the address.")
    state: PullWord = Field(description="overdue: nobody fetches it; the process stopped or the address was removed.")
    tried_at: Instant | None
    succeeded_at: Instant | None = Field(description="When it last answered correctly, even without new data.")
    news_at: Instant | None = Field(description="When it last brought data that were kept.")
    next_at: Instant
    failures: int = Field(description="Consecutive failures.")
    problem: PullProblem | None
    bytes: int = Field(description="Size of the newest answer with figures; accepted and rejected count its items.")
    accepted: int
    rejected: int


class WayAnswer(Answer):
    """A way in by which the centre fetches data."""

    way: str
    every_s: float
    format: str = Field(description="Format of its answers.")
    setting: str = Field(description="Setting with the addresses; without an address the feed is not fetched.")


class FeedAnswer(Answer):
    """A feed's declaration and health; counters are null while the feed has no data."""

    key: str
    name: BothLanguages
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
    corrected: int | None = Field(description="Figures sent again with another value; the newest value counts.")
    measured_share: float | None = Field(
        description="Share (0..1) of newest real values that were measured, not declared; null when all are simulated."
    )
    simulated_share: float | None
    fetched: list[WayAnswer] = Field(description="Ways by which the feed may be fetched.")
    pulls: list[PullAnswer] = Field(description="Its fetched addresses; empty: no address is set.")
    measures: list[MeasureWords]


class Feeds(Answer):
    """Every declared feed."""

    feeds: list[FeedAnswer]


class RejectionAnswer(Answer):
    """That an item of a feed was refused, when and why; never what it said, which may name people."""

    id: int
    feed: str
    reason: str
    vi: str
    en: str
    received_at: Instant


class Rejections(Answer):
    """Refused items, newest first; pass ``next_before`` as `before` for older ones, null at the end."""

    rejections: list[RejectionAnswer]
    next_before: int | None


class Readiness(Answer):
    """Whether the servers behind the web side answer."""

    store: bool = Field(description="The SQL database.")
    stream: bool = Field(description="Redis or Valkey.")


class CorrectionAnswer(Answer):
    """A figure sent again with another value."""

    feed: str
    measure: str
    of_kind: str = Field(description="place, organisation or entity.")
    of: str = Field(description="Its code.")
    territory: str | None = Field(description="Territory version of a place's code.")
    period: str | None = Field(description="The calendar period it covers; null for a state or a total.")
    at: Instant = Field(description="Instant to which the figure refers.")
    before: float | None
    after: float | None
    revision: int
    source: str
    author: str | None
    received_at: Instant


class Corrections(Answer):
    """Newest first."""

    corrections: list[CorrectionAnswer]
