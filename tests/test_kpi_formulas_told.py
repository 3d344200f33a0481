"""Every formula is told as what it is: in the API, in the generated pages and on cards; none passes for another."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

import kpi
from api.kpis import _formula
from domain.discovery import discover
from domain.kpi import Difference, Formula, Kpi, Ratio, Share, Sum, whole_of

KPIS = discover(kpi, "KPIS", Kpi)
ONE_OF_EACH = {Sum: Sum("a"), Difference: Difference("a", "b"), Ratio: Ratio("a", "b", 1000.0), Share: Share("a", 10.0)}


class Foreign:
    """A formula nobody has described."""


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_script", Path(__file__).parent.parent / "scripts" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_class_of_formula_is_told_as_itself(docs: ModuleType):
    assert set(ONE_OF_EACH) == set(get_args(Formula)), "describe the new formula, here too"
    told = {kind: _formula(one) for kind, one in ONE_OF_EACH.items()}
    assert {kind.__name__.lower(): words.kind for kind, words in told.items()} == {
        w.kind: w.kind for w in told.values()
    }
    assert len({words.kind for words in told.values()}) == len(ONE_OF_EACH)
    assert (told[Share].numerator, told[Share].denominator, told[Share].scale) == ("a", None, 10.0)
    assert [told[kind].scale for kind in (Sum, Difference, Ratio)] == [1.0, 1.0, 1000.0]
    assert len({docs.formula(one) for one in ONE_OF_EACH.values()}) == len(ONE_OF_EACH)
    assert [whole_of(one) for one in ONE_OF_EACH.values()] == [None, None, 1000.0, 10.0]


@pytest.mark.parametrize("declared", KPIS.values(), ids=lambda declared: declared.key)
def test_every_declared_kpi_is_told_with_its_own_formula(declared: Kpi, docs: ModuleType):
    formula, told = declared.formula, _formula(declared.formula)
    assert told.kind == type(formula).__name__.lower()
    measures = [getattr(formula, name) for name in type(formula).__slots__ if name != "scale"]
    assert [name for name in (told.numerator, told.denominator) if name] == measures
    assert told.scale == getattr(formula, "scale", 1.0)
    assert all(f"`{measure}`" in docs.formula(formula) for measure in measures)


def test_a_formula_nobody_described_is_an_error_and_never_a_sum(docs: ModuleType):
    foreign: Any = Foreign()
    for tell in (_formula, docs.formula, whole_of):
        with pytest.raises(AssertionError):
            tell(foreign)
