"""A network in one file: a plain zip of arrays and JSON, the same bytes for the same network."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from networks.build import content_hash
from networks.errors import NetworkFormatError
from networks.network import Arcs, Edges, Nodes, Origin, RoadNetwork, Shapes
from networks.profile import MaxspeedRule, RoadClass, SpeedProfile, UnknownClassRule
from problems import MissingFileError, Problem, Severity, Text, error, file_missing

SUFFIX = ".spotsnet"
FORMAT = "spotsnet"
FORMAT_VERSION = 1  # raise it when an array is added, or its meaning changes
_META = "network.json"
_GROUPS: Mapping[str, type] = {"nodes": Nodes, "edges": Edges, "shapes": Shapes, "arcs": Arcs}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first moment: files must not tell when

# What reading a zip, its JSON and its arrays can raise when bytes have changed.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError, TypeError),
    *(AttributeError, OSError, EOFError, RuntimeError, MemoryError, OverflowError),
)


def save_network(network: RoadNetwork, path: str | Path) -> None:
    """Write a network to one file, whole or not at all.

    The same network gives the same bytes. An existing file is replaced.

    Raises
    ------
    MissingFileError
        When the folder is not there.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise MissingFileError(
            _problem("folder-missing", str(path), "フォルダーがありません", "no such folder")
        )
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as stream:
            _write(network, stream)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def open_network(path: str | Path) -> RoadNetwork:
    """Return the network in a file that `save_network` wrote.

    Raises
    ------
    NetworkFormatError
        When the file is damaged, of another kind, or of another version of the format.
    MissingFileError
        When there is no such file.
    """
    source = Path(path)
    if not source.is_file():
        raise MissingFileError(file_missing(file=source.name))
    try:
        with zipfile.ZipFile(source) as archive:
            meta = json.loads(archive.read(_META))
            _check_version(source.name, meta)
            network = _network(meta, _arrays(archive))
    except NetworkFormatError:
        raise
    except PermissionError as cause:
        raise MissingFileError(file_missing(cause, file=source.name)) from cause
    except _DAMAGE as cause:
        raise NetworkFormatError(_damaged(source.name, str(cause))) from cause
    if content_hash(network) != network.sha256:
        raise NetworkFormatError(_damaged(source.name, "sha256"))
    return network


def _check_version(file: str, meta: Mapping[str, Any]) -> None:
    if meta["format"] != FORMAT or meta["version"] != FORMAT_VERSION:
        raise NetworkFormatError(_other_version(file, str(meta["version"])))


def _write(network: RoadNetwork, stream: io.BufferedIOBase | Any) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        meta = json.dumps(_meta(network), ensure_ascii=False, sort_keys=True, indent=1)
        archive.writestr(zipfile.ZipInfo(_META, _EPOCH), meta.encode())
        for group, kind in _GROUPS.items():
            for field in fields(kind):
                buffer = io.BytesIO()
                array = np.ascontiguousarray(getattr(getattr(network, group), field.name))
                np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
                info = zipfile.ZipInfo(f"{group}.{field.name}.npy", _EPOCH)
                archive.writestr(info, buffer.getbuffer())


def _meta(network: RoadNetwork) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "crs": network.crs,
        "sha256": network.sha256,
        "classes": network.classes,
        "names": network.names,
        "speed_sources": network.speed_sources,
        "length_bases": network.length_bases,
        "profile": asdict(network.profile),
        "origin": asdict(network.origin),
        "problems": [asdict(problem) for problem in network.problems],
    }


def _arrays(archive: zipfile.ZipFile) -> dict[str, Any]:
    groups = {}
    for group, kind in _GROUPS.items():
        columns = {}
        for field in fields(kind):
            data = archive.read(f"{group}.{field.name}.npy")  # checks the CRC
            columns[field.name] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
        groups[group] = kind(**columns)
    return groups


def _network(meta: Mapping[str, Any], groups: Mapping[str, Any]) -> RoadNetwork:
    return RoadNetwork(
        **groups,
        classes=tuple(meta["classes"]),
        names=tuple(meta["names"]),
        speed_sources=tuple(meta["speed_sources"]),
        length_bases=tuple(meta["length_bases"]),
        crs=meta["crs"],
        profile=_profile(meta["profile"]),
        origin=_origin(meta["origin"]),
        sha256=meta["sha256"],
        problems=tuple(_stored_problem(p) for p in meta["problems"]),
    )


def _profile(data: Mapping[str, Any]) -> SpeedProfile:
    fallback = data["fallback"]
    return SpeedProfile(
        name=data["name"],
        version=data["version"],
        title=Text(**data["title"]),
        classes=tuple(_road_class(row) for row in data["classes"]),
        ferry=_road_class(data["ferry"]),
        access=_road_class(data["access"]),
        maxspeed=MaxspeedRule(data["maxspeed"]),
        unknown_class=UnknownClassRule(data["unknown_class"]),
        fallback=None if fallback is None else _road_class(fallback),
    )


def _road_class(data: Mapping[str, Any]) -> RoadClass:
    return RoadClass(**{**data, "aliases": tuple(data["aliases"])})


def _origin(data: Mapping[str, Any]) -> Origin:
    return Origin(**{**data, "dropped": tuple((name, count) for name, count in data["dropped"])})


def _stored_problem(data: Mapping[str, Any]) -> Problem:
    texts = {key: Text(**data[key]) for key in ("message", "remedy")}
    return Problem(**{**data, **texts, "severity": Severity(data["severity"])})


def _damaged(file: str, cause: str) -> Problem:
    return _problem(
        "network-file-damaged",
        file,
        f"道路網ファイルが壊れています（{cause}）",
        f"the network file is damaged ({cause}).",
    )


def _other_version(file: str, version: str) -> Problem:
    return _problem(
        "network-file-version",
        file,
        f"別の版（{version}）の道路網ファイルです。必要な版は {FORMAT_VERSION} です",
        f"a network file of another version ({version}); this one reads {FORMAT_VERSION}.",
    )


def _problem(code: str, file: str, ja: str, en: str) -> Problem:
    remedy = Text("元のデータから作り直してください", "build it again from its source")
    return error(code, Text(ja, en), remedy, file=file)
