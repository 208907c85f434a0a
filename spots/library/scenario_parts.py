"""A job made of parts in memory: what a run file would say of them, with the hash of each.

A scenario of nouns is judged as a run file's job is, so it becomes one: settings in the same
shape, checked by the same checks, and records of its inputs that say what was in memory.

Stands apart: `scenario` asks questions; here is what they are asked about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd

from groundfloor.codec import encode
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Text, UsageError, warning
from groundfloor.settings import validate
from groundfloor.toml import TomlDocument, key_name
from networks.types import TravelOptions
from spots.facilities import Identity
from spots.job.at_hand import AtHand, FoundRegions, LoadNetwork
from spots.job.job_roads import ClosedRoads, Progress, load_job_network, store_of
from spots.job.named_files import LISTS
from spots.job.other_policy import differing
from spots.job.run_file import Job
from spots.job.run_file_shape import FacilityList, NetworkFile, RunFile
from spots.judging.policy import Policy
from spots.library.facility_frames import is_read
from spots.library.facility_lists import read_facilities
from spots.library.facility_rows import GivenLists, given_lists
from spots.library.frames_on_disk import Source, frame_sha256, on_disk, shown_source
from spots.library.ground import Ground
from spots.library.ground_said import GROUND_TABLES, NO_GROUND, ground_said
from spots.library.list_arguments import decisions_said
from spots.library.roads import Roads
from spots.library.scenario_arguments import (
    head_of,
    lists_of,
    refuse_no_ground,
    refuse_no_roads,
)
from spots.library.straight_roads import StraightRoads
from spots.types import SourceRow

#: A path or frame, or a table of the run file with a frame in the place of its file.
Given: TypeAlias = Source | Mapping[str, Any]
Names: TypeAlias = Sequence[str] | Mapping[str, Any]
Lists: TypeAlias = Source | Sequence[Source]

_SCENARIO = "<scenario>"  # how problems call what has no run file
_ARRAYS = ("units", "tables", "entries")
#: What is to be found again when a part is another: kinds of `AtHand.kept`.
_OF_LISTS = ("rows", "merged", "places", "ground", "facts", "tied", "records")
_OF_GROUND = (*_OF_LISTS, "regions", "people", "outlines", "zone")
_OF_ROADS = ("network", "closures", "closed", "facts", "tied", "records")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a scenario is given beside facilities, ground, roads and policy.

    Parameters
    ----------
    population : path, frame, sequence of these, or mapping
        ``[population]``.
    units, tables, entries : mapping of str to path, frame or mapping
        ``[[units]]``, ``[[tables]]``, ``[[entries]]``, by the names that policies use.
    positions : path, frame, mapping, or sequence of these
        ``[[positions]]``, in the order in which they are asked.
    towns : path, frame or mapping
        ``[towns]``.
    indicators : mapping
        ``[indicators]``.
    identity : iterable
        ``[[identity]]``.
    not_given : sequence of int
        Criteria that nobody has a list for.
    title : str or None
        Of the outputs.
    caveats : str or sequence of str
        What readers of the outputs should know.
    """

    population: Given | Sequence[Source] | None = None
    units: Mapping[str, Given] | None = None
    tables: Mapping[str, Given] | None = None
    entries: Mapping[str, Given] | None = None
    positions: Given | Sequence[Given] | None = None
    towns: Given | None = None
    indicators: Mapping[str, Any] | None = None
    identity: Iterable[Names] | Names = ()
    not_given: Sequence[int] = ()
    title: str | None = None
    caveats: str | Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class MadeJob:
    """A job, what it has at hand in the place of files, and what its rows are called.

    Parameters
    ----------
    job : Job
        The job.
    hand : AtHand
        What was handed over, and what was read.
    labels : mapping of SourceRow to label
        The caller's label of each row; empty of files.
    index_name : str or None
        Name of the index of results where it holds those labels.
    frames : tuple of GeoDataFrame
        The lists that were handed over.
    identities : tuple of Identity
        What the job itself decides; of merged lists, what they decide comes to it.
    ground, roads : Ground and Roads, or None
        The ground and the roads that were.
    """

    job: Job
    hand: AtHand = field(default_factory=AtHand)
    labels: Mapping[SourceRow, Hashable] = field(default_factory=FrozenDict)
    index_name: str | None = "facility_id"
    frames: tuple[gpd.GeoDataFrame, ...] = ()
    identities: tuple[Identity, ...] = ()
    ground: Ground | None = None
    roads: Roads | StraightRoads | None = None

    @classmethod
    def of_files(
        cls, job: Job, progress: Progress, load: LoadNetwork = load_job_network
    ) -> MadeJob:
        """Return a job whose parts all come from files, or from what an earlier run kept."""
        return cls(job, AtHand(load=load, disk=store_of(job, progress)))


@dataclass(frozen=True, slots=True, eq=False)
class FrameFile:
    """A frame that readers of files read.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Nobody else has it.
    name : str
        What the file is called while it is there.
    """

    frame: pd.DataFrame
    name: str

    def on_disk(self) -> AbstractContextManager[Path]:
        """Give the path of a file that holds it for as long as the context lasts."""
        return on_disk(self.frame, self.name)


def made_job(policy: Policy, parts: Parts) -> MadeJob:
    """Return a job without lists, ground and roads yet, with the frames that it reads.

    Raises
    ------
    UsageError
        A part has a key that the run file does not know, or a wrong value.
    """
    held: dict[str, FrameFile] = {}
    tables: dict[str, Any] = {
        "run": head_of(parts.title, parts.caveats, parts.not_given),
        "policy": _choice(policy),
        "municipalities": {"file": NO_GROUND},
        "identity": [_identity(each) for each in decisions_said(parts.identity)],
    }
    if parts.population is not None:
        tables["population"] = _population(parts.population, held)
    if parts.positions is not None:
        tables["positions"] = list(_positions(parts.positions, held))
    if parts.towns is not None:
        tables["towns"] = _table(("towns", "file"), parts.towns, held)
    if parts.indicators is not None:
        tables["indicators"] = dict(parts.indicators)
    for name in _ARRAYS:
        tables[name] = list(_array(name, getattr(parts, name) or {}, held))
    settings = validate(RunFile, tables, TomlDocument(_SCENARIO, tables, {}))
    named = ((key_name(("identity", n, "names")), each) for n, each in enumerate(settings.identity))
    job = Job(
        base=Path.cwd(),
        file=_SCENARIO,
        settings=settings,
        policy=policy,
        layers=(),
        lists=(),
        identities=tuple(
            Identity(each.names, each.same, _SCENARIO, column, None) for column, each in named
        ),
    )
    digests = {key: frame_sha256(file.frame) for key, file in held.items()}
    return MadeJob(job, AtHand(files=FrozenDict(held), digests=FrozenDict(digests)))


@contextmanager
def python_words(made: MadeJob) -> Iterator[None]:
    """Say what is missing as arguments where there is no run file to write it in."""
    try:
        yield
    except UsageError as fault:
        if not made.job.in_memory:
            raise
        raise UsageError(
            replace(p, remedy=_ARGUMENTS.get((p.code, p.column), p.remedy)) for p in fault.problems
        ) from None


def _argument(ja: str, en: str) -> Text:
    return Text(f"{ja} を渡してください", f"give {en}")


_ARGUMENTS: dict[tuple[str, str | None], Text] = {
    ("network-missing", None): _argument("roads=Roads.read(…)", "roads=Roads.read(...)"),
    ("missing-key", "facilities"): _argument("facilities", "facilities"),
    ("missing-key", "medical_areas"): _argument(
        "read_ground に areas", "areas to read_ground, which makes the ground"
    ),
    ("missing-key", "physician_index"): _argument(
        "read_ground に index", "index to read_ground, which makes the ground"
    ),
    ("missing-key", "population"): _argument("population=", "population="),
    ("no-candidates", "facilities"): _argument(
        '判定する一覧（role="candidate"）', 'a list that is judged (role="candidate")'
    ),
}


# --- parts in the place of a job's own


def with_lists(made: MadeJob, facilities: Lists) -> MadeJob:
    """Return the job with lists in memory in the place of its own."""
    frames = tuple(_as_read(each) for each in lists_of(facilities))
    given = given_lists(frames)
    identities = made.identities if made.frames else made.job.identities
    job, hand = made.job, made.hand
    layers = tuple(replace(spec, path=job.base / spec.shown) for spec in given.layers)
    names = {frame.index.name for frame in frames}
    digests = {
        key_name((LISTS, n, "file")): _rows_sha256(given, spec.name)
        for n, spec in enumerate(layers)
    }
    return replace(
        made,
        job=replace(
            job,
            settings=replace(job.settings, facilities=tuple(_lists(given))),
            layers=layers,
            lists=given.lists,
            identities=(*identities, *given.identities),
            record=None,
        ),
        hand=replace(
            hand,
            rows=(given.rows, list(given.problems)),
            digests=_digests_with(hand, (LISTS,), digests),
            kept=hand.kept.without(*_OF_LISTS),
        ),
        labels=given.labels,
        index_name=str(name) if len(names) == 1 and (name := names.pop()) is not None else None,
        frames=frames,
        identities=identities,
    )


def _as_read(source: Source) -> gpd.GeoDataFrame:
    """Return a list as a frame of nobody else's."""
    if isinstance(source, gpd.GeoDataFrame) and is_read(source):
        return source.copy()
    return read_facilities(source)


def _lists(given: GivenLists) -> Iterator[FacilityList]:
    """Yield what a run file would say of each list."""
    for spec, name in zip(given.layers, given.lists, strict=True):
        yield FacilityList(
            name=spec.name,
            file=spec.shown,
            type="・".join(sorted(spec.types)) or "none",
            role=spec.role,
            list=name,
            source=spec.source,
            as_of=spec.as_of,
            accuracy=spec.accuracy,
        )


def with_ground(made: MadeJob, ground: Ground) -> MadeJob:
    """Return the job on a ground in memory in the place of its own."""
    refuse_no_ground(ground)
    job, hand = made.job, made.hand
    said = ground_said(job.settings, ground)
    return replace(
        made,
        job=replace(job, settings=said.settings, record=None),
        hand=replace(
            hand,
            regions=GroundAtHand(ground),
            digests=_digests_with(hand, tuple(GROUND_TABLES), said.digests),
            kept=hand.kept.without(*_OF_GROUND),
        ),
        ground=ground,
    )


def with_roads(made: MadeJob, roads: Roads | StraightRoads | None) -> MadeJob:
    """Return the job on roads in memory in the place of its own.

    What a drive may use is the policy's, whatever the roads are told. Where nothing is closed on
    them, what the job closes is closed on them too.
    """
    refuse_no_roads(roads)
    if roads is None:
        return made
    if isinstance(roads, StraightRoads):
        return _with_estimate(made, roads)
    own, closing = made.job.settings.network, roads.closing
    info = roads.network.info()
    network = NetworkFile(
        file=info.source or "<roads>",
        source=roads.source or (own.source if own else ""),
        schematic=info.schematic,
        closures=own.closures if own and closing is None else (),
        closures_on=own.closures_on if own and closing is None else None,
    )
    closed = None
    if closing is not None:
        closed = ClosedRoads(roads.network, closing.closures, closing.labels, closing.edges, ())
    return replace(
        made,
        job=replace(made.job, settings=replace(made.job.settings, network=network), record=None),
        hand=replace(
            made.hand,
            network=closing.whole if closing is not None else roads.network,
            closed=closed,
            kept=made.hand.kept.without(*_OF_ROADS),
        ),
        roads=roads,
    )


def _with_estimate(made: MadeJob, roads: StraightRoads) -> MadeJob:
    """Return the job with an estimate in the place of its roads: never with both."""
    told = roads.estimate
    network = NetworkFile(
        kind="straight",
        detour_factor=told.detour_factor,
        speed_kmh=told.speed_kmh,
        source=told.source,
    )
    kept = made.hand.kept.without(*_OF_ROADS)
    return replace(
        made,
        job=replace(made.job, settings=replace(made.job.settings, network=network), record=None),
        hand=replace(made.hand, network=None, closed=None, kept=kept),
        roads=roads,
    )


def roads_in_short(roads: Roads | StraightRoads | None) -> str:
    """Return what times are made of, for a line."""
    if isinstance(roads, StraightRoads):
        return roads.times
    return f"{len(roads.network.edges):,} edges" if roads is not None else "no roads"


def use_unlike(roads: Roads | StraightRoads | None, policy: Policy) -> tuple[Problem, ...]:
    """Return a warning where roads were told to be used otherwise than the policy uses them."""
    if roads is None or isinstance(roads, StraightRoads):
        return ()
    usual, told, used = TravelOptions(), roads.options, policy.travel.options
    unlike = [
        f"{name}={getattr(told, name)}"
        for name in ("tolls", "ferries")
        if getattr(told, name) not in {getattr(usual, name), getattr(used, name)}
    ]
    if not unlike:
        return ()
    return (
        warning(
            "roads-used-otherwise",
            Text(
                "この道路網の使い方は設定基準と異なり、設定基準に従います",
                "is not how the policy uses the roads, and the policy decides",
            ),
            Text(
                "`policy.changed(tolls=…, ferries=…)` で設定基準に書いてください",
                "say it in the policy: policy.changed(tolls=..., ferries=...)",
            ),
            file="<roads>",
            value=", ".join(unlike),
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class GroundAtHand:
    """A ground as jobs ask for it.

    Parameters
    ----------
    ground : Ground
        For another prefecture it is read again.
    """

    ground: Ground

    def __call__(self, prefecture: str, merge_wards: bool, /) -> FoundRegions:
        """Return municipalities and medical areas, and what was found in reading them."""
        found = self.ground.under(prefecture, merge_wards)
        return found.regions, list(found.found_problems)


def _digests_with(
    hand: AtHand, tables: tuple[str, ...], digests: Mapping[str, str]
) -> FrozenDict[str, str]:
    left = {key: value for key, value in hand.digests.items() if not key.startswith(tables)}
    return FrozenDict(left | dict(digests))


def _rows_sha256(given: GivenLists, layer: str) -> str:
    rows = [encode(raw) for raw in given.rows if raw.row.layer == layer]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


# --- tables of the run file


def _choice(policy: Policy) -> dict[str, Any]:
    """Return the preset that a policy comes from, and what it sets otherwise."""
    named = policy.policy.name
    preset = named if named in Policy.presets() else "kumamoto"
    return {"preset": preset, "override": differing(encode(Policy.preset(preset)), encode(policy))}


def _identity(given: Names) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return dict(given)
    return {"names": [given] if isinstance(given, str) else list(given), "same": True}


def _population(given: Given | Sequence[Source], held: dict[str, FrameFile]) -> dict[str, Any]:
    table = dict(given) if isinstance(given, Mapping) else {"file": given}
    files = table["file"] if isinstance(table["file"], list | tuple) else [table["file"]]
    keys: list[tuple[str | int, ...]] = [("population", "file")]
    if len(files) > 1:
        keys = [("population", "file", n) for n in range(len(files))]
    table["file"] = [_file(key, each, held) for key, each in zip(keys, files, strict=True)]
    return table


def _array(
    array: str, given: Mapping[str, Given], held: dict[str, FrameFile]
) -> Iterator[dict[str, Any]]:
    for n, (name, source) in enumerate(given.items()):
        yield {"name": name, **_table((array, n, "file"), source, held)}


def _positions(
    given: Given | Sequence[Given], held: dict[str, FrameFile]
) -> Iterator[dict[str, Any]]:
    if isinstance(given, str | Path | pd.DataFrame | Mapping):
        given = (given,)
    for n, each in enumerate(given):
        yield _table(("positions", n, "file"), each, held)


def _table(key: tuple[str | int, ...], given: Given, held: dict[str, FrameFile]) -> dict[str, Any]:
    table = dict(given) if isinstance(given, Mapping) else {"file": given}
    if "file" in table:
        table["file"] = _file(key, table["file"], held)
    return table


def _file(key: tuple[str | int, ...], source: Source, held: dict[str, FrameFile]) -> str:
    """Return how a table names a source; a frame is held under the key."""
    if not isinstance(source, pd.DataFrame):
        return str(source)
    held[key_name(key)] = FrameFile(source.copy(), str(key[0]))
    return shown_source(source, key_name(key[:-1]))
