from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract_from_dir

from present.text import english, words

ROOT = Path(__file__).parents[2]
ROOMS = ("layouts", "callbacks", "live", "present")


def messages() -> set[str]:
    return _called("_") | counted()


def counted() -> set[str]:
    return _called("ngettext")


@cache
def _called(name: str) -> set[str]:
    found = set()
    for room in ROOMS:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / room, method_map=[("**.py", "python")], keywords={name: None}
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def translated() -> dict[str, tuple[str, ...]]:
    """Each message of the catalogue with its English forms: one, or one for a single thing and one for others."""
    forms: dict[str, tuple[str, ...]] = {}
    for one in english():
        if isinstance(one.id, tuple):
            forms[one.id[0]] = tuple(one.string)
        elif one.id:
            forms[one.id] = (str(one.string),)
    return forms


def test_every_message_has_english() -> None:
    assert messages() - translated().keys() == set()
    assert {message for message, forms in translated().items() if not all(forms)} == set()


def test_what_is_counted_has_a_form_for_one_and_only_that_has() -> None:
    assert counted() == {message for message, forms in translated().items() if len(forms) == 2}


def test_the_catalogue_holds_nothing_unused() -> None:
    # Some are reached through words(language)("…") rather than _("…").
    source = "".join(p.read_text("utf-8") for room in ROOMS for p in (ROOT / room).rglob("*.py"))
    assert {m for m in translated() if f'"{m}"' not in source} == set()


def test_placeholders_survive_translation() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert {m for m, forms in translated().items() if any(names(m) != names(form) for form in forms)} == set()


def test_one_is_one_and_many_are_many() -> None:
    said = {n: words("en").ngettext("và {n} xe nữa", n) for n in (0, 1, 2, 21)}
    assert said == {n: f"and {{n}} more {'vehicle' if n == 1 else 'vehicles'}" for n in said}
    assert words("vi").ngettext("và {n} xe nữa", 1) == "và {n} xe nữa"


def test_an_unknown_message_stays_rather_than_vanishes() -> None:
    assert words("en")("chưa ai dịch") == "chưa ai dịch"
