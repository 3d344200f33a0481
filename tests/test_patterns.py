"""No regular expression of ours is a bomb: a text made for it costs the square of its length at most."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest

ROOMS = (
    "api",
    "centre",
    "data_sources",
    "domain",
    "intake",
    "layouts",
    "pages",
    "present",
    "queries",
    "rounds",
    "store",
)
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
MANY = 20
"""A part that may be repeated so often can be pumped."""
LONG = 3_000
CPU_S = 20.0
"""Bounds a hang: a pattern that is no bomb needs milliseconds."""
CANDIDATES = "a1 ê-.,/:;(\n_A"


class Endless(Exception):  # noqa: N818 - a verdict, not a fault
    """The pattern took more than CPU_S."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Each compiled pattern of text in the rooms' modules, by where it stands."""
    for room in ROOMS:
        package = importlib.import_module(room)
        names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{room}.")]
        for name in (room, *names):
            for key, value in vars(importlib.import_module(name)).items():
                for number, one in enumerate(held(value)):
                    if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                        yield f"{name}.{key}[{number}]", one


def held(value: object) -> list[object]:
    """The value, or what a collection of it holds, one and two levels deep."""
    found = [value]
    for _ in range(2):
        found = [
            part
            for one in found
            for part in (one.values() if isinstance(one, dict) else one if isinstance(one, (list, tuple)) else (one,))
        ]
    return found


def is_in(char: str, items: list[Any]) -> bool:
    """Whether a set of the pattern has ``char``."""
    negated = bool(items) and items[0][0] is op.NEGATE
    tests = {
        op.CATEGORY_DIGIT: str.isdigit, op.CATEGORY_SPACE: str.isspace,
        op.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    }  # fmt: skip
    for kind, told in items[negated:]:
        if kind is op.LITERAL:
            hit = ord(char) == told
        elif kind is op.RANGE:
            hit = told[0] <= ord(char) <= told[1]
        else:
            name = str(told)
            plain = next((test for key, test in tests.items() if str(key) == name.replace("_NOT_", "_")), None)
            hit = plain is not None and plain(char) != ("_NOT_" in name)
        if hit:
            return not negated
    return negated


def sample(tree: Any) -> str:
    """A text that the pattern matches, as far as that can be told from it."""
    said = ""
    for kind, told in tree:
        if kind is op.LITERAL:
            said += chr(told)
        elif kind is op.NOT_LITERAL:
            said += next(one for one in CANDIDATES if ord(one) != told)
        elif kind is op.ANY:
            said += "a"
        elif kind is op.IN:
            literals = [chr(value) for item, value in told if item is op.LITERAL]
            ranges = [chr(value[0]) for item, value in told if item is op.RANGE]
            said += next((one for one in (*CANDIDATES, *literals, *ranges) if is_in(one, told)), "")
        elif kind in REPEATS:
            said += sample(told[2]) * max(told[0], 1)
        elif kind is op.SUBPATTERN:
            said += sample(told[3])
        elif kind is op.ATOMIC_GROUP:
            said += sample(told)
        elif kind is op.BRANCH:
            said += sample(told[1][0])
    return said


def pumps(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What leads to each part that can be repeated, and that part."""
    for at, (kind, told) in enumerate(tree):
        led = before + sample(list(tree)[:at])
        if kind in REPEATS:
            if told[1] is op.MAXREPEAT or told[1] >= MANY:
                yield from ((led, one) for one in choices(told[2]))
            yield from pumps(told[2], led)
        elif kind is op.SUBPATTERN:
            yield from pumps(told[3], led)
        elif kind is op.ATOMIC_GROUP:
            yield from pumps(told, led)
        elif kind is op.BRANCH:
            for branch in told[1]:
                yield from pumps(branch, led)


def choices(tree: Any) -> Iterator[str]:
    """Texts of a repeated part: one for each of its branches."""
    items = list(tree)
    branches = [told[1] for kind, told in items if kind is op.BRANCH]
    yield sample(items)
    for one in branches[0] if branches else ():
        yield sample(one)


def endless(pattern: re.Pattern[str]) -> str | None:
    """A beginning of a text over which the pattern does not come to an end; None when there is none."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGVTALRM, stop)
    text = ""
    try:
        for led, part in pumps(parser.parse(pattern.pattern, pattern.flags)):
            text = led + part * (LONG // max(1, len(part))) + "\0"
            signal.setitimer(signal.ITIMER_VIRTUAL, CPU_S)
            pattern.search(text)
            pattern.fullmatch(text)
        return None
    except Endless:
        return text[:80]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.long
def test_no_pattern_takes_more_than_the_square_of_a_texts_length() -> None:
    found = dict(patterns())
    assert len(found) >= 90
    assert {where: text for where, one in found.items() if (text := endless(one)) is not None} == {}


@pytest.mark.parametrize("bomb", ["(a+)+b", "(a|a)*b", r"(\w+\s?)*$x", "(x+x+)+y", r"^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_bomb_is_recognised(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.CPU_S", 0.2)
    assert endless(re.compile(bomb)) is not None
