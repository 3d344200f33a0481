"""Open data: a DCAT catalogue that an RDF reader understands, and CSV that shows what the public may see."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_centre import FEEDS, KPIS, NOW, FakeReading, centre, result
from pyshacl import validate
from rdflib import DCAT, RDF, Graph

from domain.kpis.kpi import Status

PUBLIC = sorted(key for key, kpi in KPIS.items() if kpi.public)
DAY = timedelta(days=1)


@pytest.fixture
def reading() -> FakeReading:
    return FakeReading()


@pytest.fixture
async def api(reading: FakeReading) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(centre(reading)), base_url="http://ioc") as client:
        yield client


ADDRESS = "http://ioc/api/v1/catalogue"
SHAPES = Path(__file__).with_name("dcat.ttl")


def graph(document: str) -> Graph:
    """The catalogue as any reader of RDF has it, with whole addresses."""
    return Graph().parse(data=document, format="json-ld", publicID=ADDRESS)


def broken(found: Graph) -> str:
    """What the shapes of DCAT-AP say against a graph; "" when nothing."""
    conforms, _, said = validate(found, shacl_graph=Graph().parse(SHAPES))
    return "" if conforms else str(said)


async def test_the_catalogue_keeps_to_the_shapes_of_dcat(api: httpx.AsyncClient) -> None:
    found = graph((await api.get("/api/v1/catalogue")).text)
    assert broken(found) == ""
    (catalogue,) = found.subjects(RDF.type, DCAT.Catalog)
    assert str(catalogue) == ADDRESS
    assert len(list(found.objects(catalogue, DCAT.dataset))) == len(FEEDS)
    assert {str(one) for one in found.objects(None, DCAT.downloadURL)} == {f"{ADDRESS}/{key}.csv" for key in PUBLIC}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dct:title", []), ("dct:publisher", {"@type": "foaf:Organization"}), ("dct:modified", "hôm qua"),
        ("dct:accessRights", {"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"}),
    ],
)  # fmt: skip
async def test_the_shapes_see_what_is_wrong(api: httpx.AsyncClient, name: str, value: Any) -> None:
    told = (await api.get("/api/v1/catalogue")).json()
    restricted = next(one for one in told["dcat:dataset"] if "dcat:distribution" not in one)
    restricted[name] = value
    assert f"#{restricted['dct:identifier']}" in broken(graph(json.dumps(told)))


async def test_every_feed_is_a_data_set_and_every_public_figure_a_distribution(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/catalogue")
    assert answer.headers["content-type"] == "application/ld+json"
    told = answer.json()
    assert told["@type"] == "dcat:Catalog"
    sets = {one["dct:identifier"]: one for one in told["dcat:dataset"]}
    assert sets.keys() == FEEDS.keys()
    offered = [one for made in sets.values() for one in made.get("dcat:distribution", ())]
    assert sorted(one["dcat:downloadURL"]["@id"] for one in offered) == [
        f"/api/v1/catalogue/{key}.csv" for key in PUBLIC
    ]
    for key, made in sets.items():
        open_ = any(kpi.public and kpi.feed == key for kpi in KPIS.values())
        assert made["dct:accessRights"]["@id"].endswith("PUBLIC" if open_ else "RESTRICTED")
        assert ("dcat:distribution" in made) is open_
        assert {one["@language"] for one in made["dct:title"]} == {"vi", "en"}


async def test_every_address_of_the_catalogue_answers(api: httpx.AsyncClient) -> None:
    told = (await api.get("/api/v1/catalogue")).json()
    for made in told["dcat:dataset"]:
        for one in made.get("dcat:distribution", ()):
            answer = await api.get(one["dcat:downloadURL"]["@id"])
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/csv")
            assert answer.text.startswith("day,value,unit,reporting,expected,kind,source,as_of\r\n")


async def test_a_csv_has_the_newest_figure_of_each_day_as_the_public_sees_it(
    api: httpx.AsyncClient, reading: FakeReading
) -> None:
    key = "coverage_fibre_households"
    few = KPIS[key].public.min_reporting - 1  # type: ignore[union-attr]
    reading.results = [
        result(key, value=88.84, as_of=NOW - 3 * DAY),
        result(key, value=None, status=Status.NO_DATA, as_of=NOW - 2 * DAY),
        result(key, value=12.3, as_of=NOW - DAY, reporting=few),
        result(key, value=88.9, as_of=NOW - timedelta(hours=5)),
        result(key, value=88.96, as_of=NOW - timedelta(hours=4)),
        result(key, "27694", 92.1, as_of=NOW - timedelta(hours=3)),
    ]
    rows = list(csv.DictReader(io.StringIO((await api.get(f"/api/v1/catalogue/{key}.csv")).text)))
    assert [(row["day"], row["value"]) for row in rows] == [("2026-11-20", "88.8"), ("2026-11-23", "89.0")]
    assert (rows[1]["kind"], rows[1]["reporting"], rows[1]["expected"]) == ("simulated", "58", "60")


async def test_what_a_sender_calls_itself_is_no_formula_and_no_plate(
    api: httpx.AsyncClient, reading: FakeReading
) -> None:
    key = "coverage_fibre_households"
    reading.results = [result(key, value=88.9, sources=("=HYPERLINK(1)", "xe 62C-777.71"))]
    (row,) = csv.DictReader(io.StringIO((await api.get(f"/api/v1/catalogue/{key}.csv")).text))
    assert row["source"] == "'=HYPERLINK(1), xe …"


@pytest.mark.parametrize("key", ["waste_speeding", "happiness"])
async def test_what_is_not_public_is_not_there(api: httpx.AsyncClient, key: str) -> None:
    answer = await api.get(f"/api/v1/catalogue/{key}.csv")
    assert answer.status_code == 404
    assert answer.json()["reason"] == "unknown_kpi"


async def test_the_catalogue_tells_when_its_figures_changed(api: httpx.AsyncClient) -> None:
    told = (await api.get("/api/v1/catalogue")).json()
    changed = {one["dct:identifier"]: one.get("dct:modified") for one in told["dcat:dataset"]}
    assert changed["coverage"] == {"@type": "xsd:dateTime", "@value": "2026-11-23T06:05:32+00:00"}
    assert changed["teams"] is None, "nothing has been told"
