"""/api/v1/kpis: results with what is needed to read them, and one KPI's whole definition with its history."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api._route import HouseRoute, RefusedError, refusals
from api.answers import (
    FormulaWords,
    KpiAnswer,
    KpiDefinition,
    KpiExcerpt,
    Kpis,
    KpiSeries,
    SeriesPoint,
    TargetWords,
    ThresholdWords,
    Words,
)
from api.instants import Instant
from api.vehicles import period
from domain.kpi import Difference, Formula, Kpi, KpiResult, Ratio
from domain.place import IN_FORCE, PROVINCE
from domain.text import Text
from store.services import Services

MAX_SERIES_POINTS = 5_000
MAX_SERIES_PERIOD = timedelta(days=3_660)
_DEFAULT_PERIOD = timedelta(days=400)
_EVERY_PLACE = "all"

Territory = Annotated[str, Query(pattern=r"^\d{4}-\d{2}$", description="Version of the administrative map.")]
Place = Annotated[str, Query(pattern=r"^[0-9a-z]{1,16}$", description="Code of a place; 80 is the province.")]


def router(services: Services, clock: Callable[[], datetime]) -> APIRouter:
    """The two routes of KPIs."""
    routes = APIRouter(prefix="/api/v1/kpis", tags=["kpis"], route_class=HouseRoute)

    @routes.get(
        "",
        responses=refusals(not_found="No such place in this territory version."),
        summary="Results of every KPI for one place, or for all of them",
        description="`place=all` gives every place. `at`: results as they were then, the newest input at or before it.",
    )
    async def kpis(
        place: Place = PROVINCE, at: Annotated[Instant | None, Query()] = None, territory: Territory = IN_FORCE
    ) -> Kpis:
        await _require_place(services, territory, place, every=True)
        one = None if place == _EVERY_PLACE else place
        if at is None:
            found = [r for r in await services.reading.results_latest(territory) if one in (None, r.place)]
        else:
            found = await services.reading.results_at(at, place=one, territory=territory)
        instant = at or clock()
        return Kpis(at=instant, results=_answers(found, services.kpis, instant))

    @routes.get(
        "/{key}",
        responses=refusals(not_found="No such KPI or place."),
        summary="One KPI: definition, newest result, recorded results of a period",
        description="Without a period the last 400 days; at most ten years and the newest 5,000 points of them.",
    )
    async def kpi(
        key: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$")],
        place: Place = PROVINCE,
        since: Annotated[Instant | None, Query(alias="from")] = None,
        until: Annotated[Instant | None, Query(alias="to")] = None,
        territory: Territory = IN_FORCE,
    ) -> KpiSeries:
        declared = services.kpis.get(key)
        if declared is None:
            raise RefusedError(
                404,
                "unknown_kpi",
                Text("Không có chỉ số này; danh sách ở /api/v1/kpis.", "No such KPI; /api/v1/kpis lists them."),
            )
        await _require_place(services, territory, place)
        now = clock()
        start, end = period(since, until, now, _DEFAULT_PERIOD, MAX_SERIES_PERIOD)
        limit = MAX_SERIES_POINTS + 1
        points = await services.reading.result_series(key, territory, place, start, end, limit)
        latest = [r for r in await services.reading.results_latest(territory) if (r.key, r.place) == (key, place)]
        return KpiSeries(
            definition=_definition(declared),
            territory=territory,
            place=place,
            latest=_answer(latest[0], declared, now) if latest else None,
            series=[_point(result) for result in points[-MAX_SERIES_POINTS:]],
            truncated=len(points) > MAX_SERIES_POINTS,
        )

    return routes


async def _require_place(services: Services, territory: str, code: str, *, every: bool = False) -> None:
    places = await services.reading.places(territory)
    if not any(place.code == code for place in places) and not (every and code == _EVERY_PLACE and places):
        raise RefusedError(
            404,
            "unknown_place",
            Text(
                "Không có mã này trong phiên bản địa giới đó; danh sách ở /api/v1/places.",
                "No such code in this territory version; /api/v1/places lists them.",
            ),
        )


def _answers(results: Sequence[KpiResult], kpis: Mapping[str, Kpi], now: datetime) -> list[KpiAnswer]:
    """In the order of the screens; a result whose KPI is no longer declared has no meaning left and is not shown."""
    known = [(kpis[r.key], r) for r in results if r.key in kpis]
    known.sort(key=lambda pair: (pair[0].feed, pair[0].order, pair[0].key, pair[1].place))
    return [_answer(result, kpi, now) for kpi, result in known]


def _answer(result: KpiResult, kpi: Kpi, now: datetime) -> KpiAnswer:
    return KpiAnswer(
        key=result.key,
        territory=result.territory,
        place=result.place,
        value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        status=result.status,
        since=result.since,
        reporting=result.reporting,
        expected=result.expected,
        as_of=result.as_of,
        age_s=None if result.as_of is None else round((now - result.as_of).total_seconds(), 3),
        computed_at=result.computed_at,
        kinds=dict(result.kinds),
        sources=list(result.sources),
        definition=_excerpt(kpi),
    )


def _excerpt(kpi: Kpi) -> KpiExcerpt:
    return KpiExcerpt(
        name=words(kpi.names),
        short=words(kpi.short),
        unit=words(kpi.unit),
        better=kpi.better,
        formula=_formula(kpi.formula),
        decimals=kpi.decimals,
        target=None
        if kpi.target is None
        else TargetWords(
            value=kpi.target.value,
            due=None if kpi.target.due is None else kpi.target.due.isoformat(),
            source=kpi.target.source,
        ),
    )


def _definition(kpi: Kpi) -> KpiDefinition:
    return KpiDefinition(
        **_excerpt(kpi).model_dump(),
        key=kpi.key,
        feed=kpi.feed,
        question=words(kpi.question),
        owner=words(kpi.owner),
        source_of_formula=kpi.source_of_formula,
        contributor=words(kpi.contributor),
        numerator_label=words(kpi.numerator_label),
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
        plausible_low=kpi.plausible_low,
        plausible_high=kpi.plausible_high,
        response=words(kpi.response),
        public=kpi.public is not None,
    )


def _formula(formula: Formula) -> FormulaWords:
    if isinstance(formula, Ratio):
        return FormulaWords(
            kind="ratio", numerator=formula.numerator, denominator=formula.denominator, scale=formula.scale
        )
    if isinstance(formula, Difference):
        return FormulaWords(kind="difference", numerator=formula.minuend, denominator=formula.subtrahend, scale=1.0)
    return FormulaWords(kind="sum", numerator=formula.measure, denominator=None, scale=1.0)


def _point(result: KpiResult) -> SeriesPoint:
    return SeriesPoint(
        as_of=result.as_of,
        computed_at=result.computed_at,
        value=result.value,
        status=result.status,
        reporting=result.reporting,
        expected=result.expected,
        kinds=dict(result.kinds),
    )


def words(text: Text) -> Words:
    """A house text as the API says it."""
    return Words(vi=text.vi, en=text.en)
