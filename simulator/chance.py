"""Random numbers without state: each key always gives the same number."""

from hashlib import blake2b

_STEPS = 2**64


def unit(*key: object) -> float:
    """A number in [0, 1) that depends on ``key`` alone (BLAKE2b of its parts), not on earlier calls."""
    digest = blake2b("\x1f".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / _STEPS


def between(low: float, high: float, *key: object) -> float:
    """A number in [low, high) for ``key``."""
    return low + (high - low) * unit(*key)


def pick(count: int, *key: object) -> int:
    """A whole number in 0..count-1 for ``key``."""
    return int(unit(*key) * count)
