"""Scores in groups: unknown is never zero, ranks are shared by equals, the lever is where most points are to win."""

from datetime import date
from decimal import Decimal

from domain.period import Period, Span
from domain.services.qd766 import QD766
from domain.services.scoring import Score, ranked

MONTH = Period(Span.MONTH, date(2026, 10, 1))
FULL = {group.key: group.most for group in QD766.groups}


def score(code: str, stated: str | None = None, **points: str | None) -> Score:
    said = {key: None if told is None else Decimal(told) for key, told in points.items()}
    return Score(
        unit=code, name=code, period=MONTH, points={**FULL, **said}, stated=Decimal(stated) if stated else None
    )


def test_the_six_groups_have_the_weights_of_the_decision():
    assert [int(group.most) for group in QD766.groups] == [18, 20, 12, 10, 18, 22]
    assert QD766.most == 100


def test_a_total_is_exact_and_unknown_while_any_group_is():
    assert score("a", tdgq="18.88", mdsh="17.61").total(QD766) == Decimal("94.49")
    assert score("a", tdgq=None).total(QD766) is None


def test_a_printed_total_may_differ_by_rounding_only():
    assert score("a", stated="99.97").agrees(QD766)
    assert not score("a", stated="99.90").agrees(QD766)
    assert score("a", stated="12", tdgq=None).agrees(QD766), "nothing to compare with"


def test_the_lever_is_the_group_with_the_most_points_to_win():
    lever = score("a", tttt="2", mdsh="15").lever(QD766)
    assert lever is not None
    assert lever.key == "tttt"
    assert score("a").lever(QD766) is None
    unknown = score("a", mdsh=None, tdgq="19.5").lever(QD766)
    assert unknown is not None
    assert unknown.key == "tdgq", "an unknown group is not the largest loss"


def test_equal_totals_share_a_rank_and_unknown_ones_have_none():
    found = ranked(QD766, [score("c", tdgq="10"), score("a"), score("b"), score("d", mdhl=None), score("e", tdgq="5")])
    assert [(one.unit, one.rank) for one in found] == [("a", 1), ("b", 1), ("c", 3), ("e", 4), ("d", None)]
    assert {one.ranked for one in found} == {4}


def test_a_printed_total_decides_the_rank():
    found = ranked(QD766, [score("a", stated="91.69", tdgq="11.7"), score("b", stated="91.70", tdgq="11.69")])
    assert [one.unit for one in found] == ["b", "a"]
