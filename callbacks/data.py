"""Callbacks of the data screen: bind a waiting device to a vehicle, undo that, list the devices that wait."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from callbacks.pages import language_of
from callbacks.parts.load import load
from callbacks.parts.principal import principal
from domain.access.principal import Principal
from domain.feeds.feed import tracked
from layouts.data import SCREEN, bound_notice, not_bound_notice, pending
from layouts.parts.ids import cid
from present.wire import REVISION
from queries.ask import Sources
from queries.pending import PENDING
from store.registry import Registry

WAITING = replace(SCREEN, needs=(PENDING,))


class Binding(Sources, Protocol):
    """What the page reads, and the register that keeps bindings."""

    @property
    def registry(self) -> Registry:
        """Where bindings are kept."""


def register(app: Dash, services: Binding) -> None:
    """Bind, undo, and the list of waiting devices."""

    @app.callback(
        Output(cid(SCREEN.key, "bound"), "children"),
        Output(cid(SCREEN.key, "changed"), "data"),
        Input({"type": cid(SCREEN.key, "bind"), "item": ALL}, "n_clicks"),
        State({"type": cid(SCREEN.key, "vehicle"), "item": ALL}, "id"),
        State({"type": cid(SCREEN.key, "vehicle"), "item": ALL}, "value"),
        State({"type": cid(SCREEN.key, "fleet"), "item": ALL}, "value"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    async def bind(
        _clicks: list[int],
        ids: list[dict[str, str]],
        values: list[str | None],
        fleets: list[str | None],
        query: dict[str, str],
    ) -> tuple[object, object]:
        device = ctx.triggered_id["item"] if ctx.triggered_id and ctx.triggered[0]["value"] else ""
        typed = {i["item"]: (value or "").strip() for i, value in zip(ids, values, strict=True)}
        vehicle = typed.get(device, "")
        if not vehicle:
            return no_update, no_update
        return await bind_device(services, device, vehicle, next(filter(None, fleets), ""), query, principal())

    @app.callback(
        Output(cid(SCREEN.key, "bound"), "children", allow_duplicate=True),
        Output(cid(SCREEN.key, "changed"), "data", allow_duplicate=True),
        Input(cid(SCREEN.key, "undo"), "n_clicks"),
        State(cid(SCREEN.key, "last-bound"), "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    async def undo(clicks: int, device: str, query: dict[str, str]) -> tuple[object, object]:
        if not clicks or not device:
            return no_update, no_update
        return await bind_device(services, device, "", "", query, principal())

    @app.callback(
        Output(cid(SCREEN.key, "pending"), "children"),
        Input(cid(SCREEN.key, REVISION), "data"),
        Input(cid(SCREEN.key, "changed"), "data"),
        State({"type": cid(SCREEN.key, "vehicle"), "item": ALL}, "value"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    async def list_pending(_revision: int, _changed: str, values: list[str | None], query: dict[str, str]) -> object:
        # Somebody is typing a vehicle's id: drawing the list again would wipe the field.
        typing = any(values) and ctx.triggered_id == cid(SCREEN.key, REVISION)
        data = await load(services, WAITING, language_of(query.get("lang")), query, datetime.now(UTC))
        return no_update if typing else pending(data)


async def bind_device(
    services: Binding, device: str, vehicle: str, fleet: str, query: dict[str, str], by: Principal
) -> tuple[list[Component], str]:
    """Bind, or unbind when ``vehicle`` is empty; returns the notice and a mark that the list changed.

    A registered vehicle stays in its fleet; an unknown one joins ``fleet``, which people choose.
    """
    now = datetime.now(UTC)
    if vehicle:
        feed = await asyncio.to_thread(services.registry.fleet_of, vehicle) or fleet
        if feed not in tracked(services.feeds.values()):
            data = await load(services, WAITING, language_of(query.get("lang")), query, now)
            return not_bound_notice(data, vehicle), f"{device}:{now.isoformat()}"
        await asyncio.to_thread(services.registry.bind, device, vehicle, feed=feed, by=by, now=now)
    else:
        await asyncio.to_thread(services.registry.unbind, device, by=by, now=now)
    data = await load(services, WAITING, language_of(query.get("lang")), query, now)
    return bound_notice(data, device if vehicle else "", vehicle), f"{device}:{now.isoformat()}"
