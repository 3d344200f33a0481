"""Accuracy and speed of matching noisy tracks of simulated rounds in a dense net with one-way streets.

The matcher's constants were checked with other seeds than the one measured here.
"""

import sys
from collections.abc import Iterator

from bench.rig.figure import Figure
from bench.rig.matchers import Fastmm, ours, scored
from bench.rig.rounds import NET, drives, net, sampled
from streets.ways import Ways

CASES = ((10.0, 10.0), (10.0, 30.0), (20.0, 10.0), (20.0, 30.0))
"""(Noise in metres, seconds between fixes)"""
NAMES = {(n, s): f"map_matching_net_{n:.0f}m_{s:.0f}s" for n, s in CASES}
FIGURES = tuple(f"{name}_{of}" for name in NAMES.values() for of in ("f1", "cold_fixes_per_s"))
ROUNDS, SEED = 150, 20_261_128


def measure() -> Iterator[Figure]:
    """F1 of served segments and the rate without known ways; baseline: fastmm with its best setting."""
    graph = net()
    if graph is None:
        print(f"skipped: {NET} is not at hand (IOC_REALDATA)", file=sys.stderr)
        return
    peer = Fastmm(graph)
    driven = drives(graph, SEED, ROUNDS)
    for (noise_m, every_s), name in NAMES.items():
        tracks = [
            sampled(graph, drive, every_s=every_s, noise_m=noise_m, seed=SEED + number)
            for number, drive in enumerate(driven)
        ]
        cold = scored(graph, tracks, ours(Ways(graph)))
        error_m, best = peer.best(tracks)
        note = f"{ROUNDS} rounds; {cold}; fastmm at error {error_m:.0f} m: {best}"
        rate, theirs = cold.fixes_per_s, best.fixes_per_s
        yield Figure(name=f"{name}_f1", value=cold.f1, unit="", baseline=best.f1, ratio=cold.f1 / best.f1, note=note)
        yield Figure(
            name=f"{name}_cold_fixes_per_s", value=rate, unit="1/s", baseline=theirs, ratio=rate / theirs, note=note
        )
