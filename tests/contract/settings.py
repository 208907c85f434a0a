"""TOML files: what may be wrong with any of them, and the roles that TOML has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from networks.speeds.profile_files import load_profile
from spots.job.run_file import read_run_file
from tests.helpers.small_job import RUN, write_job


@dataclass(frozen=True, slots=True)
class SettingsRole:
    """A TOML file; of its lines one with a key of text, one with a number, one that must be there."""

    name: str
    text: str
    words: str  # key = "text"
    number: str  # key = 12
    read: Callable[[Path, bytes], object]


@dataclass(frozen=True, slots=True)
class SettingsFault:
    """A fault, made in one line."""

    name: str
    spoil: Callable[[SettingsRole], tuple[bytes, int | None]]  # the file, and the line to blame


def _changed(role: SettingsRole, line: str, new: str | None) -> tuple[bytes, int]:
    lines = role.text.splitlines()
    (at,) = [n for n, found in enumerate(lines) if found == line]
    kept = [] if new is None else [new]
    return "\n".join([*lines[:at], *kept, *lines[at + 1 :], ""]).encode(), at + 1


def _key(line: str) -> str:
    return line.partition(" =")[0]


SETTINGS_FORMS: dict[str, Callable[[str], bytes]] = {
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "no-last-newline": lambda text: text.rstrip("\n").encode(),
}
SETTINGS_FAULTS = (
    SettingsFault("misspelt-key", lambda r: _changed(r, r.number, "x" + r.number)),
    SettingsFault("unknown-key", lambda r: _changed(r, r.words, f"{r.words}\nnonsense = 1")),
    SettingsFault("number-for-text", lambda r: _changed(r, r.words, f"{_key(r.words)} = 12")),
    SettingsFault("text-for-number", lambda r: _changed(r, r.number, f'{_key(r.number)} = "12"')),
    SettingsFault("list-for-number", lambda r: _changed(r, r.number, f"{_key(r.number)} = [12]")),
    SettingsFault("true-for-number", lambda r: _changed(r, r.number, f"{_key(r.number)} = true")),
    SettingsFault("not-finite", lambda r: _changed(r, r.number, f"{_key(r.number)} = nan")),
    SettingsFault("missing-key", lambda r: (_changed(r, r.words, None)[0], None)),
    SettingsFault("key-twice", lambda r: _changed(r, r.words, f"{r.words}\n{r.words}")),
    SettingsFault("open-string", lambda r: _changed(r, r.words, r.words[:-1])),
    SettingsFault("no-value", lambda r: _changed(r, r.number, f"{_key(r.number)} =")),
    SettingsFault("bare-japanese-key", lambda r: _changed(r, r.number, f"名前 = 1\n{r.number}")),
    SettingsFault("cp932", lambda r: (("# 設定\n" + r.text).encode("cp932", "replace"), 1)),
    SettingsFault("utf-16", lambda r: (b"\xff\xfe" + r.text.encode("utf-16-le"), 1)),
    SettingsFault("deep", lambda r: (f"x = {'[' * 3000}{']' * 3000}\n{r.text}".encode(), None)),
    SettingsFault("empty", lambda _: (b"", None)),
)


def _profile(folder: Path, data: bytes) -> object:
    path = folder / "speeds.toml"
    path.write_bytes(data)
    return load_profile(path)


def _run_file(folder: Path, data: bytes) -> object:
    return read_run_file(write_job(folder, {"run.toml": data})).settings


def _policy(folder: Path, data: bytes) -> object:
    run = RUN.replace('preset = "kumamoto"', 'file = "policy.toml"')
    return read_run_file(write_job(folder, {"run.toml": run, "policy.toml": data})).policy


SETTINGS_ROLES = (
    SettingsRole("run-file", RUN, 'edition = "2024-01"', "shortage_at_most = 179.3", _run_file),
    SettingsRole(
        "policy",
        (resources.files("spots") / "presets" / "kumamoto.toml").read_text("utf-8"),
        'name = "kumamoto"',
        "snap_limit_m = 1000",
        _policy,
    ),
    SettingsRole(
        "speed-profile",
        """# 試験用の速度表
name = "small"
version = "1"
[access]
kmh = 15
source = "仮定"
[ferry]
source = "時刻表"
[[class]]
name = "trunk"
kmh = 40
source = "仮定"
""",
        'version = "1"',
        "kmh = 40",
        _profile,
    ),
)
