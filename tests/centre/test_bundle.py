"""What a page brings with it: one file of all scripts, style sheets in the frame, Dash's own scripts put off."""

import json
import re
from base64 import b64encode
from fnmatch import fnmatch
from functools import partial
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from dash import html
from fastapi import FastAPI

from centre import bundle
from centre.page import UNUSED, Page, content_policy, files_of, mount, prepare

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
FILES = sorted((ASSETS / "scripts").rglob("*.js"), key=lambda file: file.name)


@pytest.fixture
def page() -> tuple[FastAPI, Page]:
    server = FastAPI()
    made = mount(server, ROOT, "r1", {})
    made.layout = html.Div()
    prepare(made)
    return server, made


def asking(server: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url="http://centre")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_script_may_be_packed_line_by_line(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "`" not in re.sub(r"//.*|/\*\*.*?\*/", "", text), "a text of several lines would lose its indentation"
    assert not re.search(r"^[ \t]*/\*(?!\*.*\*/$)", text, re.MULTILINE), "a comment of several lines is not recognised"


def test_packing_takes_away_what_only_people_read() -> None:
    text = "// Says it.\n(function () {\n  /** @param {string} x */\n  var far = 'http://x';  // here\n\n"
    text += "  // there\n  go();\n})();\n"
    assert bundle.packed_script(text) == "(function () {\nvar far = 'http://x';  // here\ngo();\n})();\n"


@pytest.mark.parametrize("address", [bundle.SCRIPTS, bundle.LATER])
def test_every_script_is_there_once_in_order_and_none_can_stop_another(address: str) -> None:
    text, later = bundle.scripts(ASSETS)[address], address == bundle.LATER
    files = [file for file in FILES if file.name != bundle.CONTRACT and (file.parent.name == "screens") is later]
    packed = [bundle.packed_script(file.read_text("utf-8")) for file in files]
    places = [text.index(script) for script in packed]
    assert len(places) > 3
    assert places == sorted(places)
    assert text.count("catch (fault) { reportError(fault); }") == len(packed)
    assert bundle.packed_script((ASSETS / "scripts" / bundle.CONTRACT).read_text("utf-8")) not in text


def test_style_sheets_name_each_font_as_it_is_fetched_ahead() -> None:
    text = bundle.styles(ASSETS, "r1")
    assert "/*" not in text
    assert not re.search(r"\s[{};]|[{};]\s", text)
    assert [said for said in re.findall(r'"[^"]*"', text) if re.search("[{};]", said)] == [], "it would lose its spaces"
    assert sorted(set(re.findall(r'url\("(/assets[^"]*)"\)', text))) == bundle.fonts(ASSETS, "r1")


async def test_the_frame_asks_for_one_script_and_keeps_dashs_for_later(page: tuple[FastAPI, Page]) -> None:
    server, made = page
    async with asking(server) as http:
        frame = (await http.get("/")).text
        scripts = await http.get(f"{bundle.SCRIPTS}?m=r1")
    before, later, after = re.split("<template id=.ioc-react.>|</template>", frame)
    assert re.findall(r"<script[^>]*src=[^>]*>", before + after) == [f'<script defer src="{bundle.SCRIPTS}?m=r1">']
    assert scripts.headers["content-type"].startswith("text/javascript")
    assert scripts.text == bundle.scripts(ASSETS)[bundle.SCRIPTS]
    assert re.search(r'src="([^"]*)"', later)[1] == f"{bundle.LATER}?m=r1", "before Dash's"  # type: ignore[index]
    assert [name for name in ("react-dom", "dash_renderer", "dash_html", "_dash-renderer") if name not in later] == []
    assert not re.search("polyfill@|/dash_table/", frame)
    assert len(UNUSED.findall(made._generate_scripts_html())) == 2, "Dash names two bundles that no page uses"
    assert "/assets/scripts/" not in frame, "no script is asked for twice"
    inline = re.findall(r"<script(?: type=.speculationrules.)?>(.+?)</script>", frame, re.DOTALL)
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in inline]
    assert len(hashes) >= 2
    assert [one for one in hashes if f"'sha256-{one}'" not in content_policy(made)] == []


async def test_files_packed_ahead_are_those_that_the_frame_names(page: tuple[FastAPI, Page]) -> None:
    server, made = page
    named = files_of(made)
    async with asking(server) as http:
        frame = (await http.get("/")).text
        answers = [await http.get(path) for path in named]
    assert named == [src.partition("?")[0] for src in re.findall(r'<script[^>]* src="([^"]*)', frame)]
    assert {answer.status_code for answer in answers} == {200}
    behind = mount(FastAPI(), ROOT, "r1", {}, "/ioc")
    behind.layout = html.Div()
    prepare(behind)
    assert files_of(behind) == named, "a proxy takes its own path away"


async def test_the_next_page_is_fetched_before_the_click_but_no_file_is_made_for_a_glance(
    page: tuple[FastAPI, Page],
) -> None:
    async with asking(page[0]) as http:
        frame = (await http.get("/")).text
    (rules,) = re.findall(r"<script type=.speculationrules.>(.+?)</script>", frame)
    (rule,) = json.loads(rules)["prefetch"]
    assert rule["eagerness"] == "moderate", "when somebody points at a link"
    never = rule["where"]["and"][1]["not"]["href_matches"]
    assert [path for path in ("/brief.pdf", "/api/v1/vehicles") if not any(map(partial(fnmatch, path), never))] == []


def test_no_layout_draws_what_the_frame_leaves_out() -> None:
    rooms = ("layouts", "callbacks", "pages", "areas")
    sources = [file.read_text("utf-8") for room in rooms for file in (ROOT / room).rglob("*.py")]
    assert not any("dash_table" in source or "DataTable" in source for source in sources)
