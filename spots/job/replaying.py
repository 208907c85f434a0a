"""A finished run as a job again: its ``run.json`` in the place of the run file.

A replay gives the same bytes, or does not begin: every input is hashed first and compared with
what the run recorded, and what the tool itself brings (preset, speed profile) is compared by
value. Stands apart: `run_file` makes a job of tables, whoever wrote them; here is what only a
finished run can say of itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundfloor.codec import CodecError, decode, expect
from groundfloor.disk import WrittenFile, sha256_of
from groundfloor.installed import tool_version
from groundfloor.problems import Lang, Problem, Text, UsageError, error, file_missing, warning
from groundfloor.toml import TomlDocument, key_name
from groundfloor.vector_files import file_parts
from networks.speed_changes import scaled
from networks.speeds.profile import SpeedProfile
from networks.speeds.profile_files import load_profile, profile_to_toml
from spots.job.named_files import LISTS, is_file, is_own_profile, named_files, with_files
from spots.job.run_file_shape import RunFile
from spots.judging.policy_files import At
from spots.outputs.evidence import FolderError, read_manifest
from spots.outputs.manifest import FORMAT_VERSION, MANIFEST, RunPlaces, library_versions
from spots.types import InputRecord

RECORD_SUFFIX = ".json"
#: Codes of what is wrong with the inputs of a replay, where nothing is wrong with the job.
CHANGED = frozenset({"input-changed", "built-in-changed"})
_DIGITS = 12  # of a hash, for people to compare


@dataclass(frozen=True, slots=True)
class ReplayedRun:
    """What a finished run says of itself, to hold its replay against.

    Parameters
    ----------
    folder : Path
        Its output folder.
    version : str
        Of the tool that made it.
    lang : Lang
        Language of its outputs.
    inputs : tuple of InputRecord
        Every file it read.
    policy : mapping
        Its policy with every value, encoded.
    profile_sha256 : str
        As in `spots.types.RunOrigin`.
    manual_at, excluded_at : tuple of (str, int or None)
        As in `spots.types.RunOrigin`: lines of the run file, which is not read again.
    typed_rows : frozenset of int
        Facility lists whose rows say their own types, by their place.
    files : mapping of str to str
        SHA-256 of what it wrote, by name.
    versions : mapping of str to str
        Of the libraries that can change a result.
    otherwise : bool
        Whether its job is told other settings, so that rules and outputs are not compared.
    """

    folder: Path
    version: str
    lang: Lang
    inputs: tuple[InputRecord, ...]
    policy: Mapping[str, Any]
    profile_sha256: str
    manual_at: tuple[At, ...]
    excluded_at: tuple[At, ...]
    typed_rows: frozenset[int]
    files: Mapping[str, str]
    versions: Mapping[str, str]
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class JobPage:
    """The tables that a job is made of, and who wrote them.

    Parameters
    ----------
    document : TomlDocument
        The tables of a run file.
    base : Path
        What their paths are relative to.
    file : str
        Name of the run file.
    record : ReplayedRun or None
        The finished run they come from; None for a run file.
    """

    document: TomlDocument
    base: Path
    file: str
    record: ReplayedRun | None = None


def recorded_page(path: Path) -> JobPage:
    """Return the job of a finished run by its ``run.json``.

    Raises
    ------
    FolderError
        It is none of this tool's, damaged, or of a version that cannot be run again.
    UsageError
        The run cannot be run again: inputs of it were held in memory.
    """
    page = read_manifest(path.parent, path.name)
    _check_format(page, path)
    folder = path.absolute().parent
    try:
        places = decode(page["replay"], RunPlaces)
        job, record = expect(page["job"], dict, "job"), _record(page, folder, places)
        tables = expect(job["settings"], dict, "job.settings")
        lists = [expect(each, dict, LISTS) for each in expect(tables[LISTS], list, LISTS)]
        file = expect(job["run_file"], str, "job.run_file")
        base = places.base.found_from(folder.resolve())
        written = tables | {LISTS: [_as_written(each) for each in lists]}
        found = with_files(written, lambda key, file: places.path(key, file, base))
    except (CodecError, AttributeError, KeyError, TypeError, ValueError) as fault:
        raise _broken(path, f"{type(fault).__name__}: {fault}") from None
    if held := [each.file for each in record.inputs if not each.key]:
        raise UsageError(_in_memory(path, held))
    return JobPage(TomlDocument(str(path), found, {}), base, file, record)


def _record(page: Mapping[str, Any], folder: Path, places: RunPlaces) -> ReplayedRun:
    lists = page["job"]["settings"][LISTS]
    return ReplayedRun(
        folder=folder,
        version=expect(page["tool"]["version"], str, "tool.version"),
        lang=decode(page["lang"], Lang, "lang"),
        inputs=decode(page["inputs"], tuple[InputRecord, ...], "inputs"),
        policy=expect(page["job"]["policy"], dict, "job.policy"),
        profile_sha256=places.profile_sha256,
        manual_at=places.manual_at,
        excluded_at=places.excluded_at,
        typed_rows=frozenset(n for n, each in enumerate(lists) if each["type"] is None),
        files={each["name"]: each["sha256"] for each in page["files"]},
        versions=decode(page["versions"], Mapping[str, str], "versions"),
    )


def _as_written(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return a facility list as a run file has it: its types are words."""
    types = recorded["type"] or ("none",)
    return {**recorded, "type": "・".join(expect(each, str, "type") for each in types)}


def beside(folder: Path) -> Path:
    """Return where the replay of a result goes: never over the result itself."""
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}-replay")


def profile_hash(profile: SpeedProfile) -> str:
    """Return the SHA-256 of a speed profile as a file would hold it."""
    return hashlib.sha256(profile_to_toml(profile).encode("utf-8")).hexdigest()


# --- what is no longer as it was


def changed_inputs(
    record: ReplayedRun, tables: Mapping[str, Any], base: Path, entries: Collection[int]
) -> Iterator[Problem]:
    """Yield every input that is not what the run recorded.

    Parameters
    ----------
    record : ReplayedRun
        The run.
    tables : mapping
        Of its run file.
    base : Path
        What paths are relative to.
    entries : collection of int
        Facility lists in use, by their place; others were replaced on the command line.
    """
    for where, file in named_files(tables):
        path, key = base / file, key_name(where)
        if not is_file(path) or (where[0] == LISTS and where[1] not in entries):
            continue  # what is missing is named by who wants to read it
        if was := {Path(each.file).name: each for each in record.inputs if each.key == key}:
            yield from _changed_parts(path, key, was)


def _changed_parts(path: Path, key: str, was: Mapping[str, InputRecord]) -> Iterator[Problem]:
    try:
        now = {part.name: (sha256_of(part), part.stat().st_size) for part in file_parts(path)}
    except OSError as fault:
        yield file_missing(fault, column=key, value=str(path))
        return
    for name in dict.fromkeys((*was, *now)):
        old = was.get(name)
        before = (old.sha256, old.size) if old else None
        if before != now.get(name):
            yield _changed(str(path.with_name(name)), key, before, now.get(name))


def _changed(
    path: str,
    key: str,
    old: tuple[str, int] | None,
    new: tuple[str, int] | None,
) -> Problem:
    was, now = _told(old), _told(new)
    return error(
        "input-changed",
        Text(
            f"記録された実行のときから変わっています（{was.ja} → {now.ja}）",
            f"is not what the recorded run read ({was.en} -> {now.en})",
        ),
        Text(
            "元のファイルに戻してください。新しい内容で実行するときは、実行ファイル（TOML）から "
            "spots run を実行してください",
            "put the old file back; to run with the new content, run the run file (TOML) itself",
        ),
        file=path,
        column=key,
    )


def _told(state: tuple[str, int] | None) -> Text:
    if state is None:
        return Text("なし", "none")
    digest, size = state
    return Text(
        f"SHA-256 {digest[:_DIGITS]}…、{size:,}バイト", f"SHA-256 {digest[:_DIGITS]}…, {size:,} B"
    )


def changed_rules(
    record: ReplayedRun, settings: RunFile, policy: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield what the tool itself brings and is another now: the policy's values, the speeds.

    A key that the run did not record is new, and its default is what held before.

    Parameters
    ----------
    record : ReplayedRun
        The run.
    settings : RunFile
        Of its run file.
    policy : mapping
        The policy as it is read now, encoded.
    """
    if record.otherwise:
        return
    if settings.policy.file is None:
        name = settings.policy.preset or ""
        for key, old, new in _differences(record.policy, policy, ""):
            yield _rule_changed("policy.preset", name, f"{key}: {old} → {new}", record)
    network = settings.network
    if network is None or not record.profile_sha256 or network.speeds is None:
        return
    if not is_own_profile(network.speeds):
        profile = scaled(load_profile(network.speeds), network.speed_factor)
        now = profile_hash(profile)
        if now != record.profile_sha256:
            told = f"SHA-256 {record.profile_sha256[:_DIGITS]}… → {now[:_DIGITS]}…"
            yield _rule_changed("network.profile", profile.label, told, record)


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, object, object]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key, value in old.items():
            yield from _differences(value, new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, (before, after) in enumerate(zip(old, new, strict=True), 1):
            yield from _differences(before, after, f"{path}[{n}]")
    elif old != new:
        yield path, old, new


def _rule_changed(key: str, name: str, told: str, record: ReplayedRun) -> Problem:
    return error(
        "built-in-changed",
        Text(
            f"ツールに付属の {name} が、記録された実行のときと異なります（{told}）",
            f"{name}, which comes with the tool, is not what it was ({told})",
        ),
        Text(
            f"版 {record.version} のツールで実行してください（今の版は {tool_version()}）。"
            "今の内容で実行するときは、実行ファイル（TOML）から spots run を実行してください",
            f"use version {record.version} of the tool (this is {tool_version()}); to run with "
            "what it brings now, run the run file (TOML) itself",
        ),
        file=str(record.folder / MANIFEST),
        column=key,
    )


def differing_outputs(record: ReplayedRun, written: Sequence[WrittenFile]) -> tuple[Problem, ...]:
    """Return a warning where a replay of unchanged inputs wrote other bytes, with the reason."""
    if record.otherwise:
        return ()
    names = [f.name for f in written if record.files.get(f.name, f.sha256) != f.sha256]
    names = [name for name in names if name != MANIFEST]
    if not names:
        return ()
    now = {"shortage-spots": tool_version(), **library_versions()}
    then = {"shortage-spots": record.version, **record.versions}
    other = [f"{k} {then.get(k, '-')} → {v}" for k, v in now.items() if then.get(k) != v]
    why = ", ".join(other)
    return (
        warning(
            "replay-differs",
            Text(
                f"入力は同じですが、出力の一部が記録と異なります（{'、'.join(names)}）",
                f"the inputs are the same, but some outputs are not ({', '.join(names)})",
            ),
            Text(
                f"版の違いによります（{why}）。spots diff で二つの結果を比べてください"
                if why
                else "run.json か出力が書き換えられていないか、spots diff で確かめてください",
                f"versions differ ({why}): compare the two with spots diff"
                if why
                else "see whether run.json was edited: compare the two with spots diff",
            ),
            file=str(record.folder),
        ),
    )


# --- what is no record of a run


def _check_format(page: Mapping[str, Any], path: Path) -> None:
    version = page["tool"].get("format")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise FolderError(
            error(
                "run-record-version",
                Text(
                    f"新しい版の形式です（{version}、読めるのは {FORMAT_VERSION} まで）",
                    f"a newer format ({version}; this tool reads up to {FORMAT_VERSION})",
                ),
                Text("このツールを新しい版にしてください", "use a newer version of this tool"),
                file=str(path),
            )
        )
    if "job" not in page or page.get("replay") is None:
        made_by = str(page["tool"].get("version", "?"))
        raise FolderError(
            error(
                "not-replayable",
                Text(
                    f"入力ファイルの場所が記録されていません（作成した版 {made_by}）",
                    f"does not say where the inputs are (written by version {made_by})",
                ),
                _RUN_ANEW,
                file=str(path),
            )
        )


def _in_memory(path: Path, held: Sequence[str]) -> Problem:
    return error(
        "not-replayable",
        Text(
            "入力がファイルではなく Python から渡された実行です",
            "is of a run whose inputs were handed over in Python, not in files",
        ),
        Text(
            "Python で Scenario を作り直して実行してください。結果だけなら read_result で読めます",
            "make its Scenario in Python again; the result itself is read by read_result",
        ),
        file=str(path),
        value=", ".join(held),
    )


_RUN_ANEW = Text(
    "実行ファイル（TOML）から spots run でもう一度作成してください",
    "make the result again from its run file (TOML) with spots run",
)


def _broken(path: Path, detail: str) -> FolderError:
    return FolderError(
        error(
            "run-record-broken",
            Text(f"内容を読み取れません（{detail}）", f"the content cannot be read ({detail})"),
            _RUN_ANEW,
            file=str(path),
        )
    )
