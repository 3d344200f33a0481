"""Every component of Dash that may be painted, with every property it has: what React and paint/ must agree on."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from paint.markup import REFUSED, TAGS, VOID

# A parser gives these a place only inside their parents; React would put them anywhere.
INSIDE: dict[str, tuple[str, ...]] = {
    "caption": ("Table",), "colgroup": ("Table",), "col": ("Table", "Colgroup"), "thead": ("Table",),
    "tbody": ("Table",), "tfoot": ("Table",), "tr": ("Table", "Tbody"), "td": ("Table", "Tbody", "Tr"),
    "th": ("Table", "Tbody", "Tr"), "option": ("Select",), "optgroup": ("Select",), "li": ("Ul",), "dt": ("Dl",),
    "dd": ("Dl",), "legend": ("Fieldset",),
    "summary": ("Details",), "area": ("MapEl",), "source": ("Video",), "track": ("Video",), "param": ("Div",),
    "figcaption": ("Figure",), "rp": ("Ruby",), "rt": ("Ruby",),
}  # fmt: skip
# No element of today's HTML, or a parser that makes another of it: nobody may write a screen with these.
FORGOTTEN = frozenset((
    "basefont", "blink", "center", "content", "font", "keygen", "marquee", "nobr", "rb", "rtc", "shadow", "spacer",
    "strike", "big", "acronym",
))  # fmt: skip
TEXT = "năm < \"5\" & 'sáu' > 4"
NUMBERS = frozenset((
    "cols", "rows", "size", "span", "start", "maxLength", "minLength", "colSpan", "rowSpan", "tabIndex", "high", "low",
    "optimum", "max", "min", "value", "width", "height",
))  # fmt: skip
TRUE = frozenset((
    "disabled", "hidden", "checked", "open", "required", "readOnly", "multiple", "controls", "loop", "muted",
    "reversed", "default", "selected", "noValidate", "formNoValidate", "autoPlay",
))  # fmt: skip
# React sets these by other ways than an attribute, or Dash's component reads them itself.
UNSEEN = frozenset(("children", "id", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state",
                    "setProps", "autoFocus", "defaultValue", "srcDoc"))  # fmt: skip
ADDRESS = "/đường?a=1&b=%22x%22"


def names() -> list[str]:
    """Components of dash.html that are painted."""
    found = (name for name in dir(html) if name[0].isupper())
    return [name for name in found if TAGS.get(name, name.lower()) not in REFUSED | FORGOTTEN]


def gallery() -> list[Component]:
    """One box for each case."""
    cases = [*(_tag(name) for name in names()), *_texts(), *_styles(), *_fields(), *_attacks()]
    return [html.Div(case, id=f"case-{i}") for i, case in enumerate(cases)]


def _tag(name: str) -> Component:
    make, tag = getattr(html, name), TAGS.get(name, name.lower())
    props = {prop: _value(prop) for prop in make().available_properties if prop not in UNSEEN and "*" not in prop}
    props |= {"data-x": TEXT, "aria-label": TEXT, "data-yes": True, "data-no": False, "data-n": 3, "aria-hidden": True}
    node = make(**props) if tag in VOID else make(_inside(tag), **props)
    for parent in reversed(INSIDE.get(tag, ())):
        node = getattr(html, parent)(node)
    return node


def _inside(tag: str) -> object:
    if tag in ("table", "tbody", "thead", "tfoot", "tr", "colgroup", "select", "datalist"):
        return None
    if tag in ("option", "textarea"):
        return TEXT
    return [TEXT, None, 3, html.B("đậm")] if tag not in ("video", "audio", "picture", "mapel") else None


def _value(prop: str) -> object:
    if prop in TRUE:
        return True
    if prop == "style":
        return {"paddingLeft": 4, "color": "red", "--own": 5, "opacity": 0.5, "backgroundColor": None}
    if prop in NUMBERS:
        return 3
    fixed = {"type": "button", "dir": "ltr", "contentEditable": "true", "draggable": "true", "spellCheck": "false",
             "href": ADDRESS, "src": ADDRESS, "action": ADDRESS, "lang": "vi", "download": "tệp.csv", "preload": "none",
             "dateTime": "2026-11-23", "poster": ADDRESS}  # fmt: skip
    return fixed.get(prop, "gì đó")


def _texts() -> list[object]:
    return [
        html.P(""), html.P(None), html.P([]), html.P(0), html.P(1.5), html.P(True), html.P(["a", ["b", ["c"]], 4]),
        html.P("<script>alert(1)</script>"), html.P("&lt;b&gt; &amp;amp; &nbsp;"), html.P("Ế Ẫ Ự 👋 \u00a0|"),
        html.Pre("\nhai dòng\n\tlùi"), html.P("  trắng   giữa  "), html.Span(["liền", "nhau"]),
        html.Details([html.Summary("x"), "y"], open=True), html.Details("x", open=False),
        html.Button("x", disabled=False),
        html.Div(html.P("x"), hidden=False), html.Div(id={"type": "t", "item": 'a"b'}), html.Div(id="plain"),
        html.Select([html.Option("a", value=""), html.Option("b", value="b")]), html.Br(),
    ]  # fmt: skip


def _styles() -> list[Component]:
    rules: list[dict[str, Any]] = [
        {"width": "calc(1px + 2%)", "zIndex": 3, "lineHeight": 1.2, "flexGrow": 1}, {"marginTop": 0, "marginLeft": -3},
        {"WebkitLineClamp": 2}, {"backgroundImage": 'url("data:image/png;base64,AA==")'}, {}, {"display": ""},
        {"fontFamily": '"Be Vietnam Pro", serif'}, {"color": "red;background:url(//evil)"}, {"--x": "1;color:red"},
        {"color": 'red" onclick="alert(1)'}, {"content": '"a;b"'},
    ]  # fmt: skip
    return [html.Div("x", style=one) for one in rules]


def _fields() -> list[Component]:
    return [
        html.Div([dcc.Store(id="s", data={"a": 1}), dcc.Location(id="l")]),
        dcc.Input(id="i1", type="text", value='a"b', placeholder="gõ <đây>", maxLength=64, className="ioc-field"),
        dcc.Input(id="i2", type="search"),
        dcc.Input(id={"type": "t", "item": "7"}, type="text", value=""),
        dcc.RadioItems(id="r", options=[{"value": "a", "label": "A & b"}, {"value": "b", "label": "B"}], value="b",
                       className="ioc-choice"),
    ]  # fmt: skip


def _attacks() -> list[Component]:
    told = '"><img src=x onerror=alert(1)>'
    return [
        html.Div(told, title=told, className=told, id=told, **{"data-x": told, "aria-label": told}),
        html.Textarea("</textarea><script>alert(1)</script>"), html.Option("</option><script>alert(1)</script>"),
        html.A("x", href=told), html.Img(src="data:image/png;base64,AAAA", alt=told),
        html.Code("--><script>alert(1)</script><!--"), html.P("]]></p><svg onload=alert(1)>"),
    ]  # fmt: skip
