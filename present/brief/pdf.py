"""The brief as PDF, one page of A4, set by typst with the product's own fonts: no network, no fonts of the system."""

import json
from pathlib import Path

import typst

from present.brief.brief import Brief
from present.text import words

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
CHANGES_SHOWN = 6
"""A page has room for so many and says how many more there are; the workbook has them all."""
LABELS = (
    "DỮ LIỆU MÔ PHỎNG", "Mục tiêu của tỉnh", "Thay đổi", "Hiện nay", "Cần đạt", "Chịu trách nhiệm", "Số liệu lúc",
    "Nguồn", "Mã kiểm tra số liệu (sha256)", "Không có thay đổi", "Trung tâm điều hành thông minh Long An", "Mục tiêu",
)  # fmt: skip


def pdf(brief: Brief) -> bytes:
    """The bytes of the PDF; the same brief gives the same bytes. Raises typst.TypstError."""
    _ = words(brief.language)
    labels = {name: _(name) for name in LABELS}
    rest = len(brief.changes) - CHANGES_SHOWN
    more = _.ngettext("và {n} thay đổi nữa", rest).format(n=rest) if rest > 0 else ""
    shown = {"changes": brief.changes[:CHANGES_SHOWN], "more": more, "labels": labels}
    told = json.dumps({**brief.plain(), **shown}, ensure_ascii=False)
    made: bytes = typst.compile(
        HERE / "brief.typ",
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"brief": told},
        timestamp=int(brief.made_at.timestamp()),
    )
    return made
