"""What two runs were given and differs, in words."""

from __future__ import annotations

from problems import Lang, Text, one_line
from spots.comparing.model import Comparison, InputChange, SettingChange
from spots.types import InputRecord

_ROLES = {
    "facilities": Text("施設一覧", "facility list"),
    "municipalities": Text("行政区域", "municipalities"),
    "medical_areas": Text("二次医療圏", "medical areas"),
    "index": Text("医師偏在指標", "physician index"),
    "network": Text("道路網", "road network"),
    "closures": Text("通行止め", "closed roads"),
    "policy": Text("ポリシー", "policy"),
    "population": Text("人口", "population"),
    "towns": Text("町丁目の表", "town table"),
}


def given_lines(
    found: Comparison, lang: Lang
) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Return what the runs were given and differs: title, then label, old and new of each line."""
    inputs = tuple((_role(c, lang), _input(c.old), _input(c.new)) for c in found.inputs)
    settings = tuple((c.label.render(lang), *_values(c, lang)) for c in found.settings)
    policy = tuple((c.key, c.old or "-", c.new or "-") for c in found.policy)
    titles = (Text("入力", "Inputs"), Text("設定", "Settings"), Text("ポリシー", "Policy"))
    return tuple(
        (title.render(lang), rows)
        for title, rows in zip(titles, (inputs, settings, policy), strict=True)
    )


def _values(change: SettingChange, lang: Lang) -> tuple[str, str]:
    old, new = (v.render(lang) if v is not None else "-" for v in (change.old, change.new))
    return old, new


def people_shown(people: float | None) -> Text:
    """Return a number of people, or that the run has none."""
    if people is None:
        return Text("記録なし", "not recorded")
    return Text(f"{people:,.0f}人", f"{people:,.0f}")


def _role(change: InputChange, lang: Lang) -> str:
    label = _ROLES.get(change.role)
    return label.render(lang) if label else one_line(change.role)


def _input(record: InputRecord | None) -> str:
    if record is None:
        return "-"
    as_of = f" {record.as_of}" if record.as_of else ""
    return one_line(f"{record.name}: {record.file}{as_of} ({record.sha256[:8]})", 80)
