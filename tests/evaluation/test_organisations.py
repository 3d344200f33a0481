"""Results of organisations by their own codes: N from the register, parents with their children, each counted once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from looking_back import FEED, NOW, WEEK, told

from domain.instant import service_day, to_ms
from domain.kpis.kpi import KpiResult, Status
from domain.kpis.window import NEWEST
from domain.observation import Kind
from domain.organisation import Organisation, OrganisationKind
from domain.places.place import IN_FORCE, PROVINCE
from domain.subject import SubjectKind
from evaluation.buckets import Buckets
from evaluation.columns import Cell, Columns
from evaluation.evaluate import needed
from evaluation.organisations import Offices
from evaluation.shapes import tiers, window_shapes
from store import territories

BY_OFFICE = replace(WEEK, key="by_office", of=SubjectKind.ORGANISATION, window=NEWEST, min_coverage=0.1)
DEPARTMENT, COMMUNE, DESK, HEAD = (
    OrganisationKind.DEPARTMENT, OrganisationKind.COMMUNE, OrganisationKind.ONE_STOP, OrganisationKind.PROVINCE,
)  # fmt: skip


def office(code: str, kind: OrganisationKind = DEPARTMENT, parent: str = "H53") -> Organisation:
    return Organisation(code=code, name=code, kind=kind, parent=parent)


REGISTER = [
    office("H53", HEAD, ""), office("H53.1"), office("H53.2"),
    office("H53.1.1", DESK, "H53.1"), office("H53.1.2", DESK, "H53.1"), office("H53.1.2.1", DESK, "H53.1.2"),
]  # fmt: skip


def offices(*listed: Organisation) -> Offices:
    return Offices({one.code: one for one in listed or REGISTER})


OWING = [one.code for one in REGISTER if one.kind is not HEAD]


def run(said: dict[str, tuple[float, float]], known: Offices, owing: Iterable[str] = OWING) -> dict[str, KpiResult]:
    one = BY_OFFICE
    columns = Columns(needed([one])["care"])
    columns.put(
        Cell(measure, code, "", to_ms(NOW), value, Kind.DECLARED, "x")
        for code, values in said.items()
        for measure, value in zip(("settled", "due"), values, strict=True)
    )
    columns.expect({"27694": "27694"} | dict.fromkeys(owing, ""))
    (shape,) = tiers([one], IN_FORCE, (), known)
    made, _ = shape.evaluate({"care": columns.table()}, lambda _feed, _measure: timedelta(days=1), {}, NOW)
    return {r.of.code: r for r in made[0].results()}


def test_each_by_its_own_code_and_n_of_n_from_the_register():
    found = run({"H53.2": (9, 10)}, offices())
    assert list(found) == ["H53.1.1", "H53.1.2.1", "H53.2", "H53.1", "H53.1.2", PROVINCE]
    assert all(found[code].of.kind is SubjectKind.ORGANISATION for code in found if code != PROVINCE)
    assert (found["H53.2"].value, found["H53.2"].reporting, found["H53.2"].expected) == (90, 1, 1)
    assert (found["H53.1.1"].status, found["H53.1.1"].expected) == (Status.NO_DATA, 1), "it is silent, not absent"
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (1, 5)


def test_a_parent_is_itself_and_those_under_it_and_the_province_counts_everybody_once():
    said = {"H53.1": (1, 10), "H53.1.1": (2, 10), "H53.1.2.1": (9, 10), "H53.2": (10, 10)}
    found = run(said, offices())
    assert (found["H53.1.2"].numerator, found["H53.1.2"].expected) == (9, 2)
    assert (found["H53.1"].numerator, found["H53.1"].denominator) == (12, 30)
    assert (found["H53.1"].reporting, found["H53.1"].expected) == (3, 4)
    assert (found[PROVINCE].numerator, found[PROVINCE].denominator) == (22, 40)


def test_what_the_provinces_own_office_says_stands_beside_the_sum():
    found = run({"H53": (99, 100), "H53.2": (5, 10), "H53.1": (5, 10)}, offices())
    assert "H53" not in found
    assert (found[PROVINCE].value, found[PROVINCE].denominator) == (50, 20)
    assert found[PROVINCE].stated.value == 99


def test_who_is_in_no_register_or_is_no_organisation_is_not_counted():
    found = run({"H99": (5, 10), "27694": (5, 10), "H53.2": (5, 10)}, offices())
    assert "H99" not in found
    assert "27694" not in found
    assert found[PROVINCE].denominator == 10


def test_only_those_who_owe_figures_are_expected_and_who_sends_any_counts():
    found = run({"H53.2": (5, 10)}, offices(), [one.code for one in REGISTER if one.kind is DESK])
    assert found[PROVINCE].expected == 4
    assert found["H53.1"].expected == 3, "the tree of one that owes nothing itself"


def test_parents_in_a_circle_or_unknown_do_no_harm():
    known = offices(
        office("A", parent="B"), office("B", parent="A"), office("C", parent="gone"), office("D", parent="D")
    )
    found = run({"A": (1, 10), "B": (2, 10), "C": (3, 10), "D": (4, 10)}, known, ())
    assert found["A"].numerator == found["B"].numerator == 3
    assert (found["C"].numerator, found["D"].numerator, found[PROVINCE].numerator) == (3, 4, 10)


def test_a_register_that_changes_is_followed():
    known = offices()
    (shape,) = tiers([BY_OFFICE], IN_FORCE, (), known)
    columns = Columns(needed([BY_OFFICE])["care"])
    columns.put([Cell(m, "H53.9", "", to_ms(NOW), 5, Kind.DECLARED, "x") for m in ("settled", "due")])
    columns.expect(dict.fromkeys(OWING, ""))
    table = columns.table()

    def codes():
        return shape.evaluate({"care": table}, lambda *_: timedelta(days=1), {}, NOW)[0][0].codes

    assert "H53.9" not in codes()
    known.take({one.code: one for one in [*REGISTER, office("H53.9", DESK, "H53.2")]})
    assert "H53.9" in codes()
    assert codes()[-4:-1] == ("H53.1", "H53.1.2", "H53.2"), "a parent now"


def test_a_window_by_organisation_counts_days_of_those_under_a_parent():
    looking = replace(BY_OFFICE, window=WEEK.window)
    buckets = Buckets(FEED, needed([looking])["care"], {WEEK.window.span}, territories.crosswalk)
    (shape,) = window_shapes([looking], IN_FORCE, (), offices(), buckets={"care": buckets})
    for code, share in (("H53.1", 10), ("H53.1.1", 20), ("H53.2", 90), ("H53", 77)):
        for n in range(1, 8):
            on = service_day(NOW) - timedelta(days=n)
            for measure, value in (("settled", share), ("due", 100)):
                buckets.take([told(measure, "", value, on, organisation=code, territory="")])
    made, _ = shape.evaluate(dict.fromkeys(OWING, ""), lambda *_: timedelta(days=1), {}, NOW)
    found = {r.of.code: r for r in made[0].results()}
    assert (found["H53.1"].value, found["H53.1"].told, found["H53.1"].asked) == (15, 14, 28)
    assert (found["H53.2"].value, found["H53.2"].told, found["H53.2"].asked) == (90, 7, 7)
    assert (found[PROVINCE].value, found[PROVINCE].told, found[PROVINCE].asked) == (40, 21, 35)
    assert found[PROVINCE].stated.value == 77


tree = st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 50))), min_size=1, max_size=12)


@given(tree)
@settings(max_examples=examples(60))
def test_trees_are_what_a_plain_walk_says(given_):
    listed = [
        office(f"O{n}", DEPARTMENT, f"O{parent}" if parent < n else "H53") for n, (parent, _) in enumerate(given_)
    ]
    said = {f"O{n}": (value, 50) for n, (_, value) in enumerate(given_) if value is not None}
    found = run(said, offices(office("H53", HEAD, ""), *listed), [one.code for one in listed])
    parents = {one.code: one.parent for one in listed}

    def above(code: str) -> list[str]:
        return [code, *(above(parents[code]) if code in parents else [])]

    for code in parents:
        under = [other for other in parents if code in above(other)]
        heard = [other for other in under if other in said]
        assert (found[code].reporting, found[code].expected) == (len(heard), len(under))
        if found[code].value is not None:
            assert found[code].numerator == pytest.approx(sum(said[other][0] for other in heard))
    assert (found[PROVINCE].reporting, found[PROVINCE].expected) == (len(said), len(listed))
