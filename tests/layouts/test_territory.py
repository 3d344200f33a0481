"""Screens in an older territory version: figures carried and marked, names never confused, no live overwriting."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from said import at_place
from screen_figures import FEEDS, KPIS, NOW, result
from screen_fixtures import empty, normal

from domain.kpis.kpi import Status
from domain.observation import Kind
from domain.places.place import PROVINCE
from layouts.parts.links import row_id
from live.presenter import LayoutPresenter
from present.cards import present
from present.spark import course, spark, spark_breaks
from present.wire import ACCOUNT
from store.reading import Reading
from tests.layouts.test_screens import SCREENS, marked, nodes, render, text

OLD = "2024-01"
PAGES = [path for path, screen in SCREENS.items() if screen.nav]
OPEN_KPI = "coverage_fibre_households"


def values(tree: Any) -> dict[tuple[str, str], str]:
    return {
        (n["props"]["data-kpi"], n["props"].get("data-place", "")): text(
            next(p for p in marked(n, "data-part") if p["props"]["data-part"] == "value")
        )
        for n in marked(tree, "data-kpi")
        if n["type"] == "Article"
    }


def rows(tree: Any, begins: str = row_id("")) -> list[list[str]]:
    """The cells of each row whose id ``begins`` so: of places, unless told otherwise; a page has other tables too."""
    return [[text(cell).strip() for cell in n["props"]["children"]] for n in nodes(tree)
            if n["type"] == "Tr" and n["props"].get("id", "").startswith(begins)
            and any(c.get("type") == "Th" and c["props"].get("scope") == "row"
                    for c in n["props"]["children"])]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_province_figures_never_change_by_switching(path: str) -> None:
    assert values(render(path, normal, territory=OLD)) == values(render(path, normal))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_older_version_says_that_its_figures_are_carried(path: str, language: str) -> None:
    page = render(path, normal, language, territory=OLD)
    [notice] = [text(n) for n in nodes(page) if n["props"].get("role") == "note"]
    assert "60" in notice
    assert "188" in notice
    assert "12" in notice
    assert not [n for n in nodes(render(path, normal, language)) if n["props"].get("role") == "note"]


def test_an_older_version_with_nothing_sent_yet_still_renders() -> None:
    for path in PAGES:
        assert "60" in text(render(path, empty, territory=OLD))


def test_communes_of_the_older_version_are_named_with_their_district_and_marked() -> None:
    listed = rows(render("/services", normal, territory=OLD))
    assert len(listed) == 188
    names = [row[0] for row in listed]
    assert "Phường 2, Thành phố Tân An" in names
    assert sum(name.endswith("÷") for name in names) == 12
    known = [row for row in listed if any(c.isdigit() for c in row[1])]
    assert len(known) > 150
    assert all(row[1].lstrip("▲◆● ").startswith("≈") for row in known)
    assert "≈" not in " ".join(" ".join(row) for row in rows(render("/services", normal)))


def test_what_cannot_be_carried_has_words_instead_of_numbers() -> None:
    page = text(render("/connectivity", normal, territory=OLD))
    assert re.search("Xã có cáp quang, [^:]+: Không quy đổi được", page)
    assert "Không quy đổi được" not in text(render("/connectivity", normal))
    assert "Không quy đổi được" in text(render("/waste", normal, territory=OLD))


def test_vehicles_and_events_keep_the_names_of_today() -> None:
    # 27694 was Phường 1 and is Phường Long An: a truck drives today.
    assert "Phường 1" not in text(next(n for n in nodes(render("/waste", normal, territory=OLD))
                                       if n["props"].get("id") == "waste-more"))  # fmt: skip
    assert "Phường Long An" in text(render("/waste", normal, territory=OLD))
    happened = at_place(normal().happened[1], place="27694")
    reading = normal()
    reading.happened = [happened]
    page = render("/", reading, territory=OLD)
    events = next(n for n in nodes(page) if n["props"].get("data-rows") == "events")
    assert "Phường Long An" in text(events)


def test_no_live_topic_overwrites_what_was_carried() -> None:
    for path in PAGES:
        page = render(path, normal, territory=OLD)
        assert "places" not in page["props"]["data-topics"].split(",")
        for panel in (n for n in nodes(page) if n["props"].get("id") == "map"):
            assert (panel["props"]["data-territory"], panel["props"]["data-live"]) == (OLD, "")


@pytest.mark.parametrize("path", PAGES)
def test_the_version_is_kept_in_every_link_and_can_be_left(path: str) -> None:
    page = render(path, normal, "en", territory=OLD)
    links = {n["props"]["href"] for n in nodes(page) if n["type"] == "A" and n["props"]["href"].startswith("/")}
    leaving = {link for link in links if "territory=2024-12" in link or link == f"{path}?lang=en"}
    assert len(leaving) == 2, "one for each other version"
    # The page of one's own account shows no places, and a form to fill in is of today's.
    apart = {link for link in links if link.startswith((ACCOUNT, "/api/v1/imports/templates/"))}
    assert all(f"territory={OLD}" in link for link in links - leaving - apart)
    assert f"{path}?territory={OLD}" in links, "the other language"


def test_the_choice_is_named_and_says_where_we_are() -> None:
    page = render("/services", normal, territory="2024-12")
    current = [
        n for n in marked(page, "aria-current") if "Chọn" not in text(n) and n["props"]["aria-current"] == "true"
    ]
    assert [text(n) for n in current] == ["186 xã, 15 huyện (1/12/2024–30/6/2025)"]


@pytest.mark.parametrize("asked", ["", "1999-01", "2025-07", "<script>", "2024-01'"])
def test_an_unknown_version_is_the_one_in_force(asked: str) -> None:
    page = render("/services", normal, territory=asked)
    assert not [n for n in nodes(page) if n["props"].get("role") == "note"]
    assert len(rows(page)) == 60


def test_the_public_screen_knows_only_the_version_in_force() -> None:
    assert (
        render("/kiosk", normal, territory=OLD)["props"]["children"][:1]
        == render("/kiosk", normal)["props"]["children"][:1]
    )


@pytest.mark.long
def test_leader_ranks_districts_of_an_older_version_and_communes_on_demand() -> None:
    def ranked(**query: str) -> list[list[str]]:
        page = render("/leader", normal, kpi=OPEN_KPI, **query)
        return rows(next(n for n in nodes(page) if n["props"].get("id") == "leader-ranking"), begins="")

    assert len(ranked(territory=OLD)) == 15
    assert len(ranked(territory=OLD, level="commune")) == 188
    assert len(ranked()) == len(ranked(level="district")) == 60
    assert all("≈" in row[3] for row in ranked(territory=OLD))


def test_tan_an_stands_above_its_wards_as_a_place_of_its_own() -> None:
    reading = normal()
    reading.results += [result(kpi, "tanan", 91.0, reporting=2, expected=3) for kpi in KPIS.values() if kpi.by_place]
    page = render("/services", reading)
    assert rows(page)[0][0] == "Tân An (3 phường)"
    assert len(rows(page)) == 61
    waste = render("/waste", reading)
    assert ("waste_vehicles_supplying", "tanan") in values(waste)
    assert "Tân An (3 phường)" in text(waste)
    ranking = next(n for n in nodes(render("/leader", reading)) if n["props"].get("id") == "leader-ranking")
    assert len(rows(ranking, begins="")) == 60
    old = render("/services", reading, territory=OLD)
    assert rows(old)[0][:2] == ["Tân An (14 xã, phường)", "91,0"], "the same land, the same figure"


def test_a_place_set_raises_no_second_alarm() -> None:
    reading = normal()
    kpi = KPIS["services_on_time"]
    reading.results = [result(kpi, PROVINCE, 85.0, status=Status.WARNING),
                       result(kpi, "tanan", 50.0, status=Status.CRITICAL)]  # fmt: skip
    alarm = next(n for n in nodes(render("/", reading)) if n["props"].get("data-row") == "kpi:services_on_time")
    assert "tanan" not in text(alarm)
    assert "toàn tỉnh" in text(alarm)


REFORM = datetime(2025, 6, 30, 17, tzinfo=UTC)


def test_a_sparkline_breaks_where_the_reform_lies() -> None:
    until, since = REFORM + timedelta(days=240), REFORM - timedelta(days=240)
    points = [(since + timedelta(days=10 * i), float(i)) for i in range(49)]
    [said] = spark_breaks(course(points, since, until), since, until, "vi").split("|")[-1:]
    where, words = said.split(" ", 1)
    assert words == "Đổi địa giới 1/7/2025: 186 → 60 xã"
    x = float(where)
    before = [float(p.split(",")[0]) for p in spark(course(points, since, until)).split()]
    assert before[23] < x < before[25]


def test_no_break_without_points_on_both_sides() -> None:
    until, since = REFORM + timedelta(days=100), REFORM - timedelta(days=100)
    after = [(REFORM + timedelta(days=i), 1.0) for i in (1, 50, 99)]
    assert spark_breaks(course(after, since, until), since, until, "vi") == ""
    assert spark_breaks(course([(REFORM, 1.0)], since, until), since, until, "vi") == ""
    assert spark_breaks(course([], since, until), since, until, "vi") == ""


def test_two_reforms_in_one_year_are_two_marks_on_the_card() -> None:
    kpi = KPIS["teams_active_share"]
    now = datetime(2025, 10, 1, tzinfo=UTC)
    series = [replace(result(kpi, PROVINCE, 90.0 + i, kinds={Kind.DECLARED: 1}), as_of=now - timedelta(days=30 * i))
              for i in range(12, -1, -1)]  # fmt: skip
    card = present(kpi, FEEDS[kpi.feed], series[-1], series, "en", now)
    assert [part.split(" ", 1)[1] for part in card.breaks.split("|")] == [
        "Reform of units 1/12/2024: 188 → 186 communes", "Reform of units 1/7/2025: 186 → 60 communes",
    ]  # fmt: skip
    assert present(kpi, FEEDS[kpi.feed], series[-1], series, "en", NOW).breaks == ""


def test_what_is_out_of_bounds_is_not_hidden_by_switching() -> None:
    def named(**query: str) -> str:
        return text(next(n for n in nodes(render("/services", normal, **query))
                         if n["props"].get("id") == "services-actions"))  # fmt: skip

    assert "88,4" in named()
    assert "≈ 88,4" in named(territory=OLD)
    assert "Không có chỉ số nào ngoài ngưỡng" not in named(territory=OLD)


def test_the_card_of_a_former_commune_is_marked_and_says_what_cannot_be_carried() -> None:
    fibre, units = KPIS[OPEN_KPI], KPIS["coverage_fibre_communes"]
    card = present(fibre, FEEDS["coverage"], result(fibre, "27688", 92.04, territory=OLD), (), "vi", NOW)
    assert card.value == "≈ 92,0"
    none = result(units, "27688", None, territory=OLD, status=Status.NOT_APPLICABLE, reporting=0)
    said = present(units, FEEDS["coverage"], none, (), "vi", NOW)
    assert (said.value, said.unit) == ("—", "")
    assert said.context.startswith("Không quy đổi được")


def test_a_place_set_is_neither_told_in_live_events_nor_coloured() -> None:
    presenter = LayoutPresenter(KPIS, FEEDS, (), (), cast("Reading", normal()))
    kpi = KPIS["services_on_time"]
    layer = presenter.layer(
        kpi.key, {"27694": result(kpi, "27694", 90.0), "tanan": result(kpi, "tanan", 50.0)}, "vi", NOW
    )
    assert layer is not None
    assert list(cast("dict[str, int]", layer["classes"])) == ["27694"]
    assert presenter.event_rows([at_place(normal().happened[1], place="tanan")], "en", NOW) == []
    assert presenter.event_rows([at_place(normal().happened[1], place="27694")], "en", NOW)
