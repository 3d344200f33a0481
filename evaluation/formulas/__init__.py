"""Formulas that compute a KPI's value from sums over its contributors, one per module (`domain.kpis.kpi.Formula`).

A formula sums before it divides, so that each contributor counts by its size.
"""

from evaluation.formulas.difference import Difference
from evaluation.formulas.largest import Largest
from evaluation.formulas.ratio import Ratio
from evaluation.formulas.share import Share
from evaluation.formulas.sum import Sum

__all__ = ["Difference", "Largest", "Ratio", "Share", "Sum"]
