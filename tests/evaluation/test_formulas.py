"""Every formula is described correctly in the API, in the generated pages and on cards; none passes for another."""

import importlib
import pkgutil

import numpy as np
import pytest

import kpi
from api.kpis import excerpt
from domain.discovery import discover
from domain.kpis.kpi import Kpi
from evaluation import formulas
from evaluation.formulas import Difference, Largest, Ratio, Share, Sum

KPIS = discover(kpi, "KPIS", Kpi)
ONE_OF_EACH = {
    Sum: Sum("a"), Difference: Difference("a", "b"), Ratio: Ratio("a", "b", 1000.0), Share: Share("a", 10.0),
    Largest: Largest(("a",), "b", 50.0),
}  # fmt: skip


def test_every_file_of_the_folder_is_one_formula_and_described_here():
    names = [info.name for info in pkgutil.iter_modules(formulas.__path__)]
    classes = [
        one
        for name in names
        for one in vars(importlib.import_module(f"evaluation.formulas.{name}")).values()
        if isinstance(one, type) and one.__module__ == f"evaluation.formulas.{name}"
    ]
    assert len(classes) == len(names), "one formula a file"
    assert set(classes) == set(ONE_OF_EACH), "describe the new formula, here too"


def test_no_formula_passes_for_another():
    told = {kind: one.described for kind, one in ONE_OF_EACH.items()}
    assert [words.kind for words in told.values()] == [kind.__name__.lower() for kind in told]
    assert (told[Share].numerator, told[Share].denominator, told[Share].scale) == ("a", None, 10.0)
    assert [told[kind].scale for kind in (Sum, Difference, Ratio)] == [1.0, 1.0, 1000.0]
    for language in ("vi", "en"):
        assert len({one.words.to(language) for one in ONE_OF_EACH.values()}) == len(ONE_OF_EACH)
    assert [one.whole for one in ONE_OF_EACH.values()] == [None, None, 1000.0, 10.0, 50.0]


@pytest.mark.parametrize("one", ONE_OF_EACH.values(), ids=lambda one: type(one).__name__)
def test_parts_add_before_they_divide(one):
    columns = np.array([[1.0, 0.0], [2.0, 2.0]])[: len(one.needs)]
    above, below = one.parts(columns)
    whole = np.array([np.nan]) if below is None else np.array([below.sum()])
    value = one.value(np.array([above.sum()]), whole)
    assert (
        value[0] == {"sum": 1.0, "difference": -3.0, "ratio": 250.0, "share": 5.0, "largest": 12.5}[one.described.kind]
    )


@pytest.mark.parametrize("declared", KPIS.values(), ids=lambda declared: declared.key)
def test_every_declared_kpi_is_told_with_its_own_formula(declared: Kpi):
    told = excerpt(declared).formula
    assert told.kind == type(declared.formula).__name__.lower()
    claims = told.numerator.removeprefix("max(").removesuffix(")").split(", ")
    assert [*filter(None, [*claims, told.denominator])] == list(declared.formula.needs)
    assert all(f"`{measure}`" in declared.formula.words.en for measure in declared.formula.needs)


def test_equal_sums_of_fractions_are_the_whole_and_a_shortfall_stays_one():
    hours = np.array([0.1] * 170).cumsum()[-1:]  # 17.00000000000001
    assert hours[0] != 17.0
    ratio = Ratio("supplying_h", "on_duty_h")
    assert ratio.value(np.array([17.0]), hours).tolist() == [100.0]
    assert ratio.value(np.array([9_999_999.0]), np.array([10_000_000.0])).tolist() == [99.99999]


def test_overlapping_claims_are_never_added_and_the_largest_of_each_contributor_counts():
    formula = Largest(("a", "b"), "people")
    columns = np.array([[60.0, 10.0], [40.0, 90.0], [100.0, 100.0]])
    numerator, denominator = formula.parts(columns)
    assert numerator.tolist() == [60.0, 90.0]
    assert formula.needs == ("a", "b", "people")
    assert formula.value(np.array([numerator.sum()]), np.array([denominator.sum()])).tolist() == [75.0]
    assert formula.value(np.array([0.3]), np.array([0.1 + 0.2])).tolist() == [100.0]
