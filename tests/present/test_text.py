from pathlib import Path
from string import Formatter

from babel.messages.extract import extract_from_dir

from present.text import english, words

ROOT = Path(__file__).parents[2]
ROOMS = ("layouts", "callbacks", "live", "present")


def messages() -> set[str]:
    found = set()
    for room in ROOMS:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / room, method_map=[("**.py", "python")], keywords={"_": None}
        ):
            found.add(message)
    return found


def test_every_message_has_english() -> None:
    assert messages() - english().keys() == set()


def test_the_catalogue_holds_nothing_unused() -> None:
    # Some are reached through words(language)("…") rather than _("…").
    source = "".join(p.read_text("utf-8") for room in ROOMS for p in (ROOT / room).rglob("*.py"))
    assert {m for m in english() if f'"{m}"' not in source} == set()


def test_placeholders_survive_translation() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert {m for m, e in english().items() if names(m) != names(e)} == set()


def test_an_unknown_message_stays_rather_than_vanishes() -> None:
    assert words("en")("chưa ai dịch") == "chưa ai dịch"
