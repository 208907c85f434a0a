"""What two runs were given and differs, in words."""

from __future__ import annotations

from groundfloor.problems import Lang, Text, one_line
from spots.comparing.changes import Comparison, InputChange, SettingChange
from spots.telling.labels import INPUT_LABELS
from spots.telling.units import dated, people
from spots.telling.wording import bracketed, joined, run_on, same
from spots.types import InputRecord


def given_lines(
    found: Comparison, lang: Lang
) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Return what the runs were given and differs: title, then label, old and new of each line."""
    inputs = tuple((_role(c, lang), _input(c.old, lang), _input(c.new, lang)) for c in found.inputs)
    settings = tuple((c.label.render(lang), *_values(c, lang)) for c in found.settings)
    policy = tuple((c.key, c.old or "-", c.new or "-") for c in found.policy)
    titles = (Text("入力", "Inputs"), Text("設定", "Settings"), Text("設定基準", "Policy"))
    return tuple(
        (title.render(lang), rows)
        for title, rows in zip(titles, (inputs, settings, policy), strict=True)
    )


def _values(change: SettingChange, lang: Lang) -> tuple[str, str]:
    old, new = (v.render(lang) if v is not None else "-" for v in (change.old, change.new))
    return old, new


def people_shown(count: float | None) -> Text:
    """Return a number of people, or that the run has none."""
    return Text("記録なし", "not recorded") if count is None else people(count)


def _role(change: InputChange, lang: Lang) -> str:
    label = INPUT_LABELS.get(change.role)
    return label.render(lang) if label else one_line(change.role)


def _input(record: InputRecord | None, lang: Lang) -> str:
    if record is None:
        return "-"
    head = joined((same(f"{record.name}: {record.file}"), dated(record.as_of)), " ", " ")
    return one_line(run_on(head, bracketed(same(record.sha256[:8]))).render(lang), 80)
