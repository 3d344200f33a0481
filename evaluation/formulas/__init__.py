"""How a KPI's value follows from sums over its contributors, one module a formula (`domain.kpi.Formula`).

A formula adds before it divides: parts of contributors are added first, so that a large one counts for what it is and
never as much as a small one.
"""

from evaluation.formulas.difference import Difference
from evaluation.formulas.ratio import Ratio
from evaluation.formulas.share import Share
from evaluation.formulas.sum import Sum

__all__ = ["Difference", "Ratio", "Share", "Sum"]
