"""Names of streets as people read them."""

import pytest
from osm_file import Tags

from data_sources.places.osm.tags import clean, name, street


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"name": "Hu\u0300ng Vu\u031bo\u031bng"}, "Hùng Vương"),
        ({"name": "  Lê\tLợi\n\x00\u202e "}, "Lê Lợi"),
        ({"name": "<b>30/4</b>"}, "<b>30/4</b>"),
        ({"name": "ផ្លូវ", "name:vi": "Đường biên giới"}, "Đường biên giới"),
        ({"name": "ផ្លូវ"}, ""),
        ({"name": "\u200b", "ref": "ĐT.818"}, "ĐT.818"),
        ({"name": "Võ Thị Sáu", "name:vi": "Đường Võ Thị Sáu"}, "Võ Thị Sáu"),
        ({}, ""),
    ],
)
def test_names_as_people_read_them(tags: Tags, expected: str):
    assert name(tags) == expected


def test_a_huge_name_is_cut_and_quickly():
    assert len(clean("ế" * 5_000_000)) == 100


def test_a_nameless_street_has_no_name_at_all():
    found = street({"highway": "residential", "name": ""})
    assert found is not None
    assert found.name == ""
