"""The leader's brief from the data of the leader's page: the same goals, sentences and changes, as plain values."""

from domain.kpis.kpi import KpiResult
from domain.numbers import with_unit
from domain.observation import Kind
from domain.places.place import PROVINCE
from layouts.parts.cards import card_vm
from layouts.parts.changes import figures_changed
from layouts.parts.goals import STANDING_GLYPHS, Goal, furthest, goals_of, headline, worst_words
from layouts.parts.screen import ScreenData
from present import formats
from present.brief.brief import Brief, BriefGoal, BriefPlace, canonical
from present.text import words
from queries.results import RESULTS


def brief_of(data: ScreenData) -> Brief:
    """One page for a meeting as of the data's now, from the asks of the leader's screen without a last visit."""
    goals = goals_of(data)
    results = _results(data, goals)
    sources = dict.fromkeys(card_vm(data, goal.kpi).source for goal in goals)
    return Brief(
        language=data.language,
        made_at=data.now,
        as_of=f"{formats.clock(data.now)} {formats.day(data.now, data.language)}",
        headline=headline(data, goals),
        lead=furthest(data, goals),
        since=words(data.language)("Thay đổi trong 24 giờ qua: {n}").format(n=len(figures_changed(data))),
        changes=tuple(figures_changed(data)),
        goals=tuple(_goal(data, goal) for goal in goals),
        sources=tuple(source for source in sources if source),
        simulated=any(result.kinds.get(Kind.SIMULATED) for result in results),
        canonical=canonical(results, data.kpis),
    )


def _results(data: ScreenData, goals: list[Goal]) -> list[KpiResult]:
    """The results that the brief prints: of the province and of the communes it names."""
    known = data.get(RESULTS)
    keys = [(goal.kpi.key, place) for goal in goals for place in (PROVINCE, *(one.code for one in goal.worst))]
    return [known[key] for key in keys if key in known]


def _goal(data: ScreenData, goal: Goal) -> BriefGoal:
    _ = words(data.language)
    vm = card_vm(data, goal.kpi)
    target = goal.kpi.target
    result = data.get(RESULTS).get((goal.kpi.key, PROVINCE))
    said = worst_words(data, goal)
    by = target.set_by.to(data.language) if target and target.set_by else ""
    return BriefGoal(
        name=vm.name,
        standing=goal.standing.value,
        glyph=STANDING_GLYPHS[goal.standing],
        value=with_unit(vm.value, vm.unit).strip(),
        number=result.value if result else None,
        unit=vm.unit,
        target=vm.target,
        gap=vm.gap,
        owner=vm.owner,
        set_by=f"{by}: {target.source}" if target else "",
        coverage=vm.coverage,
        as_of=formats.moment(result.as_of, data.now, data.language) if result and result.as_of else formats.UNKNOWN,
        source=vm.source,
        worst_words=said,
        worst=tuple(BriefPlace(name=one.name, value=one.value, move=one.move) for one in goal.worst) if said else (),
    )
