"""The residents' pages are read in sunlight: contrast of their text."""

import re
from pathlib import Path


def test_every_text_is_readable_in_sunlight():
    """WCAG 2.2 contrast of text tokens on every ground they stand on: at least 7:1."""
    style = (Path(__file__).parents[2] / "pages" / "templates" / "schedule.css").read_text("utf-8")
    found = dict(re.findall(r"--([a-z0-9-]+): #([0-9a-f]{3,6})", style))

    def luminance(colour: str) -> float:
        whole = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for text in ("ink", "ink-2", "deep", "late", "none"):
        for ground in ("ground", "paper"):
            dark, light = sorted((luminance(found[text]), luminance(found[ground])))
            assert (light + 0.05) / (dark + 0.05) >= 7, (text, ground)
