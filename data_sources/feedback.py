"""Citizens' feedback of line 1022 and Long An Số: codes and instants, nobody's name and no text."""

from datetime import timedelta

from data_sources.reports.feedback import read_feedback, scrub_feedback
from domain.feeds.feed import Feed
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import Files, Wire
from domain.services.feedback import FEEDBACK
from domain.text import Text

_BODY = {
    "application/json": {
        "schema": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["MaPhanAnh", "DonViXuLy", "LinhVuc", "NgayTiepNhan"],
                "description": "One item as it stands; who reported and what was written are dropped before anything "
                "is stored, MaPhanAnh is kept as a keyed hash.",
            },
        }
    }
}

FEED = Feed(
    key="feedback",
    names=Text("Phản ánh, kiến nghị 1022", "Feedback of line 1022"),
    owner=Owner(
        office=Text("Trung tâm IOC, tổng đài 1022; UBND cấp xã", "IOC centre, line 1022; communes"),
        role=Text("trực tổng đài 1022", "line 1022 on duty"),
    ),
    reporters=Province(),
    cadence=timedelta(hours=1),
    stale_after=timedelta(hours=26),
    measures=(),
    ways_in=(
        Wire(key="feedback", names=Text("Phản ánh", "Feedback"), decode=read_feedback, content=_BODY),
        Files(read_feedback),
    ),
    scrub=scrub_feedback,
    legal_basis="Quyết định 766/QĐ-TTg, 5.2 và 5.3",
    cases=(FEEDBACK,),
)
