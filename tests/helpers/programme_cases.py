"""Small lists and programmes for the tests of career programmes, and a register that is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.facilities import RawFacility
from spots.locating.run_ground import NOWHERE
from spots.programmes import read_programme_rules
from spots.programmes.institution_lists import read_institutions
from spots.register import InstitutionMemberships, Membership
from spots.telling.wording import NOTHING
from spots.types import Truth
from spots.types.designations import DesignationKind
from spots.types.institution_classes import ClassSpan, InstitutionClasses
from spots.types.programmes import ProgrammeRules

HEAD = "医療機関名,市町村,種別\n"
#: A programme with every kind of rule.
EVERY_RULE = """
[programme]
id = "made_up"
title = { ja = "試しのプログラム", en = "made-up programme" }
prefecture = "02"
source = "試し"
municipalities = ["02201 青森市", "02202 弘前市", "02203 八戸市", "02204 黒石市"]

[[cohort]]
id = "new"
title = "新"
[[cohort]]
id = "old"
title = "旧"

[[class]]
id = "shortage"
title = "少数等"
[[class]]
id = "named"
title = "指定"
[[class]]
id = "affiliated"
title = "連携"
[[class]]
id = "other"
title = "対象外"
default = true

[[rule]]
id = "outside"
class = "shortage"
by = "municipality"
except = ["弘前市", "青森市"]

[[rule]]
id = "listed"
class = "named"
by = "named"
cohorts = ["new"]
institutions = [{ name = "健生病院", municipality = "弘前市" }]

[[rule]]
id = "abroad"
class = "affiliated"
by = "affiliated"
institutions = [
  { name = "大館の病院", municipality = "秋田県大館市", from = 2025-04-01, to = 2026-03-31 },
]
"""


#: By kind, what a register says of an institution.
Kinds = Mapping[DesignationKind, tuple[Membership, ...]]


def known(span: DaySpan, truth: Truth, reason: Text = NOTHING) -> Membership:
    """Return a membership as a register has it."""
    held = ("municipality:02203", "八戸市") if truth is Truth.MET else ("", "")
    return Membership(span, truth, 1, "第8次前期", *held, reason)


def recorded(
    rows: Sequence[RawFacility], of: Mapping[str, Kinds]
) -> tuple[InstitutionMemberships, ...]:
    """Return what a made-up register says of each row, by its name."""
    return tuple(
        InstitutionMemberships(row, NOWHERE, None, outside=False, kinds=of.get(row.name, {}))
        for row in rows
    )


def listed(folder: Path, *rows: str, head: str = HEAD) -> tuple[RawFacility, ...]:
    """Return the rows of a list of institutions."""
    path = folder / "institutions.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_institutions(path)[0]


def programme(folder: Path, text: str = EVERY_RULE) -> ProgrammeRules:
    """Return a programme from its text."""
    path = folder / "programme.toml"
    path.write_text(text, encoding="utf-8")
    return read_programme_rules(path)


def on(one: InstitutionClasses, cohort: str, day: str) -> ClassSpan:
    """Return what an institution is on a day."""
    (found,) = [each for each in one.spans[cohort] if date.fromisoformat(day) in each.span]
    return found
