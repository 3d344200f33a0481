"""Who presses a button or asks for a page, as the gate found it, and whether the page is theirs."""

from contextvars import ContextVar

from domain.access.needs import Need, permits
from domain.access.principal import NOBODY, Principal

ACTING: ContextVar[Principal] = ContextVar("acting", default=NOBODY)
"""The principal of the request that is being answered; the gate sets it."""

_ACTS = (Need.APPROVE, Need.HAND_IN)


class NotPermittedError(Exception):
    """The principal of the request may not have what it asks for."""

    def __init__(self, by: Principal) -> None:
        super().__init__(str(by))
        self.by = by


def principal() -> Principal:
    """Who acts; nobody where no gate stands."""
    return ACTING.get()


def acts() -> frozenset[Need]:
    """Which acts that a page may offer the principal of the request has a right to; pages differ by it."""
    by = ACTING.get()
    return frozenset(need for need in _ACTS if permits(by, need))


def allow(need: Need) -> None:
    """Raise NotPermittedError unless the principal of the request holds ``need``."""
    by = ACTING.get()
    if not permits(by, need):
        raise NotPermittedError(by)
