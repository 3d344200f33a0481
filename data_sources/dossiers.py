"""Dossiers of administrative procedures as the one-stop system holds them: codes, dates and facts, nobody's name."""

from datetime import timedelta

from data_sources.reports.dossiers import read_dossiers, scrub_dossiers
from domain.feeds.feed import Feed
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import Files, Wire
from domain.services.dossier import DOSSIER
from domain.text import Text

_BODY = {
    "application/json": {
        "schema": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["MaHoSo", "MaTTHC", "DonViXuLy", "NgayTiepNhan"],
                "description": "One dossier by the field names of the national portal; people's names and numbers "
                "are dropped before anything is stored, MaHoSo is kept as a keyed hash.",
            },
        }
    }
}

FEED = Feed(
    key="dossiers",
    names=Text("Hồ sơ một cửa", "One-stop dossiers"),
    owner=Owner(
        office=Text("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre"),
        role=Text("trực hệ thống một cửa", "one-stop system on duty"),
    ),
    reporters=Province(),
    cadence=timedelta(hours=1),
    stale_after=timedelta(hours=26),
    measures=(),
    ways_in=(
        Wire(key="dossiers", names=Text("Hồ sơ", "Dossiers"), decode=read_dossiers, content=_BODY, max_bytes=8 * 2**20),
        Files(read_dossiers),
    ),
    scrub=scrub_dossiers,
    legal_basis="Quyết định 766/QĐ-TTg; Nghị định 278/2025/NĐ-CP",
    cases=(DOSSIER,),
)
