"""Reads a heavy file for the web side: the same machine in a process of its own, which gives its memory back."""

import asyncio
import subprocess
import sys
from pathlib import Path

from domain.imports.question import Answers

ROOT = Path(__file__).resolve().parents[2]


async def run(id_: str, answers: Answers) -> int:
    """Read an import to its preview, or read it again with further answers; returns the exit code.

    The reading continues when this process ends.
    """
    act = ["answer", id_, *(f"{key}={code}" for key, code in answers.items())] if answers else ["read", id_]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ingest", "figures", *act),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    return await process.wait()
