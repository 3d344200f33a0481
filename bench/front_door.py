"""Rates that one front-door process accepts: single OsmAnd messages, and observations in batches of 5,000."""

import subprocess
import sys
from collections.abc import Iterator

from bench.rig.centre import ROOT, cpu_seconds, running
from bench.rig.figure import Figure

FIGURES = ("front_door_osmand_per_s", "front_door_observations_per_s")
SECONDS = 12.0


def measure() -> Iterator[Figure]:
    """Rates at one core of the door (accepted per CPU second when it used less, never more than observed)."""
    with running() as centre:
        collector = centre.process("ingest", "collect")
        door = centre.process("ingest", "door")
        # Measure the door alone: on two cores a busy collector would compete with it.
        collector.suspend()
        try:
            for name, what, required in (
                ("front_door_osmand_per_s", "osmand", 1500.0),
                ("front_door_observations_per_s", "observations", 20000.0),
            ):
                before = cpu_seconds(door)
                options = ("--seconds", str(SECONDS), f"--key={centre.key}")
                load = [sys.executable, "-m", "bench.rig.load", what, centre.door, *options]
                rate = float(subprocess.run(load, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
                cores = (cpu_seconds(door) - before) / SECONDS
                yield Figure(
                    name=name, value=rate, unit="1/s", baseline=required, ratio=rate / required,
                    note=f"baseline is the requirement; door used {cores:.2f} core",
                )  # fmt: skip
        finally:
            collector.resume()
