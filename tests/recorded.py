"""The recorded payloads of tests/samples: one folder a feed; each file's name begins with its format."""

from pathlib import Path

ROOT = Path(__file__).parent / "samples"
SAMPLES = [path for path in sorted(ROOT.glob("*/*.*")) if path.parent.name != "plan"]


def form(sample: Path) -> str:
    """The format of a recorded payload."""
    return sample.name.split(".")[0]
