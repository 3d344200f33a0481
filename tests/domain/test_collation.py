"""Vietnamese order of lists, and the words it compares."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.collation import collation_key
from domain.vietnamese import words_of


@pytest.mark.parametrize(
    "ordered",
    [
        ["An", "Ăn", "Ân", "Ba", "Da", "Đa", "Ea", "Ê", "Ga"],
        ["O", "Ô", "Ơ", "P", "U", "Ư", "V", "X", "Y"],
        ["Dương", "Đức Hòa", "Đức Huệ"],
        ["ma", "mà", "mả", "mã", "má", "mạ", "mác"],
        ["Tân Tây", "Tân Thanh", "Tân Thành", "Tân Thạnh"],
        ["Phường 1", "Phường 2", "Phường 10", "Phường Long An"],
        ["An Ninh", "Anh"],
        ["Hưng Điền", "Hưng Điền A", "Hưng Điền B"],
        ["Cần Đước", "Cần Giuộc"],
    ],
    ids=" < ".join,
)
def test_lists_stand_in_vietnamese_order(ordered: list[str]) -> None:
    shuffled = [*ordered[1::2], *ordered[::2]]
    assert sorted(shuffled, key=collation_key) == ordered
    assert sorted((normalize("NFD", name) for name in shuffled), key=collation_key) == [
        normalize("NFD", name) for name in ordered
    ]


def test_a_tone_counts_only_between_equal_letters() -> None:
    assert sorted(["Hòa Phú", "Hoa Tân", "Hóa An"], key=collation_key) == ["Hóa An", "Hòa Phú", "Hoa Tân"]


def test_one_word_has_one_form_however_it_was_typed() -> None:
    (word,) = words_of("Hòa")
    assert (word.letters, word.tone, word.bare, word.marked) == ("hoa", 1, "hoa", True)
    for typed in ("Hoà", "HÒA", normalize("NFD", "Hòa"), normalize("NFD", "Hoà"), "\u200bhò\u00ada,"):
        assert words_of(typed) == (word,)
    assert words_of("Ðức") == words_of("Đức"), "Icelandic eth of old files"
    assert [word.bare for word in words_of("P.07 – TP.Tân An")] == ["p", "7", "tp", "tan", "an"]
    assert words_of("") == words_of(" .,–\u0301 ") == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_has_a_key_that_can_be_compared(one: str, other: str) -> None:
    assert (collation_key(one) < collation_key(other)) or (collation_key(one) >= collation_key(other))


def test_a_number_of_hostile_length_is_no_trouble() -> None:
    assert collation_key("9" * 50_000) > collation_key("1")
