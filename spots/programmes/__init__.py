"""Career programmes: institutions, classes, cohorts, and the rule that decided.

`read_programme_rules` reads a programme, `classes` says who is of which class on which days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.programmes.classing import (
        EVER,
        ClassedInstitutions,
        classed,
        classes,
    )
    from spots.programmes.programme_reading import programme_presets, read_programme_rules

__all__ = [
    "EVER",
    "ClassedInstitutions",
    "classed",
    "classes",
    "programme_presets",
    "read_programme_rules",
]

_HOMES = {
    "spots.programmes.classing": (
        "EVER",
        "ClassedInstitutions",
        "classed",
        "classes",
    ),
    "spots.programmes.programme_reading": ("programme_presets", "read_programme_rules"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
