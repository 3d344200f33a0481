"""View-models: cards and rows in one language; layouts draw them first, then the live channel sends changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor, inf, log10

from domain.feeds.feed import Feed
from domain.instant import to_ms
from domain.kpis.kpi import NOT_CARRIED, Better, Kpi, KpiResult, Missing, Status
from domain.kpis.rhythm import rhythm_of
from domain.kpis.standing import status_now
from domain.kpis.window import Rolling
from domain.observation import Kind
from domain.public_text import PublicText, public
from domain.text import Language, Text
from present import formats
from present.card_parts import Age, Bullet, Course, Facts, Figure, Line, Marked, Signal, StatedFacts
from present.kinds import kinds_in_words
from present.spark import SLOTS, Slots, course, spark, spark_band, spark_breaks
from present.stated import stated_words
from present.text import Words, words

CARRIED_MARK = "≈"
MONTH = timedelta(days=365.25 / 12)
GLYPHS = {Status.CRITICAL: "◆", Status.WARNING: "▲", Status.ADVISORY: "●"}
TONES = {Status.CRITICAL: "critical", Status.WARNING: "high", Status.ADVISORY: "advisory", Status.STALE: "stale"}
URGENT_STATUSES = (Status.CRITICAL, Status.WARNING)
STATUS_WORDS = {
    Status.NORMAL: Text("bình thường", "normal"),
    Status.ADVISORY: Text("lưu ý", "advisory"),
    Status.WARNING: Text("ưu tiên cao", "high"),
    Status.CRITICAL: Text("khẩn", "critical"),
    Status.STALE: Text("số liệu cũ", "stale"),
    Status.NO_DATA: Text("chưa có số liệu", "no data yet"),
    Status.NOT_APPLICABLE: Text("không áp dụng", "not applicable"),
}


@dataclass(frozen=True, kw_only=True)
class CardVM(Marked, Signal, Figure, Age, Bullet, StatedFacts, Course, Line):
    """One KPI at one place, in words and shapes; docs/dom.md lists the fields' DOM parts.

    Fields lie flat, as the live channel sends them; a piece of the page takes the base class it shows.
    ``kind`` lists the kinds among the contributors, separated by spaces.
    """

    name: str
    kind: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCell:
    """A cell that ages by the browser's clock."""

    as_of_ms: int
    stale_after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCell:
    """A cell of words."""

    t: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVM:
    """One row of a live list: ``tone`` is "", critical, high, advisory or stale; ``simulated`` calls for the banner.

    ``href`` is where its second cell leads, "" for nowhere.
    """

    id: str
    tone: str
    cells: tuple[TextCell | AgeCell, ...]
    simulated: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmVM(RowVM):
    """A row of the alarm list: mark, what, where and since when, what to do, what comes of it.

    ``kpi`` is the figure that shows it, "" for none, ``who`` the office that acts. ``at`` is where a map marks it
    (longitude, latitude).
    """

    kpi: str = ""
    who: str = ""
    at: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublicCardVM(Marked, Figure, Age, Bullet, Facts):
    """What a kiosk may receive about one KPI: rounded province figures, never a place, a vehicle or a person."""

    headline: str
    stale: bool


def present(
    kpi: Kpi,
    feed: Feed,
    result: KpiResult | None,
    series: Sequence[KpiResult],
    language: Language,
    now: datetime,
) -> CardVM:
    """The card of ``kpi``; ``series``: same KPI and place as ``result``, oldest first."""
    _ = words(language)
    status = status_now(kpi, result, feed, now)
    kinds = dict(result.kinds) if result else {}
    since = now - rhythm_of(kpi, feed).window
    drawn = course([(r.as_of, r.value) for r in series], since, now)
    context, coverage = _context(kpi, result, status, language, now, _), _coverage(kpi, result, language)
    return CardVM(
        key=kpi.key,
        name=kpi.names.to(language),
        status=status.value,
        word=STATUS_WORDS[status].to(language) if status in TONES else "",
        glyph=GLYPHS.get(status, ""),
        value=value_text(kpi, result, language),
        unit=kpi.unit.to(language) if result and result.value is not None else "",
        context="" if context == coverage else context,
        coverage="" if context not in ("", coverage) and _counts_all(kpi, result) else coverage,
        stated=stated_words(kpi, result, language, now),
        as_of_ms=to_ms(result.as_of) if result and result.as_of else None,
        stale_after_s=int(kpi.stands(feed).total_seconds()),
        kind=" ".join(kind.value for kind, count in kinds.items() if count > 0),
        simulated=kinds.get(Kind.SIMULATED, 0) > 0,
        source=_sources(result, _),
        owner=kpi.owner.to(language),
        delta=_delta(kpi, feed, result, series, language, _),
        target=target_words(kpi, language),
        gap=_missing(kpi, feed, result, language, now),
        fill=_fill(kpi, result),
        mark=_share(kpi, kpi.goal.value) if kpi.goal else None,
        spark=spark(drawn),
        band=spark_band(drawn, normal_range(kpi)) if kpi.thresholds else "",
        breaks=spark_breaks(drawn, since, now, language),
        span=_span(drawn, (now - since) / SLOTS, language),
        range=_range(kpi, drawn, language),
    )


def _span(drawn: Slots, slot: timedelta, language: Language) -> str:
    """How long a course is, from its first to its last value."""
    if len(drawn) < 2:
        return ""
    lasts = (max(drawn) - min(drawn)) * slot
    months = round(lasts / MONTH)
    return words(language)("{n} tháng").format(n=months) if months > 1 else formats.age(lasts, language)


def _range(kpi: Kpi, drawn: Slots, language: Language) -> str:
    """Lowest and highest value of a course: what its lower and upper edge mean."""
    if len(drawn) < 2:
        return ""
    ends = [shown(kpi, value, kpi.decimals, language) for value in (min(drawn.values()), max(drawn.values()))]
    return "–".join(dict.fromkeys(ends))


def normal_range(kpi: Kpi) -> tuple[float, float]:
    """Lowest and highest value at which no threshold of ``kpi`` is passed."""
    limits = [threshold.limit for threshold in kpi.thresholds]
    if kpi.better is Better.HIGHER:
        return max(limits, default=-inf), inf
    return -inf, min(limits, default=inf)


def public_card(
    kpi: Kpi, feed: Feed, result: KpiResult | None, language: Language, now: datetime
) -> PublicCardVM | None:
    """The public's view of a province result, or None when the KPI's PublicRule does not allow one."""
    rule = kpi.public
    if rule is None or result is None or result.value is None or result.as_of is None:
        return None
    if result.reporting < rule.min_reporting:
        return None
    if result.denominator is not None and result.denominator < rule.least_of:
        return None
    _ = words(language)
    gap = formats.number(_gap(kpi, result.value), rule.decimals, language)
    value = shown(kpi, result.value, rule.decimals, language)
    percent = kpi.unit.vi == "%"
    headline = rule.headline.to(language).format(value=shown(kpi, result.value, 0, language), gap=gap)
    return PublicCardVM(
        key=kpi.key,
        headline=headline,
        value=value + "%" if percent else value,
        unit=(kpi.numerator_label if percent else kpi.unit).to(language),
        context=_public_context(kpi, result, headline, language, _),
        coverage=_coverage(kpi, result, language),
        source=_public_source(result, language, _),
        as_of_ms=to_ms(result.as_of),
        stale_after_s=int(kpi.stands(feed).total_seconds()),
        stale=status_now(kpi, result, feed, now) is Status.STALE,
        simulated=result.kinds.get(Kind.SIMULATED, 0) > 0,
        fill=_fill(kpi, result),
        mark=_share(kpi, kpi.goal.value) if kpi.goal else None,
    )


def _context(kpi: Kpi, result: KpiResult | None, status: Status, language: Language, now: datetime, _: Words) -> str:
    if result is not None and result.carried and not kpi.divisible:
        return NOT_CARRIED.to(language)
    if result is not None and result.value is None and (why := _MISSING.get(result.missing)):
        return why.to(language)
    if status is Status.NOT_APPLICABLE:
        return _("không áp dụng: chưa phát sinh")
    if result is None or result.value is None:
        if result is not None and result.reporting:
            return _("chưa đủ số liệu")
        if result is not None and result.as_of is not None:
            return _("không có dữ liệu từ {when}").format(when=formats.moment(result.as_of, now, language))
        return _("chưa có số liệu")
    if kpi.formula.whole is None or result.numerator is None or result.denominator is None:
        return ""
    below = kpi.denominator_label or kpi.numerator_label
    (above, of), (part, whole) = (
        zip(*(_counted(value, label, language) for value, label in (
            (result.numerator, kpi.numerator_label), (result.denominator, below))), strict=True)
    )  # fmt: skip
    return f"{above}/{of} {whole}" if part == whole else f"{above} {part} / {of} {whole}"


# Measures are in seconds and metres; people read hours and kilometres.
_READ_IN = {
    "giây": (3_600, Text("giờ", "hours")),
    "giây trong ca": (3_600, Text("giờ trong ca", "duty hours")),
    "mét": (1_000, Text("km", "km")),
}
_MISSING: Mapping[Missing | None, Text] = {
    Missing.UNKNOWN: Text("chưa rõ quá nửa", "over half is not known"),
    Missing.SMALL: Text("chưa phát sinh đủ để tính", "not enough to divide by yet"),
    Missing.CONTRADICTION: Text("số gửi đến mâu thuẫn nhau", "the figures sent contradict each other"),
}


def _counted(value: float, label: Text, language: Language) -> tuple[str, str]:
    """One side of a quotient: its count and its unit, in words."""
    per, unit = _READ_IN.get(label.vi, (1, label))
    count = value / per
    return formats.number(count, 1 if per > 1 and count < 10 else 0, language), unit.to(language)


def _public_context(kpi: Kpi, result: KpiResult, headline: str, language: Language, _: Words) -> str:
    """The counts behind a percentage, to three significant digits: a public screen needs their size only.

    "" where ``headline`` says them ("87/100"), or the coverage, which counts the same units.
    """
    if kpi.formula.whole is None or not result.numerator or not result.denominator:
        return ""
    part, whole = (formats.number(_three_figures(n), 0, language) for n in (result.numerator, result.denominator))
    if f"{part}/{whole}" in headline or kpi.contributor == kpi.numerator_label:
        return ""
    return _("khoảng {part} trên {whole} {what}").format(part=part, whole=whole, what=kpi.numerator_label.to(language))


def _public_source(result: KpiResult, language: Language, _: Words) -> PublicText:
    """Sources, then kinds in words: citizens do not know the marks. `_sources` already says what is simulated.

    A source is what its sender calls itself.
    """
    real = [kind for kind, count in result.kinds.items() if count > 0 and kind is not Kind.SIMULATED]
    return public(" · ".join(filter(None, (_sources(result, _), kinds_in_words(real, language)))))


def _three_figures(value: float) -> float:
    return round(value, 2 - floor(log10(abs(value)))) if value else 0.0


def _coverage(kpi: Kpi, result: KpiResult | None, language: Language) -> str:
    """How many report; "" where the only one that could has: "1/1" would say nothing that the source does not."""
    if result is None or result.expected <= 0:
        return ""
    alone = result.reporting == result.expected == 1
    told = [] if alone else [f"{result.reporting}/{result.expected} {kpi.contributor.to(language)}"]
    if isinstance(kpi.window, Rolling):
        told.append(f"{result.told}/{result.asked} {kpi.window.figures.to(language)}")
    return " · ".join(told)


def _counts_all(kpi: Kpi, result: KpiResult | None) -> bool:
    """Whether the ratio counts of those who report, and all do: "12/13 xe" leaves nothing to say by "43/43 xe"."""
    if result is None or kpi.contributor != kpi.numerator_label or isinstance(kpi.window, Rolling):
        return False
    return result.reporting == result.expected


def _sources(result: KpiResult | None, _: Words) -> str:
    if result is None or not result.sources:
        return ""
    # A simulated tracker speaks a real protocol, whose name says nothing to who reads the figure.
    invented = {kind for kind, count in result.kinds.items() if count > 0} == {Kind.SIMULATED}
    if invented:
        return _("Mô phỏng")
    # Only the centre's own sources (simulator, plan) are translated; other names stay as they are. A run with several
    # sources names them in one string.
    sources = list(dict.fromkeys(part for source in result.sources for part in source.split(", ")))
    named = [_(name) if name else name for name in sources[:2]]
    shown, more = ", ".join(named), len(sources) - 2
    if more > 0:
        shown = _("{sources} và {more} nguồn khác").format(sources=shown, more=more)
    unsaid = result.kinds.get(Kind.SIMULATED) and _("Mô phỏng") not in named
    return _("{sources} (một phần mô phỏng)").format(sources=shown) if unsaid else shown


def _delta(
    kpi: Kpi, feed: Feed, result: KpiResult | None, series: Sequence[KpiResult], language: Language, _: Words
) -> str:
    """Change since the newest point at least one step older; "" when that point is more than two steps older."""
    if result is None or result.value is None or result.as_of is None:
        return ""
    rhythm = rhythm_of(kpi, feed)
    for point in reversed(series):
        if point.as_of is None or point.value is None or result.as_of - point.as_of < rhythm.step:
            continue
        if result.as_of - point.as_of > 2 * rhythm.step:
            return ""
        change = formats.signed(result.value - point.value, kpi.decimals, language)
        points = _("điểm") if kpi.unit.vi == "%" else ""
        return " ".join(part for part in (change, points, _("so với"), rhythm.before.to(language)) if part)
    return ""


def seen(kpi: Kpi, value: float, decimals: int) -> float:
    """The value rounded for people, but never up to a whole it has not reached: 99,97 is 99,9, not 100,0."""
    whole = kpi.formula.whole
    if whole is not None and value < whole <= round(value, decimals):
        value = whole - 10.0**-decimals
    return round(value, decimals)


def shown(kpi: Kpi, value: float | None, decimals: int, language: Language) -> str:
    """The `seen` value in words."""
    return formats.number(None if value is None else seen(kpi, value, decimals), decimals, language)


def value_text(kpi: Kpi, result: KpiResult | None, language: Language) -> str:
    """The value as on a card or in a table; "≈" marks a figure carried into an older territory version."""
    text = shown(kpi, result.value if result else None, kpi.decimals, language)
    return f"{CARRIED_MARK} {text}" if result and result.value is not None and result.carried else text


def target_words(kpi: Kpi, language: Language) -> str:
    """The target with its year, and whom it counts where that differs; "" without one."""
    _ = words(language)
    if kpi.target is None:
        return ""
    goal = formats.trimmed(kpi.target.value, kpi.decimals, language)
    goal += "%" if kpi.unit.vi == "%" else ""
    if kpi.target.of is not None:
        goal += f" {kpi.target.of.to(language)} " + _("(cách tính khác)")
    if kpi.target.due is None:
        return _("mục tiêu {goal}").format(goal=goal)
    return _("mục tiêu {year}: {goal}").format(year=kpi.target.due.year, goal=goal)


def _missing(kpi: Kpi, feed: Feed, result: KpiResult | None, language: Language, now: datetime) -> str:
    """The gap to the goal in words; "" when reached, and for a stale figure: nobody knows its gap today."""
    if kpi.goal is None or result is None or result.value is None or kpi.meets(result.value):
        return ""
    if status_now(kpi, result, feed, now) is Status.STALE:
        return ""
    _ = words(language)
    gap = formats.number(abs(kpi.goal.value - result.value), kpi.decimals, language)
    unit = _("điểm") if kpi.unit.vi == "%" else kpi.unit.to(language)
    return _("còn thiếu {gap} {unit}").format(gap=gap, unit=unit)


def _share(kpi: Kpi, value: float) -> float | None:
    """``value`` as a share 0..1 of the ratio's whole, else of the goal; None without either."""
    whole = kpi.formula.whole
    if whole is None and kpi.goal is not None and kpi.goal.value > 0:
        whole = kpi.goal.value
    return None if whole is None else min(1.0, max(0.0, value / whole))


def _fill(kpi: Kpi, result: KpiResult | None) -> float | None:
    return None if result is None or result.value is None else _share(kpi, result.value)


def _gap(kpi: Kpi, value: float) -> float | None:
    """Distance to the ratio's whole, else to the target; None without either."""
    if kpi.formula.whole is not None:
        return max(0.0, kpi.formula.whole - value)
    return max(0.0, kpi.goal.value - value) if kpi.goal else None
