import re
from pathlib import Path

import pytest

TOKENS = dict(
    re.findall(
        r"(--[\w-]+): (#[0-9a-f]{6});",
        (Path(__file__).parents[2] / "assets" / "styles" / "00-tokens.css").read_text("utf-8"),
    )
)


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("text", ["--text", "--text-2", "--text-3", "--critical", "--high", "--advisory"])
@pytest.mark.parametrize("ground", ["--ground", "--panel"])
def test_text_reaches_seven_to_one(text, ground) -> None:
    light, dark = luminance(TOKENS[text]), luminance(TOKENS[ground])
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_a_street_nobody_knows_of_is_dimmer_than_a_collected_one_and_that_dimmer_than_a_missed_one() -> None:
    levels = [luminance(TOKENS[street]) for street in ("--due", "--unknown", "--served", "--missed")]
    assert levels == sorted(levels)
    assert len(set(levels)) == len(levels)
