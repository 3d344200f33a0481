"""A KPI's map for printing: coloured, with unit, classes, age, coverage and credits; it fetches nothing."""

from xml.etree import ElementTree

import pytest
from screen_figures import KPIS, commune_results, places

from domain.places.place import IN_FORCE
from present.map.ground import ground
from present.map.palette import PALETTES
from present.map.paper import paper_svg

KPI = KPIS["coverage_fibre_households"]


def drawn(language: str = "vi", skip: int = 0) -> str:
    codes = sorted(place.code for place in places() if place.level == "commune")
    results = {found.place: found for found in commune_results(KPI, codes[skip:])}
    return paper_svg(ground(IN_FORCE, places()), KPI, results, PALETTES["light"], language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_stands_by_itself(language: str):
    svg = drawn(language)
    root = ElementTree.fromstring(svg)
    text = " ".join(root.itertext())
    assert KPI.names.to(language) in text
    assert "%" in text
    assert "≥" in text
    assert "60/60" in text
    assert "Mô phỏng" in text
    assert all(colour in svg for colour in PALETTES["light"].classes)
    assert "{{" not in svg
    assert "fill:url(#ioc-hatch)" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_only_classes_that_the_limits_make_are_in_the_legend():
    root = ElementTree.fromstring(drawn())
    legend = [node for node in root.iter() if node.get("data-class") and not node.get("data-place")]
    assert len(legend) == len(KPI.thresholds) + (KPI.target is not None) + 2, (
        "a class beyond the last limit, and hatching"
    )
    assert all("".join(node.itertext()).strip() for node in legend)


def test_a_place_without_figures_is_hatched_and_not_the_mildest_class():
    root = ElementTree.fromstring(drawn(skip=5))
    marks = [node.get("data-class") for node in root.iter() if node.get("data-place")]
    assert marks.count("None") == 5
    assert "0" in marks
    assert "55/60" in " ".join(root.itertext())
