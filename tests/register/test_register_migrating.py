"""A register of an older format is read as it is, and brought up to date before it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import OutputExistsError
from spots.register import Register
from spots.register.migrating import migrated
from spots.register.register_checking import examine
from spots.register.register_format import VERSION
from spots.register.register_replay import replay
from tests.helpers.registers import register_of, to_add, years

NEXT = VERSION + 1
STEP = "ALTER TABLE designations ADD COLUMN note TEXT NOT NULL DEFAULT 'なし'"


@pytest.fixture
def path(tmp_path) -> Path:
    place = tmp_path / "登録簿.gpkg"
    register_of(
        place,
        to_add("前期", years(2024, 2027), kinds=None),
        to_add("改訂", years(2026, 2027), supersedes=("前期",)),
    )
    return place


@pytest.fixture
def newer(monkeypatch) -> None:
    """Let the tool be of the next version, whose designations have a column more."""
    steps = {VERSION: lambda database: database.execute(STEP)}
    for module in ("register_format", "register_store", "migrating", "register_checking"):
        monkeypatch.setattr(f"spots.register.{module}.VERSION", NEXT)
    for module in ("register_format", "register_store", "migrating"):
        monkeypatch.setattr(f"spots.register.{module}.MIGRATIONS", steps)
    made = "spots.register.register_format._OWN"
    import spots.register.register_format as form  # noqa: PLC0415 - as it is now

    monkeypatch.setattr(made, form._OWN + STEP + ";")


def said(register: Register) -> object:
    """Return everything that a register answers."""
    return (
        register.editions,
        register.in_force(),
        [register.designations(e) for e in register.editions],
        [register.area_classes(e) for e in register.editions],
    )


def test_an_older_register_is_read_and_not_written(path, request):
    sound, before = said(Register.open(path)), path.read_bytes()
    request.getfixturevalue("newer")
    assert said(Register.open(path)) == sound
    assert [p.code for p in examine(path).problems] == ["register-older"]
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_migrating_keeps_the_old_file_and_every_answer(path, request):
    old = Register.open(path)
    sound = said(old)
    request.getfixturevalue("newer")
    assert [p.code for p in migrated(path)] == ["register-migrated"]
    new = Register.open(path)
    assert said(new) == sound
    assert new.history[:2] == old.history
    assert [entry.asked["act"] for entry in new.history] == ["add", "add", "migrate"]
    assert examine(path, old.seal).problems == ()
    assert migrated(path) == ()
    copy = path.with_name(f"登録簿.v{VERSION}.gpkg")
    assert said(Register.open(copy)) == sound
    assert {p.name for p in path.parent.iterdir()} == {path.name, copy.name}


def test_adding_migrates_first(path, request):
    request.getfixturevalue("newer")
    added = Register.open(path).add_run(to_add("後期", years(2027, 2030)))
    assert "register-migrated" in [p.code for p in added.problems]
    register = Register.open(path)
    assert [e.number for e in register.editions] == [1, 2, 3, 4]
    assert register.editions_of(4) == added.editions
    assert examine(path).problems == ()


def test_nothing_is_migrated_for_what_is_there_already(path, request):
    request.getfixturevalue("newer")
    before = path.read_bytes()
    assert Register.open(path).add_run(to_add("前期", years(2024, 2027), kinds=None)).already
    assert path.read_bytes() == before


def test_a_copy_that_is_there_is_not_replaced(path, request):
    request.getfixturevalue("newer")
    copy = path.with_name(f"登録簿.v{VERSION}.gpkg")
    copy.write_text("別のもの", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(OutputExistsError):
        migrated(path)
    assert path.read_bytes() == before
    assert copy.read_text(encoding="utf-8") == "別のもの"


def test_a_migrated_register_is_replayed(path, tmp_path, request):
    request.getfixturevalue("newer")
    migrated(path)
    Register.open(path).add_run(to_add("後期", years(2027, 2030)))
    again = tmp_path / "again.gpkg"
    replay(path, again)
    assert said(Register.open(again)) == said(Register.open(path))
    assert Register.open(again).seal == Register.open(path).seal
