"""A check in words: what was found part by part, what is wrong, what comes next.

Stands apart: findings are values, whoever shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boundaries import AreaClass
from groundfloor.problem_groups import FEW, ProblemGroup, group_lines, problem_groups
from groundfloor.problems import Lang, Severity, Text, clean, one_line
from groundfloor.toned_lines import Tone, TonedLine, labelled
from spots.checking.found_parts import FoundList, FoundNeighbours, JobCheck
from spots.job.named_files import LISTS
from spots.telling.labels import AREA_CLASS_LABELS, ROLE_LABELS, STATE_LABELS, listed, type_marks
from spots.telling.open_verdicts import open_lines
from spots.telling.units import people, physician_index, whole
from spots.telling.wording import bracketed, joined, names, run_on, same, some
from spots.types import Role, State

_CELLS = 14  # of the column of labels
_NAMED = 40  # characters of a name
_MORE = Text("--all ですべて表示", "--all shows all")
_COUNTED = {
    Severity.ERROR: Text("エラー", "errors"),
    Severity.WARNING: Text("警告", "warnings"),
    Severity.NOTE: Text("確認", "notes"),
}


@dataclass(frozen=True, slots=True)
class CheckLayout:
    """How a check is laid out.

    Parameters
    ----------
    lang : Lang
        Of all words.
    width : int or None
        Cells of a line; None where it is no terminal.
    everything : bool
        Whether all problems, settings and columns are told, and not the first few.
    """

    lang: Lang
    width: int | None = None
    everything: bool = False

    def few(self, count: int) -> int:
        """Return how many of so many of a kind are told."""
        return count if self.everything else FEW


def check_lines(check: JobCheck, layout: CheckLayout) -> Iterator[TonedLine]:
    """Yield the lines of a check: parts, errors, what would be open, warnings, notes, the verdict.

    Parameters
    ----------
    check : JobCheck
        The check.
    layout : CheckLayout
        Language, width, and how much of it.
    """
    title = f" {check.title.render(layout.lang)}" if check.title else ""
    yield TonedLine(clean(f"{check.file}{title}"), Tone.HEADING)
    for label, value in _parts(check, layout):
        told = clean(value.render(layout.lang))
        yield from labelled(label.render(layout.lang), told, layout.width, cells=_CELLS)
    yield TonedLine("")
    groups = problem_groups(check.problems)
    yield from _problems(check, [g for g in groups if g.severity is Severity.ERROR], layout)
    few = None if layout.everything else FEW
    yield from open_lines(check.open, layout.lang, layout.width, few=few, more=_MORE)
    yield from _problems(check, [g for g in groups if g.severity is not Severity.ERROR], layout)
    if groups or check.open:
        yield TonedLine("")
    yield from _verdict(check, layout)


def next_line(check: JobCheck, options: Sequence[str], lang: Lang) -> str:
    """Return the line that says what to type after a check."""
    command = next_command(check, options)
    if check.usable:
        return Text(f"次のコマンド: {command}", f"next: {command}").render(lang)
    return Text(f"直してからもう一度: {command}", f"once mended: {command}").render(lang)


def next_command(check: JobCheck, options: Sequence[str] = ()) -> str:
    """Return what to type after a check: the run, or the check again."""
    words = ["spots", "run" if check.usable else "check", check.file, *options]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _parts(check: JobCheck, layout: CheckLayout) -> Iterator[tuple[Text, Text]]:
    for n, found in enumerate(check.lists):
        yield Text("一覧", "lists") if n == 0 else same(""), _list(found)
        if found.taken:
            yield same(""), _columns(found, layout)
    yield from _others(check)
    if check.criteria:
        told = (_criterion(c.mark, c.title, c.facilities, given=c.given) for c in check.criteria)
        yield Text("要件", "criteria"), joined(told, " / ", " / ")
    yield from _positions(check)
    yield from _ground(check, layout)
    if check.neighbours is not None:
        yield Text("隣の都道府県", "neighbours"), _neighbours(check.neighbours)
    yield from _roads(check)
    if check.people is not None:
        told_people = people(check.people.people)
        yield (
            Text("人口", "population"),
            run_on(told_people, bracketed(Text(f"{whole(check.people.cells)}区画", "in cells"))),
        )
    yield from _policy(check)
    if check.counts:
        told = (run_on(STATE_LABELS[s], same(f" {check.counts[s]}")) for s in State)
        yield Text("判定の見込み", "would be"), joined(told)


def _list(found: FoundList) -> Text:
    marks = type_marks(frozenset(found.types))
    facts = [same(one_line(found.file, _NAMED)), same(marks), ROLE_LABELS[found.role]]
    if found.role is Role.CANDIDATE:
        facts.pop()
    if found.list_name not in {"", "*"}:
        facts.append(same(f"list={found.list_name}"))
    if found.rows is not None:
        facts.append(Text(f"{whole(found.rows)}行", f"{whole(found.rows)} rows"))
    elif found.looked_at:
        facts.append(Text("読めません", "cannot be read"))
    else:
        facts.append(Text("下の誤りのため読んでいません", "not read: see the error below"))
    return run_on(same(one_line(found.name, _NAMED)), same("  "), joined(facts))


def _columns(found: FoundList, layout: CheckLayout) -> Text:
    taken = ", ".join(f"{name}={header}" for name, header in found.taken)
    told = Text(f"  列: {taken}", f"  columns: {taken}")
    if not found.unread:
        return told
    if layout.everything:
        unread = names(found.unread)
        return run_on(told, Text(f"。使わない列: {unread.ja}", f"; not used: {unread.en}"))
    count = len(found.unread)
    return run_on(told, bracketed(Text(f"ほかに使わない列 {count}", f"{count} not used")))


def _criterion(mark: str, title: Text, facilities: int, *, given: bool) -> Text:
    if not given:
        return run_on(same(f"{mark} "), title)  # which says so
    return run_on(same(f"{mark} "), title, Text(f" {facilities}施設", f" {facilities}"))


def _positions(check: JobCheck) -> Iterator[tuple[Text, Text]]:
    found = check.positions
    if found is None:
        return
    told = [Text(f"座標 {found.own}", f"points {found.own}")]
    if found.of_source:
        told.append(Text(f"位置の出典 {found.of_source}", f"of sources {found.of_source}"))
    if found.of_town:
        told.append(Text(f"町丁目の代表点 {found.of_town}", f"town blocks {found.of_town}"))
    missing = some(found.missing, Text("施設", "more"))
    lacking = Text(f"なし {len(found.missing)}", f"none {len(found.missing)}")
    told.append(run_on(lacking, bracketed(missing)))
    yield Text("位置", "positions"), joined(told)


def _ground(check: JobCheck, layout: CheckLayout) -> Iterator[tuple[Text, Text]]:
    found = check.ground
    if found is None:
        return
    areas = len(found.areas)
    told = Text(
        f"{found.prefecture} 市区町村 {found.municipalities}、二次医療圏 {areas}",
        f"{found.prefecture}: {found.municipalities} municipalities, {areas} medical areas",
    )
    yield Text("区域", "ground"), told
    for kind in AreaClass:
        mine = [(name, index) for name, of, index in found.areas if of == kind.value]
        if mine and (layout.everything or kind is not AreaClass.NEITHER):
            each = (
                f"{name} {physician_index(index)}" if index is not None else name
                for name, index in mine
            )
            label = AREA_CLASS_LABELS[kind]
            yield same(""), run_on(label, Text(f" {len(mine)}: ", f" {len(mine)}: "), names(each))
    stated = ", ".join(f"{table} {edition}" for table, edition in found.stated)
    if stated:
        yield Text("版", "editions"), same(stated)


def _neighbours(found: FoundNeighbours) -> Text:
    counted = (
        Text("数える", "counted") if found.counted else Text("数えない設定です", "not counted")
    )
    if not found.hospitals:
        return run_on(counted, bracketed(Text("陸続きの県なし", "no land border")))
    have = [f"{name} {count}" for _, name, count in (*found.hospitals, *found.beyond) if count]
    lack = [name for _, name, count in found.hospitals if not count]
    told = [run_on(counted, same(": "), names(have))] if have else [counted]
    if lack:
        without = names(lack)
        told.append(Text(f"一覧なし {without.ja}", f"none listed of {without.en}"))
    return joined(told, "。", "; ")


def _roads(check: JobCheck) -> Iterator[tuple[Text, Text]]:
    found = check.roads
    if found is None:
        if check.usable:
            yield Text("道路", "roads"), Text("道路網を使いません", "no road network is used")
        return
    facts = [same(found.source), Text(f"{whole(found.edges)}区間", f"{whole(found.edges)} edges")]
    facts += [same(found.profile)] if found.profile else []
    facts += [Text(f"{found.as_of} 現在", f"as of {found.as_of}")] if found.as_of else []
    facts += [Text("略図", "schematic")] if found.schematic else []
    yield Text("道路", "roads"), joined(facts)
    tied = found.placed - len(found.untied)
    told = Text(f"結べた施設 {tied} / {found.placed}", f"{tied} of {found.placed} facilities tied")
    if found.untied:
        off = some(found.untied, Text("施設", "more"))
        told = run_on(told, Text(f"、届かない: {off.ja}", f", off the roads: {off.en}"))
    yield same(""), told


def _policy(check: JobCheck) -> Iterator[tuple[Text, Text]]:
    for n, (label, value) in enumerate(check.settings):
        yield Text("設定基準", "policy") if n == 0 else same(""), joined((label, value), ": ", ": ")


def _others(check: JobCheck) -> Iterator[tuple[Text, Text]]:
    """Yield the inputs that are no lists, by their key."""
    rest = [(key, file) for key, file in check.files if not key.startswith(LISTS)]
    for n, (key, file) in enumerate(rest):
        told = f"{key}: {file}"
        yield Text("ほかの入力", "other inputs") if n == 0 else same(""), same(told)


def _problems(
    check: JobCheck, groups: Sequence[ProblemGroup], layout: CheckLayout
) -> Iterator[TonedLine]:
    for group in groups:
        few = layout.few(len(group.problems))
        yield from group_lines(
            group, layout.lang, few=few, width=layout.width, more=_MORE, names=check.names
        )


def _verdict(check: JobCheck, layout: CheckLayout) -> Iterator[TonedLine]:
    errors = len(check.of(Severity.ERROR))
    tally = {s: len(check.of(s)) for s in (Severity.WARNING, Severity.NOTE)}
    counts = [f"{_COUNTED[s].render(layout.lang)} {n}" for s, n in tally.items()]
    rest = listed(counts, layout.lang)
    if errors:
        told = Text(
            f"このままでは実行できません。エラー {errors} 件、{rest}。",
            f"cannot be run as it is: {errors} errors, {rest}.",
        )
        tone = Tone.ERROR
    else:
        left = len(check.open)
        told = Text(
            f"この設定で実行できます。判定不能になるもの {left} 件、{rest}。",
            f"can be run as it is: {left} would be undetermined, {rest}.",
        )
        tone = Tone.OPEN if left else Tone.GOOD
    yield from labelled(told.render(layout.lang), "", layout.width, cells=1, tone=tone)
