"""On which days each edition is in force, and which may not stand beside each other.

An edition is in force on its own days, up to the first of one that supersedes it. Two of one kind
and one prefecture that are in force on the same day would give that day two answers.

Stands apart: these rules are about days and numbers, whatever file editions are kept in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Problem, Text, error, warning
from spots.telling.register_words import edition_words
from spots.types.designations import InForce, PlanEdition


def in_force(editions: Sequence[PlanEdition]) -> tuple[InForce, ...]:
    """Return the editions that are in force on any day, in their order."""
    found = []
    for edition in editions:
        ends = [other.span.first for other in editions if edition.number in other.supersedes]
        first = edition.span.first
        if not ends:
            found.append(InForce(edition, edition.span))
        elif min(ends) > first and (days := edition.span & DaySpan(first, min(ends))):
            found.append(InForce(edition, days))
    return tuple(found)


def same_matter(one: PlanEdition, other: PlanEdition) -> bool:
    """Tell whether two editions say the same kind of thing of one prefecture."""
    return one.kind is other.kind and one.prefecture_code == other.prefecture_code


def overlaps(editions: Sequence[PlanEdition], new: PlanEdition) -> Iterator[Problem]:
    """Yield which editions a new one would stand beside on the same days.

    Parameters
    ----------
    editions : sequence of PlanEdition
        Those of the register.
    new : PlanEdition
        Not yet one of them.
    """
    for held in in_force(editions):
        shared = held.span & new.span
        if shared and same_matter(held.edition, new) and held.edition.number not in new.supersedes:
            yield _overlap(held.edition, new)


def _overlap(held: PlanEdition, new: PlanEdition) -> Problem:
    there, here = edition_words(held), edition_words(new)
    return error(
        "register-overlap",
        Text(
            f"{here.ja} の期間が、登録済みの {there.ja} と重なります",
            f"the days of {here.en} overlap those of {there.en}, which is registered",
        ),
        Text(
            f"改訂であれば --supersedes {held.number} を付け、"
            "そうでなければ --from と --to で期間を直してください",
            f"if it is a revision, add --supersedes {held.number}; "
            "else set the days right by --from and --to",
        ),
        column="--supersedes",
        value=str(held.number),
    )


def superseded(
    editions: Sequence[PlanEdition], asked: Iterable[int | str], new: Sequence[PlanEdition]
) -> tuple[dict[int, tuple[int, ...]], tuple[Problem, ...]]:
    """Return which editions each new one takes the place of.

    Parameters
    ----------
    editions : sequence of PlanEdition
        Those of the register.
    asked : iterable of int or str
        Numbers of editions, or names of plans.
    new : sequence of PlanEdition
        Those that are to be added.

    Returns
    -------
    tuple of mapping and tuple of Problem
        By number of the new edition those that it supersedes; and what was asked in vain.
    """
    found: dict[int, set[int]] = {edition.number: set() for edition in new}
    wrong: list[Problem] = []
    for each in dict.fromkeys(asked):
        meant = [e for e in editions if each in (e.number, str(e.number))] or [
            e for e in editions if e.plan == each
        ]
        pairs = [(n, e) for n in new for e in meant if same_matter(n, e)]
        vain = [(n, e) for n, e in pairs if _before(n, e)]
        if not pairs:
            wrong.append(_unknown(str(each), editions, known=bool(meant)))
        wrong += [_in_vain(n, e) for n, e in vain]
        for n, e in pairs:
            found[n.number].add(e.number)
    return {number: tuple(sorted(those)) for number, those in found.items()}, tuple(wrong)


def left_in_force(
    editions: Sequence[PlanEdition], asked: Iterable[int | str], new: Sequence[PlanEdition]
) -> Iterator[Problem]:
    """Yield which editions of a plan that is superseded by name stay in force all the same.

    A run that has no designations of a kind takes the place of none.
    """
    for each in dict.fromkeys(asked):
        of_plan = [e for e in editions if e.plan == each]
        if any(each == str(e.number) for e in editions) or not of_plan:
            continue
        home = {e.prefecture_code for e in new}
        first = min(e.span.first for e in new)
        for held in in_force([*editions, *new]):
            stays = held.span.until is None or held.span.until > first
            if held.edition in of_plan and held.edition.prefecture_code in home and stays:
                yield _stays(held.edition)


def _stays(held: PlanEdition) -> Problem:
    words = edition_words(held)
    return warning(
        "register-kind-stays",
        Text(
            f"{words.ja} は、この実行に同じ種類の設定がないため、効力が続きます",
            f"{words.en} stays in force: the run has no designations of that kind",
        ),
        Text(
            "終わらせるときは、その種類を含む実行を登録してください",
            "to end it, add a run that has results of that kind, if without units",
        ),
        value=str(held.number),
    )


def _before(new: PlanEdition, old: PlanEdition) -> bool:
    """Tell whether an edition would end before the one begins that it is to take the place of."""
    return new.span.until is not None and new.span.until <= old.span.first


def _unknown(asked: str, editions: Sequence[PlanEdition], *, known: bool) -> Problem:
    if known:
        what = Text(
            "この版の種類または都道府県は、追加するものと違います",
            "that edition is of another kind or prefecture than what is added",
        )
    else:
        what = Text("登録簿にこの版・計画はありません", "the register has no such edition or plan")
    there = " / ".join(f"{e.number} {e.plan}" for e in editions)
    return error(
        "register-supersedes-unknown",
        what,
        Text(
            f"版の番号か計画名を指定してください（{there or '登録なし'}）",
            f"give the number of an edition or the name of a plan ({there or 'none yet'})",
        ),
        column="--supersedes",
        value=asked,
    )


def _in_vain(new: PlanEdition, old: PlanEdition) -> Problem:
    here, there = edition_words(new), edition_words(old)
    return error(
        "register-supersedes-later",
        Text(
            f"{here.ja} は {there.ja} の始まる前に終わるため、置き換えられません",
            f"{here.en} ends before {there.en} begins, and cannot take its place",
        ),
        Text("期間を確かめてください", "check the period"),
        column="--supersedes",
        value=str(old.number),
    )
