"""What an export is: its format, what was written, what did not fit; in words and as JSON too."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from groundfloor.disk import WrittenFile
from groundfloor.installed import tool_version
from groundfloor.problems import DataError, Lang, Problem, SpotsError, Text, UsageError, error
from spots.outputs import load_result, read_manifest
from spots.outputs.evidence import dump_evidence
from spots.outputs.manifest import EVIDENCE, library_versions
from spots.types import RunResult


class Format(StrEnum):
    """Formats of files."""

    SHAPEFILE = "shapefile"
    FLATGEOBUF = "flatgeobuf"
    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"

    @classmethod
    def called(cls, name: str) -> str:
        """Return the format of a name or suffix (``shp``, ``.gpkg``, ``ESRI Shapefile``).

        What names none is returned as it is, for whoever refuses it.

        Examples
        --------
        >>> Format.called(".SHP"), Format.called("kml")
        ('shapefile', 'kml')
        """
        if not isinstance(name, str):
            return name
        folded = re.sub(r"[ ._-]", "", unicodedata.normalize("NFKC", name).casefold())
        return folded if folded in set(cls) else _ALSO_CALLED.get(folded, name)


#: What else formats are called: by their suffix, by GDAL's driver, in short.
_ALSO_CALLED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("shp", "shape", "esrishapefile", "シェープファイル"), "shapefile"),
        **dict.fromkeys(("fgb", "flatgeobuffer"), "flatgeobuf"),
        **dict.fromkeys(("gpkg", "ogcgeopackage"), "geopackage"),
        **dict.fromkeys(("json", "geojsonrfc7946"), "geojson"),
    }
)


class IfExists(StrEnum):
    """What becomes of tables of ours that are in a database already."""

    FAIL = "fail"
    REPLACE = "replace"  # every run in them by this one
    APPEND = "append"  # this run beside others, in the place of itself


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Parameters
    ----------
    files : tuple of WrittenFile
        Everything in the folder, by name.
    problems : tuple of Problem
        What the format could not hold as it is.
    """

    files: tuple[WrittenFile, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a database got.

    Parameters
    ----------
    run_id : str
        Under which the rows stand.
    database : str
        Where, without the password.
    schema : str
        Schema of the tables.
    replaced : bool
        Whether the run was there before.
    rows : tuple of (str, int)
        Layers, and how many rows each got.
    """

    run_id: str
    database: str
    schema: str
    replaced: bool
    rows: tuple[tuple[str, int], ...]


class DatabaseError(SpotsError, ConnectionError):
    """A database is down, refuses, or cannot take the layers; nothing was written to it."""


class ForeignTableError(DataError):
    """A table of that name is there, and is not, or no longer, one of ours."""


_ID_LENGTH = 16  # hexadecimal digits: 64 bits


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run, told apart by its evidence.

    Parameters
    ----------
    run_id : str
        The first digits of `evidence_sha256`: the same for the same job on the same data.
    evidence_sha256 : str
        Hash of the run's evidence.
    created : str
        When the folder was made, ISO 8601 with time zone.
    lang : Lang
        Language of the folder.
    tool_version : str
        Version of this tool that made it.
    versions : tuple of (str, str)
        Versions of the libraries that can change a result.
    """

    run_id: str
    evidence_sha256: str
    created: str
    lang: Lang
    tool_version: str
    versions: tuple[tuple[str, str], ...] = ()


def read_run(folder: Path) -> tuple[RunResult, RunRecord]:
    """Return the result in an output folder, and what tells it apart.

    Raises
    ------
    FolderError
        When the folder is missing, incomplete, changed by hand, or of another version.
    """
    result = load_result(folder)
    return result, read_record(folder)


def read_record(folder: Path) -> RunRecord:
    """Return what the manifest of an output folder says of its run.

    Raises
    ------
    FolderError
        When there is none of this tool.
    """
    manifest = read_manifest(folder)
    hashes = {entry["name"]: str(entry["sha256"]) for entry in manifest["files"]}
    digest = hashes.get(EVIDENCE, "")
    return RunRecord(
        run_id=digest[:_ID_LENGTH],
        evidence_sha256=digest,
        created=str(manifest.get("created", "")),
        lang=Lang(manifest.get("lang", Lang.JA)),
        tool_version=str(manifest["tool"].get("version", "")),
        versions=tuple(sorted((str(k), str(v)) for k, v in manifest.get("versions", {}).items())),
    )


def record_of(result: RunResult, lang: Lang) -> RunRecord:
    """Return what tells a run in memory apart: what the folder of it would say.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of its sentences.
    """
    digest = hashlib.sha256(dump_evidence(result).encode("utf-8")).hexdigest()
    return RunRecord(
        run_id=digest[:_ID_LENGTH],
        evidence_sha256=digest,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        lang=lang,
        tool_version=tool_version(),
        versions=tuple(sorted(library_versions().items())),
    )


# --- in words and as JSON


def exported_text(out: Path, done: Exported) -> str:
    """Return the files of an export, a line each."""
    return "\n".join(f"{out / file.name}  {file.size:,} B" for file in done.files)


def exported_json(out: Path, kind: Format, done: Exported, lang: Lang) -> dict[str, object]:
    """Return an export of files as JSON-able data."""
    return {
        "format": kind.value,
        "out": str(out),
        "files": [{"name": f.name, "bytes": f.size, "sha256": f.sha256} for f in done.files],
        "problems": [p.as_json(lang) for p in done.problems],
    }


def loaded_text(done: Loaded, lang: Lang) -> str:
    """Return what a database got, a line for each layer."""
    state = (
        Text("同じ実行を置き換えました", "the same run was replaced")
        if done.replaced
        else Text("追加しました", "added")
    )
    head = Text(
        f"{done.database} のスキーマ {done.schema}: 実行 {done.run_id} を書き込みました"
        f"（{state.ja}）",
        f"{done.database}, schema {done.schema}: run {done.run_id} written ({state.en})",
    )
    rows = Text("行", "rows").render(lang)
    lines = [f"  {done.schema}.{name}  {count:,} {rows}" for name, count in done.rows]
    return "\n".join([head.render(lang), *lines])


def loaded_json(done: Loaded) -> dict[str, object]:
    """Return what a database got as JSON-able data."""
    return {
        "database": done.database,
        "schema": done.schema,
        "run_id": done.run_id,
        "replaced": done.replaced,
        "rows": dict(done.rows),
    }


def nothing_asked(*, out_only: bool) -> UsageError:
    """Return the error of a command that names no format and no database."""
    return UsageError(
        error(
            "export-nothing-asked",
            Text("書き出す形式がありません", "there is no format to write")
            if out_only
            else Text("書き出し先がありません", "there is nowhere to write to"),
            Text(
                "--format（shapefile、flatgeobuf、geopackage、geojson）か --to postgresql://… を"
                "指定してください",
                "give --format (shapefile, flatgeobuf, geopackage, geojson) or --to postgresql://…",
            ),
        )
    )


def folder_stands(folder: Path) -> Text:
    """Return that a run's folder is complete, though the database did not take it."""
    return Text(
        f"出力フォルダ {folder} は書き出し済みです。spots export {folder} --to … で"
        "データベースへの書き込みだけをやり直せます",
        f"the output folder {folder} is complete; spots export {folder} --to … tries the database "
        "again",
    )
