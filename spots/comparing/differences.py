"""What two runs were given and differs, in values and in words: inputs, settings, policy, roads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from groundfloor.problems import Lang, Text, one_line
from spots.comparing.changed_ground import kinds_of
from spots.comparing.changes import Cause, InputChange, PolicyChange, RunComparison, SettingChange
from spots.telling.labels import INPUT_LABELS
from spots.telling.setting_words import RADIUS
from spots.telling.units import dated, people, period, radius
from spots.telling.wording import NOTHING, bracketed, joined, run_on, same
from spots.types import InputRecord, RunResult, Settings

_LISTS = "facilities"
_CAUSE_OF_ROLE = {
    _LISTS: Cause.LISTS,
    "positions": Cause.POSITIONS,
    "towns": Cause.POSITIONS,
    "municipalities": Cause.BOUNDARIES,
    "medical_areas": Cause.BOUNDARIES,
    "areas": Cause.BOUNDARIES,
    "index": Cause.INDEX,
    "indices": Cause.INDEX,
    "network": Cause.NETWORK,
    "closures": Cause.NETWORK,
    "policy": Cause.POLICY,
    "units": Cause.UNITS,
    "tables": Cause.TABLES,
    "entries": Cause.ENTRIES,
}


# A key that an older tool did not know says no more than one that is left empty.
_UNSAID = frozenset({None, "null", "[]"})
# Of a list in the run file: what says where it came from, not how it is read.
_ABOUT_THE_FILE = frozenset({"file", "as_of", "source", "name"})


@dataclass(frozen=True, slots=True)
class GivenChanges:
    """What two runs were given and differs."""

    inputs: tuple[InputChange, ...]
    settings: tuple[SettingChange, ...]
    policy: tuple[PolicyChange, ...]
    roads: bool
    causes: tuple[Cause, ...]


def given_changes(old: RunResult, new: RunResult, tools: tuple[str, str]) -> GivenChanges:
    """Return what two runs were given and differs, and what it may have caused.

    Parameters
    ----------
    old, new : RunResult
        The runs.
    tools : tuple of str and str
        Versions of the tool that made each.
    """
    inputs = _input_changes(old, new)
    settings = _setting_changes(old.settings, new.settings)
    policy = _policy_changes(old, new)
    roads = _network_changed(old, new)
    causes = _run_causes(
        inputs,
        settings,
        policy,
        roads=roads,
        basis=old.straight != new.straight,
        edition=old.edition != new.edition,
        layers=_layers_changed(old, new),
        positions=_positions_changed(old, new),
        software=tools[0] != tools[1],
    )
    if (old.grounds or new.grounds) and any(c.role == "population" for c in inputs):
        causes = (*causes, Cause.POPULATION)
    return GivenChanges(inputs, settings, policy, roads, causes)


def _input_changes(old: RunResult, new: RunResult) -> tuple[InputChange, ...]:
    """Return the inputs whose SHA-256 differs, and those that only one run has.

    Within a role, records are paired by label and file, then by label, then by file, then one to
    one in order (an index of a new edition has a new label and a new file); facility lists only
    where both are of one kind: clinics are not what became of hospitals.
    """
    changes = []
    kinds: dict[int, object] = {}
    for run in (old, new):
        kinds |= {id(r): kinds_of(r.name, run) or id(r) for r in run.inputs if r.role == _LISTS}
    for role in dict.fromkeys(record.role for record in (*old.inputs, *new.inputs)):
        before = [r for r in old.inputs if r.role == role]
        after = [r for r in new.inputs if r.role == role]
        for left, right in _paired(before, after, lambda r: kinds.get(id(r))):
            if left is None or right is None or left.sha256 != right.sha256:
                changes.append(InputChange(role, left, right))
    return tuple(changes)


def _paired(
    before: list[InputRecord], after: list[InputRecord], last: Callable[[InputRecord], object]
) -> Iterator[tuple[InputRecord | None, InputRecord | None]]:
    keys = (
        lambda r: (r.name, r.file),
        lambda r: r.name,
        lambda r: r.file,
        last,
    )
    rest = list(before)
    partner: dict[int, InputRecord] = {}
    for key in keys:
        for at, record in enumerate(after):
            if at in partner:
                continue
            fits = next((r for r in rest if key(r) == key(record)), None)
            if fits is not None:
                partner[at] = fits
                rest.remove(fits)
    yield from ((partner.get(at), record) for at, record in enumerate(after))
    yield from ((record, None) for record in rest)


def _setting_changes(old: Settings, new: Settings) -> tuple[SettingChange, ...]:
    """Return the printed settings that differ, in the order of the new run."""
    before, after = _lines(old), _lines(new)
    labels = {label.en: label for label in (*before, *after)}  # the new run's words stand
    was, now = ({label.en: value for label, value in side.items()} for side in (before, after))
    return tuple(
        SettingChange(labels[key], was.get(key), now.get(key))
        for key in dict.fromkeys((*now, *was))
        if not _same(was.get(key), now.get(key))
    )


def _same(old: Text | None, new: Text | None) -> bool:
    """Return whether two values are one; versions of this tool may word it in another way."""
    if old is None or new is None:
        return old is new
    return old.ja == new.ja or old.en == new.en


def _lines(settings: Settings) -> dict[Text, Text]:
    """Return label → value; values of one label are joined, and the plain fields come first."""
    fields = {
        Text("設定基準", "Policy"): settings.policy_title,
        RADIUS: same(radius(settings.radius_m)),
        Text("設定期間", "Period"): period(settings.valid_from, settings.valid_to),
    }
    fields |= {
        Text(f"要件{c.number}", f"Criterion {c.number}"): Text(
            f"{c.mark}{c.title.ja}", f"{c.mark} {c.title.en}"
        )
        for c in settings.criteria
    }
    for label, value in settings.lines:
        if label.en == RADIUS.en:
            continue  # above, from the number itself
        if label in fields and fields[label] != value:
            seen = fields[label]
            fields[label] = Text(f"{seen.ja} / {value.ja}", f"{seen.en} / {value.en}")
        else:
            fields[label] = value
    return fields


def _policy_changes(old: RunResult, new: RunResult) -> tuple[PolicyChange, ...]:
    """Return the keys of the resolved policies that differ, sorted."""
    before, after = (dict(_flat(r.job.get("policy"))) for r in (old, new))
    return tuple(
        PolicyChange(key, before.get(key), after.get(key))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key) and not {before.get(key), after.get(key)} <= _UNSAID
    )


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            written = str(key).removesuffix("_")  # except_: a word that Python keeps for itself
            yield from _flat(item, f"{path}.{written}" if path else written)
    elif _is_called(value, "id") or _is_called(value, "name"):
        for item in value:
            yield from _flat(item, f"{path}.{item.get('id') or item['name']}")
    elif path:
        yield path, json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _is_called(value: object, key: str) -> TypeGuard[Sequence[Mapping[str, object]]]:
    """Tell whether a value is a list of tables that a key tells apart: selections, exceptions."""
    if not isinstance(value, list | tuple) or not value:
        return False
    called = [item.get(key) for item in value if isinstance(item, Mapping)]
    return len(called) == len(value) and all(called) and len({*map(str, called)}) == len(called)


def _network_changed(old: RunResult, new: RunResult) -> bool:
    """Tell whether roads, speeds or closed roads differ; the first two are in the hash."""
    before, after = old.network, new.network
    if (old.straight is None) is not (new.straight is None):
        return False  # roads in one run and an estimate in the other: the basis is another
    if before is None or after is None:
        return before is not after
    if old.closures != new.closures:
        return True
    return (before.sha256, before.profile) != (after.sha256, after.profile)


def _layers_changed(old: RunResult, new: RunResult) -> bool:
    """Tell whether the run files read their lists otherwise (columns, filters, types, roles)."""
    lists = ("facilities", "units", "tables", "entries")
    before, after = (_reading(r.job.get("settings"), lists) for r in (old, new))
    return before != after


def _positions_changed(old: RunResult, new: RunResult) -> bool:
    """Tell whether the run files read their sources of positions otherwise."""
    before, after = (_reading(r.job.get("settings"), ("positions",)) for r in (old, new))
    return before != after


def _reading(settings: object, of: Sequence[str]) -> object:
    """Return how lists are read; which file and of which day is told by its hash."""
    if not isinstance(settings, Mapping):
        return None
    arrays = (settings.get(name) for name in of)
    kept = [
        [
            {k: v for k, v in item.items() if k not in _ABOUT_THE_FILE}
            for item in (lists if isinstance(lists, list | tuple) else ())
            if isinstance(item, Mapping)
        ]
        for lists in arrays
    ]
    return kept, settings.get("aliases") if "facilities" in of else None


def _run_causes(
    inputs: Sequence[InputChange],
    settings: Sequence[SettingChange],
    policy: Sequence[PolicyChange],
    *,
    roads: bool,
    basis: bool,
    edition: bool,
    layers: bool = False,
    positions: bool = False,
    software: bool = False,
) -> tuple[Cause, ...]:
    """Return everything that differs between the runs and may change verdicts.

    Settings in words name roads, index and sources too, so they only speak for the policy when
    the runs did not keep theirs as data.

    Parameters
    ----------
    inputs, settings, policy : sequences of InputChange, SettingChange and PolicyChange
        What differs.
    roads, basis, edition, layers, positions, software : bool
        Whether the roads, what times are made of, the index's edition, the way lists or sources of
        positions are read, or the tool differ.
    """
    found = {_CAUSE_OF_ROLE[c.role] for c in inputs if c.role in _CAUSE_OF_ROLE}
    if roads:
        found.add(Cause.NETWORK)
    if basis:
        found.add(Cause.BASIS)
        found -= set() if roads else {Cause.NETWORK}  # files of roads that only one run has
    if edition:
        found.add(Cause.INDEX)
    if layers:
        found.add(Cause.LISTS)
    if positions:
        found.add(Cause.POSITIONS)
    if software:
        found.add(Cause.SOFTWARE)
    if policy or (settings and not found):
        found.add(Cause.POLICY)
    return tuple(cause for cause in Cause if cause in found)


# --- the same in words


def _plain(value: str | None, lang: Lang) -> str:
    """Return a value of a policy for readers: words and lists of words without JSON's marks.

    A day is written as every other day of the page is: by its era in Japanese.
    """
    if value is None:
        return "-"
    read = json.loads(value)
    if isinstance(read, str):
        return dated(read).render(lang)
    if isinstance(read, list) and all(isinstance(each, str | int | float) for each in read):
        return joined(dated(str(each)) for each in read).render(lang)
    return value


def given_lines(
    found: RunComparison, lang: Lang
) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Return what the runs were given and differs: title, then label, old and new of each line."""
    inputs = tuple((_role(c, lang), _input(c.old, lang), _input(c.new, lang)) for c in found.inputs)
    settings = tuple((c.label.render(lang), *_values(c, lang)) for c in found.settings)
    policy = tuple((c.key, _plain(c.old, lang), _plain(c.new, lang)) for c in found.policy)
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
    own = record.name not in {"", record.role}  # else the line's own label says it
    name = Text(f"{record.name}：", f"{record.name}: ") if own else NOTHING
    head = joined((run_on(name, same(record.file)), dated(record.as_of)), " ", " ")
    return one_line(run_on(head, bracketed(same(record.sha256[:8]))).render(lang), 80)
