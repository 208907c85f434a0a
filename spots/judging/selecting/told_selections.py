"""A policy's selections and results as lines for readers: labels and values.

Stands apart: it is told in every output, and nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from groundfloor.problems import Text
from spots.judging.policy import Policy
from spots.judging.selecting.selection_settings import (
    Condition,
    Join,
    NearestCondition,
    NumberBound,
    ResultSetting,
    SelectSetting,
)
from spots.telling import ground_setting_words as words
from spots.telling.setting_words import Line
from spots.telling.unit_labels import RESULT_KIND_LABELS, UNIT_KIND_LABELS
from spots.telling.units import period
from spots.telling.wording import joined, same, told_as

Titles = Mapping[str, Text]


def selection_lines(policy: Policy) -> Iterator[Line]:
    """Yield a line for every selection and every result of a policy.

    Parameters
    ----------
    policy : Policy
        The rule.
    """
    titles = {s.id: _title(s) for s in policy.select}
    titles |= {r.id: r.title.text for r in policy.result}
    for select in policy.select:
        yield words.labelled_selection(_title(select)), _selection(select, titles)
    for result in policy.result:
        yield words.labelled_result(result.title.text), _result(result, titles)


def _title(select: SelectSetting) -> Text:
    return select.title.text if select.title is not None else same(select.id)


def _selection(select: SelectSetting, titles: Titles) -> Text:
    label = UNIT_KIND_LABELS[select.unit]
    if select.beyond_m is not None:
        label = words.settlements_beyond(label, select.beyond_m, same_land=select.same_land)
    told = told_as(
        label,
        _condition(select.where, titles) if select.where is not None else words.EVERY,
    )
    circle = words.circled(select.radius_m) if select.radius_m is not None else None
    out = [(e.name, e.reason.text) for e in select.except_]
    parts = [told, *((circle,) if circle else ()), *((words.left_out(out),) if out else ())]
    return joined(parts, "。", "; ")


def _result(result: ResultSetting, titles: Titles) -> Text:
    parts = [told_as(RESULT_KIND_LABELS[result.kind], _join(result.select, titles))]
    if result.cut:
        parts.append(words.cut_by(result.cut))
    if result.valid_from is not None or result.valid_to is not None:
        parts.append(period(result.valid_from, result.valid_to))
    return joined(parts, "。", "; ")


def _join(join: Join, titles: Titles) -> Text:
    ((key, parts),) = join.used()
    told = [_join(p, titles) if isinstance(p, Join) else titles.get(p, same(p)) for p in parts]
    return words.joined_as(key, told)


def _condition(condition: Condition, titles: Titles) -> Text:
    joins = (("any", condition.any), ("all", condition.all), ("none", condition.none))
    inner = [
        words.joined_as(key, [_condition(p, titles) for p in parts])
        for key, parts in joins
        if parts
    ]
    return words.all_of([*_of_place(condition, titles), *_of_number(condition), *inner])


def _of_place(asked: Condition, titles: Titles) -> Iterator[Text]:
    if asked.name:
        yield words.called(asked.name)
    if asked.municipality:
        yield words.lying_in(asked.municipality)
    if asked.municipality_kind:
        yield words.of_kinds(asked.municipality_kind)
    if asked.area:
        yield words.lying_in(asked.area)
    if asked.area_class:
        yield words.of_classes(asked.area_class)
    if asked.apart is not None:
        yield words.on_land(apart=asked.apart)
    if asked.inside:
        yield words.inside([titles.get(each, same(each)) for each in asked.inside])
    if asked.listed:
        yield words.on_list(asked.listed)


def _of_number(asked: Condition) -> Iterator[Text]:
    if asked.index is not None:
        yield _bound(words.INDEX, asked.index)
    if asked.column is not None:
        yield _bound(words.of_table(asked.column.table, asked.column.column), asked.column.is_)
    if asked.type is not None:
        yield words.of_type(asked.type, None)
    if asked.criterion:
        yield words.meeting(asked.criterion)
    if asked.nearest is not None:
        yield from _nearest(asked.nearest)
    if asked.alone is not None:
        other = words.of_type(asked.alone.type, asked.alone.list)
        yield words.alone_within(other, asked.alone.within_m, same_land=asked.alone.same_land)
    if asked.people is not None:
        counted = words.people_within(asked.people.within_m, same_land=asked.people.same_land)
        yield _bound(counted, asked.people.is_)


def _bound(what: Text, bound: NumberBound) -> Text:
    ((key, limit),) = bound.bounds()
    return words.bounded(what, key, limit)


def _nearest(asked: NearestCondition) -> Iterator[Text]:
    other = words.of_type(asked.type, asked.list)
    limits: Sequence[tuple[float | None, float | None, bool]] = (
        (asked.at_least_min, None, True),
        (asked.below_min, None, False),
        (None, asked.at_least_m, True),
        (None, asked.below_m, False),
    )
    for minutes, metres, far in limits:
        if minutes is not None or metres is not None:
            yield words.nearest_by(other, minutes=minutes, metres=metres, far=far)
