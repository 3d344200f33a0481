"""The form in which people drop a file, the same at every desk; assets/scripts/70-import.js sends it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from dash import dcc, html
from dash.development.base_component import Component

from present.text import Words
from present.wire import IMPORT_FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How files of a kind are sent: the address, the largest in bytes, fields that must not be empty; and what to say
    when a file is too large or a field is empty.
    """

    to: str
    limit: int
    required: Sequence[str]
    too_large: str
    missing: str


def drop_form(
    _: Words,
    desk: str,
    *,
    accepted: str,
    ways: Mapping[str, Way],
    about: str,
    send: str,
    fields: Sequence[Component],
    said: Mapping[str, str],
) -> Component:
    """A drop area, ``fields``, a button and a progress bar. It is never redrawn, so nobody loses typed text.

    ``desk`` says which part of the script follows the file. ``ways``: how each kind of file is sent, "" those that are
    not named. ``said``: the words of the script by attribute.
    """
    drop = html.Div(
        [
            html.Div(className="ioc-drop__file", **{"data-part": "file"}),
            html.P([html.B(_("Chọn tệp")), " ", _("hoặc kéo thả vào đây")], className="ioc-drop__words"),
            html.P(about, className="ioc-note"),
            html.P(className="ioc-drop__chosen", **{"data-part": "chosen", "aria-live": "polite"}),
        ],
        className="ioc-drop",
    )
    named = {"data-part": "bar", "aria-label": _("Tiến độ gửi và đọc tệp")}
    bar = html.Div(html.B(), className="ioc-progress", role="progressbar", hidden=True, **named)
    button = html.Button(send, className="ioc-button ioc-button--main", disabled=True, **{"data-part": "send"})
    stage = html.P(className="ioc-import__stage", role="status", **{"data-part": "stage"})
    return html.Div(
        [drop, html.Div(list(fields), className="ioc-fields"), button, bar, stage],
        className="ioc-desk",
        **{
            "data-import": desk,
            "data-accept": accepted,
            "data-ways": json.dumps({kind: asdict(way) for kind, way in ways.items()}, ensure_ascii=False),
            **said,
        },
    )


def choice(name: str, label: str, options: Mapping[str, str], value: str, help_: str) -> Component:
    """A field with a list."""
    # The browser's own list: that of Dash's components has no name for a reader of screens.
    listed = [html.Option(text, value=str(key), selected=str(key) == value) for key, text in options.items()]
    return _field(name, label, html.Select(listed, id=IMPORT_FIELD + name, className="ioc-field"), help_)


def text(name: str, label: str, value: str, example: str, help_: str) -> Component:
    """A field to type in."""
    id_ = IMPORT_FIELD + name
    field = dcc.Input(id=id_, type="text", value=value, placeholder=example, maxLength=200, className="ioc-field")
    return _field(name, label, field, help_)


def _field(name: str, label: str, field: Component, help_: str) -> Component:
    shown = [html.Label(label, htmlFor=IMPORT_FIELD + name), field, html.Small(help_)]
    return html.Div(shown, className="ioc-formfield", **{"data-field": name})
