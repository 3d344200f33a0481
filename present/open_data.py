"""Open data of the centre: the catalogue in DCAT 3 (JSON-LD), and one CSV for each figure that the public may see."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from domain.feeds.feed import Feed
from domain.instant import service_day
from domain.kpis.kpi import Kpi, KpiResult
from domain.observation import least_factual
from domain.public_text import public
from domain.text import Text
from present.cell import cell

CATALOGUE = "/api/v1/catalogue"
CONTEXT: Mapping[str, object] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
_CSV = "https://www.iana.org/assignments/media-types/text/csv"
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
TITLE = Text("Danh mục dữ liệu của trung tâm IOC Long An", "Data catalogue of the IOC Long An centre")
ABOUT = Text(
    "Các nguồn dữ liệu của trung tâm, và số liệu công khai dưới dạng CSV: làm tròn như người dân được xem, không có số "
    "liệu của từng người, từng xe.",
    "The sources of the centre's data, and its public figures as CSV: rounded as the public sees them, with nothing of "
    "single people or vehicles.",
)
COLUMNS = ("day", "value", "unit", "reporting", "expected", "kind", "source", "as_of")


def csv_address(key: str) -> str:
    """Where a KPI's open figures are."""
    return f"{CATALOGUE}/{key}.csv"


def catalogue(feeds: Mapping[str, Feed], kpis: Iterable[Kpi], newest: Mapping[str, datetime]) -> dict[str, object]:
    """Every feed as a dcat:Dataset, with a CSV for each of its public KPIs; ``newest`` is a KPI's newest input.

    Addresses are relative to the document, so that they hold behind any name. A feed without a public KPI is listed as
    restricted and has no distribution: that it exists is no secret.
    """
    public: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        if kpi.public:
            public.setdefault(kpi.feed, []).append(kpi)
    return {
        "@context": CONTEXT,
        "@id": CATALOGUE,
        "@type": "dcat:Catalog",
        "dct:title": _words(TITLE),
        "dct:description": _words(ABOUT),
        "dct:language": [{"@id": _LANGUAGES + "VIE"}, {"@id": _LANGUAGES + "ENG"}],
        "dct:publisher": _agent("IOC Long An"),
        "dcat:dataset": [_dataset(feed, public.get(key, ()), newest) for key, feed in feeds.items()],
    }


def open_csv(kpi: Kpi, series: Iterable[KpiResult]) -> str:
    """The province's figure of each day, rounded as the public sees it, newest last.

    A day without enough reporters has no row; a missing figure is never a zero. Empty but for its head when the KPI
    has no public rule.
    """
    rule, out = kpi.public, io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    days: dict[str, KpiResult] = {}
    for one in series:
        if rule and one.value is not None and one.as_of is not None and one.reporting >= rule.min_reporting:
            days[service_day(one.as_of).isoformat()] = one
    for day, one in sorted(days.items()):
        assert rule is not None
        assert one.as_of is not None
        kind = least_factual(one.kinds).value if one.kinds else ""
        value = f"{one.value:.{rule.decimals}f}"
        rows.writerow(
            (day, value, kpi.unit.en, one.reporting, one.expected, kind, _sources(one), one.as_of.isoformat())
        )
    return out.getvalue()


def _sources(result: KpiResult) -> str:
    """What senders call themselves, for everybody and for a spreadsheet."""
    return cell(public(", ".join(result.sources)))


def _dataset(feed: Feed, public: Sequence[Kpi], newest: Mapping[str, datetime]) -> dict[str, object]:
    told = [newest[kpi.key] for kpi in public if kpi.key in newest]
    found: dict[str, object] = {
        "@id": f"{CATALOGUE}#{feed.key}",
        "@type": "dcat:Dataset",
        "dct:identifier": feed.key,
        "dct:title": _words(feed.names),
        "dct:description": _words(_description(feed)),
        "dct:publisher": _agent(feed.owner.office.vi),
        "dct:accessRights": {"@id": _RIGHTS + ("PUBLIC" if public else "RESTRICTED")},
        "dcat:temporalResolution": {"@type": "xsd:duration", "@value": _duration(feed.cadence)},
    }
    if told:
        found["dct:modified"] = {"@type": "xsd:dateTime", "@value": max(told).isoformat()}
    if public:
        found["dcat:distribution"] = [_distribution(kpi) for kpi in public]
    return found


def _distribution(kpi: Kpi) -> dict[str, object]:
    return {
        "@id": csv_address(kpi.key) + "#csv",
        "@type": "dcat:Distribution",
        "dct:title": _words(kpi.names),
        "dct:description": _words(kpi.question),
        "dcat:downloadURL": {"@id": csv_address(kpi.key)},
        "dcat:accessURL": {"@id": csv_address(kpi.key)},
        "dcat:mediaType": {"@id": _CSV},
    }


def _description(feed: Feed) -> Text:
    vi, en = (", ".join(measure.names[n] for measure in feed.measures) for n in (0, 1))
    return Text(f"{feed.names.vi}: {vi}", f"{feed.names.en}: {en}")


def _agent(name: str) -> dict[str, object]:
    return {"@type": "foaf:Organization", "foaf:name": name}


def _words(text: Text) -> list[dict[str, str]]:
    return [{"@language": "vi", "@value": text.vi}, {"@language": "en", "@value": text.en}]


def _duration(given: timedelta) -> str:
    """An xsd:duration in whole days or seconds."""
    return f"P{given.days}D" if given.seconds == 0 else f"PT{int(given.total_seconds())}S"
