"""Rows of public services: a hundred dossiers a commune, and the province's installs."""

from tests.areas.proofs import Proof, by_commune, of_province

DOSSIERS = by_commune(
    "services", dossiers_due=100, dossiers_on_time=98, dossiers_received=100, dossiers_online=93, dossiers_with_fee=40,
    dossiers_paid_online=25,
)  # fmt: skip

CITIZENS = of_province(
    "citizens", adults=1_000, adults_vneid=982, adults_signing=310, insured_visits=2_000, cccd_visits=1_500,
    procedures_eligible=1_200, procedures_full=1_180, calls_health=4_321,
)  # fmt: skip

ROWS = (
    Proof(row=12, screen="/kpi/calls_health", sends=CITIZENS, shows={"calls_health": "4.321"}),
    Proof(row=13, screen="/kpi/procedures_full", sends=CITIZENS, shows={"procedures_full": "98,3"}),
    Proof(row=17, screen="/kpi/vneid", sends=CITIZENS, shows={"vneid": "98,2"}),
    Proof(row=29, beside="tests/store/casework/test_feedback.py"),
    Proof(row=35, beside="tests/layouts/test_data.py"),
    Proof(row=30, screen="/kpi/signatures_personal", sends=CITIZENS, shows={"signatures_personal": "31,0"}),
    Proof(row=31, screen="/kpi/visits_by_card", sends=CITIZENS, shows={"visits_by_card": "75,0"}),
    Proof(
        row=11,
        screen="/services",
        sends=of_province("services", app_installs=413_500),
        shows={"services_app_installs": "413.500"},
    ),
    Proof(row=14, screen="/services", sends=DOSSIERS, shows={"services_online": "93,0"}),
    Proof(row=15, screen="/services", sends=DOSSIERS, shows={"services_cashless": "62,5"}),
    Proof(
        row=28, screen="/kpi/dti_rank", sends=of_province("dti", dti_rank=11, dti_score=0.647), shows={"dti_rank": "11"}
    ),
    Proof(row=16, screen="/services", sends=DOSSIERS, shows={"services_on_time": "98,0"}),
)
