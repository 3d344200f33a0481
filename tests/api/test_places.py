"""Territory over HTTP: versions, places, ambiguous names, and a code's place before a reform."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api import places
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(places.router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc/api/v1") as client:
        yield client


async def search(api: httpx.AsyncClient, q: str, **params: str) -> Any:
    answer = await api.get("/places/search", params={"q": q, **params})
    assert answer.status_code == 200
    return answer.json()


async def test_the_three_versions_with_their_days(api: httpx.AsyncClient) -> None:
    body = (await api.get("/territories")).json()
    assert body["in_force"] == IN_FORCE
    assert [(t["version"], t["communes"]) for t in body["territories"]] == [
        ("2024-01", 188), ("2024-12", 186), ("2025-07", 60),
    ]  # fmt: skip
    first, second, third = body["territories"]
    assert (first["valid_from"], first["valid_to"]) == (None, "2024-11-30")
    assert (second["valid_from"], second["valid_to"]) == ("2024-12-01", "2025-06-30")
    assert (third["valid_from"], third["valid_to"], third["province"]) == ("2025-07-01", None, "Tây Ninh")


async def test_places_are_of_the_version_in_force_unless_another_is_named(api: httpx.AsyncClient) -> None:
    body = (await api.get("/places")).json()
    assert (body["territory"], len(body["places"])) == (IN_FORCE, 61)
    by_code = {place["code"]: place for place in body["places"]}
    assert by_code["27694"]["name"] == "Phường Long An"
    assert {s["key"]: s["codes"] for s in body["sets"]}["tanan"] == ["27694", "27712", "27715"]
    assert (by_code["80"]["parent"], by_code["80"]["latitude"]) == (None, None)
    old = (await api.get("/places", params={"territory": "2024-01", "level": "district"})).json()
    assert (len(old["places"]), old["places"][0]["name"]) == (15, "Thành phố Tân An")
    assert (await api.get("/places", params={"level": "district"})).json()["places"] == []


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/places?territory=1999-01", 404, "unknown_territory"),
        ("/places?territory=today", 422, "bad_parameter"),
        ("/places?level=hamlet", 422, "bad_parameter"),
        ("/places/search?q=", 422, "bad_parameter"),
        ("/places/search", 422, "bad_parameter"),
        (f"/places/search?q={'x' * 201}", 422, "bad_parameter"),
        ("/places/search?q=x&territory=1999-01", 404, "unknown_territory"),
        ("/places/99999", 404, "unknown_place"),
        ("/places/27688?territory=2025-07", 404, "unknown_place"),
        ("/places/27694?territory=1999-01", 404, "unknown_territory"),
        ("/places/abc", 422, "bad_parameter"),
        ("/crosswalk?origin=2024-01&target=1999-01", 404, "unknown_territory"),
        ("/crosswalk?origin=1999-01&target=2024-01", 404, "unknown_territory"),
        ("/crosswalk?origin=2024-01", 422, "bad_parameter"),
    ],
)
async def test_refusals_say_why(api: httpx.AsyncClient, path: str, status: int, reason: str) -> None:
    answer = await api.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    if reason == "unknown_territory":
        assert all(known.version in answer.json()[language] for known in TERRITORIES for language in ("vi", "en"))


async def test_a_code_shows_both_its_names_by_date(api: httpx.AsyncClient) -> None:
    versions = (await api.get("/places/27694")).json()["versions"]
    assert [(v["place"]["name"], v["valid_from"], v["valid_to"]) for v in versions] == [
        ("Phường 1", None, "2024-11-30"),
        ("Phường 1", "2024-12-01", "2025-06-30"),
        ("Phường Long An", "2025-07-01", None),
    ]
    assert {p["name"] for p in versions[1]["predecessors"]} == {"Phường 1", "Phường 2"}
    assert [(s["code"], s["people"], s["whole"]) for s in versions[1]["successors"]] == [("27694", 1.0, True)]
    formed = {p["name"]: p for p in versions[2]["predecessors"]}
    assert formed.keys() == {
        "Phường 1", "Phường 3", "Phường 4", "Phường 5", "Phường 6", "Xã Hướng Thọ Phú", "Xã Bình Thạnh",
    }  # fmt: skip
    assert (formed["Xã Bình Thạnh"]["people"], formed["Xã Bình Thạnh"]["whole"]) == (None, False), "not published"
    assert versions[2]["successors"] == versions[0]["predecessors"] == []


async def test_a_district_has_successors_where_it_ended(api: httpx.AsyncClient) -> None:
    first, last = (await api.get("/places/794")).json()["versions"]
    assert (first["successors"], last["predecessors"]) == ([], [])
    assert {s["code"]: s["people"] for s in last["successors"]} == pytest.approx(
        {"27694": 89_678 / 145_120, "27712": 29_180 / 145_120, "27715": 26_262 / 145_120}
    )


async def test_an_old_name_is_found_with_where_it_lies_today(api: httpx.AsyncClient) -> None:
    body = await search(api, "xã Long An")
    assert body["outcome"] == "found"
    (found,) = body["candidates"]
    assert found["label"]["vi"] == "Xã Long An, Huyện Cần Giuộc, Tỉnh Long An (đến 30/6/2025)"
    assert [(s["code"], s["name"]) for s in found["today"]] == [("28201", "Xã Phước Vĩnh Tây")]
    assert found["divided"] is False


async def test_namesakes_of_two_reforms_are_asked_about(api: httpx.AsyncClient) -> None:
    body = await search(api, "Vĩnh Thạnh")
    assert body["outcome"] == "ask"
    assert [(c["place"]["code"], [s["name"] for s in c["today"]]) for c in body["candidates"]] == [
        ("27739", ["Xã Tân Hưng"]), ("27736", []),
    ]  # fmt: skip
    assert len({c["label"]["vi"] for c in body["candidates"]}) == 2
    assert (await search(api, "Vĩnh Thạnh", territory=IN_FORCE))["outcome"] == "found"


async def test_a_divided_commune_is_marked_and_its_shares_are_not_made_up(api: httpx.AsyncClient) -> None:
    (found,) = (await search(api, "xã Thái Bình Trung"))["candidates"]
    assert found["divided"] is True
    assert {(s["code"], s["people"], s["whole"]) for s in found["today"]} == {
        ("27757", None, False), ("27763", None, False), ("27775", None, False),
    }  # fmt: skip


async def test_a_name_nobody_has_brings_suggestions_only(api: httpx.AsyncClient) -> None:
    body = await search(api, "xã Lương Hào")
    assert (body["outcome"], body["candidates"]) == ("unknown", [])
    assert "Xã Lương Hòa" in {c["place"]["name"] for c in body["suggestions"]}
    assert (await search(api, "🙂"))["suggestions"] == []


@pytest.mark.parametrize("version", [known.version for known in TERRITORIES])
async def test_labels_tell_all_places_apart(api: httpx.AsyncClient, version: str) -> None:
    listed = (await api.get("/places", params={"territory": version})).json()["places"]
    labels = set()
    for place in listed:
        body = await search(api, place["code"], territory=version)
        labels.add(body["candidates"][0]["label"]["vi"])
    assert len(labels) == len(listed)


async def test_the_crosswalk_names_what_was_divided(api: httpx.AsyncClient) -> None:
    body = (await api.get("/crosswalk", params={"origin": "2024-12", "target": "2025-07"})).json()
    assert len(body["divided"]) == 11
    of_one = [share for share in body["shares"] if share["origin"] == "28063"]
    assert [(s["target"], s["people"], s["counted_people"]) for s in of_one] == [
        ("27694", None, 0.0), ("28036", None, 1.0),
    ]  # fmt: skip
    counted = (await api.get("/crosswalk", params={"origin": "2024-01", "target": "2024-12"})).json()
    assert [s["people"] for s in counted["shares"] if s["origin"] == "28006"] == pytest.approx(
        [0.177, 0.232, 0.592], abs=0.001
    )
