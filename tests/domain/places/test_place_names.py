"""From typed text to a place; an ambiguous name leads to a question, never to a guess."""

from collections.abc import Callable
from unicodedata import combining, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.places.place import Place, short_name
from domain.places.place_names import Meaning, NameIndex
from domain.places.territory import TERRITORIES
from store import territories

VERSIONS = [known.version for known in TERRITORIES]
INDEX = {version: NameIndex(territories.places(version)) for version in VERSIONS}
EVERYWHERE = NameIndex(place for version in VERSIONS for place in territories.places(version))


def codes(finding: Meaning) -> list[str]:
    return sorted(place.code for place in finding.places)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("P.1 TP.Tân An", "27694"),
        ("p1 tan an", "27694"),
        ("F.1 t.p Tân An", "27694"),
        ("Phường 01, thành phố Tân An", "27694"),
        ("PHƯỜNG 1 – TX KIẾN TƯỜNG", "27787"),
        ("H.Đức Hòa", "802"),
        ("H. Đức Hoà", "802"),
        ("TT Hiệp Hòa", "27934"),
        ("Thị trấn Hiệp Hoà", "27934"),
        ("xã Hiệp Hòa", "27952"),
        ("TX Kiến Tường", "795"),
        ("Thị xã Kiến Tường", "795"),
        ("  xã   Bình  Thạnh,huyện Thủ Thừa ,tỉnh Long An. ", "28063"),
        ("Bình Thạnh (Mộc Hóa)", "27802"),
        ("Bình Thạnh, Long An, Thủ Thừa", None),
        ("Luong Hoa, Ben Luc", "28003"),
        ("Lương Hòa", "28003"),
        ("Nhơn Hoà", "27844"),
        ("xa My Quy Dong", "27901"),
        ("Mĩ Quí Đông", "27901"),
        ("Thuỷ Tây", "27886"),
        ("xã Ðức Hòa Đông", "27982"),
        ("Hưng Điền", "27730"),
        ("Hưng Điền B", "27727"),
        ("Xã Long An", "28198"),
        ("27688", "27688"),
        ("TP Tân An", "794"),
        ("tỉnh Long An", "80"),
        # As the national service portal's reports have it.
        ("UBND xã Hiệp Hòa - tỉnh Long An", "27952"),
        ("Uỷ ban nhân dân TT. Hiệp Hoà", "27934"),
        ("U.B.N.D xã Tân Lân", "28138"),
        # From the largest to the smallest.
        ("Bến Lức, Lương Hòa", "28003"),
        ("Long An > Bến Lức > Lương Hòa", "28003"),
        ("H. Cần Giuộc – xã Long An", "28198"),
        ("Bến Lức Lương Hòa", None),
        ("UBND", None),
        ("Công an xã Tân Lân", None),
    ],
)
def test_the_units_of_2024_are_found(typed: str, code: str | None) -> None:
    wanted = [code] if code else []
    assert codes(INDEX["2024-01"].find(typed)) == wanted
    assert codes(INDEX["2024-01"].find(normalize("NFD", typed))) == wanted


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("Phường 1", {"27694", "27787"}),
        ("Bình Thạnh", {"27802", "28063"}),
        ("Tân Thành", {"27823", "27850", "28042"}),
        ("hiep hoa", {"27934", "27952"}),
        ("Cần Giuộc", {"28159", "807"}),
        ("duc hoa", {"27937", "802"}),
        ("Long An", {"28198", "80"}),
        # Without marks Tân Thạnh and Tân Thành are the same.
        ("tan thanh", {"27823", "27826", "27850", "28042", "799"}),
        ("xa binh thanh", {"27802", "28063", "27916"}),
    ],
)
def test_what_fits_several_is_asked_and_not_guessed(typed: str, candidates: set[str]) -> None:
    assert set(codes(INDEX["2024-01"].find(typed))) == candidates


def test_marks_count_when_they_are_typed() -> None:
    assert codes(INDEX["2024-01"].find("Tân Thạnh")) == ["27826", "799"]
    assert codes(INDEX["2024-01"].find("xã Tân Ân")) == ["28147"]
    assert codes(INDEX["2024-01"].find("xã Tân An")) == []


def test_a_kind_or_district_that_disagrees_finds_nothing() -> None:
    for wrong in ("phường Hiệp Hòa", "xã Bình Thạnh, huyện Đức Hòa", "Phường 7 Kiến Tường", "H.Tân An", "Vĩnh Thạnh 2"):
        assert INDEX["2024-01"].find(wrong).places == ()


def test_a_slip_of_the_pen_is_suggested_and_not_taken() -> None:
    found = INDEX["2024-01"].find("xã Lương Hào, huyện Bến Lức")
    assert found.places == ()
    assert "28003" in {place.code for place in found.suggestions}
    unmarked = INDEX["2024-01"].find("Tân Thanh")
    assert unmarked.places == ()
    assert {place.name for place in unmarked.suggestions} >= {"Xã Tân Thành", "Thị trấn Tân Thạnh"}
    assert INDEX["2024-01"].find("TT Hiệp Hòa").suggestions == (), "what is found needs no suggestions"


@pytest.mark.parametrize("address", ["Ấp 3 xã Lương Hòa", "12/3 đường tỉnh 830, ấp 3, xã Lương Hòa, huyện Bến Lức"])
def test_what_lies_in_a_unit_is_not_the_unit_which_is_suggested(address: str) -> None:
    found = INDEX["2024-01"].find(address)
    assert found.places == ()
    assert "28003" in {place.code for place in found.suggestions}


def test_names_mean_what_their_version_means() -> None:
    assert codes(INDEX["2024-01"].find("Vĩnh Thạnh")) == ["27739"]
    assert codes(INDEX["2025-07"].find("Vĩnh Thạnh")) == ["27736"]
    assert codes(INDEX["2025-07"].find("xã Long An")) == []
    assert codes(INDEX["2025-07"].find("Long An")) == ["27694", "80"]
    for province in ("Long An", "Tây Ninh"):
        assert codes(INDEX["2025-07"].find(f"phường Khánh Hậu, tỉnh {province}")) == ["27715"]
    assert INDEX["2025-07"].find("tỉnh Tây Ninh").places == (), "of Tây Ninh only the sixty units are here"
    assert INDEX["2024-12"].find("Phường 2 Tân An").places == ()


def test_an_index_of_several_versions_finds_old_and_new() -> None:
    found = EVERYWHERE.find("27694")
    assert [(place.territory, place.name) for place in found.places] == [
        ("2024-01", "Phường 1"), ("2024-12", "Phường 1"), ("2025-07", "Phường Long An"),
    ]  # fmt: skip
    assert {(p.territory, p.code) for p in EVERYWHERE.find("xã Vĩnh Thạnh").places} == {
        ("2024-01", "27739"), ("2024-12", "27739"), ("2025-07", "27736"),
    }  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_every_place_is_found_by_its_full_name(version: str) -> None:
    by_code = {place.code: place for place in territories.places(version)}

    def full(place: Place) -> str:
        above = by_code.get(place.parent)
        return place.name if above is None else f"{place.name}, {full(above)}"

    for place in by_code.values():
        # The province of 2025-07 has no kind in its name and shares it with a ward.
        typed = full(place) if place.parent else "tỉnh Long An"
        for variant in (typed, normalize("NFD", typed).upper(), typed.replace(", ", " ")):
            assert INDEX[version].find(variant).places == (place,), variant


@pytest.mark.parametrize(
    "nothing", ["", "   ", "xã", "P.", "--", "\u0301", "Sài Gòn", "9" * 150, "xã " * 60, "a" * 5000]
)
def test_nothing_is_found_in_nothing(nothing: str) -> None:
    assert INDEX["2024-01"].find(nothing).places == ()


ABBREVIATED = {"Phường ": "P.", "Xã ": "x ", "Thị trấn ": "TT. ", "Huyện ": "H.", "Thành phố ": "TP.", "Thị xã ": "TX "}


def abbreviated(text: str) -> str:
    for kind, short in ABBREVIATED.items():
        text = text.replace(kind, short)
    return text


def unmarked(text: str) -> str:
    toneless = "".join(char for char in normalize("NFD", text) if not combining(char))
    return toneless.replace("Đ", "D").replace("đ", "d")


def decomposed(text: str) -> str:
    return normalize("NFD", text)


@given(
    place=st.sampled_from([place for version in VERSIONS for place in territories.places(version)]),
    with_district=st.booleans(),
    styles=st.lists(st.sampled_from([str.upper, str.lower, abbreviated, unmarked, decomposed]), max_size=4),
    gap=st.sampled_from([", ", " ", " - ", ",\u00a0", "  "]),
)
def test_a_place_is_among_what_its_name_finds_however_it_is_written(
    place: Place, with_district: bool, styles: list[Callable[[str], str]], gap: str
) -> None:
    above = next((p.name for p in territories.places(place.territory) if p.code == place.parent), "")
    typed = gap.join([place.name, above]) if with_district and above else place.name
    for style in styles:
        typed = style(typed)
    assert place in INDEX[place.territory].find(typed).places, typed


@given(st.text(max_size=220))
def test_any_text_can_be_asked(text: str) -> None:
    found = INDEX["2025-07"].find(text)
    assert not (found.places and found.suggestions)


def test_an_empty_index_knows_nothing() -> None:
    assert NameIndex(()).find("Phường 1") == Meaning()


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Phường Long An", "Long An"),
        ("Xã Mỹ Lệ", "Mỹ Lệ"),
        ("Long An", "Long An"),
        ("Phường 1", "Phường 1"),
        ("Thị xã Kiến Tường", "Kiến Tường"),
        ("Thị trấn Tân Trụ", "Tân Trụ"),
        ("", ""),
    ],
)
def test_a_short_name_leaves_the_kind_out(name: str, short: str) -> None:
    assert short_name(name) == short
