"""The zip for Windows computers without a network: what is in it, byte by byte, from made-up wheels."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from offline import make_zip
from tests.helpers.folders import ROOT

TOP = "spots-9.9-python3.12"
#: Bytes that cmd.exe takes for commands. The second byte of a character may be one where the code
#: page is another than that of the file.
COMMANDS = b"|^&<>%"


def wheel(folder: Path, name: str, *needs: str, tag: str = "py3-none-any", code: str = "") -> Path:
    """Write a wheel of one module."""
    module = name.replace("-", "_")
    version = "9.9" if name == "shortage-spots" else "1.0"
    info = f"{module}-{version}.dist-info"
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
    lines += ["License-Expression: MIT", *(f"Requires-Dist: {need}" for need in needs)]
    members = {
        ("cli.py" if code else f"{module}.py"): code,
        f"{info}/METADATA": "\n".join(lines) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/licenses/LICENSE": "MIT",
    }
    record = "".join(f"{member},,\n" for member in members) + f"{info}/RECORD,,\n"
    path = folder / f"{module}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**members, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    needs = ("roads>=1", "matplotlib-fontja", 'console; sys_platform == "win32"', 'x; extra == "y"')
    wheel(folder, "shortage-spots", *needs, code="print('spots 9.9')\n")
    wheel(folder, "roads", 'old; python_version < "3.12"', tag="cp312-cp312-win_amd64")
    wheel(folder, "matplotlib-fontja", "matplotlib")
    wheel(folder, "console")
    return folder


def built(wheels: Path, out: Path, python: str = "3.12") -> dict[str, bytes]:
    """Build the zip and return its files by name."""
    code = make_zip.main(["--python", python, "--wheels", str(wheels), "--out", str(out)])
    assert code == 0
    with zipfile.ZipFile(out / f"shortage-spots-9.9-windows-python{python}.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_what_a_computer_without_a_network_needs(wheels: Path, tmp_path: Path):
    files = built(wheels, tmp_path / "out")
    beside = {"install.bat", "install.py", "run.bat", "start.py", "README.txt", "made_for.json"}
    beside |= {"requirements.txt", "licences.csv", "SHA256SUMS.txt"}
    assert set(files) == {
        *(f"{TOP}/{name}" for name in beside),
        *(f"{TOP}/wheels/{path.name}" for path in wheels.iterdir()),
    }
    for line in files[f"{TOP}/SHA256SUMS.txt"].decode("ascii").split("\r\n")[:-1]:
        total, name = line.split("  ")
        assert hashlib.sha256(files[f"{TOP}/{name}"]).hexdigest() == total
    pins = files[f"{TOP}/requirements.txt"].decode("ascii").split()
    assert {pin.partition("==")[0] for pin in pins if "==" in pin} == {
        *("shortage-spots", "roads", "matplotlib-fontja", "console")
    }


def test_the_same_wheels_make_the_same_bytes(wheels: Path, tmp_path: Path):
    name = "shortage-spots-9.9-windows-python3.12.zip"
    for each in ("one", "two"):
        built(wheels, tmp_path / each)
    one, two = ((tmp_path / each / name).read_bytes() for each in ("one", "two"))
    assert one == two
    total = (tmp_path / "one" / f"{name}.sha256").read_text("ascii")
    assert total == f"{hashlib.sha256(one).hexdigest()}  {name}\n"


@pytest.mark.parametrize("name", ["install.bat", "run.bat"])
def test_batch_files_are_as_cmd_reads_them(wheels: Path, tmp_path: Path, name: str):
    data = built(wheels, tmp_path / "out")[f"{TOP}/{name}"]
    text = data.decode("cp932")
    assert data.count(b"\n") == data.count(b"\r\n") == text.count("\r\n")
    assert "ダブルクリック" in text
    assert not re.search(r"\{\w+\}", text)
    lines = text.split("\r\n")
    assert lines[0] == "@echo off"
    before = lines[: lines.index("chcp 932 >nul")]
    assert all(line.isascii() for line in before)  # whatever the code page is until then
    seconds = {c.encode("cp932")[1] for c in text if len(c.encode("cp932")) > 1}
    assert seconds & set(COMMANDS) == set()


@pytest.mark.parametrize("name", ["install.bat", "run.bat"])
def test_every_path_in_a_batch_file_is_quoted(name: str):
    text = (make_zip.PARTS / name).read_text("utf-8")
    for use in re.finditer(r"%~dp0|!HERE!", text):
        before = text[: use.start()].rpartition("\n")[2]
        assert before.count('"') % 2 == 1, before
    # Values that a name may be part of are expanded late, when nothing is a command any more, or
    # stand alone at the end of a line.
    assert "%cmdcmdline%" not in text
    assert re.findall(r"%\*(.*)", text) in ([], [""])
    assert "call " not in text  # which would expand twice
    # Every place that is gone to is there.
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) <= labels


def test_what_stands_behind_an_ampersand_in_a_name_is_no_command():
    """Explorer runs ``cmd /c run.bat a&b.toml``: all of it ends with the batch file, or b runs."""
    last = (make_zip.PARTS / "run.bat").read_text("utf-8").splitlines()[-1]
    assert last == "exit !CODE!"


def test_texts_are_as_a_japanese_windows_shows_them(wheels: Path, tmp_path: Path):
    files = built(wheels, tmp_path / "out")
    readme = files[f"{TOP}/README.txt"]
    assert readme.startswith(b"\xef\xbb\xbf")
    assert readme.count(b"\n") == readme.count(b"\r\n")
    text = readme.decode("utf-8-sig")
    assert "Python 3.12" in text
    assert not re.search(r"\{\w+\}", text)
    rows = list(csv.DictReader(io.StringIO(files[f"{TOP}/licences.csv"].decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    assert {row["licence"] for row in rows} == {"MIT"}
    assert all("LICENSE" in row["texts in the wheel"] for row in rows)


def test_what_windows_adds_is_missed(wheels: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    (wheels / "console-1.0-py3-none-any.whl").unlink()
    assert make_zip.main(["--wheels", str(wheels), "--out", str(tmp_path)]) == 1
    assert "shortage-spots needs console" in capsys.readouterr().err
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize(
    ("python", "tag", "told"),
    [
        ("3.11", "cp312-cp312-win_amd64", "not for Python 3.11"),
        ("3.12", "cp312-cp312-manylinux_2_28_x86_64", "not for Python 3.12"),
        ("3.12", "cp312-cp312-win32", "not for Python 3.12"),
        ("3.12", "cp39-abi3-win_amd64", None),
        ("3.13", "py2.py3-none-any", None),
    ],
)
def test_wheels_of_other_systems_are_refused(
    tmp_path: Path, python: str, tag: str, told: str | None
):
    found = list(make_zip.unfit([make_zip.read_wheel(wheel(tmp_path, "roads", tag=tag))], python))
    assert (found == []) == (told is None)
    assert told is None or told in found[0]


def test_conditions_are_those_of_windows_and_its_python(wheels: Path):
    found = [make_zip.read_wheel(path) for path in wheels.iterdir()]
    assert list(make_zip.lacking(found, "3.12")) == []
    assert list(make_zip.lacking(found, "3.11")) == [
        'roads needs old; python_version < "3.12", and there is None'
    ]


def test_a_lock_of_an_earlier_zip_leaves_the_tool_to_be_built(tmp_path: Path):
    lock = tmp_path / "old.txt"
    lock.write_text("roads==1.0 --hash=sha256:ab\r\nshortage-spots==9.9 --hash=sha256:cd\r\n")
    pins = make_zip.others_of(lock, tmp_path)
    assert pins.read_text("ascii") == "roads==1.0 --hash=sha256:ab\n"


def unpacked(wheels: Path, tmp_path: Path, folder: str) -> Path:
    """Unpack a zip for the Python that runs this, as "Alles 展開" does."""
    here = "{}.{}".format(*sys.version_info[:2])
    for path in wheels.glob("roads*"):
        path.unlink()
    wheel(wheels, "roads")
    if here not in make_zip.PYTHONS:
        pytest.skip(f"no zip for Python {here}")
    made = built(wheels, tmp_path / "out", here)
    target = tmp_path / folder
    for name, data in made.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (top,) = target.iterdir()
    return top


def installed(top: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", top / "install.py"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_it_installs_without_a_network_in_any_folder(wheels: Path, tmp_path: Path):
    top = unpacked(wheels, tmp_path, "日本語 (1) & ^ %x% ! #")
    done = installed(top)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "spots 9.9" in done.stdout
    assert "終わりました" in done.stdout
    again = installed(top)  # over what is there
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_copy_that_broke_off_is_told(wheels: Path, tmp_path: Path):
    top = unpacked(wheels, tmp_path, "x")
    (top / "wheels" / "console-1.0-py3-none-any.whl").write_bytes(b"half")
    (top / "run.bat").unlink()
    done = installed(top)
    assert done.returncode == 1
    assert "wheels/console-1.0-py3-none-any.whl" in done.stdout
    assert "run.bat" in done.stdout
    assert not (top / "venv").exists()


def test_another_python_is_told(wheels: Path, tmp_path: Path):
    top = unpacked(wheels, tmp_path, "x")
    (top / "made_for.json").write_text(json.dumps({"python": "3.99", "longest_path": 9}))
    done = installed(top)
    assert done.returncode == 1
    assert "この zip は Python 3.99（64ビット版）用です" in done.stdout


def test_pythons_are_those_of_the_project():
    with (ROOT / "pyproject.toml").open("rb") as stream:
        told = tomllib.load(stream)["project"]["classifiers"]
    named = [each.rpartition(" ")[2] for each in told if ":: Python :: 3." in each]
    assert named == list(make_zip.PYTHONS)


@pytest.mark.slow
@pytest.mark.parametrize("python", make_zip.PYTHONS)
def test_windows_has_a_wheel_of_every_part(python: str, tmp_path: Path):
    """Asks the package index, and downloads nothing but descriptions where it has them apart."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        needs = tomllib.load(stream)["project"]["dependencies"]
    try:
        pins = make_zip.pinned(needs, python, tmp_path)
    except subprocess.CalledProcessError:
        if not index_answers():
            pytest.skip("no package index can be reached")
        raise
    names = {line.partition("==")[0] for line in pins.read_text("ascii").splitlines()}
    assert {"numba", "llvmlite", "pyogrio", "typst", "matplotlib-fontja", "tzdata"} <= names
    assert names & {"matplotlib", "fonttools", "pillow"} == set()


def index_answers() -> bool:
    asked = [sys.executable, "-m", "pip", "index", "versions", "click"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
