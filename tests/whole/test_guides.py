"""The guide says the same in both languages, and what it tells a reader to type is taken."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

import cli
from tests.helpers.folders import ROOT

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
ENGLISH = [p for p in PAGES if not p.name.endswith(".ja.md")]
INDEXES = [ROOT / "docs" / "index.md", ROOT / "docs" / "index.ja.md"]


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def twin(page: Path) -> Path:
    return page.with_name(page.name.removesuffix(".md") + ".ja.md")


def test_every_page_is_there_in_both_languages():
    assert len(ENGLISH) > 10
    japanese = {p.name.replace(".ja.md", ".md") for p in PAGES if p.name.endswith(".ja.md")}
    assert japanese == {p.name for p in ENGLISH}


@pytest.mark.parametrize("page", ENGLISH, ids=lambda p: p.stem)
def test_both_languages_show_as_many_examples(page):
    for kind in ("toml", "console"):
        assert len(blocks(page, kind)) == len(blocks(twin(page), kind)), kind


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_and_options_exist(page):
    for line in "".join(blocks(page, "console")).splitlines():
        words = line.split("#")[0].split()
        if not words or not re.search(r"(^|[\\/])spots$", words[0]):
            continue
        command = cli.main.commands[words[1]]
        words = words[2:]
        if isinstance(command, click.Group):
            command = command.commands[words[0]]
        known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        assert {w.split("=")[0] for w in words if w.startswith("--")} <= known | {"--help"}, line


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_settings_shown_are_toml(page):
    for text in blocks(page, "toml"):
        tomllib.loads(text)


@pytest.mark.parametrize("page", [*PAGES, *INDEXES], ids=lambda p: p.name)
def test_links_lead_to_pages_of_the_same_language(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    for target in targets:
        there = (page.parent / target).resolve()
        assert there.exists(), target
        if there.parent == GUIDE:
            assert there.name.endswith(".ja.md") == page.name.endswith(".ja.md"), target


@pytest.mark.parametrize("page", INDEXES, ids=lambda p: p.name)
def test_first_page_lists_every_guide(page):
    text = page.read_text(encoding="utf-8")
    suffix = ".ja" if page.name.endswith(".ja.md") else ""
    wanted = {f"guide/{p.stem}{suffix}" for p in ENGLISH}
    assert wanted <= set(text.splitlines())
