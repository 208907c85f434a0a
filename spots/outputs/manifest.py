"""``run.json``: what was asked, of which inputs, with which versions, and what was written.

The only place of an output folder with a time in it. Everything else of two runs of the same job
is the same, byte for byte.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, TypeGuard

from groundfloor.codec import encode, readable_json
from groundfloor.disk import WrittenFile
from groundfloor.installed import LIBRARIES, TOOL, tool_version
from groundfloor.problems import Lang, Text
from spots.outputs.asked_outputs import not_asked_for
from spots.outputs.portable_paths import PortablePath, portable
from spots.outputs.run_digest import hashed_input, run_digest, tool_digest
from spots.types import RunOrigin, RunResult, Settings, State

MANIFEST = "run.json"
EVIDENCE = "evidence.json"
FORMAT_VERSION = 2  # 1 did not say where the inputs are

_CONVENTIONS: dict[str, Text] = {
    "minutes": Text(
        "分は切り捨てで表示し、判定は整数ミリ秒（travel_ms）で行います",
        "minutes are rounded down; verdicts use whole milliseconds (travel_ms)",
    ),
    "margin": Text(
        "margin_min は所要時間から基準を引いた差です",
        "margin_min is travel time less the threshold",
    ),
    "csv": Text(
        "facilities.csv は UTF-8（BOM付き）・CRLF です。表計算ソフトが数値・日付・数式と読み替える"
        "文字列には先頭に ' を1つ付けています（機械で読むときは先頭の ' を1つ外してください）",
        "facilities.csv is UTF-8 with BOM and CRLF; text that a spreadsheet would take for a "
        "number, a date or a formula has one ' in front (take one off when reading by machine)",
    ),
    "crs": Text(
        "GeoJSON は WGS84（RFC 7946）、GeoPackage は JGD2011（EPSG:6668）です",
        "GeoJSON is WGS84 (RFC 7946), the GeoPackage JGD2011 (EPSG:6668)",
    ),
}


@dataclass(frozen=True, slots=True)
class RunPlaces:
    """Where the inputs of a run are, seen from its result: ``replay`` in the manifest.

    Parameters
    ----------
    base : PortablePath
        The run file's folder, from the output folder.
    elsewhere : mapping of str to PortablePath
        Inputs that were not named from there, by their key in the run file, from `base`.
    profile_sha256, manual_at, excluded_at : str, tuple of (str, int or None)
        As in `spots.types.RunOrigin`.
    """

    base: PortablePath
    elsewhere: Mapping[str, PortablePath]
    profile_sha256: str = ""
    manual_at: tuple[tuple[str, int | None], ...] = ()
    excluded_at: tuple[tuple[str, int | None], ...] = ()

    def path(self, key: str, file: str, base: Path) -> str:
        """Return the path of a key's file, as a run file in `base` would name it."""
        return str(self.elsewhere[key].found_from(base)) if key in self.elsewhere else file


def manifest_json(
    result: RunResult,
    *,
    lang: Lang,
    created: datetime,
    files: Iterable[WrittenFile],
    folder: Path,
    missing: Iterable[str] = (),
) -> str:
    """Return ``run.json``.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the sentences in it.
    created : datetime
        When the folder was made; the only time in all the outputs.
    files : iterable of WrittenFile
        Everything else in the folder.
    folder : Path
        Where the folder will stand: places of inputs are told from there.
    missing : iterable of str
        Names of files that could not be made; why is among the problems of the run.

    Returns
    -------
    str
        JSON; tables of the run file have their keys in its order, which a replay is to have too.
    """
    versions = library_versions()
    inputs = [hashed_input(each.key, each.file, each.sha256) for each in result.inputs]
    left_aside = list(not_asked_for(result))
    page = {
        "tool": {"name": TOOL, "version": tool_version(), "format": FORMAT_VERSION},
        "created": created.isoformat(timespec="seconds"),
        "digest": run_digest(result.job, inputs, lang, tool_digest(versions)),
        "lang": lang.value,
        "versions": versions,
        "job": encode(result.job),
        "replay": encode(_places(result.origin, folder)),
        "settings": _settings(result.settings, lang),
        "inputs": [asdict(record) for record in result.inputs],
        "layers": encode(result.layers),
        "network": encode(result.network),
        **({"straight": encode(result.straight)} if result.straight else {}),
        "closures": encode(result.closures),
        "edition": encode(result.edition),
        "plane_epsg": result.plane_epsg,
        "counts": counts(result),
        "dissolved_km2": round(result.dissolved_km2, 6),
        **({"results": result_counts(result, lang)} if result.grounds else {}),
        "problems": [problem.as_json(lang) for problem in result.problems],
        "conventions": {key: text.render(lang) for key, text in _CONVENTIONS.items()},
        "missing": list(missing),
        **({"not_asked_for": left_aside} if left_aside else {}),
        "files": [file_entry(f) for f in sorted(files, key=lambda f: f.name)],
    }
    return readable_json(page, as_given=True)


def _places(origin: RunOrigin | None, folder: Path) -> RunPlaces | None:
    if origin is None:
        return None
    base = origin.base.resolve()
    elsewhere = {key: portable(path, base) for key, path in origin.elsewhere.items()}
    lines = origin.manual_at, origin.excluded_at
    return RunPlaces(portable(base, folder), elsewhere, origin.profile_sha256, *lines)


def file_entry(file: WrittenFile) -> dict[str, str | int]:
    """Return the manifest's line about a file."""
    return {"name": file.name, "bytes": file.size, "sha256": file.sha256}


def counts(result: RunResult) -> dict[str, int]:
    """Return the number of facilities altogether and in each state, and of spots."""
    states = Counter(verdict.state for verdict in result.verdicts)
    by_state = {state.value: states[state] for state in State}
    return {"facilities": len(result.verdicts), "spots": len(result.spots), **by_state}


def result_counts(result: RunResult, lang: Lang) -> list[dict[str, object]]:
    """Return for each result of the policy its units altogether and in each state, and its size."""
    states = Counter((verdict.result, verdict.state) for verdict in result.units)
    return [
        {
            "result": ground.id,
            "kind": ground.kind.value,
            "title": ground.title.render(lang),
            "units": sum(states[ground.id, state] for state in State),
            **{state.value: states[ground.id, state] for state in State},
            "area_km2": round(ground.area_km2, 6),
            "population": None if ground.population is None else round(ground.population, 1),
        }
        for ground in result.grounds
    ]


def library_versions() -> dict[str, str]:
    """Return the versions that can change a result."""
    import pyogrio  # noqa: PLC0415 - who reads a manifest needs none of them
    import pyproj  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    versions = {name: metadata.version(name) for name in LIBRARIES}
    versions["python"] = platform.python_version()
    versions["gdal"] = ".".join(str(n) for n in pyogrio.__gdal_version__)
    versions["geos"] = shapely.geos_version_string
    versions["proj"] = pyproj.proj_version_str
    return versions


def is_manifest(page: object) -> bool:
    """Return whether parsed JSON is a manifest of this tool, with a list of files."""
    return lists_files(page) and all(isinstance(f.get("sha256"), str) for f in page["files"])


def lists_files(page: object) -> TypeGuard[dict[str, Any]]:
    """Return whether parsed JSON says that this tool wrote it, and names files."""
    if not isinstance(page, dict):
        return False
    tool, files = page.get("tool"), page.get("files")
    return (
        isinstance(tool, dict)
        and tool.get("name") == TOOL
        and isinstance(files, list)
        and all(isinstance(f, dict) and isinstance(f.get("name"), str) for f in files)
    )


def _settings(settings: Settings, lang: Lang) -> dict[str, object]:
    return {
        "title": settings.title.render(lang),
        "policy": settings.policy_title.render(lang),
        "prefecture_code": settings.prefecture_code,
        "prefecture": settings.prefecture,
        "radius_m": settings.radius_m if settings.criteria else None,  # of circles, if any
        "threshold_ms": settings.threshold_ms,
        "valid_from": encode(settings.valid_from),
        "valid_to": encode(settings.valid_to),
        "criteria": [
            {
                "number": c.number,
                "mark": c.mark,
                "title": c.title.render(lang),
                "travel": c.travel,
                "given": c.given,
            }
            for c in settings.criteria
        ],
        "lines": [
            {"label": label.render(lang), "value": value.render(lang)}
            for label, value in settings.lines
        ],
        "caveats": [text.render(lang) for text in settings.caveats],
        "attributions": list(settings.attributions),
    }
