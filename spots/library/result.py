"""`Result`: what a run found, as frames, a map, files and tables of a database."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.codec import expect
from groundfloor.problems import Lang, one_of
from spots.explaining import explain
from spots.export import read_run
from spots.library.explanation import Explanation
from spots.library.result_files import RunFiles
from spots.library.told_problems import warn_of
from spots.library.words_for_python import arguments_for_options
from spots.outputs.manifest import counts
from spots.telling.labels import STATE_LABELS, TYPE_LABELS
from spots.types import Accuracy, FacilityType, RunResult, State

if TYPE_CHECKING:
    import geopandas as gpd

    from spots.judging.policy import Policy
    from spots.library.locations import Listed
    from spots.library.result_map import ResultMap

_SHOWN = 100  # characters of a title in a repr


@dataclass(frozen=True, slots=True, eq=False)
class Result(RunFiles):
    """What a run found: frames, answers to questions, a map, files, tables of a database.

    Frames are made when asked for, and are the caller's own. A result is never changed, pickles,
    and may be read from several threads.

    Parameters
    ----------
    evidence : RunResult
        The whole result without loss, as ``evidence.json`` holds it.
    lang : Lang
        Language of the sentences in frames, maps and files.
    labels : mapping of str to label
        Facility id to the label of the facility's first row in the caller's frame; empty where
        the lists were files, and ids are the index.
    index_name : str
        Name of the index of `facilities`.
    folder : Path, optional
        The output folder that it was read from.
    record : RunRecord, optional
        What the manifest of that folder says of the run.
    disk : KeptOnDisk
        Where what maps and reports draw is that was drawn before.
    """

    def in_lang(self, lang: Lang | str) -> Result:
        """Return the same result with its sentences in another language, ``"ja"`` or ``"en"``."""
        return replace(self, lang=one_of(Lang, lang, "lang"))

    @property
    def policy(self) -> Policy:
        """The policy that the run was judged by."""
        from spots.judging.policy import Policy  # noqa: PLC0415 - pydantic is slow to import

        return Policy.from_dict(expect(self.evidence.job.get("policy"), dict, "job.policy"))

    # --- questions

    def explain(self, query: Hashable, lang: Lang | str | None = None) -> Explanation:
        """Say why a facility is, or is not, a spot, or a unit of ground in a result.

        Parameters
        ----------
        query : label or str
            A label of `facilities`; or an id, a name or part of a name of a facility, with its
            municipality where that is not enough; or a unit of ground by name or code.
        lang : str, optional
            ``"ja"`` or ``"en"``; by default that of the result.

        Returns
        -------
        Explanation
            Everything that led to the state, and what would turn it; ``print`` it to read it.

        Raises
        ------
        UsageError
            Nothing fits, or more than one; the candidates are in the message.

        Examples
        --------
        >>> import spots as ss
        >>> result = ss.Scenario.sample().judge()
        >>> print(result.in_lang("en").explain("小国公立病院"))  # doctest: +ELLIPSIS
        小国公立病院 [...]
        State: designated
        ...
        """
        told = self.lang if lang is None else one_of(Lang, lang, "lang")
        return Explanation(explain(self.evidence, self.names.id_of(query)), told)

    def compare(self, other: Result) -> gpd.GeoDataFrame:
        """Return what is another in another result, a row for each facility and unit of ground.

        Parameters
        ----------
        other : Result
            Of the same prefecture; it is the *after*, this one the *before*.

        Returns
        -------
        GeoDataFrame
            On the labels of `facilities`; ``name``, ``type``, ``verdict_changed``, ``before`` and
            ``after`` (the states), ``reason``, ``minutes_before``, ``minutes_after`` and others,
            see `Comparison.changes`. Empty where nothing changed. `Comparison` has the same with
            ground, inputs and causes, in words, and as files.

        Raises
        ------
        UsageError
            The results are of different prefectures.

        Examples
        --------
        >>> result.compare(other)[["name", "before", "after"]]  # doctest: +SKIP
        """
        from spots.library.compared_results import Comparison  # noqa: PLC0415 - maps are slow

        return Comparison(self, other).changes

    def locate(
        self,
        source: Listed,
        *,
        on: date | str | None = None,
        tolerance_m: float = 100.0,
        reach_m: float = 0.0,
        accuracy: Accuracy | str = Accuracy.POINT,
        positions: str | Path | Sequence[str | Path] = (),
        towns: str | Path | None = None,
        only: str | None = None,
        columns: Mapping[str, Hashable] | None = None,
    ) -> gpd.GeoDataFrame:
        """Say of each institution whether it lies inside a spot or a 少数区域, and how far off.

        Parameters
        ----------
        source : str, Path, GeoDataFrame, GeoSeries or DataFrame
            A list of institutions; points in any CRS. Rows without a position stand where the
            run's facility of their name does, else where `positions` have it, or `towns` their
            address.
        on : date or str, optional
            Day that spots must be valid on (``"R8.4.1"`` too).
        tolerance_m : float
            How far off the coordinates may be, metres.
        reach_m : float
            Spots whose edge is this near count as near, metres.
        accuracy : str
            ``"point"``, or ``"town"`` for positions of town blocks.
        positions : str, Path or sequence of these
            Where rows without a position are looked up by name: 医療情報ネット, P04, a finished
            run, any list with coordinates.
        towns : str or Path, optional
            Town table for rows with an address alone; by default the run's own, where it still is.
        only : str, optional
            Id of the one result of the policy that is answered.
        columns : dict, optional
            ``{column: header}`` or ``{header: column}``, as for `spots.read_facilities`.

        Returns
        -------
        GeoDataFrame
            On the caller's index and in the caller's CRS; of a file on the list's ids, else from 0,
            in EPSG:6668. ``name``, ``standing`` (category), ``answer``, ``in_spot``,
            ``in_shortage_area``, ``doubtful`` (boolean, NA where not known), ``spot_ids``,
            ``nearest_id``, ``nearest_distance_m``, ``nearest_edge_m`` (Float64; inside above zero),
            place and ``remarks``, columns of each result, then those of a caller's frame (``own_…``
            where one of that name says something else). `spots.problems` tells what was
            doubtful in the list.

        Raises
        ------
        DataError, MissingFileError
            The list cannot be used, or lies wholly outside the prefecture.
        CrsError
            The frame has no CRS.
        UsageError
            An argument means nothing.
        """
        from spots.library.locations import locations  # noqa: PLC0415 - needs the readers of lists

        with arguments_for_options():
            found = locations(
                self,
                source,
                on=on,
                tolerance_m=tolerance_m,
                reach_m=reach_m,
                accuracy=accuracy,
                positions=positions,
                towns=towns,
                only=only,
                columns=columns,
            )
        warn_of(found.found_problems, "the list")
        return found.frame

    # --- for people

    def map(self, lang: Lang | str | None = None) -> ResultMap:
        """Return the interactive map: a notebook shows it, ``save`` writes one HTML file.

        Parameters
        ----------
        lang : str, optional
            Language of the page; that of the result by default.

        Returns
        -------
        folium.Map
            The page of ``map.html``, which needs nothing from the network but background tiles.
            Once something else is drawn on it, such as ``frame.explore(m=map)``, folium draws it
            with spots and facilities as layers of its own.

        Examples
        --------
        >>> result.map().save("spots.html")  # doctest: +SKIP
        """
        from spots.library.result_map import ResultMap  # noqa: PLC0415 - folium is slow to import

        return ResultMap(self if lang is None else self.in_lang(lang))

    def __repr__(self) -> str:
        told = counts(self.evidence)
        states = ", ".join(f"{told[state.value]} {state.value}" for state in State)
        title = self.evidence.settings.title.render(Lang.EN)[:_SHOWN]
        units = f"; {len(self.evidence.units)} units" if self.evidence.grounds else ""
        return f"<Result {title!r}: {told['facilities']} facilities ({states}){units}>"

    def _repr_html_(self) -> str:
        from spots.telling.html_tables import html_of  # noqa: PLC0415 - pandas

        evidence, lang = self.evidence, self.lang
        heads = ("", *(STATE_LABELS[state].render(lang) for state in State))
        rows = [
            (TYPE_LABELS[kind].render(lang), *(_count(evidence, kind, state) for state in State))
            for kind in FacilityType
        ]
        rows += [
            (str(name), *(int(row[state.value]) for state in State))
            for name, row in self.summary.iterrows()
        ]
        facts = [
            ("policy", evidence.settings.policy_title.render(lang)),
            ("prefecture", evidence.settings.prefecture),
            ("km²", f"{evidence.dissolved_km2:,.2f}" if evidence.spots else None),
            ("problems", len(evidence.problems)),
            *(("caveat", caveat) for caveat in self.caveats),
        ]
        return html_of(evidence.settings.title.render(lang), facts, heads=heads, rows=rows)


def _count(evidence: RunResult, kind: FacilityType, state: State) -> int:
    return sum(kind in v.facility.types and v.state is state for v in evidence.verdicts)


def read_result(folder: str | Path, *, lang: Lang | str | None = None) -> Result:
    """Read a result back from the folder that ``spots run`` or `Result.write` wrote.

    Parameters
    ----------
    folder : str or Path
        An output folder, also of an earlier version of the tool.
    lang : str, optional
        Language of sentences, ``"ja"`` or ``"en"``; that of the folder by default.

    Returns
    -------
    Result
        What the run found, to the last bit.

    Raises
    ------
    FolderError
        The folder is missing, incomplete, changed by hand, or of another format.
    UsageError
        There is no such language.

    Examples
    --------
    >>> read_result("result", lang="en").facilities  # doctest: +SKIP
    """
    evidence, record = read_run(Path(folder))
    chosen = record.lang if lang is None else one_of(Lang, lang, "lang")
    return Result(evidence, chosen, folder=Path(folder), record=record)
