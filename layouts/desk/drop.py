"""The form in which people drop a file, the same at every desk; assets/scripts/70-import.js sends it."""

from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from present.text import Words
from present.wire import IMPORT_FIELD


def drop_form(
    _: Words,
    desk: str,
    *,
    to: str,
    accepted: str,
    limit_bytes: int,
    required: Sequence[str],
    about: str,
    send: str,
    fields: Sequence[Component],
    said: Mapping[str, str],
) -> Component:
    """A drop area, ``fields``, a button and a progress bar. It is never redrawn, so nobody loses typed text.

    ``desk`` says which part of the script follows the file, ``to`` where it is sent with the fields that ``required``
    names. ``said``: the words of the script by attribute.
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
    bar = html.Div(html.B(), className="ioc-progress", role="progressbar", hidden=True, **{"data-part": "bar"})
    button = html.Button(send, className="ioc-button ioc-button--main", disabled=True, **{"data-part": "send"})
    stage = html.P(className="ioc-import__stage", role="status", **{"data-part": "stage"})
    return html.Div(
        [drop, html.Div(list(fields), className="ioc-fields"), button, bar, stage],
        className="ioc-desk",
        **{
            "data-import": desk,
            "data-send-to": to,
            "data-accept": accepted,
            "data-limit": str(limit_bytes),
            "data-required": ",".join(required),
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
