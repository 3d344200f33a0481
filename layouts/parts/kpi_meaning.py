"""What an indicator means: formula and source, who answers, who set the target, its limits, what was published."""

import re

from dash import html
from dash.development.base_component import Component

from domain.kpis.kpi import Kpi
from domain.mission.indicators import INDICATORS
from domain.numbers import with_unit
from layouts.parts.cards import measure_name
from layouts.parts.components import section
from layouts.parts.published import cited, quoted_of, said
from layouts.parts.screen import ScreenData
from present import formats
from present.cards import STATUS_WORDS, target_words
from present.text import words

MEASURE = re.compile("`([^`]+)`")


def meaning(data: ScreenData, kpi: Kpi) -> Component:
    """A list of terms. What declarations say in English only stands on the English page alone."""
    _ = words(data.language)
    unit = kpi.unit.to(data.language)
    told = [
        (_("Cách tính"), _formula(data, kpi)),
        (_("Số liệu dùng"), kpi.window.words.to(data.language)),
        (_("Cơ quan chịu trách nhiệm"), kpi.owner.to(data.language)),
        (_("Khi vượt ngưỡng"), kpi.response.to(data.language)),
    ]
    english = data.language == "en"
    if english:
        told.append((_("Căn cứ"), kpi.source_of_formula))
    if kpi.target:
        told.append((_("Mục tiêu"), f"{target_words(kpi, data.language)} · {kpi.target.source}"))
    if kpi.target and kpi.target.set_by:
        told.append((_("Mục tiêu của tỉnh, do"), kpi.target.set_by.to(data.language)))
    for one in kpi.thresholds:
        limit = with_unit(formats.trimmed(one.limit, kpi.decimals, data.language), unit)
        named = " ".join((_("Ngưỡng"), STATUS_WORDS[one.status].to(data.language)))
        told.append((named, f"{limit} · {one.because}" if english else limit))
    told += [(_("Đã công bố"), quoted) for quoted in _published(data, kpi)]
    terms = [part for name, words_ in told for part in (html.Dt(name), html.Dd(words_))]
    return section(_("Ý nghĩa"), [html.Dl(terms, className="ioc-meaning")])


def _published(data: ScreenData, kpi: Kpi) -> list[str]:
    """What articles printed of the mission's rows that it answers, each with article and date.

    It is quoted, never computed with, and stands beside the centre's own figure with the row that it is of.
    """
    return [
        f"{said(data, quote)} · {cited(data, quote)} ({one.names.to(data.language)})"
        for one in INDICATORS
        if one.number in kpi.indicators
        for quote in quoted_of(data, one)
    ]


def _formula(data: ScreenData, kpi: Kpi) -> str:
    """The formula with its measures by name; one of another feed is "feed/measure"."""

    def named(found: re.Match[str]) -> str:
        feed, _, key = found[1].rpartition("/")
        return f"({measure_name(data, feed or kpi.feed, key)})"

    return MEASURE.sub(named, kpi.formula.words.to(data.language))
