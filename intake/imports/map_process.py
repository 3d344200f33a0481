"""Runs an import for the web side: the same command in a process of its own, which gives its memory back."""

import asyncio
import subprocess
import sys
from pathlib import Path

from domain.places.map_import import MapOrder

ROOT = Path(__file__).resolve().parents[2]


def arguments(order: MapOrder, job_id: str) -> list[str]:
    """The command line that carries out ``order``, as --name=value, so that no value passes for an option."""
    origin = order.provenance
    given = {
        "--level": order.level.value if order.level else "",
        "--territory": order.territory,
        "--crs": order.by_hand.crs,
        "--layer": order.by_hand.layer,
        "--name-field": order.by_hand.name_field,
        "--code-field": order.by_hand.code_field,
        "--bbox": ",".join(map(str, order.box or ())),
        "--source": origin.source,
        "--licence": origin.licence,
        "--attribution": origin.attribution,
        "--dated": origin.dated.isoformat() if origin.dated else "",
        "--by": order.by,
        "--name": order.file_name,
        "--job": job_id,
        "--actor": order.principal.actor.value,
        "--actor-name": order.principal.name,
        "--address": order.principal.address,
    }
    return [
        "import",
        order.kind.value,
        *(["--waits"] if order.waits else []),
        *(f"{name}={value}" for name, value in given.items() if value),
        "--",
        str(order.path),
    ]


async def run(order: MapOrder, job_id: str) -> int:
    """Run the import to its end; returns the exit code. The import continues when this process ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ingest",
        "maps",
        *arguments(order, job_id),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    return await process.wait()
