"""Months of service from files: a programme, its institutions, rules, postings and persons.

Stands apart: the engine counts values that are in memory; here they are read, in an order in which
nobody's table is opened before everything else is known to be sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from groundfloor.problems import Problem
from spots.programmes.programme_list import AskedProgramme, ProgrammeList, programme_list
from spots.programmes.programme_reading import programme_presets
from spots.service.clocks import serve
from spots.service.institution_names import by_id
from spots.service.posting_reading import read_service_tables
from spots.service.service_pages import ServiceAnswer
from spots.service.service_rules import ServiceRules, preset_rules, read_rules
from spots.service.untold_cells import unquoted
from spots.types.institution_classes import InstitutionClasses
from spots.types.service_clocks import AcrossEnd

# Whether the list has all that a programme names: a posting at one that it lacks is refused itself.
_OF_THE_LIST = frozenset({"programme-institution-missing"})


@dataclass(frozen=True, slots=True)
class AskedService:
    """What is asked.

    Parameters
    ----------
    postings : Path
        Table of postings.
    persons : Path or None
        Table of persons; without one nobody's cohort and licence are known.
    programme : AskedProgramme
        The programme with its list of institutions, its register and the day.
    rules : str
        A rule file, or the name of rules that come with the package.
    across_end : AcrossEnd or None
        How postings across the end of a class are judged; None for as the rules say.
    """

    postings: Path
    persons: Path | None
    programme: AskedProgramme
    rules: str
    across_end: AcrossEnd | None = None

    @property
    def on(self) -> date:
        """The day that is asked about, the last that counts."""
        return self.programme.on


def service_answer(asked: AskedService) -> tuple[ServiceAnswer, tuple[Problem, ...]]:
    """Read everything and count.

    Returns
    -------
    ServiceAnswer, tuple of Problem
        What pages are made of, and what was found; no key of a person is in the problems.

    Raises
    ------
    SpotsError
        Something cannot be used; of postings and persons every row at once, without a key.
    """
    rules = rules_of(asked.rules)
    if asked.across_end is not None:
        rules = rules.changed(across_end=asked.across_end)
    work = programme_list(asked.programme)
    programme = work.programme
    by_programme, beside = _others(rules, work, asked.programme)
    for own in ("", programme.id):
        rules.check_classes((c.id for c in programme.classes), own)
    classes = by_id(work.found.institutions)
    cohorts = {c.id: (c.title.ja, c.title.en) for c in programme.cohorts}
    label = asked.postings.name
    tables = unquoted(
        lambda: read_service_tables(asked.postings, asked.persons, classes, cohorts), label
    )
    postings, persons = tables.postings, tables.persons
    result = unquoted(
        lambda: serve(postings, persons, classes, rules, asked.on, by_programme=by_programme),
        label,
    )
    answer = ServiceAnswer(
        result,
        tables,
        classes,
        {c.id: c.title for c in programme.classes},
        {c.id: c.title for c in programme.cohorts},
    )
    told = (p for p in (*work.problems, *beside) if p.code not in _OF_THE_LIST)
    return answer, (*told, *tables.problems, *result.problems)


def rules_of(rules: str) -> ServiceRules:
    """Return the rules of a file, or those of a name that come with the package."""
    is_file = Path(rules).suffix.lower() == ".toml" or Path(rules).is_file()
    return read_rules(Path(rules)) if is_file else preset_rules(rules)


def _others(
    rules: ServiceRules, work: ProgrammeList, asked: AskedProgramme
) -> tuple[dict[str, Mapping[str, InstitutionClasses]], tuple[Problem, ...]]:
    """Return the classes by programme: that which is asked about, and presets that clocks name."""
    found: dict[str, Mapping[str, InstitutionClasses]] = {
        work.programme.id: by_id(work.found.institutions)
    }
    problems: list[Problem] = []
    for name in dict.fromkeys(clock.programme for clock in rules.clocks if clock.programme):
        if name in found or name not in programme_presets():
            continue
        other = programme_list(replace(asked, programme=name, cohort=None))
        found[name] = by_id(other.found.institutions)
        problems += other.problems
    return found, tuple(dict.fromkeys(problems))
