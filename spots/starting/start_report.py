"""What ``spots init`` says: what it found, what is missing, what it wrote, what to type next.

Stands apart: a command parses and ends; what it tells of a start is words about values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from groundfloor.problems import Lang, Text
from spots.starting.lacking import LackingData
from spots.starting.recognised import FoundData
from spots.starting.start_plan import StartPlan
from spots.starting.started import Started
from spots.telling import starting_words as words

_SHOWN = 12


def report_of_start(started: Started, lang: Lang) -> str:
    """Return the report, lines for a terminal."""
    parts = (_found(started.plan), _policy(started.plan), _lacking(started), _written(started))
    lines = [line.render(lang) for part in parts for line in part]
    return "\n".join(lines).rstrip()


def _found(plan: StartPlan) -> Iterator[Text]:
    yield words.found_head(plan.prefecture, plan.survey.files)
    used = {id(data) for data in plan.files}
    for data in plan.survey.found:
        if id(data) in used:
            yield words.used_line(_title(data), data.shown)
    counts = Counter(data.kind for data in plan.survey.found if id(data) not in used)
    passed = len(plan.survey.passed)
    if counts or passed:
        yield words.unused_line(sum(counts.values()), passed)
    for each in plan.survey.passed[:_SHOWN]:
        yield words.passed_line(each.name, each.why)
    if passed > _SHOWN:
        yield words.more_line(passed - _SHOWN)
    yield words.BLANK_LINE


def _title(data: FoundData) -> Text:
    return words.KIND_TITLES[data.kind.value]


def _policy(plan: StartPlan) -> Iterator[Text]:
    yield words.policy_line(plan.policy.why)
    if plan.roads.taken is None and plan.policy.judges:
        yield words.STRAIGHT_LINE
    if plan.caveat is not None:
        yield words.caveat_line(plan.caveat)
    yield words.BLANK_LINE


def _lacking(started: Started) -> Iterator[Text]:
    if not started.lacking:
        return
    yield words.lacking_head(len(started.lacking), started.missing_file.name)
    groups: dict[tuple[str, bool], list[LackingData]] = {}
    for each in started.lacking:
        groups.setdefault((each.title.ja, each.needed), []).append(each)
    for same in groups.values():
        first = same[0]
        name = words.and_more(first.file_name, len(same) - 1)
        yield words.lacking_line(first.title, name, first.publisher, needed=first.needed)
    yield words.BLANK_LINE


def _written(started: Started) -> Iterator[Text]:
    yield words.WRITTEN_HEAD
    for file in started.written:
        yield words.file_line(file.name, file.size)
    for path in started.kept:
        yield words.kept_line(path.name)
    yield words.BLANK_LINE
    if not started.plan.runnable:
        yield words.NOT_YET
    data = _typed(started.plan.survey.folder)
    if any(each.key for each in started.lacking):
        yield words.fetch_lines(started.plan.prefecture, data)
    yield words.next_lines(_typed(started.run_file))


def _typed(path: Path) -> str:
    """Return a path as it is typed: in quotation marks where it has blanks."""
    shown = str(path)
    return f'"{shown}"' if " " in shown else shown
