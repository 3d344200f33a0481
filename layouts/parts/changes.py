"""Changes since the last visit, as sentences; each links to the rows that prove it."""

from dash import html
from dash.development.base_component import Component

from domain.kpis.change import Change, FeedChange, KpiChange, WorstChange
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.ranking import WORST
from domain.numbers import with_unit
from domain.places.place import PROVINCE
from layouts.parts.cards import by_name, place_name_now
from layouts.parts.links import address, kpi_address, row_address
from layouts.parts.screen import ScreenData
from present import formats
from present.cards import GLYPHS, STATUS_WORDS, shown, target_words
from present.text import words
from queries.changes import CHANGES

SHOWN = 3


def goal_id(key: str) -> str:
    """Id of a KPI's card on the leader's page."""
    return f"goal-{key}"


def since_last_visit(data: ScreenData) -> list[Component]:
    """The date of the last visit, a sentence per change of a figure; sources that began or ceased to send are folded.

    [] when changes could not be read.
    """
    news = data.get(CHANGES)
    if news is None:
        return []
    _ = words(data.language)
    items = [_item(data, change) for change in news.found if not isinstance(change, FeedChange)]
    sources = [_item(data, change) for change in news.found if isinstance(change, FeedChange)]
    body: list[Component] = [html.Ul(items[:SHOWN], className="ioc-changes")] if items else []
    if items[SHOWN:]:
        body.append(
            _folded(_.ngettext("và {n} thay đổi nữa", len(items) - SHOWN).format(n=len(items) - SHOWN), items[SHOWN:])
        )
    if sources:
        body.append(
            _folded(_.ngettext("{n} nguồn bắt đầu hoặc ngừng gửi", len(sources)).format(n=len(sources)), sources)
        )
    # The words have an element of their own: text beside a name for scripts is not kept whole (paint/whole.py).
    head = html.H2(html.Span(changes_head(data)), className="ioc-leader__since", **{"data-part": "last-visit"})
    return [head, *body]


def changes_head(data: ScreenData) -> str:
    """Since when changes are told, and how many figures changed; "" when changes could not be read."""
    news = data.get(CHANGES)
    if news is None:
        return ""
    _ = words(data.language)
    changed = len(figures_changed(data))
    count = _.ngettext("{n} thay đổi", changed).format(n=changed) if changed else _("không có thay đổi")
    if news.since is None:
        return _("Lần xem đầu tiên trên máy này, 24 giờ qua: {count}").format(count=count)
    when = formats.moment(news.since, data.now, data.language)
    return _("Từ lần xem trước ({when}): {count}").format(when=when, count=count)


def figures_changed(data: ScreenData) -> list[str]:
    """A sentence per change of a figure, in the order of `evaluation.changes`."""
    news = data.get(CHANGES)
    return [] if news is None else [_said(data, one) for one in news.found if not isinstance(one, FeedChange)]


def _said(data: ScreenData, change: Change) -> str:
    match change:
        case FeedChange():
            return _of_feed(data, change)
        case WorstChange():
            return _of_worst(data, change)
        case KpiChange():
            return _of_kpi(data, change)


def _folded(said: str, items: list[Component]) -> Component:
    return html.Details([html.Summary(said), html.Ul(items, className="ioc-changes")], className="ioc-behind")


def _item(data: ScreenData, change: Change) -> Component:
    match change:
        case FeedChange():
            return _line("", _said(data, change), address(data, "/data"))
        case WorstChange():
            return _line("", _said(data, change), address(data, "/leader", kpi=change.key) + "#leader-ranking")
        case KpiChange():
            glyph = GLYPHS.get(change.after.status, "") if change.levels else ""
            return _line(glyph, _said(data, change), _rows(data, change), change.after.status)


def _line(glyph: str, said: str, href: str, status: Status = Status.NORMAL) -> Component:
    mark = html.Span(glyph or "·", className="ioc-glyph", **{"aria-hidden": "true"})
    return html.Li([mark, html.A(said, href=href)], className=f"ioc-changes__item ioc-changes__item--{status}")


def _rows(data: ScreenData, change: KpiChange) -> str:
    """Link to the goal on this page or the KPI's own page; of a place to its row in its feed's table."""
    kpi = data.kpis[change.key]
    row = "" if change.place == PROVINCE else row_address(data, kpi.feed, change.place)
    return row or (f"#{goal_id(kpi.key)}" if kpi.province_goal else kpi_address(data, kpi))


def _of_kpi(data: ScreenData, change: KpiChange) -> str:
    """E.g. "Name, place: 98,1% → 94,2%; changed from normal to high at 10:05; no longer reaches its target 95%"."""
    _ = words(data.language)
    kpi = data.kpis[change.key]
    name = kpi.names.to(data.language)
    if change.place != PROVINCE:
        name += ", " + place_name_now(data, change.place)
    if change.corrected and change.after.as_of:
        name = _("Sửa số liệu {when} · {name}").format(
            when=formats.moment(change.after.as_of, data.now, data.language), name=name
        )
    clauses = [_moved(data, kpi, change.before, change.after)]
    at = _(" lúc {when}").format(when=formats.moment(change.at, data.now, data.language)) if change.at else ""
    if change.levels:
        before, after = (STATUS_WORDS[status].to(data.language) for status in change.levels)
        if change.levels[0] is Status.NO_DATA:
            clauses.append(_("ở mức {level}").format(level=after) + at + " " + _("(trước đó chưa có số liệu)"))
        else:
            clauses.append(_("chuyển từ {before} sang {after}").format(before=before, after=after) + at)
    if change.passed:
        clauses.append(_("đã lên mức {level}").format(level=STATUS_WORDS[change.passed].to(data.language)) + at)
        clauses.append(_("nay {level}").format(level=STATUS_WORDS[change.after.status].to(data.language)))
    if change.target is not None:
        goal = target_words(kpi, data.language)
        clauses.append((_("đã đạt {goal}") if change.target else _("không còn đạt {goal}")).format(goal=goal))
    return f"{name}: " + "; ".join(clauses)


def _moved(data: ScreenData, kpi: Kpi, before: KpiResult | None, after: KpiResult) -> str:
    unit = kpi.unit.to(data.language)
    texts = [with_unit(shown(kpi, r.value, kpi.decimals, data.language), unit) for r in (before, after) if r]
    return " → ".join(dict.fromkeys(texts))


def _of_worst(data: ScreenData, change: WorstChange) -> str:
    _ = words(data.language)
    clauses = []
    if change.entered:
        clauses.append(_("{names} xuống nhóm {n} nơi kém nhất").format(names=_names(data, change.entered), n=WORST))
    if change.left:
        left = _("{names} ra khỏi nhóm đó") if change.entered else _("{names} ra khỏi nhóm {n} nơi kém nhất")
        clauses.append(left.format(names=_names(data, change.left), n=WORST))
    return f"{data.kpis[change.key].names.to(data.language)}: " + "; ".join(clauses)


def _names(data: ScreenData, codes: tuple[str, ...]) -> str:
    return ", ".join(place_name_now(data, code) for code in sorted(codes, key=lambda c: by_name(data, c)))


def _of_feed(data: ScreenData, change: FeedChange) -> str:
    _ = words(data.language)
    if change.silent:
        said = _("Nguồn {feed} ngừng gửi: số liệu mới nhất từ {when}")
    elif change.first:
        said = _("Nguồn {feed} gửi lần đầu: số liệu mới nhất từ {when}")
    else:
        said = _("Nguồn {feed} gửi lại: số liệu mới nhất từ {when}")
    when = formats.moment(change.last_at, data.now, data.language)
    return said.format(feed=data.feeds[change.feed].names.to(data.language), when=when)
