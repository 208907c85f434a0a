"""`service_months`: months of service against the clocks of some rules, from files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from groundfloor.dates import parse_date
from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, Problem, one_of
from spots.library.told_problems import warn_of
from spots.outputs.table_page import TablePage
from spots.programmes.programme_list import AskedProgramme
from spots.service.service_asking import AskedService, service_answer
from spots.service.service_folder import refuse_service_folder, write_service_folder
from spots.service.service_pages import (
    ServiceAnswer,
    clocks_page,
    council_clocks_page,
    postings_page,
    service_files,
)
from spots.types.service_clocks import AcrossEnd

if TYPE_CHECKING:
    import pandas as pd

    from spots.library.plan_register import PlanRegister

T = TypeVar("T")


class ServiceMonths:
    """Months of service of persons who are known by pseudonyms; `service_months` counts them.

    Its representation, and what is pickled of a notebook's output, name nobody: the frames of
    persons are made when somebody asks for them. It is written nowhere but by `write`.

    Parameters
    ----------
    answer : ServiceAnswer
        What was counted.
    found_problems : tuple of Problem
        Warnings and notes; they hold no key.
    lang : Lang
        Language of sentences.
    """

    def __init__(
        self, answer: ServiceAnswer, found_problems: tuple[Problem, ...], lang: Lang
    ) -> None:
        self._answer = answer
        self.found_problems = found_problems
        self.lang = lang

    def __repr__(self) -> str:
        """Return the day that it is of, and nothing of anybody."""
        return f"ServiceMonths(on={self._answer.result.on.isoformat()!r})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: caches and other processes would hold persons."""
        raise TypeError("months of service are not pickled: they are of persons")

    @property
    def council(self) -> pd.DataFrame:
        """Counts by cohort and clock for councils; those below three are not shown."""
        return self._frame(council_clocks_page(self._answer))

    @property
    def clocks(self) -> pd.DataFrame:
        """Each person and clock: months by class, needed, missing, the earliest date."""
        return self._frame(clocks_page(self._answer))

    @property
    def postings(self) -> pd.DataFrame:
        """Each posting under each clock, with why it counts or not."""
        return self._frame(postings_page(self._answer))

    def _frame(self, page: TablePage[T]) -> pd.DataFrame:
        from spots.library.page_frames import page_frame  # noqa: PLC0415 - pandas is slow

        return page_frame(page, self.lang)

    def write(self, folder: str | Path, *, force: bool = False) -> tuple[WrittenFile, ...]:
        """Write everything into a folder of its own, which its owner alone may read.

        Parameters
        ----------
        folder : str or Path
            A new folder, in no output folder of a run.
        force : bool
            Whether an earlier folder of the same kind is replaced.

        Raises
        ------
        OutputExistsError, ForeignFolderError, OutputError
            It is there, is another folder, or cannot be written.
        """
        out = Path(folder)
        refuse_service_folder(out, force=force)
        return write_service_folder(service_files(self._answer, self.lang), out, force=force)


def service_months(
    postings: str | Path,
    *,
    on: date | str,
    rules: str | Path,
    programme: str | Path,
    institutions: str | Path,
    persons: str | Path | None = None,
    register: PlanRegister | str | Path | None = None,
    boundaries: str | Path | None = None,
    across_end: AcrossEnd | str | None = None,
    lang: Lang | str = Lang.JA,
) -> ServiceMonths:
    """Count months of service against the clocks of some rules.

    Files alone are taken, no frames: a frame would have to be laid on disk on its way.

    Parameters
    ----------
    postings : str or Path
        Table of postings, by pseudonymous key.
    on : date or str
        The last day that counts.
    rules : str or Path
        A rule file, or ``"nintei"``, ``"aomori"``, ``"kanagawa"``.
    programme : str or Path
        A programme's file, or the name of one that comes with the package.
    institutions : str or Path
        List of institutions.
    persons : str or Path, optional
        Table of cohorts and days of licence.
    register : PlanRegister, str or Path, optional
        The register that says what was designated on which days.
    boundaries : str or Path, optional
        Outlines of municipalities, for institutions that have a position alone.
    across_end : AcrossEnd or str, optional
        ``"each_day"`` or ``"at_start"``; by default as the rules say.
    lang : Lang or str
        Language of sentences.

    Returns
    -------
    ServiceMonths
        Frames that are made on demand.

    Raises
    ------
    SpotsError
        Something cannot be used; of postings and persons every row at once, without a key.
    """
    chosen = one_of(Lang, lang, "lang")
    kept = register if isinstance(register, str | Path) or register is None else register.path
    asked = AskedProgramme(
        programme,
        Path(institutions),
        parse_date(on, column="on", whole=True),
        None if kept is None else Path(kept),
        None if boundaries is None else Path(boundaries),
    )
    across = None if across_end is None else one_of(AcrossEnd, across_end, "across_end")
    table = None if persons is None else Path(persons)
    answer, problems = service_answer(
        AskedService(Path(postings), table, asked, str(rules), across)
    )
    warn_of(problems, "<postings>")
    return ServiceMonths(answer, problems, chosen)
