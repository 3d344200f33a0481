"""Generate what docs/ and assets/ say of the declarations: PAGES; --check fails when one differs."""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import areas  # noqa: E402
import data_sources  # noqa: E402
import kpi as kpi_room  # noqa: E402
from domain.area import Area  # noqa: E402
from domain.discovery import discover  # noqa: E402
from domain.feeds.feed import Bearer, Feed  # noqa: E402
from domain.feeds.pull import address_setting  # noqa: E402
from domain.feeds.reporter import EveryCommune, Listed, Province, Register, Reporters  # noqa: E402
from domain.feeds.way_in import Files, HouseJson, Pull, PullSql, Shipped, Trackers, WayIn, Wire  # noqa: E402
from domain.kpis.kpi import NOT_CARRIED, Better, Kpi, Threshold  # noqa: E402
from domain.kpis.window import Newest  # noqa: E402
from domain.mission.indicator import Indicator, answers  # noqa: E402
from domain.mission.indicators import INDICATORS  # noqa: E402
from domain.subject import SubjectKind  # noqa: E402
from evaluation.composites import Composite  # noqa: E402
from paint.whole import WHOLE  # noqa: E402
from present import wire  # noqa: E402
from settings import SETTINGS  # noqa: E402

HEAD = re.compile(
    r"# (\d{4}) · (.+)\n\n\*\*Status\.\*\* (Accepted|Replaced|Withdrawn) (\d{4}-\d{2}-\d{2})\.((?:[^\n]|\n(?!\n))*)\n\n"
)
GENERATED = "<!-- Generated from the declarations by scripts/docs: edit those, then run it. -->\n\n"
NAMES = "<!-- Generated from present/wire.py by scripts/docs: edit that, then run it. -->\n\n"
TABLES = {
    "Parts": wire.PARTS,
    "Places": wire.PLACES,
    "Attributes of every page": wire.PAGE_ATTRIBUTES,
    "Attributes of cards and lists": wire.CARD_ATTRIBUTES,
    "Attributes of the map": wire.MAP_ATTRIBUTES,
    "Attributes of runs, replay and drivers": wire.RUN_ATTRIBUTES,
    "Attributes of public screens": wire.KIOSK_ATTRIBUTES,
    "Attributes of public services": wire.SERVICES_ATTRIBUTES,
    "Attributes of the import desk": wire.DESK_ATTRIBUTES,
    "Topics": wire.TOPICS,
    "Messages": wire.MESSAGES,
    "Events on document, as `ioc:NAME`": wire.EVENTS,
}
CONTRACT = """// Generated from present/wire.py by scripts/docs: edit that, then run it.
// What both sides of the wire call the same.
var IOC_CONTRACT = Object.freeze({
…
});
window.IOC = /** @type {Ioc} */ (Object.assign(window.IOC || {}, { contract: IOC_CONTRACT }));
"""


def settings_page() -> str:
    """docs/settings.md from settings.py."""
    rows = ([f"`{s.name}`", f"`{s.default}`" if s.default else "", s.help] for s in SETTINGS)
    return page(
        "Settings",
        "All settings are environment variables; none is required.",
        table(("Variable", "Default", "What it does"), rows),
    )


def feeds_page() -> str:
    """docs/feeds.md from data_sources/."""
    feeds = discover(data_sources, "FEED", Feed).values()
    return page(
        "Feeds",
        "One file a feed in `data_sources/` or in a family's folder there. A number older than its feed's stale limit "
        "(by the data's own time, not by arrival) leaves every aggregate.",
        *(feed_section(feed) for feed in feeds),
    )


def feed_section(feed: Feed) -> str:
    """One feed: facts, then its measures."""
    facts = [
        ("Owner", f"{feed.owner.office.vi}: {feed.owner.role.vi} ({feed.owner.office.en}: {feed.owner.role.en})"),
        ("Reporters", reporters(feed.reporters)),
        ("Expected every", duration(feed.cadence)),
        ("Stale after", duration(feed.stale_after)),
        ("Ways in", "<br>".join(way_in(feed, way) for way in feed.ways_in)),
        ("Legal basis", feed.legal_basis),
    ]
    measures = (
        [
            ", formerly ".join(f"`{name}`" for name in (m.key, *m.formerly[:1])),
            f"{m.names.vi} ({m.names.en})",
            m.unit,
            "vehicle" if m.bearer is Bearer.ENTITY else "place",
            f"{number(m.low)} … {number(m.high)}",
            f"{duration(feed.cadence_of(m.key))} / {duration(feed.stale_after_of(m.key))}",
        ]
        for m in feed.measures
    )
    return "\n".join(
        [
            f"## `{feed.key}` · {feed.names.vi} ({feed.names.en})\n",
            table(("", ""), ([name, said] for name, said in facts if said)),
            table(("Measure", "Name", "Unit", "Belongs to", "Accepted range", "Every / stale after"), measures),
        ]
    )


def way_in(feed: Feed, way: WayIn) -> str:
    """One way in: its address, its format and its setting."""
    here = address_setting(feed.key)
    match way:
        case HouseJson():
            return f"JSON: `POST /ingest/observations`, MQTT `ioc/{feed.key}/observations`"
        case Files():
            return f"CSV, XLSX or a JSON array of objects: `POST /ingest/files/{feed.key}`"
        case Wire():
            return f"{way.names.vi} ({way.names.en}): `POST /ingest/{way.key}`"
        case Trackers():
            return "trackers: " + ", ".join(f"`{key}`" for key in way.decoders)
        case Shipped():
            return f"comes with the release: the front door takes it at its start, read as `{way.format}`"
        case Pull():
            kinds = ", ".join(kind or "none said" for kind in way.content_types)
            return (
                f"fetched by HTTP from `{here}` every {duration(way.every)}, read as `{way.format}`; "
                f"at most {way.max_bytes // 2**20} MB; content types: {kinds}"
            )
        case PullSql():
            since = f", what is new by `{way.since}`" if way.since else ""
            return (
                f"asked of the database at `{here}` every {duration(way.every)}{since}, read as `{way.format}`; "
                f"at most {number(way.rows_max)} rows at once: "
                + ", or, of an earlier release, ".join(
                    f"`{' '.join(query.split())}`" for query in (way.query, *way.formerly)
                )
            )


def reporters(given: Reporters) -> str:
    """The reporters that owe the feed figures."""
    match given:
        case EveryCommune():
            return "every commune"
        case Province():
            return "the province, once"
        case Register(kind):
            return f"each {kind} of the register"
        case Listed(subjects):
            return ", ".join(f"`{one.code}`" for one in subjects) or "nobody owes it"


def kpis_page() -> str:
    """docs/kpis.md from kpi/."""
    kpis = sorted(discover(kpi_room, "KPIS", Kpi).values(), key=lambda k: (k.feed, k.order))
    by_feed: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        by_feed.setdefault(kpi.feed, []).append(kpi)
    return page(
        "KPIs",
        "One declaration a KPI in `kpi/`. It speaks of the newest figure of each contributor unless it names a window. "
        "A ratio adds numerators and denominators before it divides; a denominator of "
        '0 is "not applicable", never 0 %. Every result says how many of the expected contributors were fresh (n of '
        "N); below the coverage asked for there is no value. A threshold comes into force when its limit was exceeded "
        "without a break for the hold, and is left only past the clearing level.",
        *(f"## {feed}\n\n" + "\n".join(map(kpi_section, group)) for feed, group in by_feed.items()),
    )


def known(kpi: Kpi) -> str:
    """How much of what should be known it asks for, "" when it asks nothing."""
    least = f"; a denominator of at least {number(kpi.min_denominator)}" if kpi.min_denominator else ""
    if kpi.known is None:
        return least
    part, whole = (f"`{name}`" if name else "the denominator" for name in (kpi.known.part, kpi.known.whole))
    return f"; Σ {part} at least {kpi.known.least:.0%} of Σ {whole}{least}"


def kpi_section(kpi: Kpi) -> str:
    """One KPI: question, formula, thresholds, owner and worked examples."""
    facts = [
        ("Question", f"{kpi.question.vi}<br>{kpi.question.en}"),
        ("Formula", kpi.formula.words.en + (" (province only)" if not kpi.by_place else "")),
        ("Window", "" if isinstance(kpi.window, Newest) else kpi.window.words.en),
        ("Results by", "organisation, by its own code" if kpi.of is SubjectKind.ORGANISATION else ""),
        ("Definition", kpi.source_of_formula),
        ("Better", "higher" if kpi.better is Better.HIGHER else "lower"),
        ("Unit", f"{kpi.unit.vi}, decimals shown: {kpi.decimals}"),
        ("Owner", f"{kpi.owner.vi}<br>{kpi.owner.en}"),
        ("Target", target(kpi)),
        ("Needs", f"{kpi.min_coverage:.0%} of {kpi.contributor.en}{known(kpi)}; plausible {plausible(kpi)}"),
        ("What to do", f"{kpi.response.vi}<br>{kpi.response.en}"),
        ("Other territories", "" if kpi.divisible or not kpi.by_place else f"no figures by place: {NOT_CARRIED.en}"),
        ("Public", public(kpi)),
    ]
    parts = [
        f"### `{kpi.key}` · {kpi.names.vi} ({kpi.names.en})\n",
        table(("", ""), ([name, said] for name, said in facts if said)),
    ]
    if isinstance(kpi.formula, Composite):
        header = ("Group", "Component", "Points", "None at", "All at")
        parts.append(table(header, components(kpi.formula)))
    if kpi.thresholds:
        header = ("Status", "Limit", "Clears at", "Hold", "Because")
        parts.append(table(header, (threshold(kpi, t) for t in kpi.thresholds)))
    examples = ([e.because, "no value" if e.expect is None else number(e.expect)] for e in kpi.examples)
    parts.append(table(("Worked example", "Value"), examples))
    return "\n".join(parts)


def components(formula: Composite) -> Iterable[list[str]]:
    """One row for each component of a composite; a group's row gives its most points."""
    for group in formula.groups:
        yield [f"{group.names.vi} ({group.names.en})", "", number(group.weight), "", ""]
        for one in group.components:
            yield ["", f"`{one.kpi}`", number(one.weight), number(one.start), number(one.full)]


def threshold(kpi: Kpi, given: Threshold) -> list[str]:
    """One row of the table of thresholds."""
    below, at_least = ("<", "≥") if kpi.better is Better.HIGHER else (">", "≤")
    return [
        given.status.value,
        f"{below} {number(given.limit)}",
        f"{at_least} {number(given.clear)}",
        duration(given.hold),
        given.because,
    ]


def target(kpi: Kpi) -> str:
    """The target, its due date, and who set it."""
    if kpi.target is None:
        return ""
    due = f" by {kpi.target.due.isoformat()}" if kpi.target.due else ""
    of = f" of {kpi.target.of.en}, for reference: it counts something else" if kpi.target.of else ""
    by = f"; goal of the province, set by {kpi.target.set_by.en}" if kpi.target.set_by else ""
    return f"{number(kpi.target.value)} {kpi.unit.vi}{due}{of}: {kpi.target.source}{by}"


def plausible(kpi: Kpi) -> str:
    """The plausible range; figures outside it are rejected."""
    return f"{number(kpi.plausible_low)} … {number(kpi.plausible_high)} {kpi.unit.vi}"


def public(kpi: Kpi) -> str:
    """The KPI's rule for the public."""
    if kpi.public is None:
        return ""
    return (
        f"“{kpi.public.headline.vi}”, decimals shown: {kpi.public.decimals}, "
        f"from {kpi.public.min_reporting} reporting {kpi.contributor.en} on"
    )


def indicators_page() -> str:
    """docs/indicators.md: every row of the mission, what answers it, where it is seen, and what proves it."""
    kpis = discover(kpi_room, "KPIS", Kpi).values()
    known = sum(bool(one.page or answers(one.number, kpis)) for one in INDICATORS)
    header = ("", "Indicator", "Published", "Feed", "KPIs", "Screen", "For", "Owner", "Told", "State", "Proven by")
    return page(
        "Indicators of the mission",
        f"What the mission names, in its order: {known} of {len(INDICATORS)} have a source. A KPI names the rows that "
        "it answers (`Kpi.indicators`), so a new feed brings a row to life without a change here. A row without a KPI "
        "says so, here and on `/indicators`, which also shows whether its figure has come.",
        table(header, (indicator(one, answers(one.number, kpis)) for one in INDICATORS)),
    )


def indicator(one: Indicator, kpis: Iterable[Kpi]) -> list[str]:
    """One row; owner and cadence are the feed's own where there is one."""
    feeds = discover(data_sources, "FEED", Feed)
    keys = dict.fromkeys(kpi.feed for kpi in kpis)
    owners = [feeds[key].owner.office.en for key in keys] or [one.owner.en]
    rhythm = [duration(feeds[kpi.feed].cadence_for(kpi.formula.needs)) for kpi in kpis]
    proof = f"`tests/areas/test_indicators.py`, row {one.number}"
    return [
        str(one.number),
        f"{one.names.vi} ({one.names.en})",
        "<br>".join(f"{told.said.vi} ({told.article.source}, {told.article.on})" for told in one.published),
        ", ".join(f"`{key}`" for key in keys),
        "<br>".join(f"[`{kpi.key}`](kpis.md)" for kpi in kpis),
        ", ".join(dict.fromkeys(f"`{screen}`" for screen in (*map(screen_of, keys), one.page) if screen)),
        ", ".join(who.value for who in one.audiences),
        "<br>".join(owners),
        f"every {', '.join(dict.fromkeys(rhythm))}" if rhythm else one.cadence.en,
        "works" if keys or one.page else "no source",
        proof if keys or one.page else "",
    ]


def screen_of(feed: str) -> str:
    """Where the figures of a feed are seen: its area's screen, or the data page."""
    for area in discover(areas, "AREA", Area).values():
        if feed in area.feeds:
            return "/data" if feed in area.on_data else area.path
    return "/kpi"


def duration(given: timedelta) -> str:
    """A duration in the largest unit that divides it."""
    seconds = int(given.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def number(value: float) -> str:
    """A short number with thousands separated; ∞ for an open range."""
    return "∞" if value >= 1e12 else f"{value:,.10g}"


def table(header: Iterable[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table and an empty line."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def page(title: str, lead: str, *sections: str) -> str:
    """A whole Markdown page."""
    return GENERATED + "\n".join([f"# {title}\n", f"{lead}\n", *sections])


def decisions_page() -> str:
    """docs/decisions/README.md from the heads of the decisions; raises ValueError for one without number or status."""
    heads = [(path.name, path.read_text("utf-8")) for path in sorted((ROOT / "docs" / "decisions").glob("0*.md"))]
    rows = (
        [f"[{number}]({name})", title, date, status]
        for name, text in heads
        for number, title, status, date in [head_of(name, text)]
    )
    lead = "Why the house is as it is, one decision a file. A later one may extend or replace an earlier one."
    return page("Decisions", lead, table(("", "Decision", "Date", "Status"), rows))


def head_of(name: str, text: str) -> tuple[str, str, str, str]:
    """Number, title, status and date of one decision."""
    found = HEAD.match(text)
    if found is None or not name.startswith(found[1] + "-"):
        raise ValueError(f"docs/decisions/{name}: needs '# NNNN · Title' and '**Status.** Accepted YYYY-MM-DD.'")
    number, title, status, date, more = found.groups()
    return number, title, " ".join([f"{status}.", *more.split()]), date


def contract_script() -> str:
    """assets/scripts/05-contract.js: the constants of present/wire.py and what is read as one, as `IOC.contract`."""
    told = constants() | {"WHOLE": (WHOLE, "What no line may break: plates, numbers with units, hours from and to.")}
    lines = [f"  // {said}\n  {name}: {json.dumps(value, ensure_ascii=False)}," for name, (value, said) in told.items()]
    return CONTRACT.replace("…", "\n".join(lines))


def constants() -> dict[str, tuple[object, str]]:
    """Public constants of present/wire.py with their docstrings; its tables of names are for people."""
    found: dict[str, tuple[object, str]] = {}
    for given, told in pairwise(ast.parse(Path(wire.__file__).read_text("utf-8")).body):
        if not isinstance(given, ast.Assign | ast.AnnAssign):
            continue
        target = given.target if isinstance(given, ast.AnnAssign) else given.targets[0]
        if not isinstance(target, ast.Name) or isinstance(getattr(wire, target.id), wire.Names):
            continue
        if not isinstance(told, ast.Expr) or not isinstance(told.value, ast.Constant):
            raise ValueError(f"present/wire.py: {target.id} has no sentence below it")
        found[target.id] = getattr(wire, target.id), str(told.value.value)
    return found


def dom_page() -> str:
    """docs/dom.md: what people wrote there, then a table of each kind of name."""
    written = (ROOT / "docs" / "dom.md").read_text("utf-8").partition(NAMES)[0]
    tables = [
        f"## {title}\n\n" + table(("Name", "Meaning"), ([f"`{name}`", said] for name, said in names.items()))
        for title, names in TABLES.items()
    ]
    return written + NAMES + "\n".join(tables)


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_page,
    "docs/feeds.md": feeds_page,
    "docs/kpis.md": kpis_page,
    "docs/indicators.md": indicators_page,
    "docs/decisions/README.md": decisions_page,
    "docs/dom.md": dom_page,
    "assets/scripts/05-contract.js": contract_script,
}


def outdated(root: Path) -> list[str]:
    """Pages of the tree at ``root`` that are missing or differ from what the declarations say."""
    return [
        name
        for name, build in PAGES.items()
        if not (root / name).exists() or (root / name).read_text("utf-8") != build()
    ]


def main(arguments: list[str]) -> int:
    """Write the pages; with --check only name those that differ and return 1 when any does."""
    if arguments not in ([], ["--check"]):
        print("scripts/docs [--check]", file=sys.stderr)
        return 2
    wrong = outdated(ROOT)
    if arguments:
        for name in wrong:
            print(f"{name} đã cũ, hãy chạy scripts/docs / is outdated: run scripts/docs", file=sys.stderr)
        return 1 if wrong else 0
    for name in wrong:
        (ROOT / name).write_text(PAGES[name](), "utf-8")
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
