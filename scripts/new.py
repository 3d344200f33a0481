"""Start an area, a feed, a KPI or a screen: writes working files, their tests and a sample. No other file changes."""

import keyword
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
USAGE = "scripts/new area NAME | feed NAME | kpi NAME [FEED] | screen NAME"

FEED = '''"""$words: one sentence about this feed's figures and who reports them."""

from datetime import timedelta

from data_sources.messages.declared import declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.text import Text

MEASURES = (Measure(key="${name}_count", names=Text("$words", "$words"), unit="1", high=1e6),)

FEED = Feed(
    key="$name",
    names=Text("$words", "$words"),
    owner=Owner(office=Text("Đơn vị phụ trách", "Office in charge"), role=Text("đầu mối số liệu", "data contact")),
    # Who owes it figures, the N of "n of N"; other choices: Province(), Listed(...), Register(kind).
    reporters=EveryCommune(),
    cadence=timedelta(days=1),
    stale_after=timedelta(days=2),
    measures=MEASURES,
    # Pull(every=...) and PullSql(every=..., query=...) fetch data that tables() reads: docs/connect-a-system.md.
    ways_in=declared(MEASURES),
)
'''

SAMPLE = """[
  {"feed": "$name", "measure": "${name}_count", "place": "$place", "territory": "2025-07",
   "at": "2026-11-22T08:00:00Z", "value": 12, "kind": "declared", "source": "sample"}
]
"""

KPI = '''"""$words: one sentence about what these KPIs show."""

from domain.kpis.kpi import Better, Example, Kpi
from domain.text import Text
from evaluation.formulas import Sum

KPIS = (
    Kpi(
        key="$name",
        feed="$feed",
        names=Text("$words", "$words"),
        short=Text("$short", "$short"),
        question=Text("Chỉ số này trả lời câu hỏi nào?", "Which question does it answer?"),
        unit=Text("1", "1"),
        formula=Sum("$measure"),
        better=Better.HIGHER,
        owner=Text("Đơn vị phụ trách", "Who is in charge"),
        source_of_formula="Where the definition stands.",
        decimals=0,
        contributor=Text("$vi", "$en"),
        numerator_label=Text("$words", "$words"),
        response=Text("Việc cần làm khi bất thường.", "What to do when it is abnormal."),
        by_place=$by_place,
        examples=(
            $example
            Example(because="nobody has reported", given={}, expect=None),
        ),
    ),
)
'''

COMMUNES = {
    "vi": "xã", "en": "communes", "by_place": "True",
    "example": '''Example(
                because="two communes are added",
                given={"27694": {"$measure": 2}, "27712": {"$measure": 3}},
                expect=5.0,
            ),''',
}  # fmt: skip
PROVINCE = {
    "vi": "nguồn", "en": "source", "by_place": "False",
    "example": '''Example(because="the province's own figure", given={"80": {"$measure": 2}}, expect=2.0),''',
}  # fmt: skip

AREA = '''"""$words: one sentence about what people see here."""

from domain.area import Area
from domain.text import Text

AREA = Area(key="$name", title=Text("$words", "$words"), feeds=("$name",), order=$order)
'''

SCREEN = '''"""$words: one sentence about this screen's purpose."""

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.text import Text
from layouts.parts.components import empty
from layouts.parts.screen import Screen, ScreenData

TITLE = Text("$words", "$words")
WAITS = Text("Màn hình này chưa có nội dung.", "This screen has no content yet.")


def layout(data: ScreenData) -> Component:
    """The page from its data. Pure."""
    return html.Section([html.H2(TITLE.to(data.language)), empty(WAITS.to(data.language))])


SCREEN = Screen(key="$name", path="/$path", title=TITLE, order=90, layout=layout, requires=Need.LOOK)
'''

SCREEN_TEST = '''"""The $name screen is drawn in both languages, even without data."""

from datetime import UTC, datetime

import pytest

from layouts.parts.screen import ScreenData
from layouts.$name import SCREEN, TITLE


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_screen_says_so(language):
    drawn = str(SCREEN.layout(ScreenData(language=language, now=datetime(2026, 11, 22, 8, tzinfo=UTC))))
    assert TITLE.to(language) in drawn
'''


def area_files(name: str) -> dict[str, str]:
    """A feed of one figure for the whole province, its KPI and its area: wall, navigation and screen follow from them.

    The area comes after the others. Raises ValueError when another screen has its address or its key.
    """
    sys.path.insert(0, str(ROOT))
    import areas
    import layouts
    from domain.area import Area
    from domain.discovery import discover
    from layouts.parts.screen import Screen

    known = discover(areas, "AREA", Area).values()
    for screen in discover(layouts, "SCREEN", Screen).values():
        if name == screen.key or f"/{name.replace('_', '-')}" == screen.path:
            raise ValueError(f"Đã có màn hình {screen.path} / there is a screen {screen.path} already")
    order = str(max((area.order for area in known), default=0) + 1)
    figures = {"name": name, "words": words(name), "short": words(name)[:20], "feed": name, "measure": f"{name}_count"}
    return feed_files(name, place="80") | {
        f"kpi/{name}.py": filled(KPI, figures | told(PROVINCE, figures)),
        f"areas/{name}.py": filled(AREA, figures | {"order": order}),
    }


def feed_files(name: str, place: str = "27694") -> dict[str, str]:
    """A feed with one measure and its recorded payload, which tests/data_sources/test_samples.py reads."""
    parts = {"name": name, "words": words(name), "place": place}
    return {
        f"data_sources/{name}.py": filled(FEED, parts),
        f"tests/samples/{name}/observations.json": filled(SAMPLE, parts),
    }


def kpi_files(name: str, feed: str | None = None) -> dict[str, str]:
    """A KPI over the first place measure of ``feed``, by default the feed of its name; its examples are its tests."""
    sys.path.insert(0, str(ROOT))
    import data_sources
    from domain.discovery import discover
    from domain.feeds.feed import Bearer, Feed

    feeds = discover(data_sources, "FEED", Feed)
    chosen = feeds.get(feed or name)
    measure = next((m.key for m in chosen.measures if m.bearer is Bearer.PLACE), None) if chosen else None
    if chosen is None or measure is None:
        raise ValueError(
            "Hãy chọn một nguồn có số liệu theo xã / name a feed with a measure by place: " + ", ".join(feeds)
        )
    parts = {"name": name, "words": words(name), "short": words(name)[:20], "feed": chosen.key, "measure": measure}
    return {f"kpi/{name}.py": filled(KPI, parts | told(COMMUNES, parts))}


def screen_files(name: str) -> dict[str, str]:
    """A screen with its route, and a test that draws it."""
    parts = {"name": name, "words": words(name), "path": name.replace("_", "-")}
    return {
        f"layouts/{name}.py": filled(SCREEN, parts),
        f"tests/layouts/test_{name}.py": filled(SCREEN_TEST, parts),
    }


def told(level: Mapping[str, str], parts: Mapping[str, str]) -> dict[str, str]:
    """A level's texts (communes or province) for a KPI's declaration."""
    return {key: filled(text, parts) for key, text in level.items()}


def words(name: str) -> str:
    """The name as a provisional title."""
    return name.replace("_", " ").capitalize()


def filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with its parts; KeyError when one is missing."""
    return Template(template).substitute(parts)


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write all files, or none (FileExistsError) when one exists already as a file or as a package of its name."""
    for path in files:
        if (root / path).exists() or (root / path).with_suffix("").is_dir():
            raise FileExistsError(f"{path} đã có sẵn, không ghi đè / exists already and is kept")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


MAKERS: dict[str, Callable[..., dict[str, str]]] = {
    "area": area_files, "feed": feed_files, "kpi": kpi_files, "screen": screen_files,
}  # fmt: skip
NEXT = {
    "area": """
Tiếp theo / next:
  scripts/docs                                # docs/feeds.md, docs/kpis.md
  scripts/test tests/data_sources/test_samples.py tests/kpi/test_declarations.py
  scripts/run                                 # rồi gửi một số liệu / then send one figure:
  curl localhost:8051/ingest/observations -H "X-API-Key: $$(cat var/local.key)" --json '[{"feed": "$name",
       "measure": "${name}_count", "place": "80", "value": 12, "at": "'$$(date -u +%FT%TZ)'", "source": "thu"}]'
Số liệu hiển thị tại / the figure appears at: / (Toàn cảnh), /$path, /leader, /data, /api/v1/kpis
Sửa tên gọi, câu chữ trong / edit the words in: data_sources/$name.py, kpi/$name.py, areas/$name.py""",
    "feed": """
Tiếp theo / next: scripts/docs; scripts/test tests/data_sources/test_samples.py; scripts/new kpi $name
Nguồn hiển thị tại / the feed appears at: /data, /api/v1/feeds
Để hệ thống tự lấy dữ liệu / to have it fetched: Pull, PullSql (docs/connect-a-system.md)""",
    "kpi": """
Tiếp theo / next: scripts/docs; scripts/test tests/kpi/test_declarations.py
Chỉ số hiển thị trên màn hình của lĩnh vực dùng nguồn này (areas/) / it appears on the screen of its feed's area""",
    "screen": """
Tiếp theo / next: scripts/test tests/layouts/test_$name.py
Màn hình tại / the screen is at: /$path""",
}


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write the requested files; returns 2 with a printed reason when that is impossible."""
    if len(arguments) not in (2, 3) or arguments[0] not in MAKERS or (len(arguments) == 3 and arguments[0] != "kpi"):
        print(USAGE, file=sys.stderr)
        return 2
    what, name, *rest = arguments
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        said = "Tên chỉ gồm a-z, 0-9, _, không phải từ khóa Python / a name is a-z, 0-9 and _ and no word of Python"
        print(f"{said}: {name!r}", file=sys.stderr)
        return 2
    try:
        files = MAKERS[what](name, *rest)
        write(root, files)
    except (ValueError, FileExistsError) as refused:
        print(refused, file=sys.stderr)
        return 2
    print("\n".join(files))
    print(filled(NEXT[what], {"name": name, "path": name.replace("_", "-")}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
