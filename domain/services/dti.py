"""The provincial index of digital transformation (DTI): pillars, weights as data, score, what one pillar changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from domain.text import Text

PILLARS: Mapping[str, Text] = {
    "awareness": Text("Nhận thức số", "Digital awareness"),
    "institutions": Text("Thể chế số", "Digital institutions"),
    "infrastructure": Text("Hạ tầng số", "Digital infrastructure"),
    "people": Text("Nhân lực số", "Digital workforce"),
    "security": Text("An toàn thông tin mạng", "Network security"),
    "government": Text("Hoạt động chính quyền số", "Digital government"),
    "economy": Text("Hoạt động kinh tế số", "Digital economy"),
    "society": Text("Hoạt động xã hội số", "Digital society"),
}
"""The main indices of QĐ 922/QĐ-BTTTT (2022) and QĐ 405/QĐ-BKHCN (2025), each 0 to 1."""

RANKED_UNTIL_2023, RANKED_SINCE_2024 = 63, 34
_PRINTED = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """A main index and its weight."""

    key: str
    weight: Decimal

    @property
    def names(self) -> Text:
        """What people call it."""
        return PILLARS[self.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class DtiSet:
    """The weights of one year's index. Raises ValueError for unknown or repeated pillars, or no weight at all."""

    key: str
    pillars: tuple[Pillar, ...]

    def __post_init__(self) -> None:
        keys = [one.key for one in self.pillars]
        if len(set(keys)) != len(keys) or not set(keys) <= set(PILLARS):
            raise ValueError(f"DTI {self.key}: pillars must be among {', '.join(PILLARS)}, each once")
        if any(one.weight < 0 for one in self.pillars) or not self.whole:
            raise ValueError(f"DTI {self.key}: weights must not be negative, and some must count")

    @property
    def whole(self) -> Decimal:
        """The sum of weights."""
        return sum((one.weight for one in self.pillars), Decimal())

    def score(self, values: Mapping[str, Decimal]) -> Decimal | None:
        """The weighted mean of the pillars, 0 to 1, as printed to four decimals; None while any is unknown."""
        if any(one.weight and one.key not in values for one in self.pillars):
            return None
        earned = sum((one.weight * values[one.key] for one in self.pillars if one.weight), Decimal())
        return (earned / self.whole).quantize(_PRINTED, ROUND_HALF_UP)

    def with_one(self, values: Mapping[str, Decimal], pillar: str, value: Decimal) -> Decimal | None:
        """The score if one pillar had ``value`` and the others stayed. Raises ValueError outside 0 to 1."""
        if not 0 <= value <= 1:
            raise ValueError(f"a pillar is 0 to 1, not {value}")
        return self.score({**values, pillar: value})

    def to_win(self, values: Mapping[str, Decimal]) -> Sequence[tuple[Pillar, Decimal]]:
        """Known pillars with what full marks would add to the score, the most first."""
        lost = [(one, one.weight * (1 - values[one.key]) / self.whole) for one in self.pillars if one.key in values]
        return sorted(lost, key=lambda pair: -pair[1])


def ranked_of(year: int) -> int:
    """How many provinces a year's ranking has: 63, and 34 since the index of 2024, published after the merger."""
    return RANKED_SINCE_2024 if year >= 2024 else RANKED_UNTIL_2023
