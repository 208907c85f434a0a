"""Rule files: what they may say, and how what is wrong with one is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groundfloor.problems import UsageError
from spots.programmes.programme_reading import read_programme_rules
from spots.service.service_rules import preset_rules, read_rules, rules_from_toml, rules_presets
from spots.telling.service_words import clock_terms
from spots.types.postings import LeaveReason, PostingStatus
from spots.types.service_clocks import AcrossEnd, LicenceMeasured

HEAD = '[rules]\nid = "r"\ntitle = "t"\nsource = "s"\n'
CLOCK = '[[clock]]\nid = "c"\ntitle = "t"\nkind = "sum"\nneeds_months = 12\ncounts = ["a"]\n'
CONTINUOUS = CLOCK.replace('"sum"', '"continuous"')


@pytest.mark.parametrize("name", rules_presets())
def test_presets_are_whole_and_name_their_source(name: str):
    rules = preset_rules(name)
    assert rules.id == name
    # Nobody here has read the notices themselves: every answer has to say so.
    assert rules.second_hand
    assert "確認" in rules.source.ja
    assert "check" in rules.source.en
    for clock in rules.clocks:
        assert clock_terms(clock).ja
        assert clock_terms(clock).en


@pytest.mark.parametrize(("name", "programme"), [("nintei", "shortage"), ("aomori", "aomori")])
def test_presets_count_classes_of_their_programme(name: str, programme: str):
    rules = preset_rules(name)
    asked = "shortage" if name == "nintei" else ""
    rules.check_classes([c.id for c in read_programme_rules(programme).classes], asked)


def test_the_rule_of_recognition_is_as_the_bureaus_tell_it():
    (clock,) = preset_rules("nintei").clocks
    assert (clock.needs_months, clock.min_hours, clock.short_hours) == (6, 32, 30)
    assert str(clock.from_) == "2020-04-01"
    assert PostingStatus.CLINICAL_TRAINING not in clock.statuses
    assert set(clock.interrupted_by) == {
        *(LeaveReason.BIRTH, LeaveReason.CHILDCARE, LeaveReason.ILLNESS, LeaveReason.SHORT)
    }
    assert (clock.exceed, clock.licence_years) == (True, 9)
    assert clock.licence_measured is LicenceMeasured.AT_FULFILMENT
    assert clock_terms(clock).ja == (
        "区分 shortage の医療機関で連続して6か月以上。2020年4月1日以降の勤務。"
        "週32時間以上（短時間勤務は30時間）。"
        "次の休業による中断は可：妊娠・出産・育児・傷病・短期休暇（合計が超えること）。"
        "免許取得後9年以上なら断続的な勤務も合算（月数がそろう時点でみる）"
    )


def test_what_is_not_written_is_as_by_default():
    rules = rules_from_toml(HEAD + CLOCK)
    assert (rules.across_end, rules.days_per_month) == (AcrossEnd.EACH_DAY, 30)
    assert not rules.second_hand


WRONG = {
    "unknown key": (CLOCK + "min_hour = 32", "unknown-key", 11, "min_hours"),
    "unknown table": (CLOCK + "[clok]\n", "unknown-key", 11, "clock"),
    "wrong type": (CLOCK + 'min_hours = "32"', "wrong-type", 11, "数値"),
    "no such status": (CLOCK + 'statuses = ["works"]', "wrong-value", 11, "work"),
    "no such reason": (CONTINUOUS + 'interrupted_by = ["sick"]', "wrong-value", 11, "illness"),
    "no day": (CLOCK + 'from = "2020-13-01"', "date-not-understood", 11, ""),
    "missing": (CLOCK.replace("needs_months = 12\n", ""), "missing-key", 5, "needs_months"),
    "too few": (CLOCK.replace("12", "0"), "wrong-value", 9, ""),
    "no months": (HEAD, "missing-key", None, "clock"),
    "nowhere": (CLOCK.replace('counts = ["a"]\n', ""), "service-rule-contradiction", 5, "counts"),
    "here and anywhere": (CLOCK + "anywhere = true", "service-rule-contradiction", 10, "counts"),
    "other kind": (CLOCK + "licence_years = 9", "service-rule-contradiction", 11, "kind"),
    "sums have no breaks": (
        *(CLOCK + 'interrupted_by = ["birth"]', "service-rule-contradiction", 11, "kind"),
    ),
    "stops on end": (
        *(CONTINUOUS + "deadline_months = 12", "service-rule-contradiction", 11, "kind"),
    ),
    "exceed what": (CONTINUOUS + "exceed = false", "service-rule-contradiction", 11, "interrupted"),
    "short of what": (CLOCK + "short_hours = 30", "service-rule-contradiction", 11, "min_hours"),
    "shorter": (
        *(CLOCK + "min_hours = 30\nshort_hours = 32", "service-rule-contradiction", 12, "短時間"),
    ),
    "stop of what": (
        *(CLOCK + '[[clock.stop]]\nreasons = ["study"]', "service-rule-contradiction", 11, ""),
    ),
    "two stops": (
        CLOCK
        + 'deadline_months = 24\n[[clock.stop]]\nreasons = ["study"]\n'
        + '[[clock.stop]]\nreasons = ["study"]',
        *("service-rule-contradiction", 15, "どちらか"),
    ),
    "same id": (CLOCK + CLOCK, "service-rule-contradiction", 12, "別の id"),
    "anywhere for what": (
        *(CLOCK + 'anywhere_for = ["stop"]', "service-rule-contradiction", 11, "statuses"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_by_line(name: str):
    text, code, row, remedy = WRONG[name]
    with pytest.raises(UsageError) as caught:
        rules_from_toml(text if text.startswith("[rules]") else HEAD + text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.row) == (code, row)
    assert remedy in problem.remedy.ja + problem.message.ja


def test_all_is_told_at_once(tmp_path: Path):
    path = tmp_path / "rules.toml"
    path.write_text(HEAD + CLOCK + "hours = 3\nanywher = true\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_rules(path)
    assert [(p.file, p.row) for p in caught.value.problems] == [
        ("rules.toml", 11),
        ("rules.toml", 12),
    ]


def test_days_of_a_month_are_thirty_or_one_more():
    for days in (29, 32):
        with pytest.raises(UsageError):
            rules_from_toml(HEAD + f"days_per_month = {days}\n" + CLOCK)
    assert rules_from_toml(HEAD + "days_per_month = 31\n" + CLOCK).days_per_month == 31


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(UsageError, match="nintei"):
        preset_rules("ninntei")


def test_classes_that_the_programme_does_not_have_are_told():
    rules = rules_from_toml(HEAD + CLOCK.replace('["a"]', '["shortage", "shortge"]'))
    with pytest.raises(UsageError) as caught:
        rules.check_classes(["shortage", "other"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.value) == ("service-class-unknown", 10, "shortge")
    assert "shortage" in problem.remedy.en
    rules.check_classes(["else"], programme="designated")


def test_keys_are_told_in_the_guide():
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "service_rules.md").read_text("utf-8")
    from spots.types.service_clocks import Clock, ClockCap, ClockStop  # noqa: PLC0415

    keys = {name.rstrip("_") for kind in (Clock, ClockCap, ClockStop) for name in kind.__slots__}
    keys |= {"across_end", "days_per_month", "second_hand", "source_url"}
    assert keys <= set(re.findall(r"`(\w+)`", guide))
