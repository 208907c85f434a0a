"""`PlanRegister`: what was designated, by which plan, on which days, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.dates import parse_date
from groundfloor.problems import Lang, Problem, Text, UsageError, error, one_of
from spots.register import Added, Register, run_to_add
from spots.register.register_pages import editions_page, history_page, units_page
from spots.types.designations import DesignationKind

if TYPE_CHECKING:
    import pandas as pd

    from spots.library.result import Result
    from spots.library.typed_frames import DayFrame


class PlanRegister:
    """A register of designations: one file, appended to, never rewritten.

    Parameters
    ----------
    path : str or Path
        The register; it is made where it is not there yet.
    lang : Lang or str
        Language of sentences: ``"ja"`` or ``"en"``.

    Raises
    ------
    RegisterError
        The file is no register, is damaged, or is of a newer version.

    Examples
    --------
    >>> register = PlanRegister("plans.gpkg")  # doctest: +SKIP
    >>> register.add("out", plan="第8次後期")  # doctest: +SKIP
    >>> register.in_force("2027-03-31")  # doctest: +SKIP
    """

    def __init__(self, path: str | Path, *, lang: Lang | str = Lang.JA) -> None:
        self.lang = one_of(Lang, lang, "lang")
        there = Path(path).exists()
        self.register: Register = Register.open(path) if there else Register.create(path)

    @property
    def path(self) -> Path:
        """Its file."""
        return self.register.path

    def __repr__(self) -> str:
        """Return what it is, and how much is in it."""
        editions = len(self.register.editions)
        return f"PlanRegister({str(self.path)!r}, editions={editions})"

    def add(
        self,
        result: Result | str | Path,
        plan: str,
        *,
        first: date | str | None = None,
        last: date | str | None = None,
        supersedes: int | str | Iterable[int | str] = (),
        kinds: Iterable[DesignationKind | str] | None = None,
    ) -> Added:
        """Add what a run designates.

        Parameters
        ----------
        result : Result, str or Path
            A result that was read or written, or its folder.
        plan : str
            The plan, as the prefecture calls it (第8次後期).
        first, last : date or str, optional
            First and last day of the plan; one that is not given is of the run's 設定期間.
        supersedes : int, str or iterable of those
            Numbers of editions, or names of plans, that it takes the place of.
        kinds : iterable of DesignationKind or str, optional
            Only these; by default all that the run has.

        Returns
        -------
        Added
            The editions; `Added.already` where the run stood there before, once.

        Raises
        ------
        UsageError
            It designates nothing, has no period, or overlaps what it does not supersede.
        """
        named = (supersedes,) if isinstance(supersedes, int | str) else tuple(supersedes)
        asked = None if kinds is None else [one_of(DesignationKind, k, "kinds") for k in kinds]
        run = run_to_add(_folder_of(result), plan, supersedes=named, kinds=asked)
        return self.register.add_run(run.over(_day(first, "first"), _day(last, "last")))

    @property
    def editions(self) -> pd.DataFrame:
        """All editions, also those that were superseded, each with its days."""
        return self._frame_of_editions()

    def in_force(self, on: date | str) -> pd.DataFrame:
        """Return the editions in force on a day."""
        return self._frame_of_editions(parse_date(on, column="on", whole=True))

    def at(self, on: date | str) -> DayFrame:
        """Return what is designated on a day, with its ground in JGD2011 (EPSG:6668).

        A kind without an edition in force has no row; `in_force` tells which kinds have one.
        """
        from spots.library.page_frames import page_layer  # noqa: PLC0415 - pandas is slow
        from spots.register.ground_of_day import ground_of_day, ground_page  # noqa: PLC0415

        ground = ground_of_day(self.register, parse_date(on, column="on", whole=True))
        page = ground_page(ground, self.path.name)
        return page_layer(page, [row.unit.geometry for row in ground.rows], self.lang)

    def compare(self, old: date | str, new: date | str) -> pd.DataFrame:
        """Return what is different between two days or plans, unit by unit, and why.

        Parameters
        ----------
        old, new : date or str
            Each a day, or the name of a plan.

        Raises
        ------
        UsageError
            It is neither.
        """
        from spots.library.page_frames import page_frame  # noqa: PLC0415 - pandas is slow
        from spots.register.plan_difference_files import differences_page  # noqa: PLC0415
        from spots.register.plan_differences import plan_differences  # noqa: PLC0415
        from spots.register.plan_sides import plan_side  # noqa: PLC0415

        sides = (
            plan_side(self.register, each.isoformat() if isinstance(each, date) else each, name)
            for each, name in ((old, "old"), (new, "new"))
        )
        found = plan_differences(self.register, *sides)
        return page_frame(differences_page(found, self.path.name), self.lang)

    def _frame_of_editions(self, day: date | None = None) -> pd.DataFrame:
        from spots.library.page_frames import page_frame  # noqa: PLC0415 - pandas is slow

        return page_frame(editions_page(self.register, day), self.lang)

    @property
    def designations(self) -> DayFrame:
        """Every designation of every edition, with its ground in JGD2011 (EPSG:6668)."""
        from spots.library.page_frames import page_layer  # noqa: PLC0415 - pandas is slow

        page = units_page(self.register)
        return page_layer(page, [row.unit.geometry for row in page.rows], self.lang)

    @property
    def history(self) -> pd.DataFrame:
        """The entries, in the order in which they were made, each with its seal."""
        from spots.library.page_frames import page_frame  # noqa: PLC0415 - pandas is slow

        return page_frame(history_page(self.register), self.lang)

    def result(self, edition: int) -> Result:
        """Return the run that an edition comes from, as it was found.

        Parameters
        ----------
        edition : int
            Its number.

        Raises
        ------
        UsageError
            There is no such edition.
        """
        from spots.library.result import Result  # noqa: PLC0415 - shapely is slow

        numbered = {each.number: each for each in self.register.editions}
        if edition not in numbered:
            raise UsageError(_no_edition(edition, sorted(numbered)))
        return Result(self.register.result(numbered[edition]), lang=self.lang)


def _folder_of(result: Result | str | Path) -> Path:
    """Return the folder of a result.

    Raises
    ------
    UsageError
        It was judged in memory and not written: a register takes what others can look at.
    """
    if isinstance(result, str | Path):
        return Path(result)
    if result.folder is None:
        raise UsageError(
            error(
                "register-unwritten",
                Text("書き出していない結果は登録できません", "the result was not written"),
                Text(
                    "result.write(フォルダ) で書き出してから渡してください",
                    "write it by result.write(folder), and add that",
                ),
                column="result",
            )
        )
    return result.folder


def _day(value: date | str | None, column: str) -> date | None:
    return None if value is None else parse_date(value, column=column, whole=True)


def _no_edition(edition: int, known: list[int]) -> Problem:
    listed = ", ".join(map(str, known)) or "–"
    return error(
        "register-unknown-edition",
        Text("その番号の版はありません", "there is no such edition"),
        Text(f"ある版: {listed}", f"there are: {listed}"),
        column="edition",
        value=str(edition),
    )
