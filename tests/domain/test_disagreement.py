"""When two sources count as disagreeing, and when not."""

from datetime import UTC, datetime, timedelta

from data_sources.coverage import FEED
from domain.disagreement import disagreements
from domain.observation import Kind, Observation, ObsStatus
from domain.places.place import IN_FORCE, PROVINCE
from evaluation.inputs.statements import newest

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def said(source: str, value: float | None, days_ago: float = 1, **given: object) -> Observation:
    at = NOW - timedelta(days=days_ago)
    fields = {
        "feed": FEED.key, "measure": "fibre_households", "place": "27694", "territory": IN_FORCE, "at": at,
        "received_at": at, "value": value, "kind": Kind.DECLARED, "source": source,
        "status": ObsStatus.MISSING if value is None else ObsStatus.NORMAL,
    }  # fmt: skip
    return Observation(**{**fields, **given})  # type: ignore[arg-type]


def test_two_fresh_sources_with_different_values_stand_side_by_side_newest_first() -> None:
    older, newer = said("Sở KHCN", 912, 3), said("VNPT", 889, 1)
    (found,) = disagreements(FEED, [older, newer], NOW)
    assert found.readings == (newer, older)
    assert found.readings[0] == newest(FEED, [older, newer])[0], "the first is the one KPIs use"
    assert round(found.spread, 4) == round(23 / 912, 4)


def test_no_disagreement() -> None:
    one = said("VNPT", 889)
    for other in (
        said("Sở KHCN", 889),
        said("VNPT", 912, 3),
        said("Sở KHCN", 912, FEED.stale_after / timedelta(days=1) + 1),
        said("Sở KHCN", None),
        said("Sở KHCN", 912, place="27712"),
        said("Sở KHCN", 912, measure="households"),
        said("Sở KHCN", 912, territory="2024-01"),
        said("Sở KHCN", 912, entity="LA-001"),
    ):
        assert disagreements(FEED, [one, other], NOW) == [], other


def test_zero_against_something_is_a_disagreement_and_zero_against_zero_is_none() -> None:
    (found,) = disagreements(FEED, [said("VNPT", 0), said("Sở KHCN", 4)], NOW)
    assert found.spread == 1
    assert disagreements(FEED, [said("VNPT", 0), said("Sở KHCN", 0)], NOW) == []


def test_the_province_is_the_same_in_every_version_and_the_widest_comes_first() -> None:
    near = [said("VNPT", 100), said("Sở KHCN", 101)]
    far = [said(s, v, place=PROVINCE, territory=t) for s, v, t in (("VNPT", 50, IN_FORCE), ("Sở KHCN", 90, "2024-01"))]
    assert [one.place for one in disagreements(FEED, [*near, *far], NOW)] == [PROVINCE, "27694"]


def test_a_simulated_reading_of_the_same_month_stands_behind_the_real_one() -> None:
    real, made_up = said("VNPT", 889, 5), said("Mô phỏng", 912, 1, kind=Kind.SIMULATED)
    for told in ([real, made_up], [made_up, real]):
        (found,) = disagreements(FEED, told, NOW)
        assert found.readings == (real, made_up)
        assert found.readings[0] == newest(FEED, told)[0]
