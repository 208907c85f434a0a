"""The list of a programme's institutions: on one day, and over all days.

What students and councils read is made of this value alone.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from boundaries.codes import PREFECTURES
from boundaries.regions import Regions
from groundfloor.problems import Problem, Text, UsageError, error, warning
from spots.facilities import RawFacility
from spots.outputs.sheet_layout import Paper
from spots.outputs.table_page import TablePage
from spots.programmes.classing import ClassedInstitutions, classes
from spots.programmes.institution_lists import read_institutions
from spots.programmes.programme_maps import regions_of_file, regions_of_register
from spots.programmes.programme_reading import read_programme_rules
from spots.register import Register
from spots.telling.columns import Json
from spots.telling.programme_columns import NOT_ON_TERMINAL, PROGRAMME_COLUMNS
from spots.telling.programme_words import (
    DROP_THE_RULE,
    OPEN_CLASS,
    counted_classes,
    kind_unrecorded,
    on_day,
)
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.units import day
from spots.telling.wording import joined, same
from spots.types import Truth
from spots.types.designations import DesignationKind
from spots.types.programmes import Cohort, ProgrammeEntry, ProgrammeRules


@dataclass(frozen=True, slots=True)
class AskedProgramme:
    """What is asked.

    Parameters
    ----------
    programme : str or Path
        A file, or the name of one that comes with the package.
    institutions : Path
        The list.
    on : date
        The day of the list.
    register : Path or None
        A register of designations.
    boundaries, areas : Path or None
        Outlines of municipalities, and a table of 二次医療圏.
    cohort : str or None
        Id of the one cohort that is asked about.
    """

    programme: str | Path
    institutions: Path
    on: date
    register: Path | None = None
    boundaries: Path | None = None
    areas: Path | None = None
    cohort: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammeList:
    """Institutions with their classes.

    Parameters
    ----------
    programme : ProgrammeRules
        The programme.
    found : ClassedInstitutions
        Its institutions.
    on : date
        The day of the list.
    cohorts : tuple of Cohort
        Those that it is about.
    problems : tuple of Problem
        What was found on the way.
    regions : Regions or None
        The map, where there is one.
    files : tuple of Path
        The files that it was made from.
    register : Register or None
        The register, where one is given.
    """

    programme: ProgrammeRules
    found: ClassedInstitutions
    on: date
    cohorts: tuple[Cohort, ...]
    problems: tuple[Problem, ...]
    regions: Regions | None
    files: tuple[Path, ...]
    register: Register | None = None

    def in_force(self, kinds: Sequence[DesignationKind]) -> tuple[BaseGeometry, ...]:
        """Return the ground of some kinds that the register has in force on the day, degrees."""
        if self.register is None:
            return ()
        return tuple(
            unit.geometry
            for held in self.register.in_force(self.on)
            if held.edition.kind in kinds
            for unit in self.register.designations(held.edition)
            if self.on in unit.span and not unit.geometry.is_empty
        )

    @property
    def entries(self) -> tuple[ProgrammeEntry, ...]:
        """Every institution for each cohort on the day, in the order of the list."""
        return tuple(entry for entry in self.periods if self.on in entry.span.span)

    @property
    def periods(self) -> tuple[ProgrammeEntry, ...]:
        """The same for all days."""
        return tuple(
            ProgrammeEntry(self.programme, one, cohort, span)
            for one in self.found.institutions
            for cohort in self.cohorts
            for span in one.spans[cohort.id]
        )

    @property
    def undetermined(self) -> bool:
        """Whether any class on the day is open."""
        return any(entry.span.truth is Truth.UNDETERMINED for entry in self.entries)


def programme_list(asked: AskedProgramme) -> ProgrammeList:
    """Read a programme and a list, and say which institution is of which class.

    Raises
    ------
    SpotsError
        The programme, the list, the register or the outlines cannot be used.
    """
    programme = read_programme_rules(asked.programme)
    cohorts_asked(programme, asked.cohort)
    rows, of_list = read_institutions(asked.institutions)
    register = Register.open(asked.register) if asked.register is not None else None
    given = (asked.institutions, asked.register, asked.boundaries, asked.areas)
    own = Path(asked.programme)
    found = listed_classes(programme, rows, of_list, register, asked)
    files = tuple(f for f in (own if own.is_file() else None, *given) if f is not None)
    return replace(found, files=files)


def listed_classes(
    programme: ProgrammeRules,
    rows: Sequence[RawFacility],
    of_list: Sequence[Problem],
    register: Register | None,
    asked: AskedProgramme,
) -> ProgrammeList:
    """Do the same with what was read.

    Parameters
    ----------
    programme : ProgrammeRules
        The programme.
    rows : sequence of RawFacility
        The institutions.
    of_list : sequence of Problem
        What was found when they were read.
    register : Register or None
        The register, where there is one.
    asked : AskedProgramme
        What is asked: outlines, day and cohort.
    """
    regions, of_map = _map(asked, programme, register)
    found = classes(programme, rows, register, regions=regions)
    unrecorded = _unrecorded(programme, register) if register is not None else ()
    told = (*of_map, *_of_list(of_list, register), *unrecorded, *found.problems)
    return ProgrammeList(
        programme=programme,
        found=found,
        on=asked.on,
        cohorts=cohorts_asked(programme, asked.cohort),
        problems=tuple(dict.fromkeys(told)),
        regions=regions,
        files=(),
        register=register,
    )


def _unrecorded(programme: ProgrammeRules, register: Register) -> Iterator[Problem]:
    """Yield each kind that the programme asks for and of which the register has nothing."""
    held = {edition.kind for edition in register.editions}
    asked = dict.fromkeys(kind for rule in programme.rules for kind in rule.kinds)
    for kind in (kind for kind in asked if kind not in held):
        yield warning(
            "programme-kind-unrecorded",
            kind_unrecorded(DESIGNATION_KIND_LABELS[kind]),
            DROP_THE_RULE,
            file=str(register.path),
            value=str(kind),
        )


def _of_list(problems: Sequence[Problem], register: Register | None) -> Iterator[Problem]:
    """Yield what matters of a list: where it lies is a matter of municipalities, not of points."""
    for problem in problems:
        if register is None and problem.code in _OF_POINTS:
            continue
        yield problem


_OF_POINTS = frozenset({"no-coordinates", "coarse-coordinates", "no-coordinate-columns"})


def _map(
    asked: AskedProgramme, programme: ProgrammeRules, register: Register | None
) -> tuple[Regions | None, tuple[Problem, ...]]:
    if asked.boundaries is not None:
        home = programme.prefecture_code
        if not home and register is not None and register.editions:
            home = register.editions[-1].prefecture_code
        return regions_of_file(asked.boundaries, home, asked.areas)
    if register is not None:
        return regions_of_register(register, asked.on), ()
    return None, ()


def cohorts_asked(programme: ProgrammeRules, wanted: str | None) -> tuple[Cohort, ...]:
    """Return the cohorts that are asked about: one by its id, or all.

    Raises
    ------
    UsageError
        The programme has no such cohort.
    """
    chosen = tuple(c for c in programme.cohorts if wanted in {None, c.id})
    if chosen:
        return chosen
    known = [c.id for c in programme.cohorts]
    near = difflib.get_close_matches(wanted or "", known, 1)
    listed = ", ".join((*near, *(each for each in known if each not in near)))
    raise UsageError(
        error(
            "programme-cohort-unknown",
            Text("この対象者区分はありません", "is no cohort of the programme"),
            Text(f"次のいずれかにしてください: {listed}", f"use one of: {listed}"),
            column="--cohort",
            value=wanted,
        )
    )


# --- pages


def list_page(work: ProgrammeList) -> TablePage[ProgrammeEntry]:
    """Return the list on its day as a table."""
    heading = (work.programme.title, _whose(work, on_day(day(work.on))))
    return _page(work, work.entries, Text("医療機関一覧", "Institutions"), heading)


def periods_page(work: ProgrammeList) -> TablePage[ProgrammeEntry]:
    """Return the classes over all days as a table."""
    title = Text("区分の期間", "Classes over time")
    heading = (work.programme.title, _whose(work, Text("全期間", "all days")))
    return _page(work, work.periods, title, heading)


def _whose(work: ProgrammeList, when: Text) -> Text:
    home = PREFECTURES.get(work.programme.prefecture_code, "")
    return joined((same(home), when), "　", ", ")


def _page(
    work: ProgrammeList, rows: tuple[ProgrammeEntry, ...], title: Text, heading: tuple[Text, ...]
) -> TablePage[ProgrammeEntry]:
    programme = work.programme
    source = Text(f"出典: {programme.source.ja}", f"source: {programme.source.en}")
    return TablePage(
        title=title,
        heading=(*heading, source),
        columns=PROGRAMME_COLUMNS,
        rows=rows,
        summary=_summary(work),
        facts=_facts(work),
        left_out=_left_out(work),
        kept=2,
        paper=Paper.A3,
    )


def _summary(work: ProgrammeList) -> Text:
    """Return how many are of each class on the day, for each cohort."""
    counted = [
        (cohort.title, counted_classes(class_counts(work, cohort))) for cohort in work.cohorts
    ]
    if len(counted) == 1:
        return counted[0][1]
    return joined((Text(f"{t.ja}: {n.ja}", f"{t.en}: {n.en}") for t, n in counted), "。", "; ")


def _left_out(work: ProgrammeList) -> frozenset[str]:
    one = {"cohort"} if len(work.cohorts) == 1 else set[str]()
    return NOT_ON_TERMINAL | one


def class_counts(work: ProgrammeList, cohort: Cohort) -> tuple[tuple[Text, int], ...]:
    """Return how many institutions are of each class for a cohort, and how many are open."""
    entries = [entry for entry in work.entries if entry.cohort == cohort]
    certain = Counter(e.span.class_id for e in entries if e.span.truth is not Truth.UNDETERMINED)
    counts = [(each.title, certain[each.id]) for each in work.programme.classes]
    left_open = len(entries) - certain.total()
    return (*counts, (OPEN_CLASS, left_open)) if left_open else tuple(counts)


def _facts(work: ProgrammeList) -> dict[str, Json]:
    programme = work.programme
    return {
        "programme": programme.id,
        "prefecture_code": programme.prefecture_code or None,
        "on": work.on.isoformat(),
        "cohorts": [cohort.id for cohort in work.cohorts],
        "classes": [each.id for each in programme.classes],
        "source_url": programme.source_url or None,
    }
