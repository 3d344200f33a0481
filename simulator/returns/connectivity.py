"""Fibre and 4G by commune, and speed tests of residents."""

from simulator.chance import between
from simulator.communes import communes, coverage
from simulator.monthly import Figures, Return

_TESTS_A_PERSON = {"fixed": 0.011, "mobile": 0.007}


def speeds(year: int, month: int, seed: int) -> Figures:
    """How many tests residents ran, and how many were fast enough."""
    found: dict[str, dict[str, int]] = {}
    for c in communes():
        found[c.code] = {}
        for key, share in _TESTS_A_PERSON.items():
            tests = round(c.population * share * between(0.7, 1.3, seed, c.code, year, month, key))
            fast = between(0.55, 0.95, seed, c.code, key, "fast")
            found[c.code] |= {f"{key}_tests": tests, f"{key}_fast": round(tests * fast)}
    return found


RETURNS = (Return("coverage", coverage), Return("speed_tests", speeds))
