"""What the READMEs tell a reader to write and type is what the product takes."""

import re
import tomllib

import click
import pytest

import cli
from spots.job.run_file import read_run_file
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document
from tests.helpers.folders import ROOT

READMES = ("README.md", "README.ja.md")


def blocks(name: str, kind: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


def test_the_run_file_shown_is_a_run_file(tmp_path):
    text = blocks("README.md", "toml")[1]
    data = tomllib.loads(text)
    files = [item["file"] for item in data["facilities"]]
    files += [t["file"] for t in data.values() if isinstance(t, dict) and "file" in t]
    population = files.pop()
    for file in [*files, *population]:
        (tmp_path / file).touch()
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    job = read_run_file(path)
    assert job.lists == ("kokuji", "rotation")
    assert job.settings.population is not None
    assert list(job.settings.population.file) == population
    assert str(job.layers[0].as_of) == "2023-09-01"
    assert [c.value for c in job.policy.circle.cut] == ["prefecture"]


def test_both_readmes_show_the_same_lists_and_people():
    english, japanese = (tomllib.loads(blocks(name, "toml")[1]) for name in READMES)
    assert japanese["population"] == english["population"]
    for shown, tried in zip(japanese["facilities"], english["facilities"], strict=True):
        assert shown.items() <= tried.items()
    override = japanese["policy"]["override"]
    assert (
        Policy.from_document(preset_document("kumamoto"), override).criteria[2][1].list == "kokuji"
    )


@pytest.mark.parametrize("name", READMES)
def test_the_words_for_another_prefecture_fit_the_preset(name):
    override = tomllib.loads(blocks(name, "toml")[-1])["policy"]["override"]
    policy = Policy.from_document(preset_document("kumamoto"), override)
    assert policy.policy.prefecture == "44"
    assert policy.policy.title.ja.startswith("大分県")
    assert not policy.exclude_municipality


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
def test_every_command_is_explained(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert all(f"spots {command}" in text for command in cli.main.commands)


@pytest.mark.parametrize("name", READMES)
def test_pictures_and_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_picture_is_shown_and_small():
    pictures = sorted((ROOT / "docs").glob("*.png"))
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [p.name for p in pictures if f"](docs/{p.name})" not in text] == []
    assert sum(p.stat().st_size for p in pictures) < 2_500_000
    script = (ROOT / "docs" / "make_pictures.py").read_text(encoding="utf-8")
    assert [p.stem for p in pictures if f'    "{p.stem}": take_{p.stem},' not in script] == []


@pytest.mark.parametrize("name", READMES)
def test_output_files_named_are_the_ones_written(name):
    from spots.outputs.folder import map_writer, standard_writers  # noqa: PLC0415

    text = (ROOT / name).read_text(encoding="utf-8")
    written = {*standard_writers(), *map_writer(), "run.json"}
    assert {w for w in written if w not in text and w.split(".")[0] not in text} == set()
