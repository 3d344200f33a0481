"""Rows of the platform: load and reachability as machines tell them, decisions and agreements by name."""

from tests.areas.proofs import Proof, by_commune, happened, measured, of_province

LOAD = of_province(
    "data_centre", cpu_used=61.5, ram_used=72, storage_gb=200_000, storage_used_gb=130_000, minutes_watched=40_000,
    minutes_up=39_992,
)  # fmt: skip
DECISION = happened(
    "data_centre", "level_file", "approved", "QD-2026-01", decision="QĐ thử 01 · cấp độ 3", expires="2099-12-31"
)
AGREEMENT = happened(
    "shared_data", "agreement", "signed", "FPT-1", subject="FPT: thử nghiệm", next="kế hoạch năm", due="2099-01-31"
)

ROWS = (
    Proof(
        row=26, screen="/platform", sends=(*measured(LOAD), *of_province("data_centre", security_level=3), DECISION),
        shows={
            "platform_uptime": "99,98", "platform_level": "3", "platform_cpu": "62", "platform_ram": "72",
            "platform_storage": "65",
        },
        names=("QĐ thử 01 · cấp độ 3",),
    ),
    Proof(
        row=27, screen="/platform",
        sends=(
            *by_commune("video_rooms", video_room=1, video_rooms=2),
            *measured(by_commune("video_rooms", video_reachable=1)),
        ),
        shows={"platform_video_communes": "100", "platform_video_reachable": "50,0"},
    ),
    Proof(
        row=34, screen="/platform",
        sends=(
            *of_province(
                "shared_data", national_databases=16, national_connected=12, sector_databases=112, sector_in_use=69,
                open_datasets=42, agreements_signed=5, agreements_running=4,
            ),
            AGREEMENT,
        ),
        shows={
            "platform_national_connected": "75,0", "platform_sector_in_use": "61,6", "platform_open_datasets": "42",
            "platform_agreements": "4",
        },
        names=("FPT: thử nghiệm",),
    ),
)  # fmt: skip
