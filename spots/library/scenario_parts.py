"""A job made of parts in memory: what a run file would say of them, with the hash of each.

A scenario of nouns is judged as a run file's job is, so it becomes one: settings in the same
shape, checked by the same checks, and records of its inputs that say what was in memory.

Stands apart: `scenario` asks questions; here is what they are asked about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from groundfloor.codec import encode
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem
from groundfloor.settings import validate
from groundfloor.toml import TomlDocument, key_name
from boundaries import Regions
from spots.facilities import Identity
from spots.job.at_hand import AtHand
from spots.job.named_files import LISTS
from spots.job.other_policy import differing
from spots.job.run_file import Job
from spots.job.run_file_shape import FacilityList, IndexFile, NetworkFile, RunFile, SourceFile
from spots.judging.policy import Policy
from spots.library.facility_rows import GivenLists
from spots.library.frames_on_disk import Source, frame_sha256, on_disk, shown_source
from spots.library.ground import Ground
from spots.library.roads import Roads
from spots.types import InputRecord

#: A table of the run file with a frame in the place of its file, or the frame or path alone.
Given: TypeAlias = Source | Mapping[str, Any]
Names: TypeAlias = Sequence[str] | Mapping[str, Any]

SCENARIO = "<scenario>"  # how problems call what has no run file
_ROLES = {
    "municipalities": "municipalities",
    "medical_areas": "medical_areas",
    "index": "physician_index",
}


@dataclass(frozen=True, slots=True, eq=False)
class FrameFile:
    """A frame that readers of files read.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Of nobody else.
    name : str
        How the file is called while it is there.
    """

    frame: pd.DataFrame
    name: str

    def on_disk(self) -> AbstractContextManager[Path]:
        """Give the path of a file that holds it for as long as the context lasts."""
        return on_disk(self.frame, self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a scenario is given beside facilities, ground, roads and policy.

    Parameters
    ----------
    population : path, frame, sequence of these, or mapping
        ``[population]``.
    units, tables, entries : mapping of str to path, frame or mapping
        ``[[units]]``, ``[[tables]]``, ``[[entries]]``, by the names that policies use.
    identity : sequence
        ``[[identity]]``.
    title : str or None
        Of the outputs.
    caveats : sequence of str
        What readers of the outputs should know.
    """

    population: Given | Sequence[Source] | None = None
    units: Mapping[str, Given] | None = None
    tables: Mapping[str, Given] | None = None
    entries: Mapping[str, Given] | None = None
    identity: Iterable[Names] = ()
    title: str | None = None
    caveats: Sequence[str] = ()


def made_job(policy: Policy, parts: Parts) -> tuple[Job, AtHand]:
    """Return a job without lists, ground and roads yet, and the frames that it reads.

    Raises
    ------
    UsageError
        A part has a key that the run file does not know, or a wrong value.
    """
    held: dict[str, FrameFile] = {}
    tables: dict[str, Any] = {
        "run": _head(parts),
        "policy": _choice(policy),
        "municipalities": {"file": "<ground>"},
        "identity": [_identity(each) for each in parts.identity],
    }
    if parts.population is not None:
        tables["population"] = _population(parts.population, held)
    for name in ("units", "tables", "entries"):
        tables[name] = list(_array(name, getattr(parts, name) or {}, held))
    document = TomlDocument(SCENARIO, tables, {})
    settings = validate(RunFile, tables, document)
    job = Job(
        base=Path.cwd(),
        file=SCENARIO,
        settings=settings,
        policy=policy,
        layers=(),
        lists=(),
        identities=tuple(
            Identity(item.names, item.same, SCENARIO, key_name(("identity", n, "names")), None)
            for n, item in enumerate(settings.identity)
        ),
    )
    digests = {key: frame_sha256(file.frame) for key, file in held.items()}
    return job, AtHand(files=FrozenDict(held), digests=FrozenDict(digests))


def with_lists(job: Job, hand: AtHand, given: GivenLists) -> tuple[Job, AtHand]:
    """Return a job with facility lists in memory in the place of its own."""
    named = zip(given.layers, given.lists, strict=True)
    lists = tuple(
        FacilityList(
            name=spec.name,
            file=spec.shown,
            type="・".join(sorted(spec.types)) or "none",
            role=spec.role,
            list=name,
            source=spec.source,
            as_of=spec.as_of,
            accuracy=spec.accuracy,
        )
        for spec, name in named
    )
    layers = tuple(replace(spec, path=job.base / spec.shown) for spec in given.layers)
    changed = replace(
        job,
        settings=replace(job.settings, facilities=lists),
        layers=layers,
        lists=given.lists,
        identities=(*job.identities, *given.identities),
        record=None,
    )
    digests = {
        key_name((LISTS, n, "file")): _rows_sha256(spec.name, given)
        for n, spec in enumerate(layers)
    }
    gone = ("rows", "merged", "places", "ground", "facts", "tied", "records")
    return changed, replace(
        hand,
        rows=(given.rows, list(given.problems)),
        digests=_other_digests(hand, LISTS, digests),
        kept=hand.kept.without(*gone),
    )


def _rows_sha256(layer: str, given: GivenLists) -> str:
    rows = [encode(raw) for raw in given.rows if raw.row.layer == layer]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class GroundAtHand:
    """A ground as jobs ask for it.

    Parameters
    ----------
    ground : Ground
        The ground; for another prefecture it is read again.
    """

    ground: Ground

    def __call__(self, prefecture: str, merge_wards: bool) -> tuple[Regions, list[Problem]]:
        """Return municipalities and medical areas, and what was found in reading them."""
        found = self.ground.under(prefecture, merge_wards)
        return found.regions, list(found.found_problems)


def with_ground(job: Job, hand: AtHand, ground: Ground) -> tuple[Job, AtHand]:
    """Return a job on a ground in memory in the place of its own."""
    records = {key: [r for r in ground.sources if r.role == role] for role, key in _ROLES.items()}
    edition, areas, index = ground.regions.edition, records["medical_areas"], records["physician_index"]
    settings = replace(
        job.settings,
        municipalities=_source_file(records["municipalities"]),
        medical_areas=_source_file(areas) if areas else None,
        physician_index=None
        if edition is None
        else IndexFile(
            file=_called(index),
            edition=edition.name,
            shortage_at_most=edition.shortage_at_most,
            surplus_at_least=edition.surplus_at_least,
            source=_source_of(index),
            national_average=ground.national_average,
        ),
    )
    digests = dict(hand.digests)
    for key, found in records.items():
        digests.pop(key_name((key, "file")), None)
        digests[key_name((key, "file"))] = _joint_sha256(found)
    gone = ("regions", "people", "merged", "places", "ground", "facts", "tied", "records")
    return replace(job, settings=settings, record=None), replace(
        hand,
        regions=GroundAtHand(ground),
        digests=FrozenDict(digests),
        kept=hand.kept.without(*gone),
    )


def _source_file(records: Sequence[InputRecord]) -> SourceFile:
    return SourceFile(_called(records), source=_source_of(records), as_of=None)


def _called(records: Sequence[InputRecord]) -> str:
    return records[0].file if records else "<ground>"


def _source_of(records: Sequence[InputRecord]) -> str:
    return records[0].source if records else ""


def _joint_sha256(records: Sequence[InputRecord]) -> str:
    """Return the hash of one source; of one in several files, that of their hashes."""
    if len(records) == 1:
        return records[0].sha256
    return hashlib.sha256(" ".join(r.sha256 for r in records).encode()).hexdigest()


def with_roads(job: Job, hand: AtHand, roads: Roads | None) -> tuple[Job, AtHand]:
    """Return a job on roads in memory in the place of its own; what it closes stays closed."""
    own = job.settings.network
    if roads is None:
        network = None
    else:
        info = roads.network.info()
        network = NetworkFile(
            file=info.source or "<roads>",
            source=info.attribution,
            schematic=info.schematic,
            closures=own.closures if own else (),
            closures_on=own.closures_on if own else None,
        )
    gone = ("network", "closed", "facts", "tied", "records")
    changed = replace(job, settings=replace(job.settings, network=network), record=None)
    return changed, replace(
        hand, network=None if roads is None else roads.network, kept=hand.kept.without(*gone)
    )


def _other_digests(hand: AtHand, of: str, digests: Mapping[str, str]) -> FrozenDict[str, str]:
    left = {key: value for key, value in hand.digests.items() if not key.startswith(of)}
    return FrozenDict(left | dict(digests))


# --- tables of the run file


def _head(parts: Parts) -> dict[str, Any]:
    head: dict[str, Any] = {"caveats": [_both(each) for each in parts.caveats]}
    if parts.title is not None:
        head["title"] = _both(parts.title)
    return head


def _both(text: str | Mapping[str, str]) -> dict[str, str]:
    return {"ja": text, "en": text} if isinstance(text, str) else dict(text)


def _choice(policy: Policy) -> dict[str, Any]:
    """Return the preset that a policy comes from, and what it sets otherwise."""
    named = policy.policy.name
    preset = named if named in Policy.presets() else "kumamoto"
    return {"preset": preset, "override": differing(encode(Policy.preset(preset)), encode(policy))}


def _population(
    given: Given | Sequence[Source], held: dict[str, FrameFile]
) -> dict[str, Any]:
    table = dict(given) if isinstance(given, Mapping) else {"file": given}
    files = table["file"] if isinstance(table["file"], list | tuple) else [table["file"]]
    many = len(files) > 1
    table["file"] = [
        _file(("population", "file", *((n,) if many else ())), f"population{n or ''}", each, held)
        for n, each in enumerate(files)
    ]
    return table


def _array(
    array: str, given: Mapping[str, Given], held: dict[str, FrameFile]
) -> Iterator[dict[str, Any]]:
    for n, (name, source) in enumerate(given.items()):
        table = dict(source) if isinstance(source, Mapping) else {"file": source}
        if "file" in table:
            table["file"] = _file((array, n, "file"), f"{array}.{name}", table["file"], held)
        yield {"name": name, **table}


def _file(key: tuple[str | int, ...], name: str, source: Source, held: dict[str, FrameFile]) -> str:
    """Return how a table names a source; a frame is held under the key."""
    if not isinstance(source, pd.DataFrame):
        return str(source)
    held[key_name(key)] = FrameFile(source.copy(), key[0] if isinstance(key[0], str) else name)
    return shown_source(source, name)


def _identity(given: Names) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else {"names": list(given), "same": True}
