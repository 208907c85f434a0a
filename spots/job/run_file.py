"""The run file: one TOML that is the whole job, kept beside the data by its owner.

`read_run_file` checks every key and returns a frozen `Job` whose paths are resolved against the
run file's folder. Nothing is read here but the run file and the policy; see `spots.job.execution`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from groundfloor.codec import encode
from groundfloor.dates import parse_date
from groundfloor.problems import (
    DataError,
    Lang,
    MissingFileError,
    Problem,
    SpotsError,
    Text,
    UsageError,
    attempt,
    file_missing,
)
from groundfloor.settings import validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, read_toml
from networks.speeds.profile import SpeedProfile
from spots.facilities import Identity, LayerSpec
from spots.job.given_settings import GivenSetting, named_by_option, with_settings
from spots.job.ground_files import ground_files_fit
from spots.job.named_files import (
    ARRAYS,
    LISTS,
    is_file,
    missing_files,
    named_files,
    shown_name,
    with_files,
)
from spots.job.network_fit import network_fits
from spots.job.policy_choice import (
    entries_at,
    exclusions_elsewhere,
    read_policy,
    selections_at,
)
from spots.job.policy_fit import policy_fits
from spots.job.replaying import (
    CHANGED,
    RECORD_SUFFIX,
    JobPage,
    ReplayedRun,
    beside,
    changed_inputs,
    changed_rules,
    profile_hash,
    recorded_page,
)
from spots.job.run_file_shape import RunFile, with_evidence_files
from spots.job.run_layers import OPTION, RunLayer, layers_fit, layers_of, with_new_lists
from spots.job.run_templates import filled
from spots.job.sound_tables import SoundTables, sound_tables
from spots.judging.exclusions import ExclusionElsewhere
from spots.judging.policy import Policy
from spots.judging.policy_files import At
from spots.judging.selecting.written_keys import WrittenKeys
from spots.outputs.asked_outputs import OUTPUTS
from spots.outputs.manifest import MANIFEST
from spots.types import OptionalOutput, OutputChoice, RunOrigin, StraightTravel


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What the command line says otherwise than the run file, to be said again with more.

    Parameters
    ----------
    lists, keys : tuple of str
        As `read_run_file` takes them as `facilities` and `settings`.
    """

    lists: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A checked job, ready to run.

    Parameters
    ----------
    base : Path
        Folder that relative paths start from.
    file : str
        The run file's name.
    settings : RunFile
        As written.
    policy : Policy
        Preset or file with overrides laid over it.
    layers : tuple of LayerSpec
        Facility lists in order.
    lists : tuple of str
        The list name of each layer, in the same order; may be empty strings.
    manual_at, excluded_at : tuple of (str, int or None)
        File and row of each decision by hand, and of each municipality that is out.
    excluded_elsewhere : tuple of ExclusionElsewhere
        Municipalities that the policy of a template takes out of other prefectures.
    identities : tuple of Identity
        What is decided about records that may be one hospital.
    record : ReplayedRun or None
        The finished run that this job is again; None for a run file's own job.
    written : WrittenKeys
        Where the selections of the policy stand, for lines.
    options : JobOptions
        What was said otherwise when the run file was read.
    """

    base: Path
    file: str
    settings: RunFile
    policy: Policy
    layers: tuple[LayerSpec, ...]
    lists: tuple[str, ...]
    manual_at: tuple[At, ...] = ()
    excluded_at: tuple[At, ...] = ()
    excluded_elsewhere: tuple[ExclusionElsewhere, ...] = ()
    identities: tuple[Identity, ...] = ()
    record: ReplayedRun | None = None
    written: WrittenKeys = field(default_factory=WrittenKeys)
    options: JobOptions = field(default_factory=JobOptions)

    def path(self, file: str) -> Path:
        """Return where `file` of the run file is."""
        return self.base / file

    @property
    def source(self) -> Path:
        """What it was read from: the run file, or the record of the run that it is again."""
        return self.path(self.file) if self.record is None else self.record.folder / MANIFEST

    @property
    def not_given(self) -> frozenset[int]:
        """Numbers of the criteria for which this run has no list, and says so."""
        return frozenset(self.settings.run.not_given)

    @property
    def not_measured(self) -> frozenset[int]:
        """Numbers of the criteria whose travel times this run does not measure, having no roads."""
        return frozenset(self.settings.run.not_measured)

    @property
    def in_memory(self) -> bool:
        """Whether it was put together in Python: there is no run file to write in."""
        return self.file.startswith("<")

    @property
    def needs_roads(self) -> bool:
        """Whether travel times are asked for, and no estimate stands in for roads."""
        return self._needs_times and self._estimate is None

    @property
    def straight(self) -> StraightTravel | None:
        """The estimate that stands in for roads, where verdicts ask for travel times."""
        return self._estimate if self._judges_times else None

    @property
    def _estimate(self) -> StraightTravel | None:
        network = self.settings.network
        return network.straight if network is not None else None

    @property
    def _needs_times(self) -> bool:
        """Whether verdicts or indicators ask for travel times."""
        measured = self.settings.indicators is not None and self.settings.network is not None
        return measured or self._judges_times

    @property
    def _judges_times(self) -> bool:
        """Whether criteria that can be judged, or selections, ask for travel times."""
        out = self.not_given | self.not_measured
        judged = (c for n, c in self.policy.criteria if n not in out)
        return self.policy.selects_by_road or any(c.needs_roads for c in judged)

    def writing(self, choice: OutputChoice) -> Job:
        """Return the same job that writes what `choice` makes of what its run file asks for."""
        head = self.settings.run
        named = replace(head, outputs=choice.of(head.outputs))
        return replace(self, settings=replace(self.settings, run=named))

    @property
    def title(self) -> Text:
        """Title of the outputs."""
        given = self.settings.run.title
        return given.text if given else self.policy.policy.title.text

    @property
    def output(self) -> Path:
        """Where the run file wants its output folder; that of a replay is beside the first."""
        if self.record is not None:
            return beside(self.record.folder)
        return self.base / self.settings.run.output

    @property
    def lang(self) -> Lang:
        """Language that the outputs have unless another is asked for."""
        return self.record.lang if self.record is not None else self.settings.run.lang

    def origin(self, profile: SpeedProfile | None = None) -> RunOrigin:
        """Return where the inputs are, for `profile` in use."""
        named = [
            *(((LISTS, n, "file"), s.path, s.shown) for n, s in enumerate(self.layers)),
            *(
                (key, self.path(file), shown_name(file))
                for key, file in named_files(asdict(self.settings))
                if key[0] != LISTS
            ),
        ]
        elsewhere = {
            key_name(key): path.absolute()
            for key, path, shown in named
            if path != self.base / shown
        }
        speeds = profile_hash(profile) if profile else ""
        return RunOrigin(self.base.absolute(), elsewhere, speeds, self.manual_at, self.excluded_at)

    def resolved(self) -> dict[str, Any]:
        """Return the whole job as plain data for the manifest, with the lists really used."""
        shown = with_files(asdict(self.settings), lambda _key, file: shown_name(file))
        settings = shown | {
            "run": _head_data(shown["run"]),
            "facilities": [
                _layer_data(spec, name) for spec, name in zip(self.layers, self.lists, strict=True)
            ],
        }
        return {
            "run_file": self.file,
            "settings": encode(settings),
            "policy": encode(self.policy),
        }


def read_run_file(
    path: str | Path,
    facilities: str | Path | Sequence[str | Path] = (),
    settings: Sequence[str] = (),
) -> Job:
    """Read and check a run file and its policy.

    Parameters
    ----------
    path : str or Path
        The run file, or the ``run.json`` of a finished run, which is the same job again: with the
        same inputs, or there is none (`spots.job.replaying`).
    facilities : str, Path or sequence of these
        New lists that take the place of the run file's: ``FILE`` or ``LAYER=FILE``, see
        `spots.job.run_layers.with_new_lists`.
    settings : sequence of str
        ``KEY=VALUE`` of keys that are otherwise, see `spots.job.given_settings.with_settings`.

    Returns
    -------
    Job
        The checked job.

    Raises
    ------
    MissingFileError
        The run file, the policy or an input is not there (all of them named).
    UsageError
        A key is unknown, missing or wrong, or files are missing beside that.
    DataError
        Of a finished run: an input is not what it was, or is missing.
    FolderError
        A ``run.json`` is damaged, or was not written by this tool.

    Examples
    --------
    >>> job = read_run_file("kumamoto.toml", "new_list.xlsx")  # doctest: +SKIP
    """
    path = Path(path)
    new_lists = [facilities] if isinstance(facilities, str | Path) else facilities
    draft = draft_of(path, new_lists, settings)
    job = draft.job() if not draft.problems else None
    if job is None:
        raise _error_of({p.code for p in draft.problems})(draft.problems)
    return replace(job, options=JobOptions(tuple(map(str, new_lists)), tuple(settings)))


def page_of(path: Path) -> JobPage:
    """Return the tables of a run file, or of a finished run by its ``run.json``."""
    if path.suffix.lower() == RECORD_SUFFIX:
        return recorded_page(path)
    return JobPage(read_toml(path), path.parent, path.name)


def draft_of(
    path: str | Path, facilities: Sequence[str | Path] = (), settings: Sequence[str] = ()
) -> JobDraft:
    """Return what of a run file can be used, and all that is wrong with it, as a draft of a job.

    Parameters
    ----------
    path : str or Path
        As for `read_run_file`.
    facilities : sequence of str or Path
        Likewise.
    settings : sequence of str
        Likewise.

    Raises
    ------
    MissingFileError, UsageError, FolderError
        The file cannot be read at all, or an option means nothing.
    """
    page = page_of(Path(path))
    document, given = with_settings(page.document, settings)
    if page.record is None:
        document = filled(document)
    if not given:
        return drafted(replace(page, document=document), facilities)
    record = None if page.record is None else _otherwise(page, page.record, given)
    draft = drafted(replace(page, document=document, record=record), facilities)
    return replace(draft, problems=named_by_option(draft.problems, given, document.file))


def _otherwise(page: JobPage, record: ReplayedRun, given: Sequence[GivenSetting]) -> ReplayedRun:
    """Return a finished run whose job is set otherwise: what is not set must be as it was.

    Raises
    ------
    DataError
        What the tool brings is not what the run had, and would pass for what is set.
    """
    settings = validate(RunFile, page.document.data, page.document)
    policy = read_policy(settings.policy, page.document, page.base)
    if changed := tuple(changed_rules(record, settings, encode(policy))):
        raise DataError(changed)
    kept = tuple(r for r in record.inputs if not any(g.sets(r.key) for g in given))
    return replace(record, inputs=kept, otherwise=True)


def _named_at(table: str, settings: RunFile, page: JobPage) -> tuple[At, ...]:
    """Return file and row of each entry of a table of the policy that names somebody."""
    record = page.record
    if record is None or record.otherwise:
        return entries_at(table, settings.policy, page.document, page.base)
    return record.manual_at if table == "manual" else record.excluded_at


@dataclass(frozen=True, slots=True)
class JobDraft:
    """What of a job can be used, and what is wrong with the rest.

    Parameters
    ----------
    page : JobPage
        The tables it is made of.
    sound : SoundTables
        The tables that are right.
    policy : Policy or None
        None where it cannot be used.
    layers : tuple of RunLayer
        The lists in use.
    problems : tuple of Problem
        Everything that is wrong with the run file and the policy; empty of a whole job.
    """

    page: JobPage
    sound: SoundTables
    policy: Policy | None
    layers: tuple[RunLayer, ...]
    problems: tuple[Problem, ...]

    def job(self) -> Job | None:
        """Return the job, of what is right; None without a policy."""
        page, settings, policy = self.page, self.sound.settings, self.policy
        if policy is None:
            return None
        written = selections_at(settings.policy, page.document, page.base)
        return Job(
            base=page.base,
            file=page.file,
            settings=settings,
            policy=policy,
            layers=tuple(layer.spec for layer in self.layers),
            lists=tuple(layer.list_name for layer in self.layers),
            manual_at=_named_at("manual", settings, page),
            excluded_at=_named_at("exclude_municipality", settings, page),
            excluded_elsewhere=exclusions_elsewhere(settings.policy, page.document, page.base),
            identities=tuple(_identities(settings, page.document)),
            record=page.record,
            written=WrittenKeys() if page.record else written,
        )


def drafted(page: JobPage, new_lists: Sequence[str | Path] = ()) -> JobDraft:
    """Return what can be used of the tables of a run file, and all that is wrong with them."""
    document, base = page.document, page.base
    sound = sound_tables(document)
    sound = replace(sound, settings=with_evidence_files(sound.settings, base))
    settings, problems = sound.settings, list(sound.problems)
    policy: Policy | None = None
    found: tuple[Problem, ...] = ()
    if ("policy",) not in sound.broken or settings.policy.chosen:
        policy, found = attempt(partial(read_policy, settings.policy, document, base))
    more: list[Problem] = [*found, *_date_problems(settings, document)]
    layers, wrong = layers_of(settings, page)
    given = partial(with_new_lists, layers, [str(each) for each in new_lists])
    used, found = attempt(given)
    more += (*wrong, *found)
    judging = policy is None or policy.needs_candidates
    more += layers_fit(used or layers, document, judging=judging)
    more += ground_files_fit(settings, document)
    more += network_fits(settings.network, document)
    more += _check_files(settings, used or layers, page)
    if policy is not None:
        more += policy_fits(policy, settings, used or layers, document)
        more += changed_rules(page.record, settings, encode(policy)) if page.record else ()
    problems += sound.true_faults(more)
    return JobDraft(page, sound, policy, tuple(used or layers), tuple(problems))


def _identities(settings: RunFile, document: TomlDocument) -> Iterator[Identity]:
    for n, item in enumerate(settings.identity):
        where = ("identity", n, "names")
        row, column = document.line_of(where), key_name(where)
        yield Identity(item.names, item.same, document.file, column, row)


def _error_of(codes: Collection[str]) -> type[SpotsError]:
    if all(code == "file-missing" for code in codes):
        return MissingFileError
    return DataError if all(code in {"file-missing", *CHANGED} for code in codes) else UsageError


def _head_data(head: dict[str, Any]) -> dict[str, Any]:
    """Return ``[run]``; of what is as usual (every output, no hospital closed) nothing is said."""
    usual = {OUTPUTS} if {*head[OUTPUTS]} == {*OptionalOutput} else set()
    usual |= set() if head["without"] else {"without"}
    return {key: value for key, value in head.items() if key not in usual}


def _layer_data(spec: LayerSpec, list_name: str) -> dict[str, object]:
    """Return a layer under the run file's own keys."""
    return {
        "name": spec.name,
        "file": spec.shown,
        "type": None if spec.types_in_rows else sorted(spec.types),
        "role": spec.role,
        "list": list_name,
        "source": spec.source,
        "as_of": spec.as_of,
        "format": spec.format,
        "sheet": spec.sheet,
        "encoding": spec.encoding,
        "columns": dict(spec.columns),
        "where": dict(spec.where),
        "accuracy": spec.accuracy,
        **({} if spec.belt_km is None else {"belt_km": spec.belt_km}),
    }


# --- what the types of a run file cannot say


def _date_problems(settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield as-of dates that are no dates: before the work begins, not after."""
    dated: list[tuple[KeyPath, object]] = [
        ((name, n, "as_of"), item.as_of)
        for name in ARRAYS
        for n, item in enumerate(getattr(settings, name))
    ]
    for key in ("municipalities", "medical_areas", "network", "towns", "population"):
        item = getattr(settings, key)
        if item is not None:
            dated.append(((key, "as_of"), item.as_of))
    if settings.network is not None:
        dated.append((("network", "closures_on"), settings.network.closures_on))
    for where, value in dated:
        if isinstance(value, str):
            _, found = attempt(partial(parse_date, value, file=document.file))
            for problem in found:
                row = document.line_of(where)
                yield replace(problem, row=row, column=key_name(where))


def _check_files(settings: RunFile, layers: Sequence[RunLayer], page: JobPage) -> Iterator[Problem]:
    """Yield every input that is not there."""
    for layer in layers:
        if layer.entry is None and not is_file(layer.spec.path):
            yield file_missing(column=OPTION, value=str(layer.spec.path))
    entries = {layer.entry for layer in layers if layer.entry is not None}
    tables, recorded = asdict(settings), page.record
    yield from missing_files(tables, page.document, page.base, entries, whole=recorded is not None)
    if recorded is not None:
        yield from changed_inputs(recorded, tables, page.base, entries)
