"""The screen of teams: 188 IT Xanh teams on both maps with the divided units marked, communes by their own reports."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from screen_figures import KPIS, NOW, result
from screen_fixtures import FakeReading, empty, normal, services

from callbacks.pages import drawn, screens
from domain.instant import service_day
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from domain.teams.it_xanh import carried, unit_teams
from domain.teams.team import UNITS, Team, TeamBoard, TeamStanding
from paint.markup import markup
from queries.casework.teams import from_units, units
from store import territories

TODAY = service_day(NOW)
COUNTS = {"sessions": 3, "guided": 40, "installs": 12, "households": 25}
# All but two were launched: one of a whole unit, one of a divided one.
PLANNED = {"27685", from_units().split_codes()[0]}
XANH = [
    Team(code=f"{unit}-X1", territory=UNITS, place=unit, launched=None if unit in PLANNED else date(2024, 10, 12),
         kind=Kind.SIMULATED)
    for unit in units()
]  # fmt: skip


def hamlet(code: str, last: date | None = TODAY) -> TeamStanding:
    team = Team(code=code, territory=IN_FORCE, place=code[:5], hamlet=f"Ấp {code[-1]}", kind=Kind.SIMULATED)
    return TeamStanding(team=team, last=last, reports=3 if last else 0, counts=COUNTS if last else {})


BOARD = TeamBoard(
    standings=[
        *(TeamStanding(team=one) for one in XANH), hamlet("27694-T1"), hamlet("27694-T2", None), hamlet("27712-T1"),
    ],
    told=NOW,
)  # fmt: skip


def page(reading: FakeReading, language: str = "vi") -> str:
    shown = asyncio.run(drawn(services(reading), screens(), "/teams", {"lang": language}, NOW)).page
    return unescape(markup(shown))


def told() -> FakeReading:
    reading = normal()
    reading.teams = BOARD
    return reading


def test_188_units_stay_188_teams_when_they_are_carried():
    found = unit_teams(XANH, from_units())
    communes = carried(found)
    assert (len(found), sum(one.launched for one in found)) == (188, 186)
    assert (sum(one.planned for one in communes), sum(one.launched for one in communes)) == (188, 186)
    now = {place.code for place in territories.places(IN_FORCE)} - {PROVINCE}
    assert {one.commune for one in communes} == now
    assert {one.unit for one in found if one.is_split} == set(from_units().split_codes())
    marked = {unit for one in communes for unit in one.split}
    assert marked == set(from_units().split_codes()), "each divided unit is marked wherever its land lies"
    assert all(len([c for c in communes if u.unit in c.split]) == len(u.communes) for u in found if u.is_split)


def test_a_team_that_ended_is_on_neither_map():
    found = unit_teams([replace(XANH[0], ended=True), *XANH[1:]], from_units())
    assert len(found) == 187


@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_maps_show_every_team(language: str):
    shown = page(told(), language)
    then, now = re.findall(r'<svg class="ioc-dots".*?</svg>', shown, re.DOTALL)
    assert then.count("<g data-dot=") == 188
    assert then.count('class="ioc-dots__hollow"') == 2
    assert then.count('class="ioc-dots__ring"') == len(from_units().split_codes())
    assert now.count("<g data-dot=") == 60
    assert sum(map(int, re.findall(r">(\d+)</text>", now))) == 186
    assert 'data-simulated="true"' in shown
    assert ("186/188 đội" if language == "vi" else "186/188 launched") in shown


def test_communes_with_silent_teams_come_first():
    shown = page(told())
    assert re.findall(r'<tr[^>]*data-unit="(\d+)"', shown) == ["27694", "27712"]
    assert "1/2" in shown
    assert "2/3 tổ có báo cáo" in shown


def test_an_empty_register_says_whom_it_waits_for():
    shown = page(empty())
    assert shown.count("Chưa có tổ nào trong danh sách.") == 2
    assert '<svg class="ioc-dots"' not in shown


def test_training_is_told_by_audience_and_what_nobody_says_is_a_row_of_its_own():
    reading = told()
    turns = {"training_turns": 27_240.0, "turns_officials": 9_000.0, "turns_teams": 18_000.0}
    mine = {f"teams_{key}" for key in (*turns, "turns_others")}
    reading.results = [one for one in reading.results if one.key not in mine]
    reading.results += [result(KPIS[f"teams_{key}"], PROVINCE, value) for key, value in turns.items()]
    shown = page(reading)
    rows = dict(re.findall(r'<tr [^>]*data-row="turns-(\w+)"[^>]*>(.*?)</tr>', shown, re.DOTALL))
    assert list(rows) == ["officials", "teams", "unsaid"]
    assert ">9.000<" in rows["officials"]
    assert ">66,1%<" in rows["teams"]
    assert "chưa rõ đối tượng" in rows["unsaid"]
    assert ">240<" in rows["unsaid"]
    assert "Tổng 27.240 lượt" in shown


def test_without_figures_by_audience_it_says_who_owes_them():
    shown = page(empty())
    assert "Chưa có số liệu theo đối tượng." in shown
    assert "turns-" not in shown
