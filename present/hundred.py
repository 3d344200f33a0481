"""A share as a picture of a hundred, for people who would rather see than read a percentage."""

from base64 import b64encode

FILLED, EMPTY = "#9db4c9", "#39424c"
# A house in a square of ten by ten, and a plain tile.
_HOUSE = "M5 .8 9.4 4.6H8.2V9.2H1.8V4.6H.6z"
_TILE = "M2.4 1h5.2a1.4 1.4 0 0 1 1.4 1.4v5.2a1.4 1.4 0 0 1-1.4 1.4H2.4A1.4 1.4 0 0 1 1 7.6V2.4A1.4 1.4 0 0 1 2.4 1z"


def of_hundred(share: float) -> int:
    """How many of a hundred ``share`` (0..1) fills; never all of them unless it is whole."""
    return 100 if share >= 1 else min(99, round(100 * share))


def picture(share: float, *, houses: bool) -> str:
    """An SVG of ten rows of ten, filled from the first on, as a data: address for an image.

    The hundred stand for those who are known: what nobody reported is not drawn, neither filled nor empty.
    """
    filled = of_hundred(share)
    shape = _HOUSE if houses else _TILE
    uses = "".join(
        f'<use href="#a" x="{12 * (n % 10)}" y="{12 * (n // 10)}" fill="{FILLED if n < filled else EMPTY}"/>'
        for n in range(100)
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 118 118">'
    svg = f'{head}<defs><path id="a" d="{shape}"/></defs>{uses}</svg>'
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
