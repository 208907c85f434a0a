"""What a run says of its settings: the words must be those of the settings really used."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from spots.job.job_roads import load_job_network
from spots.job.run_file import read_run_file
from spots.job.settings_told import settings_in_words
from spots.types import Settings
from tests.helpers.folders import SAMPLE

PRESET = 'preset = "kumamoto"\n'
ELSEWHERE = (
    '[policy.override]\nexclude_municipality = []\n[policy.override.policy]\nprefecture = "44"\n'
)
Wording = Callable[[str], Settings]


@pytest.fixture
def settings(tmp_path: Path) -> Wording:
    """Return a function that gives the settings in words of the sample with an override."""
    shutil.copytree(SAMPLE, tmp_path / "job")
    run = tmp_path / "job" / "run.toml"
    text = run.read_text(encoding="utf-8")

    def make(override: str) -> Settings:
        run.write_text(text.replace(PRESET, PRESET + override), encoding="utf-8")
        return settings_in_words(read_run_file(run), "大分県", None)

    return make


def borrowed(found: Settings) -> list[str]:
    return [c.ja for c in found.caveats if "の文のまま" in c.ja]


def test_a_preset_of_another_prefecture_is_not_passed_off_as_the_own_plan(settings: Wording):
    (caveat,) = borrowed(settings(ELSEWHERE))
    assert "表題と根拠は熊本県の文" in caveat
    assert not set("[]_") & set(caveat)  # councils read it
    (caveat,) = borrowed(settings(ELSEWHERE + 'title = { ja = "大分県", en = "Oita" }\n'))
    assert "根拠" in caveat
    assert "表題" not in caveat


def test_own_words_and_the_own_prefecture_need_no_caveat(settings: Wording):
    words = 'title = { ja = "大分県", en = "Oita" }\nsource = { ja = "計画", en = "plan" }\n'
    assert not borrowed(settings(ELSEWHERE + words))
    assert not borrowed(settings(""))


def test_another_threshold_is_another_title(settings: Wording):
    found = settings(
        '[policy.override.criterion.3]\nthreshold_min = 25\ncomparison = "more_than"\n'
    )
    assert found.criteria[2].title.ja == "他の二次救急病院まで25分超の二次救急病院"
    assert "25分超" in {value.ja for _, value in found.lines}


def test_each_criterion_says_its_own_settings(settings: Wording):
    found = settings('[policy.override.criterion.3]\nthreshold_min = 25\nunreachable = "met"\n')
    said = {label.ja: value.ja for label, value in found.lines}
    assert said["③の時間"] == "25分以上"
    assert said["③の一覧"].startswith("rotation（")
    assert said["道路で到達できない場合"] == "該当とする"
    assert not any(label.ja.startswith(("①", "②")) for label, _ in found.lines)


def test_a_schematic_network_says_so_whatever_other_caveats_there_are(tmp_path: Path):
    shutil.copytree(SAMPLE, tmp_path / "job")
    job = read_run_file(tmp_path / "job" / "run.toml")
    assert job.settings.run.caveats
    info = load_job_network(job).info()
    said = [c.ja for c in settings_in_words(job, "熊本県", info).caveats]
    assert sum("略図" in text for text in said) == 1
    real = replace(info, schematic=False)
    assert not any("略図" in c.ja for c in settings_in_words(job, "熊本県", real).caveats)
