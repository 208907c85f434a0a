"""A register that is not what was written is noticed, whatever happened to it, and mended."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from groundfloor.problems import MissingFileError, SpotsError, Text
from spots.register import Register, RegisterError
from spots.register.kept_evidence import unpacked
from spots.register.register_checking import examine
from spots.register.register_format import missing_triggers, protect, unprotect
from spots.register.register_replay import replay
from tests.helpers.registers import register_of, to_add, unit_run, years


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> bytes:
    """Return the bytes of a register with three entries."""
    path = tmp_path_factory.mktemp("written") / "plans.gpkg"
    register_of(
        path,
        to_add("前期", years(2024, 2027), kinds=None),
        to_add("改訂", years(2026, 2027), supersedes=("前期",), kinds=None),
        to_add("後期", years(2027, 2030), run=unit_run(), kinds=None),
    )
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, written) -> Path:
    place = tmp_path / "登録簿.gpkg"
    place.write_bytes(written)
    return place


def answers(path: Path) -> object:
    """Return everything that a register says."""
    register = Register.open(path)
    units = [u for e in register.editions for u in register.designations(e)]
    return (
        register.history,
        register.editions,
        [(u, u.geometry.wkb) for u in units],
        [register.area_classes(e) for e in register.editions],
        {sha: unpacked(data) for sha, data in register._content.parts.items()},
    )


def edit(path: Path, *statements: str) -> None:
    """Change a register by hand, as somebody would who takes its triggers away."""
    with closing(sqlite3.connect(path)) as database, database:
        unprotect(database)
        for statement in statements:
            database.execute(statement)


TAMPERING = {
    "a reason": "UPDATE designations SET reason_ja = '手で直した' WHERE fid = 1",
    "days": "UPDATE editions SET valid_until = '2030-04-01' WHERE number = 1",
    "a class": "UPDATE area_classes SET class = 'neither' WHERE id = 1",
    "ground": "UPDATE designations SET geom = (SELECT geom FROM designations WHERE fid = 2) "
    "WHERE fid = 1",
    "ground taken away": "UPDATE designations SET geom = NULL WHERE fid = 1",
    "a kind of nothing": "UPDATE designations SET unit_kind = 'nonsense' WHERE fid = 1",
    "a row less": "DELETE FROM designations WHERE fid = 2",
    "a row more": "INSERT INTO area_classes (entry, edition, area_code, area_name, class, "
    "class_basis) VALUES (1, 1, '4399', '架空', 'shortage', 'stated')",
    "a row of no entry": "INSERT INTO area_classes (entry, edition, area_code, area_name, class, "
    "class_basis) VALUES (9, 1, '4399', '架空', 'shortage', 'stated')",
}
BEYOND_MENDING = {
    "when": "UPDATE history SET recorded = '2020-01-01T00:00:00+00:00' WHERE seq = 2",
    "what was asked": "UPDATE history SET what = replace(what, '改訂', '別件') WHERE seq = 2",
    "an entry less": "DELETE FROM history WHERE seq = 2",
    "the last entry cut off": "DELETE FROM history WHERE seq = 3",
    "evidence less": "DELETE FROM parts WHERE id = 1",
    "evidence changed": "UPDATE parts SET data = zeroblob(10) WHERE id = 1",
    "evidence of another": "UPDATE parts SET data = (SELECT data FROM parts WHERE id = 2) "
    "WHERE id = 1",
}


@pytest.mark.parametrize("how", [*TAMPERING, *BEYOND_MENDING])
def test_a_register_edited_by_hand_is_refused(path, how):
    edit(path, {**TAMPERING, **BEYOND_MENDING}[how])
    before = path.read_bytes()
    with pytest.raises(RegisterError) as fault:
        Register.open(path)
    assert [p.code for p in fault.value.problems] == ["register-damaged"]
    assert examine(path).problems[0].code == "register-damaged"
    register = Register(path, None)
    with pytest.raises(RegisterError):
        register.add_run(to_add("次期", years(2030, 2033)))
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", TAMPERING)
def test_a_replay_mends_rows(path, tmp_path, how):
    sound = answers(path)
    edit(path, TAMPERING[how])
    assert replay(path, tmp_path / "again.gpkg") == 3
    assert answers(tmp_path / "again.gpkg") == sound


@pytest.mark.parametrize("how", BEYOND_MENDING)
def test_a_replay_believes_no_broken_history(path, tmp_path, how):
    edit(path, BEYOND_MENDING[how])
    with pytest.raises(RegisterError):
        replay(path, tmp_path / "again.gpkg")
    assert not (tmp_path / "again.gpkg").exists()


def test_a_replay_is_the_same_register(path, tmp_path):
    again = tmp_path / "again.gpkg"
    replay(path, again)
    assert answers(again) == answers(path)
    assert dumped(again) == dumped(path)


def dumped(path: Path) -> list[str]:
    """Return all of a file as statements, but when the standard's tables were made."""
    with closing(sqlite3.connect(path)) as database:
        return [line for line in database.iterdump() if '"gpkg_contents"' not in line]


def test_what_this_version_words_otherwise_is_taken_over_as_recorded(path, tmp_path, monkeypatch):
    sound = answers(path)
    monkeypatch.setattr(
        "spots.register.run_designations.circle_rule",
        lambda *_, **__: Text("別の文", "other words"),
    )
    replay(path, tmp_path / "again.gpkg")
    assert answers(tmp_path / "again.gpkg") == sound


def test_what_would_change_rows_as_they_are_added_is_refused(path, tmp_path):
    edit(path)
    with closing(sqlite3.connect(path)) as database, database:
        protect(database)
        database.execute(
            "CREATE TRIGGER twist AFTER INSERT ON designations BEGIN "
            "INSERT INTO area_classes (entry, edition, area_code, area_name, class, class_basis) "
            "VALUES (NEW.entry, NEW.edition, '4399', '架空', 'shortage', 'stated'); END"
        )
    with pytest.raises(RegisterError, match="trigger twist"):
        Register.open(path)
    replay(path, tmp_path / "again.gpkg")
    assert examine(tmp_path / "again.gpkg").problems == ()


def test_missing_triggers_are_told(path, tmp_path):
    edit(path)
    found = examine(path)
    assert [p.code for p in found.problems] == ["register-unprotected"]
    replay(path, tmp_path / "again.gpkg")
    assert examine(tmp_path / "again.gpkg").problems == ()


def test_rows_can_neither_be_changed_nor_deleted(path):
    with closing(sqlite3.connect(path)) as database:
        assert missing_triggers(database) == ()
        for statement in (*TAMPERING.values(), *BEYOND_MENDING.values()):
            if statement.startswith("INSERT"):
                continue
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                database.execute(statement)


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_is_answered_from(tmp_path, written, seed):
    """Whatever is damaged: the answers are those that were written, or there is an error."""
    draw = random.Random(seed)  # noqa: S311 - where the damage is, the same each time
    damaged = bytearray(written)
    at = draw.randrange(len(damaged))
    if seed % 4 == 0:
        del damaged[at:]
    elif seed % 4 == 1:
        damaged[at : at + 512] = bytes(len(damaged[at : at + 512]))
    else:
        damaged[at] ^= 1 << draw.randrange(8)
    sound, path = tmp_path / "sound.gpkg", tmp_path / "damaged.gpkg"
    sound.write_bytes(written)
    path.write_bytes(damaged)
    assert told_or_made(lambda: answers(path)) in (DAMAGED, NONE, answers(sound))
    told_or_made(lambda: examine(path))
    told_or_made(lambda: replay(path, tmp_path / "again.gpkg"))


DAMAGED, NONE = "register-damaged", "not-a-register"


def told_or_made(ask: Callable[[], object]) -> object:
    """Return what is answered, or the code of the error; anything else fails the test."""
    try:
        return ask()
    except SpotsError as fault:
        return fault.problems[0].code


NO_REGISTERS = {
    "text": b"\xe8\xa8\x88\xe7\x94\xbb",
    "nothing": b"",
    "an empty database": None,
}


@pytest.mark.parametrize("what", NO_REGISTERS)
def test_what_is_no_register_is_said_to_be_none(tmp_path, what):
    path = tmp_path / "何か.gpkg"
    if NO_REGISTERS[what] is None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
    else:
        path.write_bytes(NO_REGISTERS[what])
    before = path.read_bytes()
    for ask in (Register.open, examine, lambda p: replay(p, tmp_path / "x.gpkg")):
        with pytest.raises(RegisterError) as fault:
            ask(path)
        assert [p.code for p in fault.value.problems] == ["not-a-register"]
    assert path.read_bytes() == before


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(RegisterError, match="not-a-register"):
        Register.open(tmp_path)
    with pytest.raises(MissingFileError):
        Register.open(tmp_path / "ない.gpkg")


def test_a_newer_format_is_refused_with_words(path):
    edit(path, "INSERT INTO register_format VALUES (99)")
    before = path.read_bytes()
    with pytest.raises(RegisterError) as fault:
        Register(path, None).add_run(to_add("次期", years(2030, 2033)))
    assert [(p.code, p.value) for p in fault.value.problems] == [("register-newer", "99")]
    assert path.read_bytes() == before
