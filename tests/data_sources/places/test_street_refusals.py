"""Street files that are refused, and an import that is stopped: nothing is left behind."""

import json
from pathlib import Path

import pytest
from osm_file import BOX, ROAD, File, silent, town

from data_sources.places.streets import read_streets
from domain.places.map_layer import Box, ImportRefusedError
from domain.text import Text


def refusal(path: Path, work: Path, box: Box | None = BOX) -> ImportRefusedError:
    """How the file is refused; nothing may be left behind."""
    with pytest.raises(ImportRefusedError) as refused:
        read_streets(path, box=box, work=work, progress=silent)
    assert list(work.iterdir()) == []
    assert refused.value.words.vi
    assert refused.value.words.en
    return refused.value


@pytest.mark.parametrize("kept", [0, 3, 10, 60, 0.3, 0.7, -1])
def test_a_file_that_was_cut_off_is_refused(kept: float, work: Path):
    whole = town(40).write(work.parent / "whole.osm.pbf").read_bytes()
    size = int(kept * len(whole)) if 0 < kept < 1 else int(kept) % len(whole)
    path = work.parent / "cut.osm.pbf"
    path.write_bytes(whole[:size])
    assert refusal(path, work).reason == "truncated"


def test_a_damaged_file_is_refused(work: Path):
    path = town(40).write(work.parent / "whole.osm.pbf")
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 50):
        data[at] ^= 0x55
    path.write_bytes(data)
    assert refusal(path, work).reason == "broken"


def test_text_that_is_not_utf8_is_refused(work: Path):
    file = File()
    file.line((106.1, 10.6), (106.2, 10.6), tags={**ROAD, "name": "QZQZQZ"})
    path = file.write(work.parent / "legacy.osm.pbf", "pbf,pbf_compression=none")
    path.write_bytes(path.read_bytes().replace(b"QZQZQZ", b"\xd7\xec\xff\xfe\xb5\xe2"))
    assert refusal(path, work).reason == "broken"


@pytest.mark.parametrize(
    "content", [json.dumps({"type": "FeatureCollection"}).encode(), b"PK\x03\x04" * 99, b"\0" * 99]
)
def test_another_kind_of_file_is_refused(content: bytes, work: Path):
    path = work.parent / "other.osm.pbf"
    path.write_bytes(content)
    assert refusal(path, work).reason == "not_osm"


def test_a_file_that_is_not_there_is_refused(work: Path):
    assert refusal(work.parent / "none.osm.pbf", work).reason == "unreadable"


def test_a_file_outside_the_box_is_refused_with_the_box_it_has(work: Path):
    file = File()
    file.line((24.9, 60.1), (24.95, 60.2))
    refused = refusal(file.write(work.parent / "helsinki.osm.pbf"), work, box=None)
    assert refused.reason == "outside"
    assert "24.9000,60.1000,24.9500,60.2000" in refused.words.vi


def test_a_file_without_streets_is_refused(work: Path):
    file = File()
    file.ring(106.1, 10.6, 106.2, 10.7, {"building": "yes"})
    assert refusal(file.write(work.parent / "houses.osm.pbf"), work).reason == "no_streets"
    assert refusal(File().write(work.parent / "empty.osm.pbf"), work).reason == "no_streets"


@pytest.mark.parametrize(
    "box",
    [(106.5, 10.5, 106.0, 10.9), (0.0, 0.0, 0.0, 0.0), (float("nan"), 10.5, 106.5, 10.9), (-181.0, 0.0, 1.0, 1.0)],
)
def test_a_box_that_is_none_is_refused(box: Box, work: Path):
    assert refusal(town().write(work.parent / "town.osm.pbf"), work, box=box).reason == "bad_box"


def test_progress_only_grows_and_ends_at_one(work: Path):
    told: list[float] = []
    path = town().write(work.parent / "town.osm.pbf")
    read_streets(path, box=BOX, work=work, progress=lambda stage, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert sorted(p.name for p in work.iterdir()) == ["streets.npz", "streets.pmtiles"]


@pytest.mark.parametrize("stage", ["Đọc tệp", "Dựng mạng đường", "Dựng ô bản đồ"])
def test_an_import_stopped_midway_leaves_nothing(stage: str, work: Path):
    def stop(words: Text, share: float) -> None:
        if words.vi == stage:
            raise KeyboardInterrupt

    path = town().write(work.parent / "town.osm.pbf")
    with pytest.raises(KeyboardInterrupt):
        read_streets(path, box=BOX, work=work, progress=stop)
    assert list(work.iterdir()) == []
