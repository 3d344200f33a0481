"""Rows of public services: a hundred dossiers a commune, and the province's installs."""

from datetime import datetime, timedelta
from typing import Any

from domain.instant import VIETNAM
from tests.areas.proofs import Proof, by_commune, of_province

DOSSIERS = by_commune(
    "services", dossiers_due=100, dossiers_on_time=98, dossiers_received=100, dossiers_online=93, dossiers_with_fee=40,
    dossiers_paid_online=25,
)  # fmt: skip

SERVICES = ("health", "dvc", "electricity", "water", "traffic", "education", "jobs", "birth", "filing", "feedback")
CITIZENS = of_province(
    "citizens", adults=1_000, adults_vneid=982, adults_signing=310, insured_visits=2_000, cccd_visits=1_500,
    procedures_eligible=1_200, procedures_full=1_180, app_users=98_765, contest_entrants=3_210, adults_online=620,
    adults_cashless=555, firms=400, firms_online=300, officials=200, officials_signing=190,
    **{f"calls_{service}": 4_321 + n for n, service in enumerate(SERVICES)},
)  # fmt: skip

# Nobody of these may be found again in any byte that the centre keeps or answers.
PEOPLE = ("Nguyễn Thị Bí Mật", "Bí Mật", "0909 123 987", "0909123987", "080199001234", "bimat@example.org")


def _told(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}"


def dossier_records(now: datetime) -> list[dict[str, Any]]:
    """Four dossiers that ended just now, one late, all with a fee, three paid online; one more that names a person."""
    common = {
        "MaTTHC": "1.001612.000.00.00.H53", "TenTTHC": f"Cấp bản sao cho {PEOPLE[0]}", "KenhThucHien": "2",
        "ChuHoSo": PEOPLE[0], "SoGiayToChuHoSo": PEOPLE[4], "SoDienThoai": PEOPLE[3], "Email": PEOPLE[5],
        "NgayTiepNhan": _told(now - timedelta(minutes=2)), "NgayKetThucXuLy": _told(now), "DonViXuLy": "27694",
        PEOPLE[0]: PEOPLE[3], "TaiLieuNop": [{"TenGiayTo": f"CCCD {PEOPLE[4]}", "DuocSoHoa": "1"}],
        "DanhSachGiayToKetQua": [{"MaGiayToKetQua": PEOPLE[4], "DuongDanTepTinKetQua": f"/kq/{PEOPLE[4]}.pdf"}],
        "DanhSachLePhi": [{"Gia": "50000"}],
    }  # fmt: skip
    ends = [now + timedelta(days=1)] * 3 + [now - timedelta(minutes=1)]
    known = [
        {**common, "MaHoSo": f"{DOSSIER_ID}-{n}", "NgayHenTra": _told(due), "DuocThanhToanTrucTuyen": str(int(n < 3))}
        for n, due in enumerate(ends)
    ]
    return [*known, {**common, "MaHoSo": f"{DOSSIER_ID}-9", "MaTTHC": PEOPLE[0], "DonViXuLy": PEOPLE[3]}]


def feedback_records(now: datetime) -> list[dict[str, Any]]:
    """Three open items, four answered ones, three of which satisfied; one more that names a person as its unit."""
    common = {
        "DonViXuLy": "27694", "LinhVuc": "traffic", "NgayTiepNhan": _told(now - timedelta(days=4)),
        "NguoiPhanAnh": PEOPLE[0], "SoDienThoai": PEOPLE[2], "NoiDung": f"{PEOPLE[0]} báo, gọi {PEOPLE[3]}",
        "TraLoi": f"Đã trả lời {PEOPLE[0]}", PEOPLE[3]: PEOPLE[4],
    }  # fmt: skip
    answered = {"NgayLienHe": _told(now - timedelta(days=3)), "NgayTraLoi": _told(now)}
    states = [{}] * 3 + [{**answered, "HaiLong": "1"}] * 3 + [{**answered, "HaiLong": "0"}]
    known = [{**common, **state, "MaPhanAnh": f"{FEEDBACK_ID}-{n}"} for n, state in enumerate(states)]
    return [*known, {**common, "MaPhanAnh": f"{FEEDBACK_ID}-9", "DonViXuLy": PEOPLE[0]}]


DOSSIER_ID, FEEDBACK_ID = "000.00.12.H53-261120-0042", "PA-1022-77341"

ROWS = (
    Proof(
        row=12,
        screen="/services",
        sends=CITIZENS,
        shows={f"calls_{service}": f"4.{321 + n}" for n, service in enumerate(SERVICES)},
    ),
    Proof(row=13, screen="/services", sends=CITIZENS, shows={"procedures_full": "98,3"}),
    Proof(row=17, screen="/services", sends=CITIZENS, shows={"vneid": "98,2"}),
    Proof(
        row=29,
        screen="/services",
        posts={"/ingest/feedback": feedback_records},
        shows={
            "feedback_open": "3",
            "feedback_overdue": "0",
            "feedback_open_age": "4,0",
            "feedback_on_time": "100,0",
            "feedback_liked": "75,0",
            "feedback_first_contact": "24,0",
        },
    ),
    Proof(row=35, screen="/data", sends=DOSSIERS, names=("60/60",)),
    Proof(
        row=30, screen="/services", sends=CITIZENS, shows={"signatures_personal": "31,0", "signatures_official": "95,0"}
    ),
    Proof(row=31, screen="/services", sends=CITIZENS, shows={"visits_by_card": "75,0"}),
    Proof(
        row=11,
        screen="/services",
        sends=(*of_province("services", app_installs=413_500), *CITIZENS),
        shows={"services_app_installs": "413.500", "app_users": "98.765"},
    ),
    Proof(
        row=14,
        screen="/services",
        sends=(*DOSSIERS, *CITIZENS),
        posts={"/ingest/dossiers": dossier_records},
        shows={"services_online": "93,0", "dossiers_online": "100,0", "people_online": "62,0", "firms_online": "75,0"},
    ),
    Proof(
        row=15,
        screen="/services",
        sends=(*DOSSIERS, *CITIZENS),
        posts={"/ingest/dossiers": dossier_records},
        shows={"services_cashless": "62,5", "people_cashless": "55,5", "dossiers_paid_online": "75,0"},
    ),
    Proof(
        row=28,
        screen="/services",
        sends=of_province("dti", dti_rank=11, dti_score=0.647),
        shows={"dti_rank": "11", "dti_score": "0,6470"},
    ),
    Proof(
        row=16,
        screen="/services",
        sends=DOSSIERS,
        posts={"/ingest/dossiers": dossier_records},
        shows={"services_on_time": "98,0", "dossiers_on_time": "75,0"},
    ),
)
