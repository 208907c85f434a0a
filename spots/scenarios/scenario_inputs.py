"""What scenarios were computed from: every file, where it is, and its hash.

Whoever computes them again from their record is told of what is no longer the same. Stands apart:
what is written is `scenario_folder`; here is what was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from groundfloor.disk import sha256_of
from groundfloor.problems import DataError, MissingFileError, Problem, Text, error
from groundfloor.toml import key_name
from groundfloor.vector_files import file_parts
from spots.job.named_files import named_files
from spots.job.run_file import Job
from spots.outputs.evidence import FolderError, read_manifest
from spots.outputs.portable_paths import PortablePath, Start, portable
from spots.scenarios.scenario_axes import files_of
from spots.scenarios.scenario_file import ScenarioFile
from spots.types import RunResult

RECORD = "scenarios.json"
_RUN_FILE, _SCENARIOS = "run_file", "scenarios"
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What ``spots scenarios`` is asked, as a record has it.

    Parameters
    ----------
    run_file, scenario_file : Path
        The two files.
    lists, keys : tuple of str
        As `spots.job.run_file.read_run_file` takes them.
    """

    run_file: Path
    scenario_file: Path
    lists: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def inputs_read(
    job: Job, file: ScenarioFile, base: RunResult, folder: Path
) -> list[dict[str, Any]]:
    """Return every file that was read, where it is seen from `folder`, and its hash.

    Parameters
    ----------
    job : Job
        The job of the run file.
    file : ScenarioFile
        The scenarios.
    base : RunResult
        The run file as it is; its hashes are not made again.
    folder : Path
        Where the output stands.
    """
    hashes = {(each.key, Path(each.file).name): each.sha256 for each in base.inputs}
    found: dict[Path, tuple[str, str]] = {}

    def add(role: str, path: Path, key: str = "") -> None:
        for part in file_parts(path):
            known = hashes.get((key, part.name)) if key else None
            found.setdefault(part.absolute(), (role, known or sha256_of(part)))

    add(_RUN_FILE, job.source)
    add(_SCENARIOS, file.path)
    for key, path in _files_of_base(job):
        add("input", path, key)
    for setting in dict.fromkeys(s for each in file.scenarios for s in each.settings):
        for path in files_of(setting, job):
            add("scenario", path)
    return [
        {"role": role, "path": asdict(portable(path, folder)), "sha256": sha256}
        for path, (role, sha256) in found.items()
    ]


def _files_of_base(job: Job) -> Iterator[tuple[str, Path]]:
    """Yield key and path of every file of the run file, and of lists in their place."""
    for key, file in named_files(asdict(job.settings)):
        if key[0] != "facilities":
            yield key_name(key), job.path(file)
    for n, layer in enumerate(job.layers):
        yield key_name(("facilities", n, "file")), layer.path


def asked_again(record: Path) -> AskedAgain:
    """Return what a record of scenarios asks, after a look whether its inputs are the same.

    Parameters
    ----------
    record : Path
        The folder of scenarios, or the ``scenarios.json`` in it.

    Raises
    ------
    FolderError
        It is none of this tool's.
    MissingFileError, DataError
        An input is no longer there, or no longer the same; all of them are named.
    """
    folder = record if record.is_dir() else record.parent
    page = read_manifest(folder, RECORD if record.is_dir() else record.name)
    inputs, asked = page.get("inputs"), page.get("asked")
    if not isinstance(inputs, list) or not isinstance(asked, dict):
        raise FolderError(_no_record(record))
    found: dict[str, Path] = {}
    changed, missing = [], []
    for each in inputs:
        place = PortablePath(Start(each["path"]["start"]), each["path"]["path"])
        path = place.found_from(folder.absolute())
        found.setdefault(each["role"], path)
        if not path.is_file():
            missing.append(_gone(path))
        elif sha256_of(path) != each["sha256"]:
            changed.append(_changed(path, each["sha256"]))
    if changed:
        raise DataError((*missing, *changed))
    if missing:
        raise MissingFileError(missing)
    lists, keys = (tuple(map(str, asked.get(key, ()))) for key in ("lists", "keys"))
    return AskedAgain(found[_RUN_FILE], found[_SCENARIOS], lists, keys)


def is_record(path: Path) -> bool:
    """Return whether a file or folder is the record of scenarios, by its name."""
    return path.name == RECORD or (path.is_dir() and (path / RECORD).is_file())


def _no_record(path: Path) -> Problem:
    return error(
        "scenario-record-broken",
        Text("シナリオの記録として読み取れません", "cannot be read as a record of scenarios"),
        Text(
            "実行ファイルとシナリオのファイルを指定してください",
            "give the run file and the file of scenarios",
        ),
        file=str(path),
    )


def _gone(path: Path) -> Problem:
    return error(
        "scenario-input-changed",
        Text("記録された入力がありません", "is an input of the record, and is not there"),
        Text("元の場所に戻してください", "put it back where it was"),
        file=str(path),
    )


def _changed(path: Path, before: str) -> Problem:
    now = sha256_of(path)
    return error(
        "scenario-input-changed",
        Text(
            f"記録された計算のときから変わっています"
            f"（SHA-256 {before[:_DIGITS]}… → {now[:_DIGITS]}…）",
            f"is not what the record was computed from (SHA-256 {before[:_DIGITS]}… -> "
            f"{now[:_DIGITS]}…)",
        ),
        Text(
            "元のファイルに戻すか、実行ファイルとシナリオのファイルから計算し直してください",
            "put the old file back, or compute anew from the run file and the file of scenarios",
        ),
        file=str(path),
    )
