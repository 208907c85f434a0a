"""What the READMEs and the guide's overviews tell a reader is what the product has."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import cli
from tests.helpers.folders import ROOT

READMES = ("README.md", "README.ja.md")
GUIDE = ROOT / "docs" / "guide"
#: Lines of a screen and a half, as a browser shows a repository's first page.
SCREEN_AND_A_HALF = 75


def blocks(name: str, kind: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", READMES)
def test_it_is_a_first_page(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= SCREEN_AND_A_HALF
    console = blocks(name, "console")
    assert "make demo" in console[0]
    assert "make test" in console[0]


@pytest.mark.parametrize("name", READMES)
def test_commands_and_options_shown_exist(name):
    lines = [line for block in blocks(name, "console") for line in block.splitlines()]
    typed = [line.split("#")[0].split() for line in lines]
    calls = [w[1:] for w in typed if w and re.search(r"(^|[\\/])spots$", w[0])]
    assert calls
    for words in calls:
        command = cli.main.commands[words[0]]
        if isinstance(command, click.Group):
            command = command.commands[words[1]]
        known = {o for p in command.params for o in p.opts}
        assert {w for w in words if w.startswith("--")} <= known


@pytest.mark.parametrize("name", READMES)
def test_pictures_and_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []


@pytest.mark.parametrize("suffix", [".md", ".ja.md"])
def test_every_command_is_explained(suffix):
    text = (GUIDE / f"commands{suffix}").read_text(encoding="utf-8")
    assert [c for c in cli.main.commands if f"spots {c}" not in text] == []


@pytest.mark.parametrize("suffix", [".md", ".ja.md"])
def test_output_files_named_are_the_ones_written(suffix):
    from spots.outputs.folder import map_writer, standard_writers  # noqa: PLC0415

    text = (GUIDE / f"outputs{suffix}").read_text(encoding="utf-8")
    written = {*standard_writers(), *map_writer(), "run.json"}
    assert {w for w in written if w not in text and w.split(".")[0] not in text} == set()


@pytest.mark.parametrize("suffix", [".md", ".ja.md"])
def test_every_picture_is_shown_and_small(suffix):
    pictures = sorted((ROOT / "docs").glob("*.png"))
    pages = [p for p in GUIDE.glob("*.md") if p.name.endswith(".ja.md") == (suffix == ".ja.md")]
    shown = "".join(p.read_text(encoding="utf-8") for p in pages)
    assert [p.name for p in pictures if f"](../{p.name})" not in shown] == []
    assert sum(p.stat().st_size for p in pictures) < 2_500_000
    script = Path(ROOT / "docs" / "make_pictures.py").read_text(encoding="utf-8")
    assert [p.stem for p in pictures if f'    "{p.stem}": take_{p.stem},' not in script] == []
