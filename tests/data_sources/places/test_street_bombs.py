"""Files of streets that unfold, lie about their size or never end are refused, in bounded memory."""

import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from osm_file import silent

from data_sources.places.streets import read_streets
from domain.places.map_layer import ImportRefusedError

MB = 2**20
ROOT = Path(__file__).parents[3]
READ_APART = """
import resource, sys
from pathlib import Path
from tests.fixtures.osm_file import BOX, silent
from data_sources.places.streets import read_streets
from domain.places.map_layer import ImportRefusedError
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_streets(Path(sys.argv[1]), box=BOX, work=Path(sys.argv[2]), progress=silent)
except ImportRefusedError as refused:
    print(refused.reason, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) // 1024)
"""


def varint(number: int) -> bytes:
    told = bytearray()
    while number > 127:
        told.append(number & 127 | 128)
        number >>= 7
    return bytes([*told, number])


def sized(field: int, body: bytes) -> bytes:
    """A protobuf field of bytes."""
    return varint(field << 3 | 2) + varint(len(body)) + body


def number(field: int, value: int) -> bytes:
    """A protobuf field of a number."""
    return varint(field << 3) + varint(value)


def blob(kind: bytes, body: bytes, says: int | None = None) -> bytes:
    """A blob of the file whose content is ``body`` and said to be ``says`` bytes long."""
    packed = number(2, len(body) if says is None else says) + sized(3, zlib.compress(body, 9))
    header = sized(1, kind) + number(3, len(packed))
    return len(header).to_bytes(4, "big") + header + packed


HEADER = blob(b"OSMHeader", sized(4, b"OsmSchema-V0.6") + sized(4, b"DenseNodes"))
NOTHING = sized(1, sized(1, b"")) + sized(2, b"")
LIES = {
    "unfolds to more than it says": lambda: blob(b"OSMData", bytes(300 * MB), says=1_000),
    "says a gigabyte": lambda: blob(b"OSMData", NOTHING, says=2**30),
    "says more than a number holds": lambda: blob(b"OSMData", NOTHING, says=2**63),
    "unfolds to what is none": lambda: blob(b"OSMData", bytes(31 * MB)),
    "a length without end": lambda: (60_000).to_bytes(4, "big") + b"\xff" * 60_000,
    "a part longer than all": lambda: (
        (14).to_bytes(4, "big") + sized(1, b"OSMData")[:1] + b"\xff" * 9 + b"\x01\x01\x01\x01"
    ),
    "no end of groups": lambda: blob(b"OSMData", sized(1, sized(1, b"")) + b"\x13" * 30 * MB),
}


@pytest.mark.long
@pytest.mark.parametrize("lie", LIES)
def test_what_a_file_says_of_itself_is_not_believed(work: Path, lie: str) -> None:
    path = work.parent / "lie.osm.pbf"
    path.write_bytes(HEADER + LIES[lie]())
    with pytest.raises(ImportRefusedError) as refused:
        read_streets(path, box=None, work=work, progress=silent)
    assert refused.value.reason in ("broken", "not_osm", "truncated")
    assert list(work.iterdir()) == []


@pytest.mark.long
def test_a_small_file_of_huge_blocks_takes_no_more_memory_than_a_few_of_them(work: Path) -> None:
    block = blob(b"OSMData", sized(1, sized(1, b"") + sized(1, bytes(30 * MB))) + sized(2, b""))
    path = work.parent / "bomb.osm.pbf"
    path.write_bytes(HEADER + 60 * block)
    assert path.stat().st_size < 3 * MB, "1.8 GB unfolded"
    told = subprocess.run(
        [sys.executable, "-c", READ_APART, path, work], cwd=ROOT, capture_output=True, text=True, check=True
    )
    reason, grown_mb = told.stdout.split()
    assert reason in ("broken", "no_streets", "outside")
    assert int(grown_mb) < 600
