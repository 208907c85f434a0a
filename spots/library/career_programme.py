"""`read_programme`: which institutions are of which class of a career programme, as a frame."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Problem, one_of
from spots.facilities import RawFacility
from spots.programmes import read_programme_rules
from spots.programmes.institution_lists import (
    KIND_ALIASES,
    institution_spec,
    kinds_in_words,
    read_institutions,
)
from spots.programmes.programme_folder import write_programme
from spots.programmes.programme_list import (
    AskedProgramme,
    ProgrammeList,
    list_page,
    listed_classes,
    periods_page,
)
from spots.register import Register
from spots.types.programmes import ProgrammeRules

if TYPE_CHECKING:
    import pandas as pd

    from groundfloor.disk import WrittenFile
    from spots.library.plan_register import PlanRegister

_FRAME = "institutions"


class Programme:
    """A career programme: classes of institutions, cohorts of graduates, and its rules.

    Make it with `spots.read_programme`.

    Parameters
    ----------
    rules : ProgrammeRules
        What its file says.
    lang : Lang
        Language of sentences.

    Examples
    --------
    >>> programme = spots.read_programme("aomori")  # doctest: +SKIP
    >>> programme.classes("institutions.xlsx", on="R8.4.1")  # doctest: +SKIP
    """

    def __init__(self, rules: ProgrammeRules, lang: Lang) -> None:
        self.rules = rules
        self.lang = lang

    def __repr__(self) -> str:
        """Return what it is, and how much is in it."""
        rules = self.rules
        sizes = f"classes={len(rules.classes)}, cohorts={len(rules.cohorts)}"
        return f"Programme({rules.id!r}, {sizes}, rules={len(rules.rules)})"

    @property
    def title(self) -> str:
        """Its title."""
        return self.rules.title.render(self.lang)

    @property
    def cohorts(self) -> dict[str, str]:
        """Title of each cohort by its id."""
        return {each.id: each.title.render(self.lang) for each in self.rules.cohorts}

    @property
    def class_titles(self) -> dict[str, str]:
        """Title of each class by its id."""
        return {each.id: each.title.render(self.lang) for each in self.rules.classes}

    def classes(
        self,
        institutions: pd.DataFrame | str | Path,
        *,
        register: PlanRegister | str | Path | None = None,
        on: date | str | None = None,
        cohort: str | None = None,
        boundaries: str | Path | None = None,
        areas: str | Path | None = None,
    ) -> pd.DataFrame:
        """Return the class of each institution, for each cohort, with the rule that decided.

        Parameters
        ----------
        institutions : DataFrame, str or Path
            A list of institutions; of its columns none that is about a person is carried.
        register : PlanRegister, str or Path, optional
            The register that rules by register ask.
        on : date or str, optional
            One row for each institution and cohort, on this day; without it one for all days of
            a class.
        cohort : str, optional
            Id of the one cohort that is asked about.
        boundaries, areas : str or Path, optional
            Outlines of municipalities, and a table of medical areas.

        Returns
        -------
        DataFrame
            Columns as in ``institutions.csv``; ``spots.problems`` tells what was found.

        Raises
        ------
        SpotsError
            The list, the register or the outlines cannot be used, or there is no such cohort.
        """
        from spots.library.page_frames import page_frame  # noqa: PLC0415 - pandas is slow
        from spots.library.told_problems import noted  # noqa: PLC0415 - likewise

        work = self._work(institutions, register, on, cohort, boundaries, areas)
        page = periods_page(work) if on is None else list_page(work)
        return noted(page_frame(page, self.lang), work.problems)

    def write(
        self,
        institutions: pd.DataFrame | str | Path,
        out: str | Path,
        *,
        register: PlanRegister | str | Path | None = None,
        on: date | str | None = None,
        cohort: str | None = None,
        boundaries: str | Path | None = None,
        areas: str | Path | None = None,
        force: bool = False,
    ) -> tuple[WrittenFile, ...]:
        """Write the folder that ``spots programme --out`` writes.

        Parameters
        ----------
        institutions : DataFrame, str or Path
            As for `classes`.
        out : str or Path
            The folder to make.
        register : PlanRegister, str or Path, optional
            As for `classes`.
        on : date or str, optional
            The day of the list; today by default.
        cohort : str, optional
            As for `classes`.
        boundaries, areas : str or Path, optional
            As for `classes`.
        force : bool
            Replace an earlier folder of a programme.

        Raises
        ------
        SpotsError
            As for `classes`, or it cannot be written.
        """
        work = self._work(institutions, register, on, cohort, boundaries, areas)
        return write_programme(work, Path(out), lang=self.lang, force=force)[0]

    def _work(
        self,
        institutions: pd.DataFrame | str | Path,
        register: PlanRegister | str | Path | None,
        on: date | str | None,
        cohort: str | None,
        boundaries: str | Path | None,
        areas: str | Path | None,
    ) -> ProgrammeList:
        when = _today() if on is None else parse_date(on, column="on", whole=True)
        is_path = isinstance(institutions, str | Path)
        rows, problems = _rows(institutions)
        asked = AskedProgramme(
            self.rules.id,
            Path(institutions) if is_path else Path(_FRAME),
            when,
            boundaries=None if boundaries is None else Path(boundaries),
            areas=None if areas is None else Path(areas),
            cohort=cohort,
        )
        work = listed_classes(self.rules, rows, problems, _opened(register), asked)
        return replace(work, files=(asked.institutions,)) if is_path else work


def read_programme(source: str | Path, *, lang: Lang | str = Lang.JA) -> Programme:
    """Read a career programme.

    Parameters
    ----------
    source : str or Path
        A file (``.toml``), or the name of one that comes with the package: ``"aomori"``,
        ``"designated"`` or ``"shortage"``.
    lang : Lang or str
        Language of sentences: ``"ja"`` or ``"en"``.

    Raises
    ------
    MissingFileError, UsageError
        There is no such file, or something in it cannot be used: all problems by line.

    Examples
    --------
    >>> read_programme("aomori")
    Programme('aomori', classes=4, cohorts=2, rules=3)
    """
    return Programme(read_programme_rules(source), one_of(Lang, lang, "lang"))


def _today() -> date:
    return datetime.now().astimezone().date()


def _rows(
    institutions: pd.DataFrame | str | Path,
) -> tuple[tuple[RawFacility, ...], tuple[Problem, ...]]:
    """Return the rows of a list or a frame."""
    if isinstance(institutions, str | Path):
        return read_institutions(Path(institutions))
    from spots.facilities.reading import refuse_errors  # noqa: PLC0415 - a frame alone
    from spots.library.given_frames import scan_frame  # noqa: PLC0415 - pandas is slow

    if not len(institutions):
        return (), ()
    spec = institution_spec(Path(_FRAME), f"<{_FRAME}>")
    scan, _ = scan_frame(institutions, spec, KIND_ALIASES)
    refuse_errors(scan.problems)
    return kinds_in_words(scan.raws), scan.problems


def _opened(register: PlanRegister | str | Path | None) -> Register | None:
    if register is None:
        return None
    return Register.open(register) if isinstance(register, str | Path) else register.register
