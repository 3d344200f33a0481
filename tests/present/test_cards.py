from dataclasses import fields, replace
from datetime import date, timedelta
from math import inf

import pytest
from screen_figures import AGES, FEEDS, KPIS, NOW, result

from domain.instant import to_ms
from domain.kpis.kpi import Better, Missing, Stated, Status, Target
from domain.observation import Kind
from domain.places.place import PROVINCE
from evaluation.formulas import Sum
from present.cards import PublicCardVM, normal_range, present, public_card
from present.spark import HEIGHT, course, spark, spark_band

FIBRE = KPIS["coverage_fibre_households"]
COVERAGE = FEEDS["coverage"]


def card(made, kpi=FIBRE, series=(), language="vi", now=NOW):
    return present(kpi, FEEDS[kpi.feed], made, series, language, now)


def test_a_card_says_value_context_coverage_age_kind_and_source() -> None:
    vm = card(result(FIBRE, PROVINCE, 88.9))
    assert (vm.value, vm.unit, vm.coverage) == ("88,9", "%", "60/60 xã")
    assert vm.context == "425.381/478.494 hộ"
    assert (vm.kind, vm.simulated, vm.source) == ("simulated", True, "Mô phỏng")
    assert vm.as_of_ms == to_ms(NOW - AGES["coverage"])
    assert vm.fill == pytest.approx(0.889)
    assert (vm.glyph, vm.word) == ("", "")


def test_one_of_one_is_left_out_and_none_of_one_is_not() -> None:
    installs = KPIS["services_app_installs"]
    told = result(installs, PROVINCE, 413_500, reporting=1, expected=1)
    assert card(told, installs).coverage == ""
    assert card(replace(told, reporting=0, value=None), installs).coverage == "0/1 cửa hàng ứng dụng"


def test_a_ratio_of_those_who_report_does_not_say_their_number_twice() -> None:
    heard = KPIS["waste_vehicles_supplying"]
    told = result(heard, PROVINCE, 93.5, numerator=29, denominator=31, reporting=31, expected=31)
    assert (card(told, heard).context, card(told, heard).coverage) == ("29/31 xe", "")
    night = replace(told, numerator=12, denominator=13)
    assert (card(night, heard).context, card(night, heard).coverage) == ("12/13 xe", ""), "13 on duty, all known"
    some = replace(told, reporting=30)
    assert (card(some, heard).context, card(some, heard).coverage) == ("29/31 xe", "30/31 xe")


def test_the_same_card_in_english() -> None:
    vm = card(result(FIBRE, PROVINCE, 88.9), language="en")
    assert (vm.value, vm.context, vm.coverage) == ("88.9", "425,381/478,494 households", "60/60 communes")


def test_unknown_is_a_dash_with_a_reason_never_zero() -> None:
    never = card(None)
    assert (never.value, never.unit, never.context, never.as_of_ms, never.fill) == (
        "—",
        "",
        "chưa có số liệu",
        None,
        None,
    )
    gone = card(result(FIBRE, PROVINCE, None, status=Status.NO_DATA, as_of=NOW - timedelta(hours=5), reporting=0))
    assert (gone.value, gone.context) == ("—", "không có dữ liệu từ 09:05")
    assert gone.coverage == "0/60 xã"
    few = card(result(FIBRE, PROVINCE, None, status=Status.NO_DATA, reporting=20))
    assert (few.value, few.context, few.coverage) == ("—", "chưa đủ số liệu", "20/60 xã"), "those 20 did send"
    none_due = card(result(FIBRE, PROVINCE, None, status=Status.NOT_APPLICABLE))
    assert (none_due.value, none_due.context) == ("—", "không áp dụng: chưa phát sinh")


def test_old_input_is_stale_even_when_nobody_evaluated_again() -> None:
    recorded_normal = result(FIBRE, PROVINCE, 88.9, as_of=NOW - COVERAGE.stale_after - timedelta(seconds=1))
    assert card(recorded_normal).status == "stale"
    assert card(recorded_normal).value == "88,9"
    assert card(replace(recorded_normal, as_of=NOW - COVERAGE.stale_after)).status == "normal"


def test_a_figure_ages_by_the_strictest_of_its_own_measures_not_by_its_feed() -> None:
    hourly = FEEDS["services"]
    monthly = replace(
        hourly.measures[0], key="monthly", formerly=(), stale_after=timedelta(days=45), cadence=timedelta(days=31)
    )
    feed = replace(hourly, measures=(*hourly.measures, monthly))
    kpi = next(kpi for kpi in KPIS.values() if kpi.feed == feed.key and len(kpi.formula.needs) == 2)
    once = replace(kpi, formula=Sum("monthly"))
    mixed = replace(kpi, formula=replace(kpi.formula, numerator="monthly"))
    made = result(kpi, PROVINCE, 88.9, as_of=NOW - timedelta(days=10))
    limits = {}
    for name, one in (("once", once), ("mixed", mixed), ("hourly", kpi)):
        vm = present(one, feed, made, (), "vi", NOW)
        limits[name] = (vm.status == "stale", vm.stale_after_s)
    assert limits == {
        "once": (False, 45 * 86400),
        "mixed": (True, hourly.stale_after.total_seconds()),
        "hourly": (True, hourly.stale_after.total_seconds()),
    }


def test_a_percentage_never_rounds_up_to_a_whole_it_has_not_reached() -> None:
    assert card(result(FIBRE, PROVINCE, 99.97)).value == "99,9"
    assert card(result(FIBRE, PROVINCE, 100.0)).value == "100,0"


def test_mixed_kinds_say_so_and_stay_marked_simulated() -> None:
    mixed = result(FIBRE, PROVINCE, 88.9, kinds={Kind.DECLARED: 59, Kind.SIMULATED: 1})
    assert (card(mixed).kind, card(mixed).simulated) == ("declared simulated", True)
    typed = result(FIBRE, PROVINCE, 88.9, kinds={Kind.DECLARED: 60, Kind.SIMULATED: 0})
    assert (card(typed).kind, card(typed).simulated) == ("declared", False)


def test_the_gap_belongs_to_the_value_beside_it() -> None:
    """It travels with the card: a live value next to the gap of an older one contradicts itself."""
    online = replace(KPIS["services_online"], target=Target(value=80, due=None, source="test"))

    def gap(value, **given):
        return card(result(online, PROVINCE, value, **given), kpi=online).gap

    assert gap(66.4) == "còn thiếu 13,6 điểm"
    assert gap(80.0) == gap(83.5) == gap(None, status=Status.NO_DATA) == "", "reached, or nothing to say"
    assert gap(66.4, status=Status.STALE) == "", "nobody knows what is missing now"
    assert card(result(FIBRE, PROVINCE, 88.9)).gap == "", "no target, no gap"


def test_a_simulated_tracker_does_not_pass_for_a_real_one() -> None:
    assert card(result(FIBRE, PROVINCE, 88.9, sources=("OsmAnd",))).source == "Mô phỏng"
    assert card(result(FIBRE, PROVINCE, 88.9, sources=("Mô phỏng", "OsmAnd")), language="en").source == "Simulated"
    some = {Kind.MEASURED: 30, Kind.SIMULATED: 30}
    assert card(result(FIBRE, PROVINCE, 88.9, sources=("OsmAnd",), kinds=some)).source == "OsmAnd (một phần mô phỏng)"
    assert card(result(FIBRE, PROVINCE, 88.9, sources=("OsmAnd",), kinds={Kind.MEASURED: 60})).source == "OsmAnd"


@pytest.mark.parametrize(
    ("status", "glyph", "word"),
    [(Status.CRITICAL, "◆", "khẩn"), (Status.WARNING, "▲", "ưu tiên cao"), (Status.ADVISORY, "●", "lưu ý")],
)
def test_priority_is_shape_and_word_besides_colour(status, glyph, word) -> None:
    vm = card(result(FIBRE, PROVINCE, 60.0, status=status))
    assert (vm.status, vm.glyph, vm.word) == (status.value, glyph, word)


def test_delta_is_against_the_previous_period_and_silent_without_one() -> None:
    now_result = result(FIBRE, PROVINCE, 88.9)
    month_ago = replace(now_result, value=88.1, as_of=now_result.as_of - timedelta(days=31))
    year_ago = replace(now_result, value=80.0, as_of=now_result.as_of - timedelta(days=365))
    assert card(now_result, series=[year_ago, month_ago, now_result]).delta == "+0,8 điểm so với tháng trước"
    assert card(now_result, series=[year_ago, now_result]).delta == ""
    assert card(now_result, series=[now_result]).delta == ""


def test_target_and_its_mark() -> None:
    online = replace(KPIS["services_online"], target=Target(value=80, due=date(2030, 12, 31), source="test"))
    vm = card(result(online, PROVINCE, 93.4), kpi=online)
    assert (vm.target, vm.mark) == ("mục tiêu 2030: 80%", 0.8)
    assert card(result(FIBRE, PROVINCE, 88.9)).mark is None


@pytest.mark.parametrize("key", ["services_online", "services_cashless"])
@pytest.mark.parametrize("value", [66.4, 93.4])
def test_a_goal_of_people_is_neither_met_nor_missed_by_a_share_of_files(key: str, value: float) -> None:
    kpi = KPIS[key]
    assert not kpi.meets(value)
    vm = card(result(kpi, PROVINCE, value), kpi=kpi)
    assert vm.target == "mục tiêu 2030: 80% người dân và doanh nghiệp (cách tính khác)"
    assert (vm.gap, vm.mark) == ("", None)
    english = card(result(kpi, PROVINCE, value), kpi=kpi, language="en").target
    assert english == "target 2030: 80% people and businesses (counted otherwise)"


def test_seconds_are_read_in_hours() -> None:
    online = KPIS["waste_online_rate"]
    vm = card(result(online, PROVINCE, 94.2, numerator=406_800, denominator=432_000), kpi=online)
    assert vm.context == "113/120 giờ trong ca"
    early = card(result(online, PROVINCE, 95.0, numerator=1_710, denominator=1_800), kpi=online)
    assert early.context == "0,5/0,5 giờ trong ca"


def test_spark_keeps_the_last_value_of_each_span_inside_the_box() -> None:
    since, until = NOW - timedelta(hours=6), NOW
    points = [(since + timedelta(minutes=i), float(i % 7)) for i in range(361)]
    drawn = [tuple(map(float, p.split(","))) for p in spark(course(points, since, until)).split()]
    assert len(drawn) == 48
    assert drawn == sorted(drawn, key=lambda p: p[0])
    assert all(0 <= x <= 100 and 0 <= y <= 28 for x, y in drawn)
    assert drawn[-1][1] == pytest.approx(3 + 22 * (6 - 360 % 7) / 6, abs=0.06)


def test_spark_needs_two_known_points_and_ignores_unknown_ones() -> None:
    since = NOW - timedelta(hours=6)
    assert spark(course([], since, NOW)) == ""
    assert spark(course([(NOW, 5.0), (NOW - timedelta(hours=1), None), (None, 4.0)], since, NOW)) == ""
    flat = spark(course([(NOW - timedelta(hours=1), 5.0), (NOW, 5.0)], since, NOW))
    assert {p.split(",")[1] for p in flat.split()} == {"14.0"}


def test_public_card_only_through_the_rule() -> None:
    silent = [key for key, kpi in KPIS.items() if kpi.public is None]
    assert silent
    for key in silent:
        assert public_card(KPIS[key], FEEDS[KPIS[key].feed], result(KPIS[key], PROVINCE, 50.0), "vi", NOW) is None


def test_public_card_needs_enough_contributors() -> None:
    few = result(FIBRE, PROVINCE, 88.9, reporting=FIBRE.public.min_reporting - 1)
    assert public_card(FIBRE, COVERAGE, few, "vi", NOW) is None
    assert public_card(FIBRE, COVERAGE, replace(few, reporting=FIBRE.public.min_reporting), "vi", NOW) is not None
    assert public_card(FIBRE, COVERAGE, None, "vi", NOW) is None


def test_of_fewer_than_a_hundred_nothing_is_said_of_every_hundred() -> None:
    of_hundred = {key for key, kpi in KPIS.items() if kpi.public and "Cứ 100 " in kpi.public.headline.vi}
    assert of_hundred == {key for key, kpi in KPIS.items() if kpi.public and kpi.public.least_of == 100}
    online = KPIS["services_online"]
    seven = replace(result(online, PROVINCE, 42.9), numerator=3.0, denominator=7.0)
    assert public_card(online, FEEDS[online.feed], seven, "vi", NOW) is None
    vm = public_card(online, FEEDS[online.feed], replace(seven, denominator=100.0), "vi", NOW)
    assert vm is not None
    assert vm.headline == "Cứ 100 hồ sơ thì 43 hồ sơ được giải quyết trực tuyến"


def test_public_card_is_one_plain_sentence_with_rounded_numbers() -> None:
    vm = public_card(FIBRE, COVERAGE, result(FIBRE, PROVINCE, 88.912, numerator=425_437.0), "vi", NOW)
    assert vm is not None
    assert vm.headline == "Cứ 100 hộ thì 89 hộ có Internet cáp quang"
    assert (vm.value, vm.unit) == ("88,9%", "hộ")
    assert vm.context == "khoảng 425.000 trên 478.000 hộ"
    assert (vm.coverage, vm.source) == ("60/60 xã", "Mô phỏng")
    assert vm.simulated


def test_a_public_card_says_no_count_twice() -> None:
    score = KPIS["score_766"]
    vm = public_card(score, FEEDS[score.feed], result(score, PROVINCE, 87.0), "vi", NOW)
    assert vm is not None
    assert "87/100" in vm.headline
    assert vm.context == ""


def test_a_public_card_tells_what_is_missing_and_who_typed_it_in_words() -> None:
    part = result(
        FIBRE, PROVINCE, 88.9, reporting=41, sources=("VNPT", "Viettel"), kinds={Kind.DECLARED: 40, Kind.ESTIMATED: 1}
    )
    vi, en = (public_card(FIBRE, COVERAGE, part, language, NOW) for language in ("vi", "en"))
    assert vi is not None
    assert (vi.coverage, vi.source) == ("41/60 xã", "VNPT, Viettel · ✎ khai báo, ≈ ước tính")
    assert en is not None
    assert (en.coverage, en.source) == ("41/60 communes", "VNPT, Viettel · ✎ declared, ≈ estimated")


def test_a_source_that_calls_itself_a_plate_is_told_without_it() -> None:
    named = result(FIBRE, PROVINCE, 88.9, sources=("xe 62C-777.71",), kinds={Kind.DECLARED: 1})
    vm = public_card(FIBRE, COVERAGE, named, "vi", NOW)
    assert vm is not None
    assert vm.source == "xe … · ✎ khai báo"


def test_public_view_model_cannot_carry_a_place_a_vehicle_or_a_person() -> None:
    names = {f.name for f in fields(PublicCardVM)}
    assert not names & {"place", "entity", "vehicle", "device", "latitude", "longitude", "owner"}


def test_the_normal_band_lies_behind_the_spark_on_the_same_scale() -> None:
    since = NOW - timedelta(hours=6)
    points = [(NOW - timedelta(hours=2), 70.0), (NOW, 90.0)]
    drawn = course(points, since, NOW)
    assert spark_band(drawn, (80.0, inf)) == f"0.0 {HEIGHT / 2:.1f}", "the better half of the drawing"
    assert spark_band(drawn, (-inf, 80.0)) == f"{HEIGHT / 2:.1f} {HEIGHT:.1f}"
    assert spark_band(drawn, (60.0, inf)) == f"0.0 {HEIGHT:.1f}", "all of it was normal"
    assert spark_band(drawn, (95.0, inf)) == "", "none of it was normal"
    assert spark_band(course(points[:1], since, NOW), (80.0, inf)) == ""
    level = course([(NOW - timedelta(hours=2), 70.0), (NOW, 70.0)], since, NOW)
    assert spark_band(level, (80.0, inf)) == ""
    assert spark_band(level, (60.0, inf)) == f"0.0 {HEIGHT:.1f}"


def test_normal_ends_at_the_first_threshold_that_is_reached() -> None:
    kpi = KPIS["services_on_time"]
    assert normal_range(kpi) == (max(t.limit for t in kpi.thresholds), inf)
    lower = next(k for k in KPIS.values() if k.better is Better.LOWER and k.thresholds)
    assert normal_range(lower) == (-inf, min(t.limit for t in lower.thresholds))


def test_what_the_province_states_stands_beside_the_sum_of_its_communes():
    kpi = KPIS["coverage_fibre_households"]
    said = Stated(value=88.9, numerator=425_000, denominator=478_000, as_of=NOW - timedelta(days=3),
                  kinds={Kind.DECLARED: 1}, sources=("Sở KHCN",))  # fmt: skip
    both = present(kpi, FEEDS[kpi.feed], replace(result(kpi, PROVINCE, 87.4), stated=said), [], "vi", NOW)
    assert (both.value, both.stated.startswith("Tỉnh tự báo 88,9%")) == ("87,4", True)
    assert "Sở KHCN" in both.stated
    assert present(kpi, FEEDS[kpi.feed], result(kpi, PROVINCE, 87.4), [], "vi", NOW).stated == ""


def test_each_part_of_a_quotient_has_its_own_unit() -> None:
    def context(key: str, above: float, below: float, language: str = "vi") -> str:
        made = result(KPIS[key], PROVINCE, 1.0, numerator=above, denominator=below)
        return present(KPIS[key], FEEDS[KPIS[key].feed], made, (), language, NOW).context  # type: ignore[arg-type]

    assert context("waste_kg_per_km", 3_992, 62) == "3.992 kg / 62 km"
    assert context("waste_kg_per_person", 3_992, 29_180) == "3.992 kg / 29.180 người"
    assert context("waste_idle", 6_840, 3) == "1,9 giờ / 3 xe"
    assert context("waste_coverage", 2_100, 438_000) == "2,1/438 km"
    assert context("services_on_time", 93, 100) == "93/100 hồ sơ"
    assert context("waste_eta_baseline", 90, 36_000, "en") == "0.0/10 hours"


def test_why_there_is_no_value_is_said() -> None:
    def context(missing: Missing | None, status: Status = Status.NO_DATA) -> str:
        return card(result(FIBRE, PROVINCE, None, status=status, reporting=12, missing=missing)).context

    assert context(Missing.CONTRADICTION) == "số gửi đến mâu thuẫn nhau"
    assert context(Missing.UNKNOWN) == "chưa rõ quá nửa"
    assert context(Missing.SMALL) == context(Missing.SMALL, Status.NOT_APPLICABLE) == "chưa phát sinh đủ để tính"
    assert context(Missing.FEW) == context(None) == "chưa đủ số liệu"
