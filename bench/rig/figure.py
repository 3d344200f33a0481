"""A benchmark's figure and its printed form."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value; ``baseline`` is the value to compare with, ``ratio`` is value / baseline (or None)."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    note: str = ""

    def line(self) -> str:
        """The figure as one JSON line."""
        rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}
        return json.dumps(rounded, ensure_ascii=False)


def compared(name: str, unit: str, value: float, baseline: float, note: str = "") -> Figure:
    """A figure with ``baseline``: a peer's value, or the required one."""
    return Figure(name=name, value=value, unit=unit, baseline=baseline, ratio=value / baseline, note=note)
