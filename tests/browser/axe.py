"""Runs axe-core, the accessibility checker, in a page."""

from pathlib import Path

# Installed by scripts/node-tools.
_AXE = Path(__file__).parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => (await axe.run({ resultTypes: ['violations'] })).violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => [one.id, ...one.nodes.slice(0, 5).map(node => node.target + ' ' + node.any.map(a => a.message))])"""

AXE = f"{_AXE.read_text('utf-8')};" if _AXE.exists() else ""
SERIOUS = f"({_RUN})()"
"""Evaluates to the serious and critical findings in words, after `AXE` was evaluated."""
