"""The province's own figure in words, beside the sum of its communes: a second reading, never a correction."""

from datetime import datetime

from domain.kpis.kpi import Kpi, KpiResult
from domain.numbers import with_unit
from domain.text import Language
from present import formats
from present.text import words


def stated_words(kpi: Kpi, result: KpiResult | None, language: Language, now: datetime) -> str:
    """E.g. "Tỉnh tự báo 88,9 % (30/11/2026, Sở KHCN)"; "" when the province states no figure."""
    if result is None or result.stated is None:
        return ""
    _ = words(language)
    said = result.stated
    value = with_unit(formats.number(said.value, kpi.decimals, language), kpi.unit.to(language))
    when = formats.moment(said.as_of, now, language)
    return _("Tỉnh tự báo {value} ({when}, {sources})").format(
        value=value, when=when, sources=", ".join(said.sources) or _("không rõ nguồn")
    )
