"""Callbacks of the figure desk: show a file, answer what it asks, approve, withdraw, give up."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from dash import ALL, Dash, Input, Output, State, ctx

from callbacks.pages import language_of
from callbacks.parts.load import load
from callbacks.parts.principal import principal
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from domain.imports.desk import FigureDesk
from domain.imports.file_import import FileImport, OvertakenError, SamePersonError
from domain.imports.stages import STAGES, who_words
from domain.text import Text
from layouts.desk.figure_preview import ANSWER, BETWEEN, SAID
from layouts.figures import APPROVE, DESK, GIVE_UP, NOTICE, OPEN, SCREEN, SHOWN, WITHDRAW, desk, notice
from layouts.parts.ids import cid
from present.wire import FIGURES_CHANGED
from queries.ask import Sources
from queries.desk.file_imports import OPENED

_SAME = Text("Người nạp không tự duyệt; hãy nhờ người thứ hai.", "Whoever hands a file in does not approve it.")
_OVERTAKEN = Text("Người khác đã xử lý tệp này ({stage}, {who}).", "Somebody else dealt with it ({stage}, {who}).")
_GONE = Text("Không có tệp này.", "No such file.")


class Desked(Sources, Protocol):
    """What the page reads, and the machine that takes files."""

    @property
    def desk(self) -> FigureDesk:
        """The import machine."""


def register(app: Dash, services: Desked) -> None:
    """Draw the desk again after each act, and when 70-import.js has sent a file."""
    for act, need, done in (
        (APPROVE, Need.APPROVE, services.desk.approve),
        (WITHDRAW, Need.APPROVE, services.desk.withdraw),
        (GIVE_UP, Need.HAND_IN, services.desk.give_up),
    ):
        _register(app, services, act, need, done)

    @app.callback(
        Output(cid(SCREEN.key, DESK), "children"),
        Input(FIGURES_CHANGED, "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(SCREEN.requires)
    async def draw(opened: str, query: dict[str, str]) -> object:
        return await _drawn(services, opened, query)

    @app.callback(
        Output(cid(SCREEN.key, DESK), "children", allow_duplicate=True),
        Input({"type": cid(SCREEN.key, OPEN), "item": ALL}, "n_clicks"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(SCREEN.requires)
    async def show(_clicks: list[int], query: dict[str, str]) -> object:
        return await _drawn(services, _pressed(), query)

    @app.callback(
        Output(cid(SCREEN.key, DESK), "children", allow_duplicate=True),
        Output(cid(SCREEN.key, NOTICE), "children", allow_duplicate=True),
        Input({"type": cid(SCREEN.key, ANSWER), "item": ALL}, "n_clicks"),
        State({"type": cid(SCREEN.key, SAID), "item": ALL}, "id"),
        State({"type": cid(SCREEN.key, SAID), "item": ALL}, "value"),
        State(cid(SCREEN.key, SHOWN), "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.HAND_IN)
    async def answer(
        _clicks: list[int],
        ids: list[dict[str, str]],
        values: list[str | None],
        opened: str,
        query: dict[str, str],
    ) -> tuple[object, object]:
        key, _, code = _pressed().partition(BETWEEN)
        typed = {i["item"]: (value or "").strip() for i, value in zip(ids, values, strict=True)}
        answers = {key: typed.get(key, "") if code == "?" else code}
        return await _acted(services, opened, query, services.desk.answer(opened, answers, principal()))


def _register(
    app: Dash, services: Desked, act: str, need: Need, done: Callable[[str, Principal], Awaitable[FileImport]]
) -> None:
    @app.callback(
        Output(cid(SCREEN.key, DESK), "children", allow_duplicate=True),
        Output(cid(SCREEN.key, NOTICE), "children", allow_duplicate=True),
        Input({"type": cid(SCREEN.key, act), "item": ALL}, "n_clicks"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(need)
    async def apply(_clicks: list[int], query: dict[str, str]) -> tuple[object, object]:
        return await _acted(services, _pressed(), query, done(_pressed(), principal()))


async def _acted(
    services: Desked, opened: str, query: dict[str, str], doing: Awaitable[FileImport]
) -> tuple[object, object]:
    """Do it, draw the desk, and say what came of it."""
    language = language_of(query.get("lang"))
    words: Text | None = None
    try:
        await doing
    except SamePersonError:
        words = _SAME
    except KeyError:
        words = _GONE
    except OvertakenError as other:
        by, stage = who_words(other.now.withdrawn_by or other.now.approved_by or "—"), STAGES[other.now.stage]
        words = Text(_OVERTAKEN.vi.format(stage=stage.vi, who=by.vi), _OVERTAKEN.en.format(stage=stage.en, who=by.en))
    return await _drawn(services, opened, query), notice(words.to(language) if words else "")


async def _drawn(services: Desked, opened: str, query: dict[str, str]) -> object:
    asked = query | {OPENED: opened} if opened else query
    return desk(await load(services, SCREEN, language_of(query.get("lang")), asked, datetime.now(UTC)))


def _pressed() -> str:
    """Item of the pressed button."""
    return str(ctx.triggered_id["item"])
