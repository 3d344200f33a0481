"""Stations and covered areas become a file of figures that the importer reads without a question."""

import argparse
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
from boundary_files import write
from shapely.geometry import mapping, shape

from data_sources.carriers import FEED
from data_sources.registers.stations import Station
from domain.feeds.payload import Format, Payload
from domain.imports.file_import import FileImport, Stage
from domain.imports.told import FileTold
from domain.observation import Kind, Observation
from domain.places.place import IN_FORCE, Place
from intake.imports.figures import FigureImporter
from intake.imports.network_command import Ground, add_network_acts, hand_in
from intake.imports.network_figures import area_figures, station_figures

NOW = datetime(2026, 11, 29, tzinfo=UTC)
WEST, EAST = shapely.box(106.0, 10.5, 106.1, 10.6), shapely.box(106.1, 10.5, 106.2, 10.6)
PLACES = [
    Place(territory=IN_FORCE, code="27694", name="Phường Long An", population=10_000),
    Place(territory=IN_FORCE, code="27712", name="Phường Tân An", population=None),
]
GROUND = Ground(shapes={"27694": mapping(WEST), "27712": mapping(EAST)}, places=PLACES)


def figures(body: bytes) -> dict[tuple[str, str], float | None]:
    payload = Payload(feed="carriers", format=Format.FILE, body=body, name="a.csv", received_at=NOW, source="Viettel")
    found = list(FEED.decode(payload))
    assert [one for one in found if not isinstance(one, Observation | FileTold)] == []
    told = [one for one in found if isinstance(one, FileTold)]
    assert [one.questions for one in told] == [()]
    return {(one.measure, one.place): one.value for one in found if isinstance(one, Observation)}


def station(carrier: str, id_: str, *technologies: str) -> Station:
    return Station(carrier=carrier, id=id_, technologies=frozenset(technologies), latitude=10.5, longitude=106.0)


def test_a_carrier_on_the_list_has_a_zero_where_it_has_no_station_and_another_has_nothing():
    told = [station("vnpt", "a", "3g", "4g"), station("vnpt", "b", "4g", "5g"), station("vnpt", "c", "2g")]
    found = figures(station_figures(told, ["27694", "27694", ""], "2026-Q3", ["27694", "27712"]))
    assert found == {
        ("stations_vnpt", "27694"): 2, ("stations_4g_vnpt", "27694"): 2, ("stations_5g_vnpt", "27694"): 1,
        ("stations_vnpt", "27712"): 0, ("stations_4g_vnpt", "27712"): 0, ("stations_5g_vnpt", "27712"): 0,
    }  # fmt: skip


def test_people_within_an_area_are_an_estimate_and_unknown_people_stay_unknown():
    body = area_figures({"27694": 0.75, "27712": 1.0}, {"27694": 10_001}, "viettel", "4g", "2026-Q3")
    assert figures(body) == {("people", "27694"): 10_001, ("people_4g_viettel", "27694"): 7_501}
    assert Kind.ESTIMATED.value in body.decode()


def test_the_desk_takes_their_files_whose_cases_alone_are_scrubbed() -> None:
    unused: Any = None
    importer = FigureImporter(unused, {FEED.key: FEED}, stood=unused, gone=unused, registered=unused, enrol=unused)
    assert list(importer.kinds) == [FEED.key]


@dataclass
class Desk:
    """What was handed in."""

    files: list[tuple[str, str, str, bytes]] = field(default_factory=list)

    async def receive(self, feed: str, name: str, source: str, body: bytes, by: Any) -> FileImport:
        self.files.append((feed, name, source, body))
        return FileImport(
            id="1", importer="figures", feed=feed, file_name=name, source=source, size=len(body), sha256="",
            stage=Stage.MAPPED, received_at=NOW, received_by=str(by),
        )  # fmt: skip


def never(picture: object) -> None:
    raise AssertionError(f"stations have no area: {picture}")


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_network_acts(parser)
    return parser.parse_args([*words, "--source", "Viettel", "--at", "2026-Q3"])


async def test_an_area_tells_who_is_left_out_and_hands_its_figures_in(tmp_path: Path, capsys):
    path = write(tmp_path / "vung-phu.kml", [{"ten": "4G", "shape": shapely.box(106.0, 10.5, 106.09, 10.6)}])
    desk, kept = Desk(), []
    given = asked("area", str(path), "--carrier", "viettel", "--technology", "4g")
    assert await hand_in(given, desk, GROUND, kept.append) == 0
    ((feed, name, source, body),) = desk.files
    assert (feed, name, source) == ("carriers", "vung-phu.kml.csv", "Viettel")
    assert figures(body)["people_4g_viettel", "27694"] == 9_000
    (picture,) = kept
    assert (picture.id, picture.key, picture.period) == ("1", "viettel-4g", "2026-Q3"), "it goes with its figures"
    assert shape(picture.gap).equals(shapely.box(106.09, 10.5, 106.2, 10.6))
    said = capsys.readouterr().out
    assert "khoảng / about 1.000 người" in said
    assert "Phường Long An: 1.000" in said


async def test_a_polygon_of_another_network_is_told_where_the_figures_are_approved(tmp_path: Path, capsys):
    shapes = [{"ten": "Vùng 4G", "shape": shapely.box(106.0, 10.5, 106.09, 10.6)}, {"ten": "Vùng 5G", "shape": EAST}]
    desk = Desk()
    given = asked("area", str(write(tmp_path / "a.geojson", shapes)), "--carrier", "viettel", "--technology", "4g")
    assert await hand_in(given, desk, GROUND, lambda _: None) == 0
    assert desk.files[0][1] == "a.geojson (không tính 1 vùng ghi 5G).csv"
    assert "left out: 1 ghi / saying “5G”" in capsys.readouterr().out


async def test_stations_outside_the_province_are_named_and_not_counted(tmp_path: Path, capsys):
    path = tmp_path / "tram.csv"
    path.write_text("Mã trạm;Công nghệ;Vĩ độ;Kinh độ\nA;4G;10,55;106,05\nB;4G;10,55;107,9\nC;9G;10,5;106\n")
    desk = Desk()
    assert await hand_in(asked("stations", str(path), "--carrier", "vnpt"), desk, GROUND, never) == 0
    assert figures(desk.files[0][3])["stations_vnpt", "27694"] == 1
    assert desk.files[0][1] == "tram.csv (không tính 1 dòng bị từ chối, 1 trạm ngoài tỉnh).csv", "who approves sees it"
    said = capsys.readouterr().out
    assert "trạm / stations: 2; từ chối / refused: 1" in said
    assert "1 (B)" in said
    assert "dòng / row 4" in said


async def test_without_boundaries_nothing_is_placed(tmp_path: Path, capsys):
    desk = Desk()
    given = asked("stations", str(tmp_path / "x.csv"), "--carrier", "vnpt")
    assert await hand_in(given, desk, Ground(shapes={}, places=PLACES), never) == 2
    assert desk.files == []
    assert "maps import boundaries" in capsys.readouterr().err
