"""Dash components as HTML: nothing escapes its place, what cannot be painted is refused.

tests/browser/test_as_react.py holds it against React.
"""

from html.parser import HTMLParser

import pytest
from dash import dcc, html

from paint import lanes, shapes
from paint.attributes import address, style
from paint.markup import markup

TOLD = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&"


class Tags(HTMLParser):
    """The elements and attributes that a parser finds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.attributes |= dict(attrs)


@pytest.mark.parametrize("prop", ["title", "className", "id", "lang", "role", "data-x", "aria-label"])
def test_an_attribute_never_ends_before_its_value_does(prop: str) -> None:
    read = Tags(markup(html.Div("x", **{prop: TOLD})))
    assert read.found == ["div"]
    assert read.attributes == {"class" if prop == "className" else prop: TOLD}


def test_text_stays_text() -> None:
    assert Tags(markup(html.P([TOLD, [TOLD]]))).found == ["p"]
    assert markup(html.P("a\0b\rc")) == "<p>ab&#13;c</p>"


@pytest.mark.parametrize(
    "told",
    ["javascript:x", " java\tscript:x", "\x01JAVASCRIPT:x", "vbscript:x", "data:text/html,x", "java\u200bscript:x"],
)  # fmt: skip
def test_an_address_that_would_run_leads_nowhere(told: str) -> None:
    assert markup(html.A("x", href=told)) == '<a href="about:blank">x</a>'
    assert address("img", told) == "about:blank"


def test_other_addresses_stay_as_they_are() -> None:
    for told in ("/waste?a=1&b=2", "#content", "https://x.vn/javascript:", "tel:+84", "data.csv"):
        assert address("a", told) == told
    assert address("img", "data:image/png;base64,AA") == "data:image/png;base64,AA"
    assert address("a", "data:image/png;base64,AA") == "about:blank"


def test_a_style_says_one_declaration_a_rule() -> None:
    told = {"paddingLeft": 4, "opacity": 0.5, "--own": 5, "color": "red"}
    assert style(told) == "padding-left:4px;opacity:0.5;--own:5;color:red"
    assert style({"color": "red;background:url(x)", "a}": "1", "b": "/*", "c": None}) == ""
    assert style({"background": "url('a;b')"}) == "background:url('a;b')"


def test_what_no_text_can_say_safely_is_refused() -> None:
    for make in (html.Script, html.Iframe, html.Template, html.Noscript, html.ObjectEl):
        with pytest.raises(ValueError, match="never painted"):
            markup(html.Div(make()))
    with pytest.raises(TypeError, match="no painter for dash_core_components"):
        markup(html.Div(dcc.Graph()))
    with pytest.raises(TypeError, match="no painter for object"):
        markup(html.Div([object()]))


def test_a_drawing_goes_into_an_empty_element_and_says_so() -> None:
    def draw(_tag: str, attributes: dict[str, str], inner: str) -> str | None:
        return "<b></b>" if "data-x" in attributes else None

    page = html.Div([html.P(**{"data-x": ""}), html.P("alt", **{"data-x": ""}), html.P()])
    assert markup(page, draw) == (  # type: ignore[arg-type]
        "<div><p data-x data-drawn><b></b></p><p data-x><b></b></p><p></p></div>"
    )


def test_shapes_of_nothing_are_empty_and_stay_in_their_element() -> None:
    assert 'points=""' in shapes.spark({"data-points": ""})
    assert shapes.bullet({"data-fill": "", "data-mark": ""}) == '<b style="width:0"></b><i hidden></i>'
    drawn = shapes.spark({"data-points": TOLD, "data-band": "3 9", "data-breaks": f"{TOLD.replace(' ', '')} y"})
    assert Tags(drawn).found == ["svg", "rect", "polyline", "path", "line"]


def test_a_lane_names_its_hours_by_the_clock_of_viet_nam() -> None:
    noon = 1_795_323_600_000 // 3_600_000 * 3_600_000
    axis = {
        "data-from": str(noon),
        "data-to": str(noon + 4 * 3_600_000),
        "data-now": str(noon + 3_600_000),
    }
    axis["data-ticks"] = "12"
    scale = lanes.lane({**axis, "data-part": "scale"})
    hour = (noon // 3_600_000 + 7) % 24
    assert f'<text x="0.000%" dx="3" y="75%">{hour:02d}h</text>' in scale
    said = f"real served {noon} {noon + 3_600_000}|plan due {noon} {noon}"
    bars = lanes.lane({**axis, "data-part": "lane", "data-bars": said})
    assert '<rect x="0.000%" width="25.000%" class="ioc-bar-real ioc-fill--served"/>' in bars
    assert '<rect x="0.000%" width="0.150%" class="ioc-bar-plan ioc-fill--due"/>' in bars
    assert "<text" not in bars
    assert lanes.shares({"data-shares": "served 0.25|unknown 0.75"}).count("<rect") == 2
