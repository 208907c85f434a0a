"""One contract of reading: the same bytes are read alike, or refused alike, in every role."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from groundfloor.problems import Problem, SpotsError
from groundfloor.tables import TABLE_SUFFIXES
from groundfloor.vector_files import VECTOR_SUFFIXES
from networks.load import NetworkKind, network_kind
from tests.contract.days import DAY_ROLES, NO_DAYS, SPELLINGS, DayRole
from tests.contract.frames import FRAME_FORMS, GEO_FRAME_FORMS
from tests.contract.layers import LAYER_FAULTS, LAYER_FORMS, LayerForm, geojson
from tests.contract.outcomes import OTHERWISE, alike, outcome
from tests.contract.roles import LAYER_ROLES, TABLE_ROLES, LayerRole, TableRole
from tests.contract.settings import (
    SETTINGS_FAULTS,
    SETTINGS_FORMS,
    SETTINGS_ROLES,
    SettingsFault,
    SettingsRole,
)
from tests.contract.tables import OTHER_SYSTEMS, TEXT_FAULTS, TEXT_FORMS, TableForm, plain
from tests.contract.workbooks import WORKBOOK_FAULTS, WORKBOOK_FORMS

# Whose refusals the other roles are held against; any role would do.
TABLE_MODEL, LAYER_MODEL, SETTINGS_MODEL = TABLE_ROLES[0], LAYER_ROLES[0], SETTINGS_ROLES[0]


def name(entry: object) -> str:
    return getattr(entry, "name", str(entry))


def pairs(roles: Iterable[Any], forms: Iterable[Any]) -> list[Any]:
    """Every role with every form that its table or layer can be written in."""
    return [
        pytest.param(role, form, id=f"{role.name}-{form.name}")
        for role in roles
        for form in forms
        if form.suits(role.sheet if isinstance(role, TableRole) else role.features)
    ]


def table(folder: Path, role: TableRole, form: TableForm) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"table{form.suffix}"
    path.write_bytes(form.write(role.sheet))
    return path


def plain_table(folder: Path, role: TableRole) -> object:
    path = folder / "plain.csv"
    path.write_bytes(plain(role.sheet))
    return role.read(path)


def layer(folder: Path, role: LayerRole, form: LayerForm) -> Path:
    """Write the files of a form and return the one that a user names."""
    folder.mkdir(exist_ok=True)
    files = form.write(role.features)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    return folder / next(iter(files))


def plain_layer(folder: Path, role: LayerRole) -> object:
    path = folder / "plain.geojson"
    path.write_bytes(geojson(role.features))
    return role.read(path)


@pytest.mark.parametrize("role", [*TABLE_ROLES, *LAYER_ROLES], ids=name)
def test_the_plain_form_is_read_whole(tmp_path, role):
    rows = role.sheet.rows if isinstance(role, TableRole) else role.features.rows
    read = plain_table if isinstance(role, TableRole) else plain_layer
    assert len(read(tmp_path, role)) >= len(rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "form"), pairs(TABLE_ROLES, [*TEXT_FORMS, *WORKBOOK_FORMS, *FRAME_FORMS])
)
def test_a_table_is_read_in_every_form(tmp_path, role, form):
    expected = plain_table(tmp_path, role)
    found = role.read(table(tmp_path, role, form))
    assert alike(found, expected, form.tolerance), f"{found}\n is not\n{expected}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "form"), pairs(TABLE_ROLES, [*OTHER_SYSTEMS, *TEXT_FAULTS, *WORKBOOK_FAULTS])
)
def test_a_fault_of_a_table_is_told_alike(tmp_path, role, form):
    at = [tmp_path / "model", tmp_path / "role"]
    paths = [table(f, r, form) for f, r in zip(at, (TABLE_MODEL, role), strict=True)]
    wanted, found = (
        outcome(r.read, path, plain_table(path.parent, r), form.tolerance)
        for r, path in zip((TABLE_MODEL, role), paths, strict=True)
    )
    assert found != OTHERWISE
    assert found == wanted


@pytest.mark.slow
@pytest.mark.parametrize(("role", "form"), pairs(LAYER_ROLES, [*LAYER_FORMS, *GEO_FRAME_FORMS]))
def test_a_layer_is_read_in_every_form(tmp_path, role, form):
    expected = plain_layer(tmp_path, role)
    found = role.read(layer(tmp_path / "form", role, form))
    assert alike(found, expected, form.tolerance), f"{found}\n is not\n{expected}"


@pytest.mark.slow
@pytest.mark.parametrize(("role", "form"), pairs(LAYER_ROLES, LAYER_FAULTS))
def test_a_fault_of_a_layer_is_told_alike(tmp_path, role, form):
    at = [tmp_path / "model", tmp_path / "role"]
    wanted, found = (
        outcome(r.read, layer(f, r, form), plain_layer(f, r), form.tolerance)
        for r, f in zip((LAYER_MODEL, role), at, strict=True)
    )
    assert found != OTHERWISE
    assert found == wanted


@pytest.mark.parametrize("suffix", [*sorted(TABLE_SUFFIXES), ".TSV", ".XLSM"])
def test_roads_in_a_table_are_known_by_their_name(suffix):
    assert network_kind(f"links{suffix}") is NetworkKind.LINKS


@pytest.mark.parametrize("suffix", [*sorted(VECTOR_SUFFIXES), ".zip", ".GEOJSON"])
def test_roads_in_a_layer_are_known_by_their_name(suffix):
    assert network_kind(f"roads{suffix}") is NetworkKind.N13


@pytest.mark.parametrize("written", SPELLINGS)
@pytest.mark.parametrize("role", DAY_ROLES, ids=name)
def test_a_day_is_read_in_every_spelling(tmp_path, role: DayRole, written):
    assert role.read(tmp_path, written) == SPELLINGS[written]


@pytest.mark.parametrize("written", NO_DAYS)
@pytest.mark.parametrize("role", DAY_ROLES, ids=name)
def test_what_is_no_day_is_told_alike(tmp_path, role: DayRole, written):
    assert role.codes(tmp_path, written) == {"date-not-understood"}


@pytest.mark.parametrize("form", SETTINGS_FORMS)
@pytest.mark.parametrize("role", SETTINGS_ROLES, ids=name)
def test_settings_are_read_in_every_form(tmp_path, role: SettingsRole, form):
    expected = role.read(tmp_path, role.text.encode())
    assert role.read(tmp_path, SETTINGS_FORMS[form](role.text)) == expected


@pytest.mark.parametrize("fault", SETTINGS_FAULTS, ids=name)
@pytest.mark.parametrize("role", SETTINGS_ROLES, ids=name)
def test_a_fault_of_settings_is_told_alike_with_its_line(
    tmp_path, role: SettingsRole, fault: SettingsFault
):
    model, _ = fault.spoil(SETTINGS_MODEL)
    wanted = {p.code for p in settings_problems(SETTINGS_MODEL, tmp_path / "model", model)}
    data, line = fault.spoil(role)
    problems = settings_problems(role, tmp_path / "role", data)
    # Whether a key that is misspelt is also missing hangs on whether it has to be there.
    whichever = {"missing-key"} if fault.name == "misspelt-key" else set()
    assert {p.code for p in problems} - whichever == wanted - whichever
    assert line is None or any(abs((p.row or -9) - line) <= 1 for p in problems)


def settings_problems(role: SettingsRole, folder: Path, data: bytes) -> tuple[Problem, ...]:
    folder.mkdir()
    with pytest.raises(SpotsError) as caught:
        role.read(folder, data)
    return caught.value.problems
