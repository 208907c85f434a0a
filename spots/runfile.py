"""The run file: one TOML that is the whole job, kept beside the data by its owner.

`read_run_file` checks every key and returns a frozen `Job` whose paths are resolved against the
run file's folder. Nothing is read here but the run file and the policy; see `spots.job`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from problems import Lang, MissingFileError, Problem, Text, UsageError, error
from spots.config import TomlDocument, read_toml, validate
from spots.config.fields import STRICT, Bilingual, Words
from spots.dates import parse_date
from spots.facilities import LayerSpec
from spots.facilities.typecells import parse_types
from spots.policy import Policy, load_policy, policy_document
from spots.types import FacilityType, Role

AsOf = date | str | None


@dataclass(frozen=True, slots=True)
class RunHead:
    """``[run]``: what the outputs are called and where they go."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Bilingual | None = None
    output: Words = "out"
    lang: Lang = Lang.JA
    caveats: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """``[policy]``: a preset or a file, and what is set otherwise."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    preset: str | None = None
    file: str | None = None
    override: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacilityList:
    """``[[facilities]]``: one list."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Words
    file: Words
    type: Words
    role: Role = Role.CANDIDATE
    list: str = ""
    source: str = ""
    as_of: AsOf = None
    format: Literal["auto", "table", "p04", "iryo_joho", "vector"] = "auto"
    sheet: str | None = None
    encoding: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file with its source and date."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    layer: str | None = None
    source: str = ""
    as_of: AsOf = None


@dataclass(frozen=True, slots=True)
class IndexFile:
    """``[physician_index]``: 医師偏在指標 of one edition with that edition's cut-offs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    edition: Words
    shortage_at_most: float
    surplus_at_least: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """``[network]``: roads and the speeds assumed on them."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    file: Words
    nodes: str | None = None
    kind: Literal["auto", "osm", "graphml", "links", "saved"] = "auto"
    profile: Words = "everyday"
    source: str = ""
    as_of: AsOf = None
    schematic: bool = False


@dataclass(frozen=True, slots=True)
class RunFile:
    """The run file's shape."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    policy: PolicyChoice
    facilities: Annotated[tuple[FacilityList, ...], Field(min_length=1)]
    municipalities: SourceFile
    medical_areas: SourceFile
    physician_index: IndexFile
    run: RunHead = field(default_factory=RunHead)
    network: NetworkFile | None = None
    towns: SourceFile | None = None
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
    """

    base: Path
    file: str
    settings: RunFile
    policy: Policy
    layers: tuple[LayerSpec, ...]
    lists: tuple[str, ...]

    def path(self, file: str) -> Path:
        """Return where `file` of the run file is."""
        return self.base / file

    @property
    def title(self) -> Text:
        """Title of the outputs."""
        given = self.settings.run.title
        return given.text if given else self.policy.policy.title.text

    @property
    def output(self) -> Path:
        """Where the run file wants its output folder."""
        return self.base / self.settings.run.output

    def resolved(self) -> dict[str, Any]:
        """Return the whole job as plain data for the manifest."""
        return {
            "run_file": self.file,
            "settings": _plain(asdict(self.settings)),
            "policy": _plain(asdict(self.policy)),
        }


def read_run_file(path: Path, facilities: Sequence[str] = ()) -> Job:
    """Read and check a run file and its policy.

    Parameters
    ----------
    path : Path
        The run file.
    facilities : sequence of str
        New lists that take the place of the run file's: ``LAYER=FILE`` for one layer, by its
        name, mark or list name; a plain ``FILE`` where only one layer is judged, or, with a type
        column, for all of them. These paths start from the working directory.

    Returns
    -------
    Job
        The checked job.

    Raises
    ------
    MissingFileError
        The run file, the policy or an input is not there (all of them named).
    UsageError
        A key is unknown, missing or wrong.
    """
    document = read_toml(path)
    settings = validate(RunFile, document.data, document)
    policy = _policy(settings, document, path.parent)
    layers = [_layer(document, n, item, path.parent) for n, item in enumerate(settings.facilities)]
    lists = [item.list for item in settings.facilities]
    for given in facilities:
        layers, lists = _replace(layers, lists, given)
    job = Job(path.parent, path.name, settings, policy, tuple(layers), tuple(lists))
    _check(job, document)
    return job


def _policy(settings: RunFile, document: TomlDocument, base: Path) -> Policy:
    choice = settings.policy
    if (choice.preset is None) == (choice.file is None):
        raise UsageError(
            error(
                "policy-choice",
                Text("preset か file のどちらか一つを書きます", "needs one of preset and file"),
                Text('preset = "kumamoto" のように書いてください', 'write preset = "kumamoto"'),
                file=document.file,
                row=document.line_of(("policy",)),
                column="policy",
            )
        )
    source = policy_document(choice.preset or str(choice.file), base)
    return load_policy(source, choice.override, document, ("policy", "override"))


def _layer(document: TomlDocument, number: int, item: FacilityList, base: Path) -> LayerSpec:
    line = document.line_of(("facilities", number, "type"))
    return LayerSpec(
        path=base / item.file,
        shown=item.file,
        name=item.name,
        types=_types(item.type, document.file, line),
        role=item.role,
        source=item.source,
        as_of=parse_as_of(item.as_of, document.file, "as_of"),
        format=item.format,
        sheet=item.sheet,
        columns=item.columns,
        where=tuple(sorted(item.where.items())),
        encoding=item.encoding,
    )


def _types(written: str, file: str, line: int | None) -> frozenset[FacilityType]:
    if written in {"none", "なし"}:
        return frozenset()
    types = parse_types(written)
    if types is None:
        raise UsageError(
            error(
                "unknown-type",
                Text("知らない種別です", "is an unknown type"),
                Text(
                    "①・②・③・none のいずれかにしてください",
                    "use ①, ②, ③, base_hospital, remote_clinic, secondary_emergency or none",
                ),
                file=file,
                row=line,
                column="type",
                value=written,
            )
        )
    return types


def parse_as_of(value: AsOf, file: str, column: str) -> date | None:
    """Return an as-of date that was given as a TOML date or as text (令和 too)."""
    return None if value is None else parse_date(value, file=file, column=column)


def _replace(
    layers: list[LayerSpec], lists: list[str], given: str
) -> tuple[list[LayerSpec], list[str]]:
    """Put a list of the command line in the place of the layer it names."""
    name, _, file = given.rpartition("=")
    path = Path(file)
    judged = [n for n, spec in enumerate(layers) if spec.role is Role.CANDIDATE]
    fits = [n for n in judged if name in _names(layers[n], lists[n])] if name else judged
    if name and not fits:
        known = ", ".join(layers[n].name for n in judged)
        raise UsageError(
            error(
                "unknown-layer",
                Text("この名前のレイヤはありません", "names no layer of the run file"),
                Text(f"{known} のいずれかにしてください", f"use one of: {known}"),
                column="--facilities",
                value=given,
            )
        )
    if len(fits) == 1 or name:
        at = fits[0]
        new = replace(layers[at], path=path, shown=path.name, format="auto", where=(), sheet=None)
        return [*layers[:at], new, *layers[at + 1 :]], lists
    # One list for all types: each row must say its own, see the type column.
    whole = LayerSpec(path=path, shown=path.name, name=path.stem, types=frozenset())
    reached = [n for n in range(len(layers)) if n not in judged]
    return [whole, *(layers[n] for n in reached)], ["*", *(lists[n] for n in reached)]


def _names(spec: LayerSpec, list_name: str) -> frozenset[str]:
    marks = {
        FacilityType.BASE_HOSPITAL: "①",
        FacilityType.REMOTE_CLINIC: "②",
        FacilityType.SECONDARY_EMERGENCY: "③",
    }
    return frozenset({spec.name, list_name, *(marks[t] for t in spec.types), *spec.types}) - {""}


def _check(job: Job, document: TomlDocument) -> None:
    """Check that every file is there, names are unique and the policy's list exists."""
    found: list[Problem] = []
    wanted: list[tuple[tuple[str | int, ...], Path, str]] = [
        (("facilities", n, "file"), spec.path, spec.shown) for n, spec in enumerate(job.layers)
    ]
    for key in ("municipalities", "medical_areas", "physician_index", "network", "towns"):
        item = getattr(job.settings, key)
        if item is not None:
            wanted.append(((key, "file"), job.path(item.file), item.file))
        if key == "network" and item is not None and item.nodes:
            wanted.append(((key, "nodes"), job.path(item.nodes), item.nodes))
    for where, path, shown in wanted:
        if not path.is_file():
            found.append(
                error(
                    "file-missing",
                    Text("ファイルがありません", "there is no such file"),
                    Text("パスを確かめてください", "check the path"),
                    file=document.file,
                    row=document.line_of(where),
                    column=".".join(str(p) for p in where),
                    value=shown,
                )
            )
    if found:
        raise MissingFileError(found)
    found = [*_duplicate_names(job, document), *_missing_lists(job, document)]
    if job.settings.network is None and any(c.needs_roads for _, c in job.policy.criteria):
        found.append(
            error(
                "network-missing",
                Text("移動時間の基準に必要な道路網がありません", "the policy needs a road network"),
                Text("[network] を書き加えてください", "add [network]"),
                file=document.file,
            )
        )
    if found:
        raise UsageError(found)


def _duplicate_names(job: Job, document: TomlDocument) -> list[Problem]:
    names = [spec.name for spec in job.layers]
    return [
        error(
            "layer-name-twice",
            Text("同じ名前のレイヤが二つあります", "two layers have this name"),
            Text("名前を変えてください", "give one another name"),
            file=document.file,
            row=document.line_of(("facilities", n, "name")),
            column="name",
            value=name,
        )
        for n, name in enumerate(names)
        if name in names[:n]
    ]


def _missing_lists(job: Job, document: TomlDocument) -> list[Problem]:
    have = set(job.lists)
    return [
        error(
            "list-missing",
            Text(
                f"基準{c.mark}が数える一覧「{c.list}」がありません",
                f"criterion {c.mark} counts the list {c.list!r}, which no layer has",
            ),
            Text(
                f'対象のレイヤに list = "{c.list}" と書くか、ポリシーの list を変えてください',
                f'write list = "{c.list}" in the layer meant, or change the policy\'s list',
            ),
            file=document.file,
        )
        for _, c in job.policy.criteria
        if c.kind == "nearest_other_time" and c.list not in have and "*" not in have
    ]


def _plain(value: object) -> Any:
    """Return settings as JSON-able data."""
    match value:
        case dict():
            return {str(k): _plain(v) for k, v in value.items()}
        case list() | tuple():
            return [_plain(v) for v in value]
        case date():
            return value.isoformat()
        case str():
            return str(value)
    return value
