"""What Dash is told of a page: components that callbacks name, and trees; and which regions are told again."""

from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from callbacks.parts.redrawn import drawn_first, drawn_store, redrawn
from callbacks.parts.trees import Tree, Trees
from domain.access.needs import Need
from domain.text import Text
from layouts.parts.screen import Screen


def app() -> Dash:
    made = Dash("trees")

    @made.callback(Output("region", "children"), Input("pressed", "n_clicks"), State({"type": "field"}, "value"))
    def _draw(*_: Any) -> None: ...

    return made


def tree(node: Any) -> Any:
    told = Trees(app()).of(node)
    assert isinstance(told, Tree)
    return told.tree


def test_elements_that_no_callback_names_are_one_component() -> None:
    rows = [html.Tr([html.Th("Xã Mỹ Yên", id="xa-1"), html.Td(3)]), None, html.Tr(html.Td(0, className="none"))]
    assert tree(html.Table(rows, **{"data-table": "communes"})) == [
        "table", {"data-table": "communes"},
        ["tr", {}, ["th", {"id": "xa-1"}, "Xã Mỹ Yên"], ["td", {}, 3]],
        None,
        ["tr", {}, ["td", {"className": "none"}, 0]],
    ]  # fmt: skip


def test_an_element_keeps_the_name_and_the_properties_that_react_knows() -> None:
    said = html.MapEl(
        html.Label("a", htmlFor="b", n_clicks=0), style={"color": "red"}, hidden=None, disable_n_clicks=True
    )
    assert tree(said) == ["map", {"style": {"color": "red"}}, ["label", {"htmlFor": "b"}, "a"]]


def test_what_callbacks_name_stays_a_component_and_so_does_what_holds_it() -> None:
    button, field = html.Button("Mở", id="pressed"), dcc.Input(id={"type": "field"})
    page = html.Div([html.P("a"), html.Div([html.B("b"), button], className="with"), html.P(field), "c"])
    told = Trees(app()).of(page)
    assert [type(one) for one in told.children] == [Tree, html.Div, html.P, str]
    above, inside = told.children[1], told.children[1].children
    assert above.className == "with"
    assert inside[0].tree == ["b", {}, "b"]
    assert (inside[1].id, inside[1].children) == ("pressed", "Mở")
    assert told.children[2].children is field
    assert page.children[1].children[0].children == "b", "the page that was given stays as it was"


def test_a_region_is_told_as_trees_and_texts_as_they_are() -> None:
    first, text = Trees(app()).of([html.P("a"), "b"])
    assert (first.tree, text) == (["p", {}, "a"], "b")
    assert Trees(app()).of(None) is None


def age(words: str, at_ms: int = 1) -> html.Time:
    return html.Time(words, **{"data-as-of": str(at_ms)})


def test_a_region_that_says_what_it_said_is_not_told_again() -> None:
    trees = Trees(app())
    *_, drawn = redrawn([[html.P("3")], [age("1 phút")], [html.P(html.Time("08:00"))]], [], trees)
    same, aged, clock, again = redrawn([[html.P("3")], [age("2 phút")], [html.P(html.Time("08:01"))]], drawn, trees)
    assert (same, aged) == (no_update, no_update), "the browser counts ages by itself"
    assert clock[0].tree == ["p", {}, ["time", {}, "08:01"]]
    assert again[:2] == drawn[:2]
    assert again[2] != drawn[2]


def test_a_region_that_is_newer_is_told_again() -> None:
    trees = Trees(app())
    *_, drawn = redrawn([[age("1 phút")]], [], trees)
    newer, _ = redrawn([[age("1 phút", 2)]], drawn, trees)
    assert newer[0].tree == ["time", {"data-as-of": "2"}, "1 phút"]


def test_a_region_that_stands_as_the_page_was_drawn_first_is_not_told_again() -> None:
    regions = {"figures": lambda _: [html.P("3")], "cases": lambda _: [html.P("—")], "absent": lambda _: []}
    screen = Screen(
        key="made", path="/made", title=Text("a", "a"), order=1, requires=Need.PUBLIC, layout=html.Div, regions=regions
    )  # type: ignore[arg-type]
    page = html.Div(
        [html.Div([html.P("3")], id="made-figures"), html.Main(html.Div(html.P("2"), id="made-cases"))], id={"of": "a"}
    )
    first = drawn_first(screen, page)
    assert first.id == drawn_store(screen)
    figures, cases, absent, _ = redrawn([region(None) for region in regions.values()], first.data, Trees(app()))
    assert figures is no_update
    assert cases[0].tree == ["p", {}, "—"]
    assert absent == []
