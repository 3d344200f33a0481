"""What a drive proves along its streets: not a wait at a plant, and all the way to where the vehicle turned round."""

import pytest
from collection_world import BEGINS, WAYS, degrees, end_min, stand, trace
from street_fixtures import DEGREE_M

from domain.waste.facility import Facility, FacilityKind
from domain.waste.run import StreetState
from rounds.arrivals import Fence, fences
from rounds.drive import Drive, GrowingDrive, columns
from rounds.driven import driven
from rounds.due import DueStretch
from rounds.judging import Along, drives_along, find
from streets.matching import Passage

Fix = tuple[float, float, float]
PLANT = Facility(id="tc", name="Điểm trung chuyển", kind=FacilityKind.TRANSFER, points=degrees((250, 0)), radius_m=60.0)


def drove(fixes: list[Fix], kmh: float | None = None) -> Drive:
    driver = GrowingDrive("LA-001", WAYS)
    speeds = None if kmh is None else [kmh] * len(fixes)
    driver.extend([at for at, _, _ in fixes], [(x / DEGREE_M, y / DEGREE_M) for _, x, y in fixes], speeds)
    return driver.drive()


def along(drive: Drive, segment: int, at: list[Fence]) -> list[Along]:
    return drives_along("LA-001", driven(drive, at, WAYS.graph))[segment]


@pytest.mark.parametrize(("kmh", "fenced", "slow"), [(35, True, False), (35, False, True), (5, True, True)])
def test_a_wait_at_a_plant_beside_a_street_makes_no_haul_slow(kmh: float, fenced: bool, slow: bool) -> None:
    there = trace([(0, 0), (250, 0)], kmh=kmh, every_s=10)
    waits = stand((252, -2), start_min=end_min(there), minutes=12)
    on = trace([(250, 0), (500, 0)], kmh=kmh, start_min=end_min(waits), every_s=10)
    found = along(drove([*there, *waits, *on]), 2, fences([PLANT]) if fenced else [])
    assert all((one.speed_kmh <= 19) is slow for one in found)
    assert max(one.high_m for one in found) - min(one.low_m for one in found) == pytest.approx(100, abs=1)
    assert len(found) == 1 + fenced, "a wait divides"


@pytest.mark.parametrize(("kmh", "reaches_m"), [(36.0, 100.0), (12.0, 45.0), (None, 45.0)])
def test_who_turned_between_two_fixes_drove_as_far_as_its_speed_tells(kmh: float | None, reaches_m: float) -> None:
    base_s, back_from = BEGINS.timestamp(), [(14.5, 145.0), (29.0, 110.0), (39.0, 10.0)]
    fixes = [(base_s, 2.0, 0.0), *((base_s + at_s, x, 0.0) for at_s, x in back_from)]
    found = along(drove(fixes, kmh), 1, [])
    assert max(one.high_m for one in found) == pytest.approx(reaches_m, abs=3)
    if kmh == 36.0:
        assert all(one.speed_kmh > 25 for one in found)


@pytest.mark.parametrize(("kmh", "collects"), [(36.0, False), (None, True), (8.0, True)])
def test_who_drives_off_from_a_stand_between_two_fixes_did_not_creep(kmh: float | None, collects: bool) -> None:
    base_s = BEGINS.timestamp()
    parked = [(base_s + 60 * minute, 0.0, 0.0) for minute in range(4)]
    leaves = [(base_s + 240, 95.0, 0.0), (base_s + 260, 290.0, 0.0)]
    driver = GrowingDrive("LA-001", WAYS)
    speeds = None if kmh is None else [0.0] * 4 + [kmh] * 2
    fixes = [*parked, *leaves]
    driver.extend([at for at, _, _ in fixes], [(x / DEGREE_M, y / DEGREE_M) for _, x, y in fixes], speeds)
    found = find(DueStretch(0, 0, 95, 0, 95), None, along(driver.drive(), 0, []))
    assert (found.state is StreetState.SERVED) is collects
    if kmh == 36.0:
        assert found.by is not None
        assert found.by.speed_kmh > 25


def test_on_a_long_segment_only_the_due_part_tells_how_fast_it_was_driven() -> None:
    fast, slow = Passage(0, 4_000, 200, 1_000, 1_400, 20), Passage(0, 200, 0, 1_400, 1_580, 20)
    drives = drives_along("LA-001", columns([fast, slow]))[0]
    found = find(DueStretch(0, 0, 200, 0, 200), None, drives)
    assert (found.state, found.first_s, found.last_s) == (StreetState.SERVED, 1_400, 1_580)
    assert find(DueStretch(0, 200, 4_000, 0, 3_800), None, drives).state is StreetState.PASSED
