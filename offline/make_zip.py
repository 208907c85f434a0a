"""Build the zip with which a Windows computer without a network gets the tool.

    python offline/make_zip.py --python 3.12 [--out DIR] [--lock requirements.txt] [--wheels DIR]

It needs pip and a package index, and nothing of Windows. What is needed there is found by
resolving for Windows: pip reads the conditions of requirements (``sys_platform == "win32"``) as of
the computer on which it runs, so what they add is found here and asked for by name. The same wheels
make the same bytes; ``--lock`` takes the versions and sums of an earlier zip.
"""

from __future__ import annotations

import argparse
import csv
import email
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
PARTS = ROOT / "offline" / "parts"
#: For which wheels of every part are known to exist; a slow test asks the index.
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORM = "win_amd64"
#: What a part asks for and the tool does not use: the typeface package brings IPAexGothic, which is
#: read as a file (`spots/report/typesetting.py`), and asks for a library of diagrams.
NOT_NEEDED = {"matplotlib-fontja": frozenset({"matplotlib"})}
_DAY = (2020, 1, 1, 0, 0, 0)  # of every member: the same wheels make the same bytes
_EPOCH = "1577836800"  # the same day, for the tool's own wheel
_MAX_PATH = 259  # characters, of Windows
_ROUNDS = 5  # of resolving, until what Windows adds asks for nothing more


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file of the zip that is installed.

    Parameters
    ----------
    path : Path
        The file.
    metadata : Message
        What it says of itself.
    longest : int
        Characters of the longest path in it.
    unpacked : int
        Bytes once installed.
    """

    path: Path
    metadata: Message
    longest: int
    unpacked: int

    @property
    def name(self) -> str:
        """The normalised name of the distribution."""
        return canonicalize_name(self.metadata["Name"])

    @property
    def sha256(self) -> str:
        """Sum of the file, hex."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the zip and say how large it is."""
    asked = _parser().parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.wheels or Path(scratch)
        if asked.wheels is None:
            own = own_wheel(folder)
            pins = (
                others_of(asked.lock, folder)
                if asked.lock
                else pinned(needs_of(read_wheel(own)), asked.python, folder)
            )
            download(pins, asked.python, folder)
        wheels = [read_wheel(path) for path in sorted(folder.glob("*.whl"))]
        problems = [*unfit(wheels, asked.python), *lacking(wheels, asked.python)]
        if problems:
            print("\n".join(problems), file=sys.stderr)
            return 1
        made = write_zip(wheels, asked.python, asked.out)
    total = hashlib.sha256(made.read_bytes()).hexdigest()
    made.with_name(f"{made.name}.sha256").write_bytes(f"{total}  {made.name}\n".encode("ascii"))
    unpacked = sum(each.unpacked for each in wheels)
    print(f"{made}  {made.stat().st_size / 1e6:.1f} MB, {len(wheels)} wheels, ", end="")
    print(f"{unpacked / 1e6:.0f} MB installed\n{total}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--python", choices=PYTHONS, default="3.12", help="Python of that computer")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "offline", help="folder")
    parser.add_argument("--lock", type=Path, help="requirements.txt of an earlier zip")
    parser.add_argument("--wheels", type=Path, help="folder of wheels that are there already")
    return parser


# --- what is needed


def own_wheel(folder: Path) -> Path:
    """Build the tool's own wheel."""
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (made,) = folder.glob("shortage_spots-*.whl")
    return made


def needs_of(own: Wheel) -> list[str]:
    """Return what the tool asks for, without its extras."""
    return [str(each) for each in _requirements(own.metadata)]


def pinned(needs: Iterable[str], python: str, folder: Path) -> Path:
    """Resolve for Windows; write versions and sums as a requirements file, and return it."""
    wanted = list(needs)
    alone = [each for each in wanted if canonicalize_name(Requirement(each).name) in NOT_NEEDED]
    found: dict[str, str] = {}
    for each in alone:
        found |= {name: line for name, (line, _) in resolved([each], python, "--no-deps").items()}
    wanted = [each for each in wanted if each not in alone]
    for _ in range(_ROUNDS):
        answer = resolved(wanted, python)
        added = [
            str(requirement)
            for _, metadata in answer.values()
            for requirement in _requirements(metadata, _environment(python))
            if canonicalize_name(requirement.name) not in answer
        ]
        if not added:
            break
        wanted += sorted(set(added))
    found |= {name: line for name, (line, _) in answer.items()}
    lock = folder / "requirements.txt"
    lock.write_text("".join(f"{found[name]}\n" for name in sorted(found)), encoding="ascii")
    return lock


def others_of(lock: Path, folder: Path) -> Path:
    """Return the lines of an earlier zip without the tool itself, which is built anew."""
    lines = lock.read_text(encoding="ascii").splitlines()
    pins = folder / "requirements.txt"
    kept = (line for line in lines if not line.startswith("shortage-spots=="))
    pins.write_text("".join(f"{line}\n" for line in kept), encoding="ascii")
    return pins


def resolved(wanted: Sequence[str], python: str, *options: str) -> dict[str, tuple[str, Message]]:
    """Return pip's choice of wheels by name: a line with version and sum, and their metadata."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        _pip(
            *("install", "--dry-run", "--ignore-installed", "--report", str(report), *options),
            *("--target", str(Path(scratch) / "nowhere"), *_for_windows(python), *wanted),
        )
        chosen = json.loads(report.read_text("utf-8"))["install"]
    return {canonicalize_name(each["metadata"]["name"]): _line_of(each) for each in chosen}


def _line_of(chosen: Mapping[str, object]) -> tuple[str, Message]:
    told = json.loads(json.dumps(chosen))
    metadata = Message()
    for each in told["metadata"].get("requires_dist", []):
        metadata["Requires-Dist"] = each
    name, version = told["metadata"]["name"], told["metadata"]["version"]
    total = told["download_info"]["archive_info"]["hashes"]["sha256"]
    return f"{canonicalize_name(name)}=={version} --hash=sha256:{total}", metadata


def download(pins: Path, python: str, folder: Path) -> None:
    """Fetch the wheels of a requirements file; their sums have to be right."""
    _pip(
        *("download", "--no-deps", "--require-hashes", "--dest", str(folder)),
        *(*_for_windows(python), "--requirement", str(pins)),
    )


def _for_windows(python: str) -> tuple[str, ...]:
    return ("--platform", PLATFORM, "--python-version", python, "--only-binary=:all:")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH})


# --- what is there


def read_wheel(path: Path) -> Wheel:
    """Return a wheel with what it says of itself."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        said = next(m for m in members if m.filename.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(said))
    longest = max(len(member.filename) for member in members)
    return Wheel(path, metadata, longest, sum(member.file_size for member in members))


def unfit(wheels: Iterable[Wheel], python: str) -> Iterator[str]:
    """Yield what would not install there: other systems, other Pythons."""
    version = tuple(int(part) for part in python.split("."))
    short = python.replace(".", "")
    fits = {
        *cpython_tags(version, platforms=[PLATFORM]),
        *compatible_tags(version, interpreter=f"cp{short}", platforms=[PLATFORM]),
    }
    for each in wheels:
        if not fits & parse_wheel_filename(each.path.name)[3]:
            yield f"{each.path.name}: not for Python {python} on {PLATFORM}"


def lacking(wheels: Sequence[Wheel], python: str) -> Iterator[str]:
    """Yield what a wheel asks for on Windows and none of the others is."""
    versions = {each.name: each.metadata["Version"] for each in wheels}
    if "shortage-spots" not in versions:
        yield "shortage-spots: its own wheel is not there"
    for each in wheels:
        for need in _requirements(each.metadata, _environment(python)):
            name = canonicalize_name(need.name)
            if name in NOT_NEEDED.get(each.name, ()):
                continue
            there = versions.get(name)
            if there is None or not need.specifier.contains(there, prereleases=True):
                yield f"{each.name} needs {need}, and there is {there}"


def _requirements(
    metadata: Message, environment: Mapping[str, str] | None = None
) -> list[Requirement]:
    """Return what is required without extras, under the conditions of `environment` where given."""
    told = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    where = {"extra": "", **(environment or {})}
    return [each for each in told if each.marker is None or each.marker.evaluate(where)]


def _environment(python: str) -> dict[str, str]:
    """Return what conditions of requirements are asked against."""
    return {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "python_version": python,
        "python_full_version": f"{python}.0",
    }


# --- the zip


def write_zip(wheels: Sequence[Wheel], python: str, out: Path) -> Path:
    """Write the zip and return its path; the same wheels make the same bytes."""
    version = next(w.metadata["Version"] for w in wheels if w.name == "shortage-spots")
    top = f"spots-{version}-python{python}"
    files = {f"wheels/{each.path.name}": each.path.read_bytes() for each in wheels}
    files |= parts(wheels, python, version)
    totals = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    listed = "".join(f"{totals[name]}  {name}\r\n" for name in sorted(totals))
    files["SHA256SUMS.txt"] = listed.encode("ascii")
    made = out / f"shortage-spots-{version}-windows-python{python}.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:  # wheels are packed already
        for name in sorted(files):
            member = zipfile.ZipInfo(f"{top}/{name}", _DAY)
            member.create_system = 0  # of MS-DOS, wherever it is made
            archive.writestr(member, files[name])
    return made


def parts(wheels: Sequence[Wheel], python: str, version: str) -> dict[str, bytes]:
    """Return what stands beside the wheels, by name."""
    longest = len("venv/Lib/site-packages/") + max(each.longest for each in wheels)
    unpacked = sum(each.unpacked for each in wheels)
    slots = {
        "{python}": python,
        "{comma}": python.replace(".", ", "),
        "{version}": version,
        "{room}": str(_MAX_PATH - longest - 1),
        "{installed}": f"{round(unpacked / 1e7) * 10:,}",
    }
    pins = (
        f"{each.name}=={each.metadata['Version']} --hash=sha256:{each.sha256}" for each in wheels
    )
    return {
        "install.bat": _for_cmd(_filled("install.bat", slots)),
        "run.bat": _for_cmd(_filled("run.bat", slots)),
        "install.py": _filled("install.py", {}).encode("utf-8"),
        "start.py": _filled("start.py", {}).encode("utf-8"),
        "made_for.json": json.dumps({"python": python, "longest_path": longest}).encode("ascii"),
        "README.txt": _lines(_filled("README.txt", slots)).encode("utf-8-sig"),
        "requirements.txt": _lines("".join(f"{pin}\n" for pin in sorted(pins))).encode("ascii"),
        "licences.csv": licences(wheels).encode("utf-8-sig"),
    }


def _filled(name: str, slots: Mapping[str, str]) -> str:
    text = (PARTS / name).read_text(encoding="utf-8")
    for slot, value in slots.items():
        text = text.replace(slot, value)
    return text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _for_cmd(text: str) -> bytes:
    """Return a .bat as cmd.exe of a Japanese Windows reads it: CP932, CRLF."""
    return _lines(text).encode("cp932")


def licences(wheels: Iterable[Wheel]) -> str:
    """Return what is inside and under which terms, as a table; the texts travel in the wheels."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(["name", "version", "licence", "texts in the wheel", "page", "file"])
    for each in sorted(wheels, key=lambda wheel: wheel.name):
        writer.writerow(
            [
                *(each.metadata["Name"], each.metadata["Version"], licence_of(each.metadata)),
                *("; ".join(_texts(each)), _page_of(each.metadata), each.path.name),
            ]
        )
    return page.getvalue()


def licence_of(metadata: Message) -> str:
    """Return the terms that a distribution states, in a line."""
    if expression := metadata["License-Expression"]:
        return str(expression)
    classified = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    stated = str(metadata["License"] or "").strip().splitlines()
    short = stated[0] if len(stated) == 1 else ""
    return "; ".join(classified) or short or "see its texts"


def _texts(wheel: Wheel) -> list[str]:
    """Return the files of a wheel that hold terms."""
    marks = ("licen", "copying", "notice", "ofl")
    with zipfile.ZipFile(wheel.path) as archive:
        names = archive.namelist()
    return sorted(
        name
        for name in names
        if any(mark in name.rpartition("/")[2].lower() for mark in marks)
        and not name.endswith((".py", ".pyi", ".pyc"))
    )


def _page_of(metadata: Message) -> str:
    urls = [line.partition(",")[2].strip() for line in metadata.get_all("Project-URL", [])]
    return str(metadata["Home-page"] or (urls[0] if urls else ""))


if __name__ == "__main__":
    sys.exit(main())
