"""The carriers whose networks cover the province."""

from collections.abc import Mapping

CARRIERS: Mapping[str, str] = {"viettel": "Viettel", "vnpt": "VNPT", "mobifone": "MobiFone"}
"""Names by the key that ends a measure's name."""
