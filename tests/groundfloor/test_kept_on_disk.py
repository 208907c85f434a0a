"""The store of values by what they follow from: the same answer whatever state it is in."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from groundfloor import kept_on_disk
from groundfloor.kept_forms import ARRAY, SHAPES, packed_plain, unpacked_plain
from groundfloor.kept_on_disk import (
    NOTHING_KEPT,
    Form,
    KeptOnDisk,
    Origin,
    clear_kept,
    framed,
    kept_files,
    rooms_digest,
    unframed,
)
from groundfloor.problems import Problem, Text, note
from groundfloor.workspaces import workspace
from tests.helpers.folders import ROOT

WORDS: Form[str] = Form(str.encode, bytes.decode)


class Desk:
    """A store with what it told, and a value whose finding is counted."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder, self.source = folder, source
        self.told: list[Problem] = []
        self.store = KeptOnDisk(folder, self.told.append)
        self.found = 0

    def ask(self, settings: object = None, kind: str = "words", **more) -> str:
        def find() -> str:
            self.found += 1
            return f"{self.source.read_text('utf-8')} {settings}"

        origin = Origin((self.source,), settings, ("groundfloor/frozen",))
        return (more.get("store") or self.store).get(kind, origin, find, more.get("form", WORDS))

    @property
    def codes(self) -> list[tuple[str, str]]:
        return [(p.code, str(p.severity)) for p in self.told]

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    source = tmp_path / "towns.csv"
    source.write_text("阿蘇", "utf-8")
    return Desk(tmp_path / "cache" / "kept", source)


def test_what_was_found_is_found_once(desk: Desk) -> None:
    assert [desk.ask(), desk.ask(), desk.ask(store=KeptOnDisk(desk.folder))] == ["阿蘇 None"] * 3
    assert desk.found == 1
    assert desk.told == []
    (kept,) = kept_files(desk.folder)
    assert (kept.kind, kept.size, [kept.path]) == ("words", kept.path.stat().st_size, desk.files)


def test_nothing_found_is_kept_as_well(desk: Desk) -> None:
    none: Form[str | None] = Form(lambda _: b"", lambda _: None)
    found = [desk.store.get("none", Origin(), lambda: None, none)]

    def never() -> None:
        raise AssertionError

    found.append(desk.store.get("none", Origin(), never, none))
    assert found == [None, None]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.source.write_text("小国", "utf-8"), id="content"),
        pytest.param(
            lambda d: setattr(d, "source", d.source.rename(d.source.with_name("b"))), id="n"
        ),
        pytest.param(lambda _: {"settings": [1, True]}, id="settings"),
        pytest.param(lambda _: {"kind": "other"}, id="kind"),
    ],
)
def test_any_change_of_what_it_follows_from_is_another(desk: Desk, change) -> None:
    desk.ask()
    more = change(desk)
    desk.ask(**(more if isinstance(more, dict) else {}))
    assert desk.found == 2
    assert len(kept_files(desk.folder)) == 2


def test_settings_do_not_run_into_each_other(desk: Desk) -> None:
    settings: list[object] = [None, "", [], [""], ["a", "b"], ["ab"], "1", 1, True, 1.5, {"a": 1}]
    answers = [desk.ask(each) for each in settings]
    assert [desk.ask(each) for each in settings] == answers
    assert desk.found == len(settings)


@pytest.mark.parametrize("what", ["_versions", "_sources"])
def test_another_library_or_code_is_another(desk: Desk, monkeypatch, what: str) -> None:
    desk.ask()
    monkeypatch.setattr(kept_on_disk, what, lambda *_: iter(()))
    desk.ask(store=KeptOnDisk(desk.folder))
    assert desk.found == 2


def test_the_code_counts_by_its_bytes(monkeypatch, tmp_path: Path) -> None:
    before = rooms_digest(["groundfloor/frozen", "boundaries"])
    assert before == rooms_digest(["boundaries", "groundfloor/frozen"])
    for name in ("groundfloor/frozen.py", "groundfloor/kept_on_disk.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(kept_on_disk, "__file__", str(tmp_path / "groundfloor/kept_on_disk.py"))
    here = rooms_digest(["groundfloor"])
    with (tmp_path / "groundfloor" / "frozen.py").open("a") as stream:
        stream.write("# another\n")
    assert rooms_digest(["groundfloor"]) != here


def test_every_part_of_a_shapefile_counts(desk: Desk) -> None:
    shape = desk.source.with_name("a.shp")
    for suffix in (".shp", ".dbf", ".cpg"):
        shape.with_suffix(suffix).write_text(suffix)
    desk.source = shape
    desk.ask()
    shape.with_suffix(".cpg").write_text("UTF-8")
    desk.ask()
    assert desk.found == 2


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut in the head"),
        pytest.param(lambda data: data[:-1], id="cut at the end"),
        pytest.param(lambda data: data + b"\0", id="longer"),
        pytest.param(lambda data: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:], id="flipped"),
        pytest.param(lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:], id="another key"),
        pytest.param(lambda data: data.replace(b"kept 1", b"kept 2"), id="another version"),
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(lambda data: bytes(len(data)), id="zeros of a lost disk"),
        pytest.param(lambda _: b"\x80\x04\x95something else", id="replaced"),
    ],
)
def test_a_damaged_file_is_said_and_made_anew(desk: Desk, harm) -> None:
    first = desk.ask()
    (path,) = desk.files
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    assert desk.ask() == first
    assert desk.codes == [("kept-value-damaged", "warning")]
    assert path.read_bytes() == whole
    assert desk.ask() == first
    assert desk.found == 2


def test_a_file_under_the_name_of_another_is_not_believed(desk: Desk) -> None:
    desk.ask("a")
    (path,) = desk.files
    other = desk.ask("b")
    (second,) = set(desk.files) - {path}
    second.write_bytes(path.read_bytes())
    assert desk.ask("b") == other
    assert desk.codes == [("kept-value-damaged", "warning")]


def test_content_that_its_form_cannot_take_up_is_made_anew(desk: Desk) -> None:
    latin: Form[str] = Form(lambda text: text.encode("cp932"), lambda data: data.decode("cp932"))
    first = desk.ask(form=latin)
    assert desk.ask() == first  # these bytes are no UTF-8
    assert desk.codes == [("kept-value-damaged", "warning")]


@pytest.mark.parametrize("broken", ["mkdir", "write_bytes", "replace", "full"])
def test_a_folder_that_cannot_be_written_costs_nothing_but_time(
    desk: Desk, monkeypatch, broken: str
) -> None:
    def refuse(*_args, **_more):
        raise OSError(28, "No space left") if broken == "full" else PermissionError(13, "Denied")

    monkeypatch.setattr(Path, "write_bytes" if broken == "full" else broken, refuse)
    answers = [desk.ask(), desk.ask(), desk.ask("b")]
    monkeypatch.undo()
    assert answers == ["阿蘇 None", "阿蘇 None", "阿蘇 b"]
    assert desk.found == 3
    assert desk.codes == [("kept-value-not-written", "note")]  # once, however often it is tried
    assert desk.files == []


def test_a_disk_that_fills_up_halfway_leaves_no_half(desk: Desk, monkeypatch) -> None:
    pure = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        pure(path, data[:50])
        raise OSError(28, "No space left")

    monkeypatch.setattr(Path, "write_bytes", half)
    desk.ask()
    monkeypatch.undo()
    assert desk.files == []
    assert desk.ask() == "阿蘇 None"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_for_reading_only(desk: Desk) -> None:
    first = desk.ask()
    desk.folder.chmod(0o500)
    try:
        assert desk.ask() == first
        desk.ask("b")
    finally:
        desk.folder.chmod(0o700)
    assert desk.found == 2
    assert desk.codes == [("kept-value-not-written", "note")]


def test_a_file_where_the_folder_should_be(desk: Desk) -> None:
    desk.folder.parent.mkdir()
    desk.folder.write_bytes(b"not a folder")
    assert desk.ask() == "阿蘇 None"
    assert desk.codes == [("kept-value-not-written", "note")]
    assert desk.folder.read_bytes() == b"not a folder"
    assert clear_kept(desk.folder) == ()


def test_a_folder_where_the_file_should_be(desk: Desk) -> None:
    desk.ask()
    (path,) = desk.files
    path.unlink()
    path.mkdir()
    assert desk.ask() == "阿蘇 None"
    assert kept_files(desk.folder) == ()


class Many:
    """Values by name out of a store, and which were found."""

    def __init__(self, folder: Path | None) -> None:
        self.told: list[Problem] = []
        self.store = KeptOnDisk(folder, self.told.append)
        self.found: list[str] = []

    def ask(self, names: str, form: Form[str] = WORDS) -> str:
        def find(missing: Sequence[str]) -> list[str]:
            self.found += missing
            return [name.upper() for name in missing]

        return "".join(self.store.each("many", Origin(), list(names), find, form))


def test_of_many_values_those_are_found_that_are_not_there(tmp_path: Path) -> None:
    many = Many(tmp_path)
    assert [many.ask(each) for each in ("abca", "cabd", "", "eb")] == ["ABCA", "CABD", "", "EB"]
    assert many.found == ["a", "b", "c", "d", "e"]
    assert len(kept_files(tmp_path)) == 1
    again = Many(tmp_path)
    assert (again.ask("ebcda"), again.found, again.told) == ("EBCDA", [], [])


def test_many_values_are_found_where_nothing_is_kept() -> None:
    many = Many(None)
    assert [many.ask("aab"), many.ask("b")] == ["AAB", "B"]
    assert many.found == ["a", "b", "b"]


def test_of_many_values_those_not_asked_for_go_in_time(tmp_path: Path) -> None:
    many = Many(tmp_path)
    many.ask("abcdefgh")
    many.ask("xy")  # room for eight: these two and the first six
    many.found.clear()
    many.ask("abcdefxy")
    assert many.found == []
    many.ask("h")
    assert many.found == ["h"]


def test_many_damaged_values_are_all_found_anew(tmp_path: Path) -> None:
    many = Many(tmp_path)
    many.ask("ab")
    latin: Form[str] = Form(str.encode, lambda data: data.decode("utf-16"))
    assert many.ask("ab", latin) == "AB"
    assert many.found == ["a", "b", "a", "b"]
    (kept,) = kept_files(tmp_path)
    kept.path.write_bytes(kept.path.read_bytes()[:-1])
    assert many.ask("ab") == "AB"
    assert [p.code for p in many.told] == ["kept-value-damaged"]


def test_without_a_folder_nothing_is_kept(desk: Desk) -> None:
    assert [desk.ask(store=NOTHING_KEPT) for _ in range(2)] == ["阿蘇 None"] * 2
    assert desk.found == 2
    assert (kept_files(None), clear_kept(None), desk.files) == ((), (), [])


def test_what_changes_while_it_is_read_is_not_kept(desk: Desk) -> None:
    def meanwhile() -> str:
        desk.source.write_text("changed", "utf-8")
        return "found"

    assert desk.store.get("words", Origin((desk.source,)), meanwhile, WORDS) == "found"
    assert kept_files(desk.folder) == ()


def test_what_changes_while_it_is_read_is_not_kept_though_its_time_is_set_back(desk: Desk) -> None:
    before = desk.source.stat()

    def meanwhile() -> str:
        desk.source.write_bytes(bytes(before.st_size))
        os.utime(desk.source, ns=(before.st_atime_ns, before.st_mtime_ns))
        return "found"

    assert desk.store.get("words", Origin((desk.source,)), meanwhile, WORDS) == "found"
    assert kept_files(desk.folder) == ()


def test_errors_are_those_of_whoever_finds(desk: Desk) -> None:
    desk.source.unlink()
    with pytest.raises(FileNotFoundError, match=r"towns\.csv"):
        desk.ask()
    assert desk.told == []
    assert desk.files == []


def test_a_value_without_a_lossless_form_is_found_again(desk: Desk) -> None:
    objects = np.array([{}], dtype=object)
    for _ in range(2):
        assert desk.store.get("array", Origin(), lambda: objects, ARRAY) is objects
    assert (desk.files, desk.told) == ([], [])


def test_what_was_used_longest_ago_makes_room(desk: Desk) -> None:
    for each in "abc":
        desk.ask(each)
    oldest, middle, _ = desk.files
    os.utime(oldest, (1e9, 1e9))
    os.utime(middle, (1.1e9, 1.1e9))
    small = KeptOnDisk(desk.folder, most_bytes=3 * oldest.stat().st_size + 10)
    with workspace(middle) as being_written:
        being_written.new.write_bytes(b"half")
        desk.ask("d", store=small)
        assert being_written.new.exists()
    assert not oldest.exists()
    assert middle.exists()
    assert len(kept_files(desk.folder)) == 3
    desk.ask("e", store=KeptOnDisk(desk.folder, most_bytes=10))
    assert len(kept_files(desk.folder)) == 3  # what is larger than all of it is not kept


def test_use_keeps_a_value_young(desk: Desk) -> None:
    desk.ask()
    (path,) = desk.files
    os.utime(path, (1e9, 1e9))
    desk.ask()
    assert kept_files(desk.folder)[0].used_s > 1e9


def test_clearing_leaves_what_is_not_ours(desk: Desk) -> None:
    desk.ask()
    (desk.folder / "notes.txt").write_text("mine")
    assert [kept.kind for kept in clear_kept(desk.folder)] == ["words"]
    assert [path.name for path in desk.files] == ["notes.txt"]
    (desk.folder / "notes.txt").unlink()
    assert clear_kept(desk.folder) == ()
    assert not desk.folder.exists()


def test_threads_share_a_store(desk: Desk) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(desk.ask(n % 3))) for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted(f"阿蘇 {n % 3}" for n in range(12))
    assert len(kept_files(desk.folder)) == 3
    assert desk.told == []


@pytest.mark.slow
def test_processes_share_a_store(tmp_path: Path) -> None:
    """All find it empty, all write, some clear it; every answer is right and nothing half stays."""
    program = (
        "import sys, pathlib\n"
        "from groundfloor.kept_on_disk import *\n"
        "form = Form(str.encode, bytes.decode)\n"
        "said, store = [], KeptOnDisk(pathlib.Path(sys.argv[1]), print)\n"
        "for n in range(60):\n"
        "    text = 'x' * 100_000 + str(n % 4)\n"
        "    origin = Origin((), n % 4, ('groundfloor/frozen',))\n"
        "    assert store.get('text', origin, lambda: text, form) == text\n"
        "    if n % 20 == 7: clear_kept(store.folder)\n"
    )
    folder = tmp_path / "kept"
    all_of_them = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate()[0] for process in all_of_them]
    assert [process.returncode for process in all_of_them] == [0] * 3
    assert [code for code in said if "damaged" in code] == []
    assert {path.suffix for path in folder.iterdir()} <= {".kept"}


SHAPE_CASES = (
    shapely.box(130, 32, 131, 33),
    None,
    shapely.from_wkt("MULTIPOLYGON Z (((0 0 1, 1 0 2, 1 1 3, 0 0 1)))"),
    shapely.MultiPolygon(),
    shapely.Point(0.1 + 0.2, -0.0),
    shapely.GeometryCollection([shapely.LineString([(0, 0), (1e-300, 1e300)])]),
)


def test_shapes_keep_every_bit() -> None:
    for given in (SHAPE_CASES, (), (None,)):
        taken = SHAPES.unpack(SHAPES.pack(np.array(given, dtype=object)))
        assert len(taken) == len(given)
        for mine, theirs in zip(taken, given, strict=True):
            assert (mine is None) == (theirs is None)
            assert mine is None or shapely.to_wkb(mine) == shapely.to_wkb(theirs)


def test_arrays_keep_every_bit() -> None:
    for given in (
        np.array([0.1, -0.0, np.nan]),
        np.arange(6, dtype="<i4").reshape(2, 3).T,
        np.empty(0),
    ):
        taken = ARRAY.unpack(ARRAY.pack(given))
        assert (taken.dtype, taken.shape) == (given.dtype, given.shape)
        assert taken.tobytes() == given.tobytes()


def test_plain_values_keep_everything() -> None:
    given = (note("a-code", Text("県", "prefecture"), Text("", ""), row=3), date(2026, 8, 31))
    kind = tuple[Problem, date]
    assert unpacked_plain(packed_plain(given), kind) == given


def test_what_does_not_come_out_even_is_refused() -> None:
    data = framed([b"abc", b"d"])
    assert unframed(data) == (b"abc", b"d")
    for harm in (data[:-1], data + b"x", data[:4]):
        with pytest.raises(ValueError, match=r"\d+"):
            unframed(harm)
    for form in (SHAPES, ARRAY):
        with pytest.raises(ValueError, match=r"."):
            form.unpack(framed([b"none"]))
