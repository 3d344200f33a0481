"""Describes the machine: figures mean nothing without it."""

import json
import platform
from pathlib import Path

import psutil


def line() -> str:
    """One JSON line: processor, cores, memory, kernel, Python."""
    cpu = next(
        (row.split(":", 1)[1].strip() for row in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in row),
        platform.processor(),
    )
    return json.dumps(
        {
            "machine": cpu,
            "cores": psutil.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
            "kernel": platform.release(),
            "python": platform.python_version(),
            "load_1min": psutil.getloadavg()[0],
        }
    )
