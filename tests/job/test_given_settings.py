"""``--set``: keys of a run file that the command line says otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from groundfloor.problems import SpotsError
from groundfloor.toml import parse_toml
from spots.job.given_settings import SET, with_settings
from spots.job.run_file import read_run_file
from tests.helpers.small_job import files, write_job

TEXT = """
[network]
profile = "everyday"
[[facilities]]
name = "輪番病院"
file = "a.csv"
[[facilities]]
name = "診療所"
file = "b.csv"
"""


@pytest.mark.parametrize(
    ("given", "path", "value"),
    [
        ("network.profile=legal", ("network", "profile"), "legal"),
        ('network.profile="legal"', ("network", "profile"), "legal"),
        ("network.cache = false", ("network", "cache"), False),
        ("network.as_of=2026-04-01", ("network", "as_of"), date(2026, 4, 1)),
        ("network.as_of=R8.4.1", ("network", "as_of"), "R8.4.1"),
        ("network.file=a=b.csv", ("network", "file"), "a=b.csv"),
        (r"network.file=C:\道路\a.csv", ("network", "file"), r"C:\道路\a.csv"),
        ("run.not_given=[1, 2]", ("run", "not_given"), [1, 2]),
        ("facilities[2].file=c.csv", ("facilities", 1, "file"), "c.csv"),
        ("facilities.輪番病院.file=c.csv", ("facilities", 0, "file"), "c.csv"),
        ('aliases."a.b"=["x"]', ("aliases", "a.b"), ["x"]),
        ("network.profile=x\ny = 1", ("network", "profile"), "x\ny = 1"),
    ],
)
def test_a_key_is_dotted_and_a_value_is_toml_or_a_text(
    given: str, path: tuple[str | int, ...], value: object
) -> None:
    document, found = with_settings(parse_toml(TEXT, "run.toml"), [given])
    assert [(each.path, each.value) for each in found] == [(path, value)]
    here: object = document.data
    for step in path:
        here = here[step]  # type: ignore[index]
    assert here == value
    before = parse_toml(TEXT, "run.toml").data
    assert document.data["facilities"][1]["name"] == before["facilities"][1]["name"]


def test_the_later_of_two_holds_and_nothing_else_changes() -> None:
    document, found = with_settings(
        parse_toml(TEXT, "run.toml"), ["network.profile=a", "network.profile=b"]
    )
    assert [each.value for each in found] == ["b"]
    assert document.data["network"] == {"profile": "b"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("network.profile", "set-not-understood"),
        ("=legal", "set-not-understood"),
        ("facilities[3].file=x", "set-names-no-entry"),
        ("facilities[0].file=x", "set-names-no-entry"),
        ("facilities.山.file=x", "set-names-no-entry"),
        ("network[1].file=x", "set-names-no-entry"),
    ],
)
def test_what_cannot_be_set_is_named_all_at_once(given: str, code: str) -> None:
    with pytest.raises(SpotsError) as caught:
        with_settings(parse_toml(TEXT, "run.toml"), [given, "nothing"])
    found = [(p.code, p.column, p.value) for p in caught.value.problems]
    assert found == [(code, SET, given), ("set-not-understood", SET, "nothing")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("network.profil=legal", "unknown-key"),
        ("network.cache=maybe", "wrong-type"),
        ("network.file=nowhere.csv", "file-missing"),
        ("facilities[1].as_of=来年", "date-not-understood"),
        ("facilities.輪番病院.type=④", "unknown-type"),
        ("policy.override.criterion.3.threshold_min=-1", "wrong-value"),
        ("policy.override.circle.radius=1", "unknown-key"),
    ],
)
def test_a_fault_of_it_is_told_by_the_option(tmp_path: Path, given: str, code: str) -> None:
    with pytest.raises(SpotsError) as caught:
        read_run_file(write_job(tmp_path), settings=[given])
    assert [(p.code, p.column, p.value) for p in caught.value.problems] == [(code, SET, given)]


def test_a_fault_of_the_file_is_still_told_by_its_line(tmp_path: Path) -> None:
    text = files()["run.toml"].replace('kind = "links"', 'kind = "lines"')
    run = write_job(tmp_path, {"run.toml": text})
    with pytest.raises(SpotsError) as caught:
        read_run_file(run, settings=["network.profile=legal"])
    row = text.split("\n").index('kind = "lines"') + 1
    assert [(p.column, p.row) for p in caught.value.problems] == [("network.kind", row)]


def test_it_is_part_of_the_job_as_the_file_is(tmp_path: Path) -> None:
    given = ["policy.override.criterion.3.threshold_min=25", "run.title=試行"]
    job = read_run_file(write_job(tmp_path), settings=given)
    assert job.policy.changed(threshold_min=25) == job.policy
    assert job.title.ja == "試行"
    override = job.resolved()["settings"]["policy"]["override"]
    assert override == {"criterion": {"3": {"threshold_min": 25}}}
