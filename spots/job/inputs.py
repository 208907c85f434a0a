"""Every file that a run read, with its hash: what a reader needs to reproduce a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries import Regions, read_population
from groundfloor.disk import sha256_of
from groundfloor.problems import DataError, Problem, Text, error
from networks import NetworkInfo
from networks.storage.cache import source_files
from spots.job.run_file import Job, parse_as_of, shown_name
from spots.job.run_file_shape import EVERY_LIST
from spots.judging.criteria import NamedList
from spots.types import Facility, FacilityType, InputRecord


def input_records(
    job: Job, network: NetworkInfo | None, *, in_memory: bool
) -> tuple[InputRecord, ...]:
    """Hash the inputs of a job for the manifest.

    Parameters
    ----------
    job : Job
        The job that was run.
    network : NetworkInfo or None
        The network used; None when no criterion needed one.
    in_memory : bool
        Whether that network was handed over in memory: then the hash is that of its content.

    Returns
    -------
    tuple of InputRecord
        Facility lists first, in order, then boundaries, tables, population, policy, roads and
        closures.
    """
    roads = (*_roads(job, network, in_memory), *_closures(job, network))
    tables = (*_tables(job), *_population(job), *_policy(job))
    return (*_facilities(job), *tables, *roads)


def _facilities(job: Job) -> Iterator[InputRecord]:
    for spec in job.layers:
        as_of = str(spec.as_of or "")
        yield _record("facilities", spec.name, spec.shown, spec.path, spec.source, as_of)


def _tables(job: Job) -> Iterator[InputRecord]:
    for role in ("municipalities", "medical_areas", "towns"):
        item = getattr(job.settings, role)
        if item is not None:
            as_of = str(parse_as_of(item.as_of, job.file, f"{role}.as_of") or "")
            yield _record(role, role, item.file, job.path(item.file), item.source, as_of)
    index = job.settings.physician_index
    path = job.path(index.file)
    yield _record("index", index.edition, index.file, path, index.source, index.edition)


def _population(job: Job) -> Iterator[InputRecord]:
    asked = job.settings.population
    if asked is None:
        return
    as_of = str(parse_as_of(asked.as_of, job.file, "population.as_of") or "")
    for file in asked.file:
        yield _record("population", "population", file, job.path(file), asked.source, as_of)


def _policy(job: Job) -> Iterator[InputRecord]:
    file, head = job.settings.policy.file, job.policy.policy
    if file is not None:
        source, version = head.source.ja, str(head.version)
        yield _record("policy", head.name, file, job.path(file), source, version)


def _roads(job: Job, info: NetworkInfo | None, in_memory: bool) -> Iterator[InputRecord]:
    if info is None:
        return
    asked = job.settings.network
    if in_memory or asked is None:
        yield InputRecord(
            "network", info.profile, info.source, info.sha256, info.source, info.as_of
        )
        return
    as_of = str(parse_as_of(asked.as_of, job.file, "network.as_of") or info.as_of)
    own_profile = (asked.profile or "").endswith(".toml")
    for file in (asked.file, asked.nodes, asked.profile if own_profile else None):
        if file is not None:
            yield _record("network", info.profile, file, job.path(file), asked.source, as_of)


def _closures(job: Job, info: NetworkInfo | None) -> Iterator[InputRecord]:
    """Yield the files of closed roads: of a Shapefile every part, since the days are in one."""
    asked = job.settings.network
    if info is None or asked is None:
        return
    day = str(parse_as_of(asked.closures_on, job.file, "network.closures_on") or "")
    for file in asked.closures:
        for part in source_files(job.path(file)):
            own = part == job.path(file)
            name = file if own else Path(file).with_name(part.name).as_posix()
            yield _record("closures", "closures", name, part, "", day)


def _record(role: str, name: str, file: str, path: Path, source: str, as_of: str) -> InputRecord:
    return InputRecord(role, name, shown_name(file), sha256_of(path), source, as_of)


def listed_ids(job: Job, facilities: Sequence[Facility]) -> dict[str, frozenset[str]]:
    """Return the ids on each named list; a layer on every list counts for each there is."""
    named = {spec.name: name for spec, name in zip(job.layers, job.lists, strict=True)}
    every = _names(job)
    lists: dict[str, set[str]] = {}
    for facility in facilities:
        for row in facility.rows:
            name = named[row.layer]
            for each in every if name == EVERY_LIST else {name}:
                lists.setdefault(each, set()).add(facility.id)
    return {name: frozenset(ids) for name, ids in sorted(lists.items())}


def named_lists(job: Job) -> tuple[NamedList, ...]:
    """Return the lists that a criterion of the job may ask for, by name."""
    layers = list(zip(job.layers, job.lists, strict=True))
    found = []
    for name in sorted(_names(job)):
        mine = [spec for spec, of in layers if of in {name, EVERY_LIST}]
        own_words = any(spec.types_in_rows for spec in mine)
        types = frozenset(FacilityType) if own_words else frozenset()
        found.append(
            NamedList(
                name,
                "・".join(spec.name for spec in mine),
                types.union(*(spec.types for spec in mine)),
            )
        )
    return tuple(found)


def _names(job: Job) -> set[str]:
    """Return the names that layers carry; a layer on every list has what criteria ask for too."""
    names = set(job.lists)
    if EVERY_LIST in names:
        names |= {c.list for _, c in job.policy.criteria if c.kind == "nearest_other_time"}
    return names - {"", EVERY_LIST}


def read_people(job: Job, regions: Regions) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Read the cells of the run file's population that touch the prefecture.

    Parameters
    ----------
    job : Job
        The checked job.
    regions : Regions
        For the prefecture's municipalities.

    Returns
    -------
    cells : GeoDataFrame or None
        As `boundaries.read_population` gives them; None where the run file names no population.
    problems : list of Problem
        Warnings and notes.

    Raises
    ------
    DataError, MissingFileError
        A file cannot be used, or none of its cells lies in the prefecture.
    """
    asked = job.settings.population
    if asked is None:
        return None, []
    labels = [shown_name(file) for file in asked.file]
    paths = [job.path(file) for file in asked.file]
    cells, found = read_population(paths, column=asked.column, layer=asked.layer, labels=labels)
    towns = regions.municipalities
    home = towns.geometry[towns["prefecture_code"] == regions.prefecture_code]
    tree = shapely.STRtree(cells.geometry.to_numpy())
    near = np.unique(tree.query(home.to_numpy(), predicate="intersects")[1])
    if not len(near):
        raise DataError(
            error(
                "population-elsewhere",
                Text("県内に人口の区画が一つもありません", "no cell lies in the prefecture"),
                Text(
                    "この県を含む1次メッシュのファイルを指定してください",
                    "give the files of the primary meshes that hold the prefecture",
                ),
                file=labels[0],
            )
        )
    return cells.iloc[near], list(found)
