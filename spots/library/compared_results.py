"""`Comparison`: what changed between two results, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.arguments import of_kind
from groundfloor.disk import WrittenFile
from groundfloor.installed import tool_version
from groundfloor.problems import Lang, Problem, Text
from spots.comparing import compare, comparison_json, comparison_table
from spots.comparing.changes import RunComparison
from spots.comparing.comparison import folder_names
from spots.comparing.comparison_text import counted
from spots.library.words_for_python import arguments_for_options

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from spots.library.result import Result

_RESULT = Text(
    "`read_result(…)` か `judge(…)` の Result を渡してください",
    "give a Result, of read_result(...) or of judge(...)",
)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What changed between two results of one prefecture, and why; ``print`` it to read it.

    Parameters
    ----------
    old, new : Result
        The results; sentences are in the language of `new`.

    Attributes
    ----------
    found : RunComparison
        Everything that differs, with what may have caused it.

    Raises
    ------
    UsageError
        They are of different prefectures, or no results.

    Examples
    --------
    >>> Comparison(read_result("result"), read_result("result_r8")).write("diff")  # doctest: +SKIP
    """

    old: Result
    new: Result
    found: RunComparison = field(init=False)

    def __post_init__(self) -> None:
        """Compare."""
        from spots.library.result import Result  # noqa: PLC0415 - it imports this one

        for name in ("old", "new"):
            of_kind(getattr(self, name), Result, name, _RESULT)
        old, new = self.old, self.new
        folders = (old.folder, new.folder)
        names = ("", "") if None in folders else folder_names(*(str(f) for f in folders))
        tools = (_tool(old), _tool(new))
        found = compare(old.evidence, new.evidence, tools=tools, names=names)
        object.__setattr__(self, "found", found)

    @property
    def lang(self) -> Lang:
        """Language of the sentences."""
        return self.new.lang

    @property
    def empty(self) -> bool:
        """Whether no verdict, no travel time and no ground changed."""
        return self.found.same or not len(self.changes)

    @property
    def text(self) -> str:
        """What changed in lines, as ``spots diff`` prints it."""
        return comparison_table(self.found, self.lang)

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """What was matched by name, and what could not be matched for sure."""
        return self.found.notes

    @property
    def problems(self) -> pd.DataFrame:
        """The same as a frame; see `spots.problems` for the columns."""
        from spots.library.told_problems import problem_frame  # noqa: PLC0415 - pandas is slow

        return problem_frame(self.found_problems, self.lang)

    @property
    def changes(self) -> gpd.GeoDataFrame:
        """What changed, a row each: facilities, then units of ground in each result.

        Returns
        -------
        GeoDataFrame
            On the labels of ``Result.facilities`` (of the new result; the old one's of what left),
            units on their ids. ``name``, ``type``, ``municipality``, ``result`` and ``unit_id``
            (NA for a facility), ``change`` (entered, left, changed), ``verdict_changed``,
            ``before`` and ``after`` (the states, categories; NA where a result has it not),
            ``reason`` (what changed, in a sentence), ``minutes_before`` and ``minutes_after``
            (Float64), then pairs of criteria, nearest hospitals, areas and others with
            ``_before`` and ``_after``, ``aspects``, ``causes``, ``certainty``, ``why``; points and
            polygons in EPSG:6668. Not those of which nothing but the wording of a reason is
            another, such as the threshold in it.
        """
        from spots.library.change_frames import changes_frame  # noqa: PLC0415 - pandas is slow

        return changes_frame(self.found, self.lang, old=self.old.names, new=self.new.names)

    def to_dict(self) -> dict[str, object]:
        """Return the comparison as JSON-able data, as ``spots diff --json`` prints it."""
        return comparison_json(self.found, self.lang)

    def write(self, out: str | Path, *, force: bool = False) -> tuple[WrittenFile, ...]:
        """Write table, workbook, GeoJSON and map into a folder, or nothing.

        Parameters
        ----------
        out : str or Path
            The folder to make.
        force : bool
            Replace it when it is empty or holds nothing but an earlier comparison.

        Returns
        -------
        tuple of WrittenFile
            Every file in the folder, by name.

        Raises
        ------
        OutputExistsError
            When `out` exists and `force` is not given.
        ForeignFolderError
            When it holds what this tool did not write.
        OutputError
            When it cannot be written.
        """
        from spots.comparing import write_comparison  # noqa: PLC0415 - maps are slow to load

        runs = (self.old.evidence, self.new.evidence)
        with arguments_for_options():
            return write_comparison(self.found, *runs, Path(out), lang=self.lang, force=force)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        turned, other = counted(self.found)
        units = sum(len(result.units) for result in self.found.results)
        return (
            f"<Comparison: {turned} verdicts or spots changed, {other} evidence alone, "
            f"{units} units of ground>"
        )

    def _repr_html_(self) -> str:
        from spots.telling.html_tables import html_of  # noqa: PLC0415 - numpy is slow

        found, frame = self.found, self.changes
        heads = ("name", "result", "before", "after", "minutes_before", "minutes_after")
        facts = [
            ("before", found.old_title.render(self.lang)),
            ("after", found.new_title.render(self.lang)),
            ("gained km²", round(found.gained_km2, 2)),
            ("lost km²", round(found.lost_km2, 2)),
        ]
        rows = frame[list(heads)].astype(object).to_numpy().tolist()
        return html_of(repr(self)[1:-1], facts, heads=heads, rows=rows)


def _tool(result: Result) -> str:
    return result.record.tool_version if result.record else tool_version()
