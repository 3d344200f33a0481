"""Distance against the hand-corrected paths of real tracks: the matched path keeps the metres that chords lose."""

from pathlib import Path

import numpy as np
import pytest

from bench.rig.driven_truth import SET, read
from rounds.drive import GrowingDrive
from rounds.standing import stops
from rounds.work import distance
from streets.graph import Floats
from streets.ways import Ways

pytestmark = pytest.mark.realdata


def test_distance_at_30_s_is_that_of_the_true_way(realdata: Path) -> None:
    if not (realdata / SET).is_dir():
        pytest.skip(f"BỎ QUA: không có {SET} / absent: {SET} (IOC_REALDATA)")
    graph, tracks = read(realdata / SET)
    ways = Ways(graph)
    told_m, chords_m, driven_m = 0.0, 0.0, 0.0
    for track in tracks:
        # Fixes of every few seconds on the true streets: their chords are the true length to 0.1 %.
        driven_m += _metres(graph.metres(track.places))
        kept = np.unique(np.searchsorted(track.at_s, np.arange(track.at_s[0], track.at_s[-1] + 30.0, 30.0)))
        kept[-1] = len(track.at_s) - 1
        driver = GrowingDrive("", ways)
        driver.extend(track.at_s[kept], track.places[kept])
        drive = driver.drive()
        metres = graph.metres(drive.places)
        told_m += sum(distance(drive, metres, stops(drive, metres)))
        chords_m += _metres(metres)
    assert abs(told_m / driven_m - 1) < 0.015
    assert chords_m / driven_m < 0.96, "and chords lose what they are said to lose"


def _metres(line: Floats) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())
