"""What pages need of assets/, as one text each: the style sheets, which the frame holds, and the scripts.

Scripts of single screens, in assets/scripts/screens/, are a text of their own: no first picture waits for them.
"""

import re
from html import escape
from pathlib import Path

SCRIPTS, LATER = "/assets/scripts.js", "/assets/later.js"
SCREENS = "screens"
CONTRACT = "05-contract.js"  # in the frame itself, before the script that ages

# Comments of a whole line and indentation: an eighth of the bytes. No script has a text of several lines (a test).
_SAID_TO_PEOPLE = re.compile(r"^[ \t]*(?://.*|/\*\*.*\*/)?\n|^[ \t]+", re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s*([{};])\s*")
# A script that cannot start must not stop the next ones, as it would not as a file of its own.
_GUARDED = "try {{\n{}}} catch (fault) {{ reportError(fault); }}\n"


def scripts(assets: Path) -> dict[str, str]:
    """SCRIPTS and LATER with every script but the contract in order of name: one answer instead of one each."""
    told = {SCRIPTS: "", LATER: ""}
    for file in sorted((assets / "scripts").rglob("*.js"), key=lambda file: file.name):
        if file.name != CONTRACT:
            address = LATER if file.parent.name == SCREENS else SCRIPTS
            told[address] += _GUARDED.format(packed_script(file.read_text("utf-8")))
    return told


def packed_script(text: str) -> str:
    """The script without what only people read."""
    return _SAID_TO_PEOPLE.sub("", text)


def styles(assets: Path, release: str) -> str:
    """Every style sheet in order of name, without what only people read; fonts at the addresses of `fonts`."""
    text = "".join(file.read_text("utf-8") for file in sorted((assets / "styles").glob("*.css")))
    text = text.replace('url("../fonts/', 'url("/assets/fonts/').replace('.woff2"', f'.woff2?m={release}"')
    return _CSS_SPACE.sub(r"\1", _CSS_COMMENT.sub("", text)).strip()


def fonts(assets: Path, release: str) -> list[str]:
    """Addresses of the fonts that the style sheets use."""
    return [f"/assets/fonts/{escape(file.name)}?m={release}" for file in sorted((assets / "fonts").glob("*.woff2"))]
