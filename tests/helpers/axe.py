"""axe-core, which finds accessibility faults of a page, in an open visit.

It comes with the development packages of Node.js (`npm ci`, which `make scripts` runs); nothing of
it is shipped. Without it tests are skipped, except in CI, where they fail.
"""

from __future__ import annotations

from pathlib import Path

from tests.helpers.browser import Visit
from tests.helpers.system import lacking

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """() => axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations
  .map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))]))"""


def faults(visit: Visit) -> list[list[object]]:
    """Return every fault that axe finds now: impact, rule and the first elements."""
    if not _AXE.exists():
        lacking("axe-core (npm ci)", "npm")
    visit.page.evaluate(_AXE.read_text(encoding="utf-8") + ";0")
    found: list[list[object]] = visit.page.evaluate(_RUN)
    return found
