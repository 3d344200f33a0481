"""The rooms: the top-level packages of the tree, read from its folders and listed nowhere else."""

from pathlib import Path

# Measurements and tests are not shipped.
OUTSIDE = frozenset({"bench", "tests"})


def rooms(root: Path) -> tuple[str, ...]:
    """Names of the rooms in the tree at ``root``, sorted."""
    return tuple(sorted(path.parent.name for path in root.glob("*/__init__.py") if path.parent.name not in OUTSIDE))
