"""Whom training counts: attendances ("lượt"), never people."""

from collections.abc import Mapping

from domain.text import Text

# The article of 29/06/2025 counts the first two; communes also train producers and residents.
AUDIENCES: Mapping[str, Text] = {
    "officials": Text("cán bộ, công chức", "officials"),
    "teams": Text("tổ công nghệ số", "digital teams"),
    "others": Text("cơ sở, người dân", "producers, residents"),
}
"""By the key that ends a measure's and a KPI's name."""
