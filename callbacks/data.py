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
from domain.access.needs import Need, needing
from domain.access.principal import Principal
from domain.feeds.feed import tracked
from domain.fleets.identifier import wrong_id
from layouts.data import (
    SCREEN,
    bound_notice,
    gone_notice,
    new_vehicle_of,
    not_bound_notice,
    pending,
    waiting_of,
    wrong_id_notice,
)
from layouts.parts.ids import cid
from present.wire import REVISION
from queries.ask import Sources
from queries.pending import PENDING, SEARCH
from store.records import RegisteredVehicle
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
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.BIND)
    async def bind(
        _clicks: list[int],
        ids: list[dict[str, str]],
        values: list[str | None],
        query: dict[str, str],
    ) -> tuple[object, object]:
        item = _pressed()
        typed = {i["item"]: (value or "").strip() for i, value in zip(ids, values, strict=True)}
        vehicle = typed.get(item, "")
        if not vehicle:
            return no_update, no_update
        return await bind_device(services, *waiting_of(item), vehicle, "", query, principal())

    @app.callback(
        Output(cid(SCREEN.key, "bound"), "children", allow_duplicate=True),
        Output(cid(SCREEN.key, "changed"), "data", allow_duplicate=True),
        Input({"type": cid(SCREEN.key, "fleet"), "item": ALL}, "n_clicks"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.BIND)
    async def bind_new(_clicks: list[int], query: dict[str, str]) -> tuple[object, object]:
        return await bind_device(services, *new_vehicle_of(_pressed()), query, principal())

    @app.callback(
        Output(cid(SCREEN.key, "bound"), "children", allow_duplicate=True),
        Output(cid(SCREEN.key, "changed"), "data", allow_duplicate=True),
        Input(cid(SCREEN.key, "undo"), "n_clicks"),
        State(cid(SCREEN.key, "last-bound"), "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(Need.BIND)
    async def undo(_clicks: int, device: str, query: dict[str, str]) -> tuple[object, object]:
        if not device:
            return no_update, no_update
        return await unbind_device(services, device, query, principal())

    @app.callback(
        Output(cid(SCREEN.key, "pending"), "children"),
        Input(cid(SCREEN.key, REVISION), "data"),
        Input(cid(SCREEN.key, "changed"), "data"),
        Input(cid(SCREEN.key, "search"), "value"),
        State({"type": cid(SCREEN.key, "vehicle"), "item": ALL}, "value"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(SCREEN.requires)
    async def list_pending(
        _revision: int, _changed: str, search: str | None, values: list[str | None], query: dict[str, str]
    ) -> object:
        # Somebody is typing a vehicle's id: drawing the list again would wipe the field.
        typing = any(values) and ctx.triggered_id == cid(SCREEN.key, REVISION)
        if typing:
            return no_update
        asked = query | {SEARCH: search or ""}
        return pending(await load(services, WAITING, language_of(query.get("lang")), asked, datetime.now(UTC)))


def _pressed() -> str:
    """Item of the pressed button."""
    return str(ctx.triggered_id["item"])


async def bind_device(
    services: Binding, sender: str, device: str, vehicle: str, fleet: str, query: dict[str, str], by: Principal
) -> tuple[list[Component], str]:
    """Bind the device of ``sender``; returns the notice and a mark that the list changed.

    A registered vehicle stays in its fleet; an unknown one is written into the register of ``fleet``, which people
    choose. What cannot be bound is refused in the notice.
    """
    now, registry = datetime.now(UTC), services.registry
    data = await load(services, WAITING, language_of(query.get("lang")), query, now)
    changed = f"{device}:{now.isoformat()}"
    wrong = wrong_id(vehicle)
    if wrong is not None:
        return wrong_id_notice(data, wrong), changed
    if not await asyncio.to_thread(registry.waits, device, sender):
        return gone_notice(data), changed
    known = await asyncio.to_thread(registry.fleet_of, vehicle)
    feed = known or fleet
    if feed not in tracked(services.feeds.values()):
        return not_bound_notice(data, sender, device, vehicle), changed
    if known is None:
        new = RegisteredVehicle(id=vehicle, feed=feed, place="", in_service=True)
        await asyncio.to_thread(registry.put_vehicles, [new], now, by=by)
    await asyncio.to_thread(registry.bind, device, vehicle, feed=feed, by=by, now=now, sender=sender)
    return bound_notice(data, device, vehicle), changed


async def unbind_device(
    services: Binding, device: str, query: dict[str, str], by: Principal
) -> tuple[list[Component], str]:
    """End the binding of a device; returns the empty notice and a mark that the list changed."""
    now = datetime.now(UTC)
    await asyncio.to_thread(services.registry.unbind, device, by=by, now=now)
    data = await load(services, WAITING, language_of(query.get("lang")), query, now)
    return bound_notice(data, "", ""), f"{device}:{now.isoformat()}"
