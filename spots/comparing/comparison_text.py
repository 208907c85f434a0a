"""A comparison as tables for a terminal and as data for machines."""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.aligned import aligned
from groundfloor.problems import Lang, Text, one_line, one_of
from spots.comparing.changed_ground import CAUSE_LABELS
from spots.comparing.changed_units import result_sections, results_json
from spots.comparing.changes import (
    Aspect,
    Certainty,
    ChangeKind,
    FacilityChange,
    RunComparison,
    SettingChange,
    Why,
)
from spots.comparing.differences import given_lines, people_shown
from spots.telling.evidence_words import marked_time
from spots.telling.labels import NEAREST, NOT_GIVEN, STATE_LABELS, listed, type_marks
from spots.telling.plan_columns import COUNCILS, ON_APPLICATION, PAGE, SERVICE
from spots.telling.units import area, people, square_kilometres
from spots.telling.wording import NOTHING
from spots.types import InputRecord, Verdict

_NAME_LIMIT = 30
_LINE_LIMIT = 400
_DITTO = "〃"
KINDS = {
    ChangeKind.ENTERED: Text("追加", "entered"),
    ChangeKind.LEFT: Text("削除", "left"),
    ChangeKind.CHANGED: Text("変更", "changed"),
}
_DESIGNATIONS = {
    (False, True): Text("新たに設定", "newly designated"),
    (True, False): Text("設定から外れる", "no longer designated"),
}
CERTAINTIES = {
    Certainty.PROVEN: Text("確定", "proven"),
    Certainty.LIKELY: Text("推定", "likely"),
}
ASPECTS = {
    Aspect.NAME: Text("名称", "name"),
    Aspect.STATE: Text("状態", "state"),
    Aspect.CRITERIA: Text("要件", "criteria"),
    Aspect.MINUTES: Text("所要時間", "travel time"),
    Aspect.NEAREST: NEAREST,
    Aspect.REASON: Text("状態の理由", "reason"),
    Aspect.TYPES: Text("種別", "types"),
    Aspect.ROLE: Text("判定対象か", "role"),
    Aspect.POSITION: Text("位置", "position"),
    Aspect.MUNICIPALITY: Text("市町村", "municipality"),
    Aspect.AREA_CLASS: Text("区域の区分", "class of the area"),
    Aspect.SPOT_AREA: Text("スポットの面積", "area of the spot"),
    Aspect.SPOT_GROUND: Text("スポットの区域", "ground of the spot"),
    Aspect.SPOT_REASON: Text("設定理由", "reason in the plan"),
    Aspect.SERVICE: SERVICE.label,
    Aspect.COUNCILS: COUNCILS.label,
    Aspect.PAGE: PAGE.label,
    Aspect.ON_APPLICATION: ON_APPLICATION.label,
}
_HEADS = (
    Text("区分", "change"),
    Text("医療機関", "facility"),
    Text("市町村", "municipality"),
    Text("旧状態", "old state"),
    Text("新状態", "new state"),
    Text("旧要件", "old criteria"),
    Text("新要件", "new criteria"),
    Text("旧所要時間", "old time"),
    Text("新所要時間", "new time"),
    Text("旧面積（km²）", "old km²"),
    Text("新面積（km²）", "new km²"),
)


def comparison_table(found: RunComparison, lang: Lang | str = Lang.JA) -> str:
    """Return the comparison for a terminal: facilities and why, areas, inputs and settings.

    Parameters
    ----------
    found : RunComparison
        From `compare`.
    lang : Lang
        Language, ``"ja"`` or ``"en"``.

    Returns
    -------
    str
        Lines without control characters.

    Raises
    ------
    UsageError
        There is no such language.
    """
    lang = one_of(Lang, lang, "lang")
    if found.identical:
        same = Text(
            f"{found.prefecture}: 違いはありません（入力・設定・判定・区域が同じです）",
            f"{found.prefecture}: no differences (inputs, settings, verdicts and areas)",
        )
        return one_line(same.render(lang), _LINE_LIMIT)
    turned = [c for c in found.facilities if c.turned]
    other = [c for c in found.facilities if not c.turned]
    circles = _areas(found, lang) if has_circles(found) else []
    sections = [_title(found, lang), circles, *result_sections(found, lang), _turned(turned, lang)]
    sections += [_other(other, lang), _given(found, lang), _notes(found, lang)]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _title(found: RunComparison, lang: Lang) -> list[str]:
    turned, other = counted(found)
    lines = (
        Text(f"旧: {found.old_title.ja}", f"old: {found.old_title.en}"),
        Text(f"新: {found.new_title.ja}", f"new: {found.new_title.en}"),
        Text(
            f"{found.prefecture}: 旧 {found.old_count}施設、新 {found.new_count}施設。"
            f"判定またはスポットが変わった施設 {turned}、根拠だけが変わった施設 {other}",
            f"{found.prefecture}: {found.old_count} facilities before, {found.new_count} now; "
            f"verdict or spot changed: {turned}, evidence alone: {other}",
        ),
    )
    judged = found.old_count or found.new_count or not found.results
    told = (*(lines if judged else lines[:2]), *not_given_lines(found))
    return [one_line(line.render(lang), _LINE_LIMIT) for line in told]


def counted(found: RunComparison) -> tuple[int, int]:
    """Return how many verdicts or spots changed, and how many on other evidence alone.

    Who is only on a list that one of the runs was not given is neither.
    """
    compared = [c for c in found.facilities if c.list_not_given is None]
    turned = sum(c.turned for c in compared)
    return turned, len(compared) - turned


def not_given_lines(found: RunComparison) -> tuple[Text, ...]:
    """Return a sentence for each list that one of the runs was not given."""
    told = []
    for missing in found.not_given:
        side = Text("旧の", "old") if missing.in_old else Text("新しい", "new")
        count = Text(
            f"（比べられない施設 {missing.count}）", f" ({missing.count} facilities not compared)"
        )
        many = count if missing.count else NOTHING
        told.append(
            Text(
                f"{missing.words.ja}が{side.ja}実行では未提供です{many.ja}",
                f"the {side.en} run was not given {missing.words.en}{many.en}",
            )
        )
    return tuple(told)


def _turned(changes: Sequence[FacilityChange], lang: Lang) -> list[str]:
    """Return a table, and under it a paragraph for all facilities that it is true of."""
    if not changes:
        return []
    head = Text("判定またはスポットが変わった施設", "Verdict or spot changed").render(lang)
    lines = [head, *_table(changes, lang), ""]
    for told, alike in told_once(changes, lang).items():
        lines += [f"- {one_line(c.shown.facility.name, _NAME_LIMIT)}" for c in alike]
        lines += [f"    {_safe(line)}" for line in told]
    return lines


def told_once(
    changes: Sequence[FacilityChange], lang: Lang
) -> dict[tuple[str, ...], list[FacilityChange]]:
    """Return the facilities of which the same sentences are true, by these sentences.

    The first says what changed, the others why, a cause each.
    """
    found: dict[tuple[str, ...], list[FacilityChange]] = {}
    for change in changes:
        told = change.summary.render(lang), *(_why(why, lang) for why in change.why)
        found.setdefault(told, []).append(change)
    return found


def _other(changes: Sequence[FacilityChange], lang: Lang) -> list[str]:
    if not changes:
        return []
    head = Text("判定は同じで、根拠だけが変わった施設", "The same verdict on other evidence")
    said: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for change in changes:
        shown = change.shown
        place = one_line(shown.place.municipality, _NAME_LIMIT) or "-"
        labels = [CAUSE_LABELS[cause].render(lang) for cause in change.causes]
        sure = CERTAINTIES[Certainty.PROVEN if change.proven else Certainty.LIKELY].render(lang)
        causes = listed(labels, lang)
        name = one_line(shown.facility.name, _NAME_LIMIT)
        cause = Text(f"{causes}（{sure}）", f"{causes} ({sure})").render(lang)
        said.setdefault((cause, _safe(change.summary.render(lang))), []).append((name, place))
    rows = [
        [*facility, *(told if k == 0 else (_DITTO, _DITTO))]
        for told, facilities in said.items()
        for k, facility in enumerate(facilities)
    ]
    return [head.render(lang), *aligned(rows)]


def _why(why: Why, lang: Lang) -> str:
    sure = CERTAINTIES[why.certainty].render(lang)
    head = Text(f"原因（{sure}） ", f"cause ({sure}) ").render(lang)
    return f"{head}{cause_text(why, lang)}"


def cause_text(why: Why, lang: Lang) -> str:
    """Return a cause and the sentence that says why."""
    joint = ": " if lang == Lang.EN else "："
    return f"{CAUSE_LABELS[why.cause].render(lang)}{joint}{why.text.render(lang)}"


def _table(changes: Sequence[FacilityChange], lang: Lang) -> list[str]:
    rows = [[head.render(lang) for head in _HEADS]]
    rows += [_row(change, lang) for change in changes]
    return aligned(rows, right=(7, 8, 9, 10))


def _row(change: FacilityChange, lang: Lang) -> list[str]:
    shown = change.shown
    return [
        kind_text(change).render(lang),
        one_line(shown.facility.name, _NAME_LIMIT),
        one_line(shown.place.municipality, _NAME_LIMIT) or "-",
        *(_state(v, lang) for v in (change.old, change.new)),
        *(_criteria(v) for v in (change.old, change.new)),
        *(_time(v, lang) for v in (change.old, change.new)),
        *(_km2(km2) for km2 in (change.old_km2, change.new_km2)),
    ]


def kind_text(change: FacilityChange) -> Text:
    """Return what happened to a facility, in a word: a new designation is more than a change."""
    if change.list_not_given is not None:
        return NOT_GIVEN
    if change.kind is ChangeKind.CHANGED:
        return _DESIGNATIONS.get(change.designated, KINDS[change.kind])
    return KINDS[change.kind]


def _state(verdict: Verdict | None, lang: Lang) -> str:
    return STATE_LABELS[verdict.state].render(lang) if verdict else "-"


def _criteria(verdict: Verdict | None) -> str:
    return ",".join(str(number) for number in verdict.criteria) or "-" if verdict else "-"


def _time(verdict: Verdict | None, lang: Lang) -> str:
    return marked_time(verdict.travel if verdict else None).render(lang) or "-"


def _km2(km2: float | None) -> str:
    return "-" if km2 is None else square_kilometres(km2)


def has_circles(found: RunComparison) -> bool:
    """Return whether the area of circles says anything: a run has some, or no other ground."""
    return not found.results or bool(found.old_km2 or found.new_km2)


def _areas(found: RunComparison, lang: Lang) -> list[str]:
    inside = people_text(found)
    return [areas_text(found).render(lang), *([inside.render(lang)] if inside else [])]


def areas_text(found: RunComparison) -> Text:
    """Return the ground of all spots, gained and lost."""
    old, new = area(found.old_km2), area(found.new_km2)
    gained, lost = area(found.gained_km2), area(found.lost_km2)
    return Text(
        f"スポットの統合面積: 旧 {old}、新 {new}（増 {gained}、減 {lost}）",
        f"area of all spots: {old} before, {new} now ({gained} gained, {lost} lost)",
    )


def people_text(found: RunComparison) -> Text | None:
    """Return the people in all spots, gained and lost; None where no run has a population."""
    if found.gained_people is None or found.lost_people is None:
        return None
    old, new = (people_shown(p) for p in (found.old_people, found.new_people))
    gained, lost = people(found.gained_people), people(found.lost_people)
    return Text(
        f"区域内の人口: 旧 {old.ja}、新 {new.ja}（増えた区域 {gained.ja}、減った区域 {lost.ja}）",
        f"people in all spots: {old.en} before, {new.en} now "
        f"({gained.en} on ground gained, {lost.en} on ground lost)",
    )


def _given(found: RunComparison, lang: Lang) -> list[str]:
    heads = Text("変わった入力・設定", "given"), Text("旧", "old"), Text("新", "new")
    rows = [[_safe(v) for v in row] for _, lines in given_lines(found, lang) for row in lines]
    if not rows:
        return [Text("入力と設定は同じです", "inputs and settings are the same").render(lang)]
    return aligned([[head.render(lang) for head in heads], *rows])


def _notes(found: RunComparison, lang: Lang) -> list[str]:
    return [problem.render(lang) for problem in found.notes]


def _safe(text: str) -> str:
    return one_line(text, _LINE_LIMIT)


def comparison_json(found: RunComparison, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the comparison as JSON-able data, without geometry."""
    return {
        "prefecture_code": found.prefecture_code,
        "same": found.same,
        "identical": found.identical,
        "titles": {"old": found.old_title.render(lang), "new": found.new_title.render(lang)},
        "counts": {"old": found.old_count, "new": found.new_count},
        "facilities": [_entry(change, lang) for change in found.facilities],
        "area_km2": {
            "old": round(found.old_km2, 6),
            "new": round(found.new_km2, 6),
            "gained": round(found.gained_km2, 6),
            "lost": round(found.lost_km2, 6),
        },
        "population": _population(found),
        "inputs": [
            {"role": c.role, "old": _record(c.old), "new": _record(c.new)} for c in found.inputs
        ],
        "settings": [_setting(change, lang) for change in found.settings],
        "policy": [{"key": c.key, "old": c.old, "new": c.new} for c in found.policy],
        "network_changed": found.network_changed,
        "causes": [cause.value for cause in found.causes],
        "not_given": [
            {
                "list": m.words.render(lang),
                "run": "old" if m.in_old else "new",
                "facilities": m.count,
            }
            for m in found.not_given
        ],
        "notes": [
            {"code": p.code, "value": p.value, "message": p.message.render(lang)}
            for p in found.notes
        ],
        **({"results": results_json(found, lang)} if found.results else {}),
    }


def _population(found: RunComparison) -> dict[str, float | None]:
    counts = {
        "old": found.old_people,
        "new": found.new_people,
        "gained": found.gained_people,
        "lost": found.lost_people,
    }
    return {key: None if count is None else round(count, 3) for key, count in counts.items()}


def _entry(change: FacilityChange, lang: Lang) -> dict[str, object]:
    return {
        "change": change.kind.value,
        "matched_by": change.matched_by.value,
        "list_not_given": change.list_not_given and change.list_not_given.render(lang),
        "aspects": [aspect.value for aspect in change.aspects],
        "verdict_changed": change.turned,
        "summary": change.summary.render(lang),
        "causes": [cause.value for cause in change.causes],
        "why": [
            {
                "cause": why.cause.value,
                "certainty": why.certainty.value,
                "text": why.text.render(lang),
            }
            for why in change.why
        ],
        "old": _side(change.old, change.old_km2, lang),
        "new": _side(change.new, change.new_km2, lang),
    }


def _side(verdict: Verdict | None, km2: float | None, lang: Lang) -> dict[str, object] | None:
    if verdict is None:
        return None
    facility, place, travel = verdict.facility, verdict.place, verdict.travel
    return {
        "facility_id": facility.id,
        "name": facility.name,
        "types": type_marks(facility.types),
        "municipality_code": place.municipality_code,
        "municipality": place.municipality,
        "area_class": place.area_class.value,
        "state": verdict.state.value,
        "criteria": list(verdict.criteria),
        "state_reason": verdict.state_reason.render(lang),
        "travel_ms": travel and travel.travel_ms,
        "reachable": travel and travel.reachable,
        "nearest_id": travel and travel.nearest_id,
        "nearest_name": travel and travel.nearest_name,
        "area_km2": None if km2 is None else round(km2, 6),
    }


def _setting(change: SettingChange, lang: Lang) -> dict[str, object]:
    return {
        "label": change.label.render(lang),
        "old": change.old and change.old.render(lang),
        "new": change.new and change.new.render(lang),
    }


def _record(record: InputRecord | None) -> dict[str, object] | None:
    if record is None:
        return None
    return {
        "name": record.name,
        "file": record.file,
        "sha256": record.sha256,
        "as_of": record.as_of,
    }
