"""/api/v1/kpis: results with the facts needed to read them, and one KPI's whole definition with its history."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.answers import (
    Break,
    ComponentWords,
    CompositeWords,
    FormulaWords,
    GroupWords,
    KnownWords,
    KpiAnswer,
    KpiDefinition,
    KpiExcerpt,
    Kpis,
    KpiSeries,
    SeriesPoint,
    StatedAnswer,
    TargetWords,
    ThresholdWords,
    WindowWords,
)
from api.instants import Instant
from api.route import HouseRoute, RefusedError, refusals
from api.vehicles import period
from domain.access.needs import Need, needing
from domain.feeds.feed import Feed
from domain.kpis.kpi import NOT_CARRIED, Kpi, KpiResult, Stated
from domain.organisation import CODE
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.territory import TERRITORIES, Reform, reforms
from domain.subject import SubjectKind
from domain.text import Text
from evaluation.composites import Composite
from evaluation.reproject import Reprojection
from present.answers import BothLanguages
from queries.reprojected import divided, reprojection
from store import territories
from store.reading import Reading

MAX_SERIES_POINTS = 5_000
# A carried point adds up several histories; this is enough for a year of daily figures.
MAX_CARRIED_POINTS = 500
MAX_SERIES_PERIOD = timedelta(days=3_660)
_DEFAULT_PERIOD = timedelta(days=400)
_EVERY_PLACE = "all"

Territory = Annotated[
    str,
    Query(
        pattern=r"^\d{4}-\d{2}$",
        description="Version of the administrative map; figures of the version in force are carried into an older one.",
    ),
]
Place = Annotated[
    str,
    Query(
        pattern=r"^[0-9a-z]{1,16}$", description="Code of a place, or key of a place set (tanan); 80 is the province."
    ),
]

Office = Annotated[
    str | None, Query(pattern=f"^{CODE.pattern}$", description="Code of an organisation of the register, H53.12.")
]
_UNKNOWN_OFFICE = (
    "unknown_organisation",
    Text("Chưa có kết quả nào của tổ chức này.", "This organisation has no results."),
)


def router(
    reading: Reading,
    declared_kpis: Mapping[str, Kpi],
    declared_feeds: Mapping[str, Feed],
    clock: Callable[[], datetime],
) -> APIRouter:
    """The two routes of KPIs."""
    routes = APIRouter(prefix="/api/v1/kpis", tags=["kpis"], route_class=HouseRoute)

    @routes.get(
        "",
        responses=refusals(not_found="No such place in this territory version, or no results of the organisation."),
        summary="Results of every KPI for one place, or for all of them",
        description="`place=all` gives every place and organisation. `at`: results as of that instant, from inputs at "
        "or before it. `organisation` instead of a place: the results of one office.",
    )
    @needing(Need.LOOK)
    async def kpis(
        place: Place = PROVINCE,
        at: Annotated[Instant | None, Query()] = None,
        territory: Territory = IN_FORCE,
        organisation: Office = None,
    ) -> Kpis:
        await _require_place(reading, territory, place, every=True)
        older = territory != IN_FORCE
        one = organisation or (None if place == _EVERY_PLACE else place)
        instant = at or clock()
        if at is None:
            found = await reading.results_latest(IN_FORCE)
        else:
            found = await reading.at(at).results(place=None if older else one)
        if older:
            found = await asyncio.to_thread(reprojection(declared_kpis, declared_feeds, territory).results, found)
        chosen = [r for r in found if one is None or _is_of(r, one, office=organisation is not None)]
        if organisation and not chosen:
            raise RefusedError(404, *_UNKNOWN_OFFICE)
        return Kpis(at=instant, results=_answers(chosen, declared_kpis, instant, territory))

    @routes.get(
        "/{key}",
        responses=refusals(not_found="No such KPI or place."),
        summary="One KPI: definition, newest result, recorded results of a period",
        description="Without a period: the last 400 days. At most ten years and their newest 5,000 points.",
    )
    @needing(Need.LOOK)
    async def kpi(
        key: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$")],
        place: Place = PROVINCE,
        since: Annotated[Instant | None, Query(alias="from")] = None,
        until: Annotated[Instant | None, Query(alias="to")] = None,
        territory: Territory = IN_FORCE,
        organisation: Office = None,
    ) -> KpiSeries:
        declared = declared_kpis.get(key)
        if declared is None:
            raise RefusedError(
                404,
                "unknown_kpi",
                Text("Không có chỉ số này; danh sách ở /api/v1/kpis.", "No such KPI; /api/v1/kpis lists them."),
            )
        await _require_place(reading, territory, place)
        place = organisation or place
        now = clock()
        start, end = period(since, until, now, _DEFAULT_PERIOD, MAX_SERIES_PERIOD)
        carried = reprojection(declared_kpis, declared_feeds, territory) if territory != IN_FORCE else None
        points = await _series(reading, key, place, start, end, carried)
        latest = [r for r in await reading.results_latest(IN_FORCE) if r.key == key]
        carried_over = carried.results(latest) if carried else latest
        newest = [r for r in carried_over if _is_of(r, place, office=organisation is not None)]
        if organisation and not (newest or points.shown):
            raise RefusedError(404, *_UNKNOWN_OFFICE)
        return KpiSeries(
            definition=_definition(declared),
            territory=territory,
            place=place,
            latest=_answer(newest[0], declared, now, territory) if newest else None,
            series=[_point(result) for result in points.shown],
            reprojected_from=IN_FORCE if points.carried else None,
            breaks=[_break(reform) for reform in reforms(start, end)],
            truncated=points.truncated,
        )

    return routes


def _is_of(result: KpiResult, code: str, *, office: bool) -> bool:
    """Whether it is the result of that organisation (``office``) or of that place: one code may name both."""
    return result.place == code and (result.of.kind is SubjectKind.ORGANISATION) is office


@dataclass(frozen=True, slots=True)
class _Points:
    """Recorded results of one place, oldest first; ``carried`` when they were recorded for other units."""

    shown: Sequence[KpiResult]
    carried: bool
    truncated: bool


async def _series(
    reading: Reading, key: str, place: str, start: datetime, end: datetime, carried: Reprojection | None
) -> _Points:
    """A place's recorded results. Older communes have none of their own: their parts' results are carried."""

    async def recorded(code: str, limit: int) -> list[KpiResult]:
        return await reading.result_series(key, IN_FORCE, code, start, end, limit + 1)

    origins = carried.origins(place) if carried else ()
    if carried is None or not origins:
        found = await recorded(place, MAX_SERIES_POINTS)
        return _Points(found[-MAX_SERIES_POINTS:], carried=False, truncated=len(found) > MAX_SERIES_POINTS)
    parts = {code: await recorded(code, MAX_CARRIED_POINTS) for code in origins}
    cut = [series[-MAX_CARRIED_POINTS].as_of for series in parts.values() if len(series) > MAX_CARRIED_POINTS]
    points = await asyncio.to_thread(carried.series, place, parts)
    # Begin where every part has results: one part may begin later because its history was cut.
    since = max((at for at in cut if at is not None), default=None)
    shown = [r for r in points if since is None or (r.as_of is not None and r.as_of >= since)]
    return _Points(shown[-MAX_SERIES_POINTS:], carried=True, truncated=bool(cut) or len(shown) > MAX_SERIES_POINTS)


def _break(reform: Reform) -> Break:
    return Break(at=reform.at, before=reform.before.version, after=reform.after.version, words=words(reform.words))


async def _require_place(reading: Reading, territory: str, code: str, *, every: bool = False) -> None:
    places = await reading.places(territory)
    sets = territories.place_sets(territory) if places else ()
    known = {place.code for place in places} | {one.key for one in sets}
    if code not in known and not (every and code == _EVERY_PLACE and places):
        raise RefusedError(404, *_unknown_place(territory, code))


def _unknown_place(territory: str, code: str) -> tuple[str, Text]:
    """Refusal that says where the code is valid and where its land lies in the requested version: codes are reused."""
    found = [p for version in TERRITORIES for p in territories.places(version.version) if p.code == code]
    elsewhere = [place for place in found if place.territory != territory]
    if not elsewhere or territory not in {version.version for version in TERRITORIES}:
        return "unknown_place", Text(
            "Không có mã này trong phiên bản địa giới đó; danh sách ở /api/v1/places.",
            "No such code in this territory version; /api/v1/places lists them.",
        )
    newest = elsewhere[-1]
    versions = ", ".join(place.territory for place in elsewhere)
    names = {place.code: place.name for place in territories.places(territory)}
    shares = territories.crosswalk(newest.territory, territory).targets_of(code)
    land = ", ".join(f"{names[share.target]} ({share.target})" for share in shares)
    return "other_territory", Text(
        f"Mã {code} ({newest.name}) chỉ có trong địa giới {versions}."
        + (f" Trong địa giới {territory} đất đó thuộc: {land}." if land else ""),
        f"Code {code} ({newest.name}) exists in territory {versions} only."
        + (f" In territory {territory} its land is in: {land}." if land else ""),
    )


def _answers(results: Sequence[KpiResult], kpis: Mapping[str, Kpi], now: datetime, territory: str) -> list[KpiAnswer]:
    """Answers in the order of the screens; results of KPIs that are no longer declared are left out."""
    known = [(kpis[r.key], r) for r in results if r.key in kpis]
    known.sort(key=lambda pair: (pair[0].feed, pair[0].order, pair[0].key, pair[1].place))
    return [_answer(result, kpi, now, territory) for kpi, result in known]


def _answer(result: KpiResult, kpi: Kpi, now: datetime, territory: str) -> KpiAnswer:
    """The answer for ``territory``; province and sets are the same in every version and are never carried."""
    return KpiAnswer(
        key=result.key,
        territory=territory,
        place=result.place,
        value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        status=result.status,
        since=result.since,
        reporting=result.reporting,
        expected=result.expected,
        told=result.told,
        asked=result.asked,
        missing=result.missing,
        as_of=result.as_of,
        age_s=None if result.as_of is None else round((now - result.as_of).total_seconds(), 3),
        computed_at=result.computed_at,
        kinds=dict(result.kinds),
        sources=list(result.sources),
        reprojected_from=IN_FORCE if result.carried else None,
        divided=result.carried and result.place in divided(territory),
        note=words(NOT_CARRIED) if result.carried and not kpi.divisible else None,
        stated=_stated(result.stated),
        definition=excerpt(kpi),
    )


def _stated(said: Stated | None) -> StatedAnswer | None:
    if said is None:
        return None
    return StatedAnswer(
        value=said.value,
        numerator=said.numerator,
        denominator=said.denominator,
        as_of=said.as_of,
        kinds=dict(said.kinds),
        sources=list(said.sources),
    )


def excerpt(kpi: Kpi) -> KpiExcerpt:
    """The words of a definition that fit an answer."""
    return KpiExcerpt(
        name=words(kpi.names),
        short=words(kpi.short),
        unit=words(kpi.unit),
        better=kpi.better,
        formula=FormulaWords(**kpi.formula.described._asdict()),
        decimals=kpi.decimals,
        target=None
        if kpi.target is None
        else TargetWords(
            value=kpi.target.value,
            due=None if kpi.target.due is None else kpi.target.due.isoformat(),
            source=kpi.target.source,
            of=None if kpi.target.of is None else words(kpi.target.of),
        ),
    )


def _definition(kpi: Kpi) -> KpiDefinition:
    return KpiDefinition(
        **excerpt(kpi).model_dump(),
        key=kpi.key,
        feed=kpi.feed,
        question=words(kpi.question),
        owner=words(kpi.owner),
        source_of_formula=kpi.source_of_formula,
        contributor=words(kpi.contributor),
        numerator_label=words(kpi.numerator_label),
        denominator_label=words(kpi.denominator_label) if kpi.denominator_label else None,
        window=WindowWords(**kpi.window.described._asdict(), words=words(kpi.window.words)),
        composite=_composite(kpi.formula) if isinstance(kpi.formula, Composite) else None,
        of=kpi.of.value,
        thresholds=[
            ThresholdWords(
                status=threshold.status,
                limit=threshold.limit,
                clear=threshold.clear,
                hold_s=threshold.hold.total_seconds(),
                because=threshold.because,
            )
            for threshold in kpi.thresholds
        ],
        min_coverage=kpi.min_coverage,
        min_denominator=kpi.min_denominator,
        known=None if kpi.known is None else KnownWords(**asdict(kpi.known)),
        plausible_low=kpi.plausible_low,
        plausible_high=kpi.plausible_high,
        response=words(kpi.response),
        public=kpi.public is not None,
    )


def _composite(formula: Composite) -> CompositeWords:
    return CompositeWords(
        total=formula.total,
        absent=formula.absent.value,
        groups=[
            GroupWords(
                name=words(group.names),
                most=group.weight,
                components=[
                    ComponentWords(kpi=one.kpi, weight=one.weight, start=one.start, full=one.full)
                    for one in group.components
                ],
            )
            for group in formula.groups
        ],
    )


def _point(result: KpiResult) -> SeriesPoint:
    return SeriesPoint(
        as_of=result.as_of,
        computed_at=result.computed_at,
        value=result.value,
        status=result.status,
        reporting=result.reporting,
        expected=result.expected,
        told=result.told,
        asked=result.asked,
        kinds=dict(result.kinds),
    )


def words(text: Text) -> BothLanguages:
    """A `Text` as an API answer."""
    return BothLanguages(vi=text.vi, en=text.en)
