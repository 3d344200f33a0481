"""The brief as a workbook: goals, communes, changes, and what it stands on; figures as numbers, not as text."""

from present.brief.brief import Brief
from present.text import words
from present.workbook import Sheet, Value, workbook


def xlsx(brief: Brief) -> bytes:
    """The bytes of the workbook."""
    _ = words(brief.language)
    heads = ("Mục tiêu", "Hiện nay", "Đơn vị", "Cần đạt", "Còn thiếu", "Chịu trách nhiệm", "Do ai đặt")
    goals: list[list[Value]] = [
        [brief.headline],
        [brief.lead],
        [_("DỮ LIỆU MÔ PHỎNG")] if brief.simulated else [],
        [_(name) for name in (*heads, "Nơi gửi số liệu", "Số liệu lúc", "Nguồn")],
    ]
    for one in brief.goals:
        value = one.value if one.number is None else one.number
        said = (one.name, value, one.unit, one.target, one.gap, one.owner, one.set_by, one.coverage)
        goals.append([*said, one.as_of, one.source])
    places: list[list[Value]] = [[_("Mục tiêu"), "", _("Nơi"), _("Hiện nay"), _("Hạng thay đổi")]]
    places += [
        [one.name, one.worst_words, place.name, place.value, place.move] for one in brief.goals for place in one.worst
    ]
    basis: list[list[Value]] = [[_("Số liệu lúc"), brief.as_of]]
    basis += [[_("Nguồn"), source] for source in brief.sources]
    basis.append([_("Mã kiểm tra số liệu (sha256)"), brief.sha256])
    sheets = (
        Sheet(_("Mục tiêu"), goals, heads=4),
        Sheet(_("Xã, phường"), places),
        Sheet(_("Thay đổi"), [[brief.since], *([said] for said in brief.changes)]),
        Sheet(_("Nguồn"), basis, heads=0),
    )
    return workbook(sheets, brief.made_at, brief.headline)
