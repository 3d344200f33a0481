"""When wrong passwords lock a sign-in: strangers cannot lock a person out of the person's own desk."""

from dataclasses import dataclass
from enum import StrEnum

WITHIN_S = 15 * 60
"""A count of wrong tries ends so long after its first one."""
PAIR_MAX = 5
"""Wrong tries of one account from one address."""
ADDRESS_MAX = 20
"""Wrong tries from one address, of whatever accounts."""
ACCOUNT_MAX = 50
"""Wrong tries of one account from all addresses; then only addresses where it has signed in before may try."""
CODES_MAX = 10
"""Wrong codes of one account's second factor from all addresses: whoever gets there knows the password already."""


class Locked(StrEnum):
    """What is locked."""

    PAIR = "pair"
    ADDRESS = "address"
    ACCOUNT = "account"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class SignInTries:
    """Tries within WITHIN_S, this one included, without those that were right.

    ``codes`` are those of the second factor. ``familiar``: the account has signed in from this address before.
    """

    pair: int = 0
    address: int = 0
    account: int = 0
    codes: int = 0
    familiar: bool = False

    def locked(self) -> Locked | None:
        """What forbids this try; None when it is allowed."""
        if self.pair > PAIR_MAX:
            return Locked.PAIR
        if self.codes > CODES_MAX:
            return Locked.CODES
        if self.address > ADDRESS_MAX and not self.familiar:
            return Locked.ADDRESS
        return Locked.ACCOUNT if self.account > ACCOUNT_MAX and not self.familiar else None
