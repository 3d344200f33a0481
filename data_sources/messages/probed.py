"""A decoder's answer with what only a probe may tell: declared values of such measures are refused."""

from collections.abc import Iterable

from data_sources.messages import parse
from domain.feeds.feed import Decode, Decoded, Payload
from domain.observation import Kind, Observation
from domain.reason import Reason


def probed(decode: Decode, *measures: str) -> Decode:
    """``decode``, but a declared value of one of ``measures`` becomes a rejection.

    That something can be reached is seen by asking it, and no office can declare it.
    """

    def checked(payload: Payload) -> Iterable[Decoded]:
        for item in decode(payload):
            if isinstance(item, Observation) and item.measure in measures and item.kind is Kind.DECLARED:
                said = f"{item.measure}: kind phải là measured / must be measured"
                yield parse.rejection(payload, Reason.BAD_CODE, said)
            else:
                yield item

    return checked
