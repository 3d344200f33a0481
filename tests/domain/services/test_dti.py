"""DTI: the weights of 2022 reproduce published scores; one pillar's change; ranks of 63 and of 34."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from data_sources.dti import MEASURES
from domain.services.dti import PILLARS, DtiSet, Pillar, ranked_of
from store.dti_sets import dti_sets

SET = dti_sets()["2022"]
DA_NANG = dict(
    zip(
        PILLARS,
        map(Decimal, ["1.0000", "0.9000", "0.8253", "0.8487", "0.7578", "0.8575", "0.7836", "0.5197"]),
        strict=True,
    )
)
_COLUMNS = ("nhan_thuc_so", "the_che_so", "ha_tang_so", "nhan_luc_so", "an_toan_tt", "hd_chinh_quyen_so",
            "hd_kinh_te_so", "hd_xa_hoi_so")  # fmt: skip


def test_da_nang_has_0_8002():
    assert SET.score(DA_NANG) == Decimal("0.8002")
    assert SET.whole == 1000


@pytest.mark.realdata
def test_the_five_published_provinces_come_out_within_a_ten_thousandth(realdata: Path):
    with (realdata / "services" / "dti_2022" / "dti_2022_components_top5.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 5
    for row in rows:
        found = SET.score({key: Decimal(row[name]) for key, name in zip(PILLARS, _COLUMNS, strict=True)})
        assert found is not None
        assert abs(found - Decimal(row["pdti"])) <= Decimal("0.0001"), row["province"]
    assert rows[0]["province"].endswith("Đà Nẵng")


@pytest.mark.realdata
def test_long_an_was_11_and_tay_ninh_40_of_63(realdata: Path):
    with (realdata / "services" / "dti_2022" / "dti_2022_rank.csv").open(encoding="utf-8") as lines:
        ranks = {row["province"]: int(row["rank"]) for row in csv.DictReader(lines)}
    assert (len(ranks), ranks["Long An"], ranks["Tây Ninh"]) == (63, 11, 40)
    assert ranked_of(2022) == 63


def test_an_unknown_pillar_gives_no_score():
    assert SET.score({key: value for key, value in DA_NANG.items() if key != "society"}) is None


def test_what_if_changes_one_pillar_and_the_lever_has_the_most_to_win():
    assert SET.with_one(DA_NANG, "society", Decimal(1)) == Decimal("0.8722")
    pillar, won = SET.to_win(DA_NANG)[0]
    assert (pillar.key, won) == ("society", Decimal("0.072045"))
    with pytest.raises(ValueError, match="0 to 1"):
        SET.with_one(DA_NANG, "society", Decimal(2))


def test_a_new_set_is_a_file(tmp_path: Path):
    (tmp_path / "2031.csv").write_text("key,weight\neconomy,3\nsociety,1\n", "utf-8")
    found = dti_sets(tmp_path)["2031"]
    assert found.score({"economy": Decimal(1), "society": Decimal(0)}) == Decimal("0.7500")


@pytest.mark.parametrize(
    "text",
    [
        "key,vi\na,b\n",
        "key,weight\neconomy,viel\n",
        "key,weight\nx,1\n",
        "key,weight\neconomy,0\n",
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str):
    (tmp_path / "2031.csv").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="2031"):
        dti_sets(tmp_path)


def test_repeated_pillars_are_refused():
    one = Pillar(key="society", weight=Decimal(1))
    with pytest.raises(ValueError, match="once"):
        DtiSet(key="x", pillars=(one, one))


def test_the_ranking_breaks_with_the_merger_and_every_pillar_has_a_measure():
    assert [ranked_of(year) for year in (2023, 2024, 2030)] == [63, 34, 34]
    assert {f"dti_{key}" for key in PILLARS} <= {measure.key for measure in MEASURES}
