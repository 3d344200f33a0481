"""What a browser need not draw again: regions that say what it was told the last time."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import orjson
from dash import dcc, html, no_update
from dash.development.base_component import Component

from callbacks.parts.trees import Trees
from layouts.parts.ids import cid
from layouts.parts.screen import Screen
from paint.said import as_json

Region = list[Component]
_DIGEST_BYTES = 8


def drawn_store(screen: Screen) -> str:
    """Id of the store that holds the digests of what the screen's regions say."""
    return cid(screen.key, "drawn")


def drawn_first(screen: Screen, page: Component) -> dcc.Store:
    """The store as the page is drawn the first time."""
    wanted = {cid(screen.key, name): "" for name in screen.regions}
    for part in _parts(page):
        id_ = getattr(part, "id", None)
        if isinstance(id_, str) and id_ in wanted:
            wanted[id_] = _digest(part.children)
    return dcc.Store(id=drawn_store(screen), data=list(wanted.values()))


def redrawn(regions: Sequence[Region], drawn: Sequence[str], trees: Trees) -> list[Any]:
    """Each region, or no update where its digest stands in ``drawn``; and last the digests of them all.

    Dash walks the whole page for each region that it draws, so what says the same is not sent. The browser counts ages
    by itself (assets/scripts/20-age.js): a region whose ages alone have grown says the same.
    """
    digests = [_digest(region) for region in regions]
    known = dict(enumerate(drawn))
    fresh = (no_update if known.get(n) == digests[n] else trees.of(region) for n, region in enumerate(regions))
    return [*fresh, digests]


def _parts(node: Any) -> Iterator[Component]:
    if isinstance(node, Component):
        yield node
        yield from _parts(getattr(node, "children", None))
    elif isinstance(node, list | tuple):
        for one in node:
            yield from _parts(one)


def _digest(region: Region) -> str:
    body = orjson.dumps(region, default=_said, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
    return blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()


def _said(part: Any) -> Any:
    told = as_json(part)
    if isinstance(part, html.Time) and "data-as-of" in told["props"]:
        return {**told, "props": {name: value for name, value in told["props"].items() if name != "children"}}
    return told
