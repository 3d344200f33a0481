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
WHOLE_MAX = 500
"""Wrong tries of all accounts from all addresses, names that no account has included; then as above."""
CODES_MAX = 10
"""Wrong codes of one account's second factor from all addresses: whoever gets there knows the password already."""


class Locked(StrEnum):
    """What is locked."""

    PAIR = "pair"
    ADDRESS = "address"
    ACCOUNT = "account"
    CODES = "codes"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class SignInTries:
    """Tries within WITHIN_S, this one included, without those that were right.

    ``codes`` are those of the second factor. ``familiar``: the account has signed in from this address before.
    """

    pair: int = 0
    address: int = 0
    account: int = 0
    whole: int = 0
    codes: int = 0
    familiar: bool = False

    def locked(self) -> Locked | None:
        """What forbids this try; None when it is allowed."""
        if self.pair > PAIR_MAX:
            return Locked.PAIR
        if self.codes > CODES_MAX:
            return Locked.CODES
        if self.familiar:
            return None
        counts = (
            (self.address, ADDRESS_MAX, Locked.ADDRESS),
            (self.account, ACCOUNT_MAX, Locked.ACCOUNT),
            (self.whole, WHOLE_MAX, Locked.WHOLE),
        )
        return next((locked for count, most, locked in counts if count > most), None)
