"""A programme's file: what is wrong is named by line, all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundfloor.problems import MissingFileError, UsageError
from spots.programmes import programme_presets, read_programme_rules
from tests.helpers.programme_cases import EVERY_RULE, programme


def faults(folder: Path, old: str, new: str) -> list[tuple[str, str | None]]:
    """Return code and value of each fault of a programme in which something is otherwise."""
    assert old in EVERY_RULE
    with pytest.raises(UsageError) as caught:
        programme(folder, EVERY_RULE.replace(old, new, 1))
    assert all(
        p.row is not None and p.file.endswith("programme.toml") for p in caught.value.problems
    )
    return [(p.code, p.value) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('id = "old"', 'id = "new"', "programme-id-twice"),
        ('id = "listed"', 'id = "outside"', "programme-id-twice"),
        ('class = "named"', 'class = "nemed"', "programme-class-unknown"),
        ("default = true", "default = false", "programme-default"),
        ('cohorts = ["new"]', 'cohorts = ["next"]', "programme-cohort-unknown"),
        ('except = ["弘前市", "青森市"]', 'except = ["弘前市", "大館市"]', "programme-municipality-elsewhere"),
        ('except = ["弘前市", "青森市"]', 'except = ["05204 大館市"]', "programme-municipality-elsewhere"),
        ('except = ["弘前市", "青森市"]', 'except = ["秋田県青森市"]', "programme-municipality-elsewhere"),
        ('municipality = "弘前市" }', 'municipality = "大館市" }', "programme-municipality-elsewhere"),
        ("from = 2025-04-01, to = 2026-03-31", "from = 2026-04-01, to = 2025-03-31", "wrong-value"),
        ("from = 2025-04-01, to = 2026-03-31", "to = 2025-03-31", "programme-affiliated-undated"),
        ("秋田県大館市", "青森県黒石市", "programme-affiliated-at-home"),
        ('prefecture = "02"', 'prefecture = "48"', "wrong-value"),
        ('prefecture = "02"', "", "missing-key"),
        ('by = "named"', 'by = "name"', "wrong-value"),
        ('source = "試し"', 'sorce = "試し"', "unknown-key"),
        ('[{ name = "健生病院", municipality = "弘前市" }]', "[]", "wrong-value"),
        ('{ name = "健生病院", municipality = "弘前市" }', '{ name = "健生病院" }, { name = "健生病院" }', "programme-institution-twice"),
    ],
)  # fmt: skip
def test_each_fault_has_its_line(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in [found for found, _ in faults(tmp_path, old, new)]


def test_what_is_meant_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        programme(tmp_path, EVERY_RULE.replace('class = "named"', 'class = "nemed"'))
    told = {p.code: p for p in caught.value.problems}
    assert "did you mean named?" in told["programme-class-unknown"].remedy.en
    assert told["programme-class-undecided"].value == "named"


def test_all_at_once(tmp_path: Path) -> None:
    text = EVERY_RULE.replace('class = "named"', 'class = "x"').replace('["new"]', '["y"]')
    with pytest.raises(UsageError) as caught:
        programme(tmp_path, text)
    assert len(caught.value.problems) == 3


def test_presets_are_programmes() -> None:
    assert programme_presets() == ("aomori", "designated", "shortage")
    for name in programme_presets():
        assert read_programme_rules(name).id == name


def test_neither_preset_nor_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="aomori, designated, shortage"):
        read_programme_rules("akita")
    with pytest.raises(MissingFileError):
        read_programme_rules(tmp_path / "none.toml")
