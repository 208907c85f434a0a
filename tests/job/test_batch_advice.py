"""What to type after a batch: to look at what failed, or to go on with what is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Text, error
from spots.job.batch_outcomes import BatchItem, BatchOutcome, batch_lines

ITEM = BatchItem("bad", Path("flag.toml"), ("flag=new lists/bad.csv",), ("run.prefecture=44",))
WRONG = error("no", Text("壊れています", "is broken"), Text("直す", "mend it"))
FAILED = BatchOutcome(ITEM, None, None, (WRONG,))
STOPPED = replace(FAILED, missing=True)
DONE = replace(FAILED, item=replace(ITEM, name="done"))


def told(*outcomes: BatchOutcome, lang: Lang = Lang.JA) -> str:
    return "\n".join(line.text for line in batch_lines(outcomes, lang, None, Path("out")))


def test_a_list_that_failed_is_looked_at_as_it_was_given() -> None:
    wanted = "spots check flag.toml --facilities 'flag=new lists/bad.csv' --set run.prefecture=44"
    assert wanted in told(FAILED)
    assert "続きから" not in told(FAILED)


@pytest.mark.parametrize(("lang", "said"), [(Lang.JA, "同じコマンド"), (Lang.EN, "same command")])
def test_what_was_stopped_has_not_failed_and_goes_on_by_the_same_command(
    lang: Lang, said: str
) -> None:
    assert "spots check" not in told(STOPPED, lang=lang)
    assert said in told(STOPPED, lang=lang).splitlines()[-1]


def test_of_both_each_is_told() -> None:
    text = told(STOPPED, DONE)
    assert "spots check" in text
    assert "残りの1件" in text
