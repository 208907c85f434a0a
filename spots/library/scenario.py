"""`Scenario`: everything that a rule is judged on, read once; ask it as many rules as you like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundfloor.problems import Lang, Problem, one_of
from spots.job.execution import execute
from spots.job.inputs import ground_key, job_regions, job_rows
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import Progress, silent
from spots.job.other_policy import job_under, refuse_unfit
from spots.job.run_file import Job, read_run_file
from spots.judging.policy import Policy
from spots.library.closed_roads import Closing
from spots.library.facility_rows import labels_of_facilities
from spots.library.frames_on_disk import Source
from spots.library.nouns_of_a_run import facilities_of, ground_of, joined
from spots.library.result import Result
from spots.library.roads import Roads
from spots.library.scenario_arguments import policy_of
from spots.library.scenario_parts import (
    Given,
    Lists,
    MadeJob,
    Names,
    Parts,
    made_job,
    python_words,
    roads_in_short,
    use_unlike,
    with_ground,
    with_lists,
    with_roads,
)
from spots.library.scenario_sweeps import ScenarioSweeps
from spots.library.scenario_without import ScenarioWithout, Told, stages
from spots.library.straight_roads import StraightRoads
from spots.library.told_problems import problem_frame, warn_of
from spots.library.words_for_python import arguments_for_options
from spots.outputs.manifest import MANIFEST
from spots.sample import sample_run_file
from spots.telling.html_tables import html_of
from spots.types import FacilityType

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from spots.library.ground import Ground


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Scenario(ScenarioSweeps, ScenarioWithout):
    """Facilities, ground, roads and a policy, read and tied together once.

    Nothing in it changes: `changed` gives another that keeps what is not changed. It pickles, and
    threads may share it.

    Parameters
    ----------
    facilities : GeoDataFrame or sequence of GeoDataFrame
        Lists as `spots.read_facilities` or `spots.merge_facilities` gave them; several are merged
        as a run merges its lists. Their labels are those of results. What was not read is read.
    ground : Ground
        From `spots.read_ground`; where a policy is another prefecture's, it is read again.
    roads : Roads, optional
        Needed where a criterion asks for travel time; tolls and ferries are as the policy says.
    policy : Policy, str or Path
        The rule, the name of a preset, or a policy file.
    population : path, frame, sequence of these or mapping, optional
        Cells with people. A mapping has the keys of ``[population]``, whose file may be a frame.
    units, tables, entries : mapping, optional
        What selections of ground ask for, by the names that the policy uses: paths, frames, or
        mappings with the keys of ``[[units]]``, ``[[tables]]`` and ``[[entries]]``, such as
        ``units={"islands": {"file": frame, "unit": "island"}}``.
    positions, towns : path, frame or mapping (of positions several), optional
        Where institutions without a position are looked up, by name and municipality, and at the
        last by town block. A mapping has the keys of ``[positions]`` in a run file.
    indicators : mapping, optional
        The keys of ``[indicators]``.
    identity : iterable, optional
        Tuples of names that are one hospital, or mappings with ``names`` and ``same``.
    not_given : sequence of int
        Numbers of the criteria that nobody has a list for.
    title : str, optional
        Of maps and reports; by default the policy's.
    caveats : str or sequence of str
        What readers of maps and reports should know.
    lang : str
        ``"ja"`` or ``"en"``, of results and problems; `in_lang` changes it.

    Raises
    ------
    UsageError
        The policy asks for what is not given, or an argument is wrong.
    DataError
        An input cannot be used; all problems found in it are named.
    CrsError
        A frame has no CRS.

    Examples
    --------
    >>> import spots as ss
    >>> scenario = ss.Scenario.sample()
    >>> len(scenario.judge().spots), len(scenario.judge(threshold_min=25).spots)
    (21, 24)
    """

    made: MadeJob
    lang: Lang

    def __init__(
        self,
        facilities: Lists,
        ground: Ground,
        roads: Roads | StraightRoads | None = None,
        policy: Policy | str | Path = "kumamoto",
        *,
        population: Given | Sequence[Source] | None = None,
        units: Mapping[str, Given] | None = None,
        tables: Mapping[str, Given] | None = None,
        entries: Mapping[str, Given] | None = None,
        positions: Given | Sequence[Given] | None = None,
        towns: Given | None = None,
        indicators: Mapping[str, Any] | None = None,
        identity: Iterable[Names] | Names = (),
        not_given: Sequence[int] = (),
        title: str | None = None,
        caveats: str | Sequence[str] = (),
        lang: Lang | str = Lang.JA,
    ) -> None:
        """Make a job of the parts, read what it names and tie it together."""
        parts = Parts(
            population=population,
            units=units,
            tables=tables,
            entries=entries,
            positions=positions,
            towns=towns,
            indicators=indicators,
            identity=identity,
            not_given=not_given,
            title=title,
            caveats=caveats,
        )
        made = made_job(policy_of(policy), parts)
        made = with_roads(with_ground(with_lists(made, facilities), ground), roads)
        self._keep(made, one_of(Lang, lang, "lang"))
        told = made.hand.rows[1] if made.hand.rows else ()
        told = (*told, *ground.found_problems, *(roads.found_problems if roads else ()))
        self._check(told)

    @classmethod
    def from_run(
        cls,
        path: str | Path,
        facilities: str | Path | Sequence[str | Path] = (),
        *,
        lang: Lang | str | None = None,
        progress: Told | None = None,
    ) -> Scenario:
        """Read everything that a run file names.

        Parameters
        ----------
        path : str or Path
            The run file, or a finished run: its folder or its ``run.json``.
        facilities : str, Path or sequence of these
            New lists in the place of the run file's: ``FILE`` or ``LAYER=FILE``.
        lang : str, optional
            ``"ja"`` or ``"en"``; by default that of the run file.
        progress : callable, optional
            Called with a line for each stage as it begins, such as `print`.

        Raises
        ------
        MissingFileError, DataError
            A file is not there, or cannot be used; all problems found are named.
        UsageError
            A setting is wrong; all of them are named.
        """
        whole = Path(path)
        with arguments_for_options():
            job = read_run_file(whole / MANIFEST if whole.is_dir() else whole, facilities)
        spoken = job.lang if lang is None else one_of(Lang, lang, "lang")
        scenario = cls.of_job(MadeJob.of_files(job, stages(progress)), spoken)
        scenario._check((), stages(progress))  # noqa: SLF001 (of the same class)
        return scenario

    @classmethod
    def sample(cls, *, lang: Lang | str | None = None) -> Scenario:
        """Return the embedded prefecture: Kumamoto with 94 facilities and schematic roads.

        Parameters
        ----------
        lang : str, optional
            ``"ja"``, the default, or ``"en"``.
        """
        with sample_run_file() as path:
            return cls.from_run(path, lang=lang)

    @classmethod
    def of_job(cls, made: MadeJob, lang: Lang) -> Scenario:
        """Return the scenario of a job, before anything is read."""
        scenario = cls.__new__(cls)
        scenario._keep(made, lang)  # noqa: SLF001 (of the same class)
        return scenario

    def _keep(self, made: MadeJob, lang: Lang) -> None:
        object.__setattr__(self, "made", made)
        object.__setattr__(self, "lang", lang)

    def _check(self, told: Collection[Problem], progress: Progress = silent) -> None:
        """Read what there is to read, and warn of what nobody has been told yet."""
        with python_words(self.made):
            refuse_unfit(self.made.job)
        put_together(self.made.job, progress, self.made.hand)
        found = [p for p in self.found_problems if p not in told]
        warn_of(found, "this scenario", stacklevel=4)

    # --- what it is made of

    @property
    def policy(self) -> Policy:
        """The rule that `judge` goes by where it is not told another."""
        return self.made.job.policy

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """The rows of the lists, as `spots.read_facilities` gives them.

        On the caller's labels, in the caller's CRS and with the caller's columns where they were
        a frame; those of files on ``facility_id``.
        """
        if self.made.frames:
            return joined(self.made.frames)
        rows, _ = job_rows(self.made.job, self.made.hand)
        return facilities_of(self.made.job, rows, self._facts.given.facilities)

    @property
    def ground(self) -> Ground:
        """Municipalities, medical areas and their classes."""
        if self.made.ground is not None:
            return self.made.ground.under(*ground_key(self.policy))
        found = job_regions(self.made.job, self.made.hand)
        return ground_of(self.made.job, found, self._facts.inputs)

    @property
    def roads(self) -> Roads | StraightRoads | None:
        """The roads less what is closed, or the estimate in their place; None if none asks."""
        known = self._facts
        if self.made.roads is None and (estimate := known.facts.straight) is not None:
            return StraightRoads(estimate)
        if self.made.roads is not None or (tied := known.facts.roads) is None:
            return self.made.roads
        options, closed = self.policy.travel.options, known.closed
        own = self.made.job.settings.network
        source = own.source if own is not None else ""
        if closed is None:
            return Roads(tied.network, options, source=source)
        whole = (tied.without_closures or tied).network
        closing = Closing(whole, closed.closures, closed.labels, closed.edges)
        return Roads(closed.network, options, closing=closing, source=source)

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of reading it, under its own policy."""
        known, made = self._facts, self.made
        _, clash = labels_of_facilities(known.given.facilities, made.labels, made.frames)
        return (*use_unlike(made.roads, self.policy), *clash, *known.problems)

    @property
    def problems(self) -> pd.DataFrame:
        """Warnings and notes of reading it, a row each; see `spots.problems`."""
        return problem_frame(self.found_problems, self.lang)

    @property
    def _facts(self) -> JobFacts:
        return put_together(self.made.job, silent, self.made.hand)

    # --- what is asked of it

    def in_lang(self, lang: Lang | str) -> Scenario:
        """Return the same scenario, whose results and problems speak ``"ja"`` or ``"en"``.

        Examples
        --------
        >>> import spots as ss
        >>> print(ss.Scenario.sample().in_lang("en").judge().settings["setting"][0])
        Source of the rule
        """
        return self.of_job(self.made, one_of(Lang, lang, "lang"))

    def changed(
        self,
        *,
        facilities: Lists | None = None,
        ground: Ground | None = None,
        roads: Roads | StraightRoads | None = None,
        policy: Policy | str | Path | None = None,
    ) -> Scenario:
        """Return another scenario; what is not given stays, and is not read again.

        Closures of a run file stay closed on other roads.

        Parameters
        ----------
        facilities, ground, roads, policy : optional
            As `Scenario` takes them.

        Raises
        ------
        UsageError, DataError
            They do not fit together.
        """
        made = self.made
        told = [*self.found_problems]
        if facilities is not None:
            made = with_lists(made, facilities)
            told += made.hand.rows[1] if made.hand.rows else ()
        if ground is not None:
            made, told = with_ground(made, ground), [*told, *ground.found_problems]
        if roads is not None:
            made, told = with_roads(made, roads), [*told, *roads.found_problems]
        if policy is not None:
            with python_words(made):
                made = replace(made, job=job_under(made.job, policy_of(policy)))
        other = self.of_job(made, self.lang)
        other._check(told)  # noqa: SLF001 (of the same class)
        return other

    def judge(
        self,
        policy: Policy | str | Path | None = None,
        *,
        surroundings: bool = False,
        progress: Told | None = None,
        **changes: Any,
    ) -> Result:
        """Judge every facility and unit under a policy, and draw what is designated.

        Parameters
        ----------
        policy : Policy, str or Path, optional
            The rule, the name of a preset, or a policy file; by default the scenario's own.
        surroundings : bool
            Whether catchments, main roads and times from anywhere are found too, which maps and
            sheets show. They take longer than all the rest, and no verdict needs them.
        progress : callable, optional
            Called with a line for each stage as it begins, such as `print`.
        **changes
            Settings of the policy that are otherwise, as `Policy.changed` takes them.

        Returns
        -------
        Result
            The same as a run's, to the millisecond and polygon.

        Raises
        ------
        TypeError
            A change is none of a setting's name.
        UsageError
            A value is wrong, or the policy asks for what the scenario does not have.
        DataError
            What the policy asks for cannot be used.

        Warns
        -----
        ProblemWarning
            Once, of what is doubtful and was not warned of when the scenario was made.
        """
        rule = self.policy if policy is None else policy_of(policy)
        job = self.job_under(rule.changed(**changes) if changes else rule)
        result = self.judged(job, stages(progress), around=surroundings)
        told = set(self.found_problems)
        warn_of((p for p in result.found_problems if p not in told), "this result")
        return result

    def job_under(self, policy: Policy) -> Job:
        """Return the scenario's job under a policy.

        Raises
        ------
        UsageError
            The policy asks for what the scenario does not have.
        """
        with python_words(self.made):
            return job_under(self.made.job, policy)

    def judged(self, job: Job, progress: Progress, *, around: bool) -> Result:
        """Return what a job on these inputs finds; `judge` asks with a policy."""
        evidence = execute(job, progress, hand=self.made.hand, around=around)
        made, all_of_them = self.made, (verdict.facility for verdict in evidence.verdicts)
        labels, _ = labels_of_facilities(all_of_them, made.labels, made.frames)
        index_name = made.index_name if labels else "facility_id"
        return Result(evidence, self.lang, labels, index_name, disk=made.hand.disk)

    def __repr__(self) -> str:
        """Say in one line what it holds and which rule it goes by."""
        known, roads = self._facts, self.roads
        return (
            f"<Scenario {known.given.regions.prefecture}: "
            f"{len(known.given.facilities)} facilities, "
            f"{roads_in_short(roads)}, policy {self.policy.policy.name}>"
        )

    def _repr_html_(self) -> str:
        known, edition = self._facts, self._facts.given.regions.edition
        types = Counter(kind for f in known.given.facilities for kind in f.types)
        facts = (
            ("facilities", len(known.given.facilities)),
            *((kind.value, types[kind]) for kind in FacilityType),
            ("edition of the index", edition.name if edition else None),
            ("roads", known.network.source if known.network else "none"),
            ("edges", known.network.edges if known.network else None),
            ("roads as of", known.network.as_of if known.network else None),
            ("policy", self.policy.policy.title.text.render(self.lang)),
            ("problems", len(known.problems) or None),
        )
        return html_of(f"Scenario: {known.given.regions.prefecture}", facts)
