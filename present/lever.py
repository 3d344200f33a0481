"""The lever of a score in words: the group where the most points are to win."""

from domain.text import Language, Text
from present import formats

_LEVER = Text(
    "Cần ưu tiên: {group}, còn thiếu {lost} điểm ({points}/{most}).",
    "Lever: {group}, {lost} points to win ({points}/{most}).",
)


def lever_words(group: Text, points: float, most: float, decimals: int, language: Language) -> str:
    """``points`` of ``most`` that the group has."""
    return _LEVER.to(language).format(
        group=group.to(language),
        lost=formats.number(most - points, decimals, language),
        points=formats.number(points, decimals, language),
        most=formats.trimmed(most, decimals, language),
    )
