"""Plates, numbers with units and hours stay whole where lines break, and nothing else is parted."""

import pytest
from dash import Dash, html
from dash.development.base_component import Component

from callbacks.parts.trees import Trees
from paint.markup import markup
from paint.whole import whole


def parts(text: str) -> list[str]:
    told = markup(html.P(text)).split('<bdi class="ioc-whole">')
    return [one.split("</bdi>")[0] for one in told[1:]]


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("xe LA-001 rời tuyến", ["LA-001"]),
        ("62C-123.45", ["62C-123.45"]),
        ("theo lịch 04:03–07:25", ["04:03–07:25"]),
        ("trước 0 m/15,7 km; nay LA-002", ["0 m", "15,7 km", "LA-002"]),
        ("xe chạy 8 giờ · 1.232 vị trí", ["8 giờ"]),
        ("29 km/h", ["29 km/h"]),
        ("còn thiếu 4,68 điểm (17,32/22)", ["4,68 điểm"]),
        ("90 seconds – 10 minutes", ["90 seconds", "10 minutes"]),
        ("trên máy này, 24 giờ qua: 1 thay đổi", ["24 giờ", "1 thay đổi"]),
    ],
)
def test_what_is_one_stays_whole(text: str, one: list[str]) -> None:
    assert parts(text) == one


@pytest.mark.parametrize("text", ["", "Đường mẫu 48", "5 mới", "lúc 09:40", "IOC-LA", "A - 1", "số 8 trong danh sách"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert whole(text) == text


def test_a_sentence_with_something_whole_stays_one_box_in_its_row() -> None:
    assert markup(html.P(["đã ", "xe LA-001 chạy"])) == (
        '<p>đã <bdi>xe <bdi class="ioc-whole">LA-001</bdi> chạy</bdi></p>'
    )


@pytest.mark.parametrize(
    "element",
    [html.Option("LA-001"), html.Time("8 giờ"), html.Span("8 giờ", **{"data-part": "coverage"}), html.Title("LA-001")],
)
def test_what_holds_text_alone_or_is_written_by_scripts_is_not_parted(element: Component) -> None:
    (drawn,) = Trees(Dash()).of([element])
    assert drawn.tree[2:] == [element.children]
    if not isinstance(element, html.Title):
        assert "<bdi" not in markup(element)


def test_the_page_that_scripts_draw_parts_text_as_the_first_does() -> None:
    (drawn,) = Trees(Dash()).of([html.P("xe LA-001")])
    assert drawn.tree == ["p", {}, ["bdi", {}, "xe ", ["bdi", {"className": "ioc-whole"}, "LA-001"]]]
    assert markup(html.P("xe LA-001")) == '<p><bdi>xe <bdi class="ioc-whole">LA-001</bdi></bdi></p>'
