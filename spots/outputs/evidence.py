"""``evidence.json``: the whole `RunResult`, so that a folder can be asked again later.

``spots map``, ``spots explain`` and ``spots diff`` work from the folder alone, on exactly the
values the run found, not on what was rounded for readers.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from groundfloor.codec import CodecError, compact_json, decode, encode
from groundfloor.problems import DataError, Text, UsageError, error
from groundfloor.workspaces import set_aside
from spots.outputs.manifest import EVIDENCE, MANIFEST, is_manifest
from spots.outputs.soundness import unsound
from spots.types import RunResult
from spots.types.results import EVIDENCE_FORMAT

VERSION = 5
# What earlier versions lack (1: closures, delays, the border of the data; 2: the nearest three,
# the turning speed, surroundings, population; 3: the doubts about doors, ways back, lists not given
# and hospitals without a position; 4: units of ground) they had not looked at either.
_READABLE = (1, 2, 3, 4, VERSION)


class FolderError(DataError):
    """A folder is not a complete result of this tool, or was written by another version."""


def dump_evidence(result: RunResult) -> str:
    """Return `result` as JSON text, lossless and in a fixed order."""
    page = {"format": EVIDENCE_FORMAT, "version": VERSION, "result": encode(result)}
    return compact_json(page) + "\n"


def parse_evidence(text: str, *, name: str = EVIDENCE) -> RunResult:
    """Return the `RunResult` that `dump_evidence` wrote.

    Parameters
    ----------
    text : str
        Content of ``evidence.json``.
    name : str
        File name for messages.

    Returns
    -------
    RunResult
        Equal to the one written.

    Raises
    ------
    FolderError
        When the text is broken or of another version.
    """
    page = _json(text, name)
    if not isinstance(page, dict) or page.get("format") != EVIDENCE_FORMAT:
        raise _broken(name, "format")
    if page.get("version") not in _READABLE:
        raise _other_version(name, page.get("version"))
    try:
        result: RunResult = decode(page.get("result"), RunResult)
    except CodecError as problem:
        raise _broken(name, str(problem)) from problem
    except UsageError as problem:  # values of the domain refuse what they cannot be
        raise _broken(name, f"{problem.problems[0].value}") from problem
    if odd := next(unsound(result), None):
        raise _broken(name, odd)
    return result


def load_result(folder: str | Path) -> RunResult:
    """Return the result that `write_folder` put into `folder`.

    Parameters
    ----------
    folder : str or Path
        An output folder.

    Returns
    -------
    RunResult
        Equal to the one written.

    Raises
    ------
    FolderError
        When the folder is missing, incomplete, changed by hand, or of another version.

    Examples
    --------
    >>> result = load_result("out")  # doctest: +SKIP
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    evidence = _read(folder, EVIDENCE)
    written = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    if written.get(EVIDENCE) != hashlib.sha256(evidence).hexdigest():
        raise FolderError(
            error(
                "evidence-changed",
                Text(
                    f"{EVIDENCE} が {MANIFEST} の記録と一致しません（変更または破損）",
                    f"{EVIDENCE} is not what {MANIFEST} recorded (edited or damaged)",
                ),
                _RERUN,
                file=str(folder / EVIDENCE),
            )
        )
    return parse_evidence(_text(evidence, folder / EVIDENCE), name=str(folder / EVIDENCE))


def read_manifest(folder: str | Path, name: str = MANIFEST) -> dict[str, Any]:
    """Return the checked manifest of an output folder, which somebody may have given a `name`.

    Raises
    ------
    FolderError
        When there is none of this tool.
    """
    folder = Path(folder)
    path = folder / name
    manifest = _json(_text(_read(folder, name), path), str(path))
    if not is_manifest(manifest):
        raise FolderError(
            error(
                "not-an-output-folder",
                Text(
                    "このツールの出力フォルダではありません",
                    "this is not a folder that the tool wrote",
                ),
                _GIVE_ONE,
                file=str(folder),
            )
        )
    return manifest  # type: ignore[no-any-return]


_RERUN = Text("spots run でもう一度作成してください", "make the folder again with spots run")
_GIVE_ONE = Text(
    "spots run または spots demo の出力フォルダを指定してください",
    "give the output folder of spots run or spots demo",
)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except (OSError, ValueError) as problem:  # a path with a NUL is a ValueError
        message = _why_unread(folder, name, problem)
        remedy = _GIVE_ONE
        if (kept := set_aside(folder)) is not None:  # killed between two renames
            remedy = Text(
                f"中断された実行が前の結果を {kept} に残しています。{folder} に戻してください",
                f"a run that was killed left the older result in {kept}: move it back to {folder}",
            )
        raise FolderError(
            error("incomplete-folder", message, remedy, file=str(folder))
        ) from problem


def _why_unread(folder: Path, name: str, problem: OSError | ValueError) -> Text:
    if isinstance(problem, PermissionError):
        return Text(f"{name} を読む権限がありません", f"you have no permission to read its {name}")
    if isinstance(problem, NotADirectoryError):
        return Text("フォルダではなくファイルです", "is a file, not a folder")
    if isinstance(problem, FileNotFoundError) and not folder.exists():
        return Text("フォルダがありません", "there is no such folder")
    return Text(
        f"{name} を読めないため、出力フォルダとして使えません",
        f"{name} cannot be read, so this is not a usable output folder",
    )


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise _broken(str(path), "UTF-8") from problem


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise _broken(name, f"JSON, {problem.lineno}:{problem.colno}") from problem
    except (ValueError, RecursionError) as problem:  # endless digits, endless brackets
        raise _broken(name, "JSON") from problem


def _broken(name: str, detail: str) -> FolderError:
    return FolderError(
        error(
            "evidence-broken",
            Text(f"内容を読み取れません（{detail}）", f"the content cannot be read ({detail})"),
            _RERUN,
            file=name,
        )
    )


def _other_version(name: str, version: object) -> FolderError:
    newer = isinstance(version, int) and version > VERSION
    update = Text("このツールを新しい版にしてください", "use a newer version of this tool")
    return FolderError(
        error(
            "evidence-version",
            Text(
                f"別の版の形式です（版 {version}、読めるのは版 {VERSION} まで）",
                f"another version of the format ({version}; this tool reads up to {VERSION})",
            ),
            update if newer else _RERUN,
            file=name,
            value=str(version),
        )
    )
