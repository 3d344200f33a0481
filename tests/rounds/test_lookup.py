"""Finding a street by typed text: marks, kinds, old and new wards; asks, never guesses."""

import gzip
import json
import unicodedata
from pathlib import Path

import pytest

from domain.observation import Kind
from domain.waste.plan import PlannedStreet, Route
from rounds.lookup.street_directory import Directory, Street
from rounds.lookup.street_names import bare, is_alley, name_of
from rounds.lookup.street_search import Answer, Fit, Outcome, Ward, search

LONG_AN, TAN_AN, KHANH_HAU = "27694", "27712", "27715"
SETS = {"tanan": frozenset({LONG_AN, TAN_AN, KHANH_HAU})}
WARDS = {
    "phuong long an": Ward("Phường Long An", frozenset({LONG_AN})),
    "long an": Ward("Phường Long An", frozenset({LONG_AN})),
    "phường long an": Ward("Phường Long An", frozenset({LONG_AN})),
    "p.3": Ward("Phường 3 cũ, nay Phường Long An", frozenset({LONG_AN})),
    "phường 3": Ward("Phường 3 cũ, nay Phường Long An", frozenset({LONG_AN})),
    "phường tân an": Ward("Phường Tân An", frozenset({TAN_AN})),
    "khánh hậu": Ward("Phường Khánh Hậu", frozenset({KHANH_HAU})),
}


def wards(text: str) -> list[Ward]:
    found = WARDS.get(text.casefold())
    return [found] if found else []


def route(id_: str, places: tuple[str, ...], *names: str, kind: Kind = Kind.DECLARED) -> Route:
    streets = tuple(PlannedStreet(order=order, name=name) for order, name in enumerate(names, start=1))
    return Route(id=id_, name=id_, streets=streets, places=places, kind=kind)


ROUTES = (
    route("01", (LONG_AN, "tanan"), "đường Hùng Vương", "Nguyễn Huệ", "hẻm 12/3", "đường số 12/3", "Trương Định"),
    route("02", (LONG_AN,), "Đường Hùng Vương", "QL1A", "ĐT 833", "3/2", "đường 30/4", "Lê Văn Tao", "Châu Thị Kim"),
    route("03", (TAN_AN,), "Hùng Vương", "Hưng Vượng", "chợ Tân An", "Nguyễn Huệ 2"),
    route("04", ("tanan",), "Dương Bá Trạc", "2 Tháng 9", "Ấp Bắc", "đường mẫu 01", "đường mẫu 02"),
)
STREETS = Directory(ROUTES, SETS).streets


def find(text: str) -> Answer:
    return search(STREETS, wards, text)


def named(answer: Answer) -> list[tuple[str, frozenset[str]]]:
    return [(street.name, street.wards) for street in answer.streets]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("đường số 3/2", ("3", "2")),
        ("3 Tháng 2", ("3", "2")),
        ("Quốc lộ 1A", ("ql", "1", "a")),
        ("QL1A", ("ql", "1", "a")),
        ("tỉnh lộ 833", ("dt", "833")),
        ("ĐT833", ("dt", "833")),
        ("số 45/2 đường Hùng Vương", ("45", "2", "hung", "vuong")),
        ("Dương Bá Trạc", ("duong", "ba", "trac")),
        ("Đường", ("duong",)),
        ("Ấp Bắc", ("ap", "bac")),
        ("", ()),
    ],
)
def test_kinds_fall_away_and_numbers_stay(text: str, words: tuple[str, ...]):
    assert bare(name_of(text)) == words


def test_an_alley_is_no_street_of_the_same_number():
    assert is_alley("hẻm 12/3")
    assert not is_alley("đường 12/3")
    addresses = {street.name: street.address for street in STREETS}
    assert (addresses["Hẻm 12/3"], addresses["Đường số 12/3"]) == ("hem-12-3-27694", "12-3-27694")
    assert named(find("hẻm 12/3"))[0][0] == "Hẻm 12/3"
    assert find("hẻm 12/3").outcome is Outcome.ONE
    assert find("12/3").outcome is Outcome.SEVERAL, "which of the two was not said"


def test_one_street_of_two_routes_is_one_and_wards_are_told_apart():
    found = [street for street in STREETS if bare(street.words) == ("hung", "vuong")]
    assert {(s.name, s.wards): s.entries for s in found} == {
        ("Đường Hùng Vương", frozenset({LONG_AN})): {("01", 1), ("02", 1)},
        ("Hùng Vương", frozenset({TAN_AN})): {("03", 1)},
        ("Hưng Vượng", frozenset({TAN_AN})): {("03", 2)},
    }


def test_marks_count_when_typed_and_a_list_is_shown_when_they_are_not():
    assert find("Hưng Vượng").outcome is Outcome.ONE
    assert find("Hưng Vượng").fit is Fit.EXACT
    plain = find("hung vuong")
    assert (plain.outcome, len(plain.streets), plain.marked) == (Outcome.SEVERAL, 3, False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nguyen hue", "Nguyễn Huệ"),
        ("NGUYỄN  HUỆ", "Nguyễn Huệ"),
        (unicodedata.normalize("NFD", "đường Nguyễn Huệ"), "Nguyễn Huệ"),
        ("Nguyễn Huê", "Nguyễn Huệ"),
        ("trương đ", "Trương Định"),
        ("quoc lo 1A", "QL1A"),
        ("dt 833", "ĐT 833"),
        ("3 tháng 2", "3/2"),
        ("30/4", "Đường 30/4"),
        ("2/9", "2 Tháng 9"),
        ("duong ba trac", "Dương Bá Trạc"),
        ("cho tan an", "Chợ Tân An"),
        ("45/2 Nguyễn Huệ", "Nguyễn Huệ"),
        ("số 12A đường Trương Định", "Trương Định"),
        ("kim", "Châu Thị Kim"),
        ("mẫu 02", "Đường mẫu 02"),
    ],
)
def test_what_residents_type_ends_in_one_street(text: str, name: str):
    answer = find(text)
    assert (answer.outcome, [s.name for s in answer.streets]) == (Outcome.ONE, [name])


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("Hùng Vương, phường Long An", LONG_AN),
        ("hung vuong phuong long an", LONG_AN),
        ("12 Hùng Vương P.3", LONG_AN),
        ("Hùng Vương, phường 3", LONG_AN),
        ("Hùng Vương phường Tân An", TAN_AN),
        ("hùng vương long an", LONG_AN),
    ],
)
def test_a_ward_old_or_new_tells_which_street(text: str, ward: str):
    answer = find(text)
    assert answer.outcome is Outcome.ONE
    assert answer.streets[0].wards == {ward}
    assert answer.wards


def test_a_street_of_another_ward_is_shown_but_not_taken():
    answer = find("Trương Định, phường Tân An")
    assert (answer.outcome, answer.elsewhere) == (Outcome.SEVERAL, True)
    assert named(answer) == [("Trương Định", frozenset({LONG_AN}))]


@pytest.mark.parametrize("text", ["phuong long an", "Khánh Hậu"])
def test_who_types_a_ward_alone_chooses_among_its_streets(text: str):
    answer = find(text)
    (ward,) = answer.wards
    assert answer.outcome is Outcome.SEVERAL
    assert answer.streets == tuple(street for street in STREETS if street.wards & ward.codes)


def test_what_is_alike_is_suggested_and_never_taken():
    answer = find("nguyen hve")
    assert (answer.outcome, answer.streets[0].name) == (Outcome.NONE, "Nguyễn Huệ")
    assert find("đường mẫu 03").streets == (), "another number is another street"
    assert find("xyzw").outcome is Outcome.NONE


def test_an_alley_the_plan_does_not_have_offers_its_street():
    answer = find("hẻm 77 đường Trương Định")
    assert (answer.outcome, answer.house, [s.name for s in answer.streets]) == (Outcome.SEVERAL, True, ["Trương Định"])


@pytest.mark.parametrize("text", ["", "   ", ",", "đường", "😀", "a" * 5_000, "1" * 5_000, ", phường 3", "%_'\"<b>"])
def test_nonsense_finds_nothing_and_breaks_nothing(text: str):
    assert find(text).outcome in (Outcome.NONE, Outcome.SEVERAL)


def test_an_address_is_found_again_and_may_mean_several():
    directory = Directory(ROUTES, SETS)
    assert all(directory.at(street.address) == (street,) for street in directory.streets)
    assert len(directory.at(f"hung-vuong-{TAN_AN}")) == 2, "Hùng Vương and Hưng Vượng"
    assert directory.at("khong-co") == ()


def test_a_name_without_marks_joins_the_only_one_that_has_them():
    def names(*said: str) -> list[Street]:
        return list(Directory([route("1", (LONG_AN,), *said)], {}).streets)

    assert [s.name for s in names("Lê Lợi", "Le Loi")] == ["Lê Lợi"]
    assert len(names("Lê Lợi", "Lễ Lôi", "Le Loi")) == 3, "whose it is cannot be known"


def test_a_simulated_route_marks_its_streets():
    (street,) = Directory([route("1", (), "A", kind=Kind.SIMULATED)], {}).streets
    assert street.simulated
    assert street.address == "a"


@pytest.mark.realdata
@pytest.mark.parametrize("typed", ["as written", "without marks", "small without marks"])
def test_real_street_names_end_in_exactly_one(typed: str, realdata: Path):
    """The names of streets and districts of a real city: at least 95 % end in exactly one (KPI 23)."""
    with gzip.open(realdata / "waste" / "hcmc_bus_network" / "stops.json.gz", "rt", encoding="utf-8") as lines:
        stops = [stop for line in lines for stop in json.loads(line)["Stops"]]
    names = sorted(
        {stop[field].strip() for stop in stops for field in ("Street", "Zone", "Ward") if stop[field]} - {""}
    )
    streets = Directory([route("1", (), *names)], {}).streets

    def as_typed(name: str) -> str:
        if typed == "as written":
            return name
        bare_name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
        bare_name = bare_name.replace("đ", "d").replace("Đ", "D")
        return bare_name.lower() if typed.startswith("small") else bare_name

    one = sum(search(streets, lambda _: (), as_typed(name)).outcome is Outcome.ONE for name in names)
    print(f"{typed}: {one}/{len(names)} = {100 * one / len(names):.1f} %")
    assert len(names) >= 450
    assert one / len(names) >= 0.95
