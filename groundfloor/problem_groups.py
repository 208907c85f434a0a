"""Problems of one kind told together: how many, the first few by place, what to do once.

Stands apart: a `Problem` is one finding; here are many, and how much of them people read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from groundfloor.problems import Lang, Problem, Severity, Text, clean, one_line, severity_word
from groundfloor.toned_lines import Tone, TonedLine, toned

#: As many of a kind are told one by one; of more, so many stand below their count.
FEW = 3
#: Names of what stands in rows, by file and row.
RowNames: TypeAlias = Mapping[tuple[str, int], str]
_NO_NAMES: RowNames = MappingProxyType({})
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one code and severity, in the order in which they were found; at least one."""

    problems: tuple[Problem, ...]

    @property
    def code(self) -> str:
        """The code of all of them."""
        return self.problems[0].code

    @property
    def severity(self) -> Severity:
        """The severity of all of them."""
        return self.problems[0].severity

    @property
    def message(self) -> Text | None:
        """What is the matter, where it is the same with all of them."""
        said = {p.message for p in self.problems}
        return said.pop() if len(said) == 1 else None

    @property
    def remedy(self) -> Text:
        """What to do: what most of them ask for."""
        return Counter(p.remedy for p in self.problems).most_common(1)[0][0]


def problem_groups(problems: Iterable[Problem]) -> tuple[ProblemGroup, ...]:
    """Return problems by kind: errors, warnings, notes, and kinds as they were first met."""
    found: dict[tuple[Severity, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.severity, problem.code), []).append(problem)
    kinds = sorted(found, key=lambda kind: _ORDER.index(kind[0]))  # stable
    return tuple(ProblemGroup(tuple(found[kind])) for kind in kinds)


def group_lines(
    group: ProblemGroup,
    lang: Lang,
    *,
    few: int = FEW,
    width: int | None = None,
    more: Text | None = None,
    names: RowNames = _NO_NAMES,
) -> Iterator[TonedLine]:
    """Yield the lines of a kind: one for each problem, or of many a count, the first, the remedy.

    Parameters
    ----------
    group : ProblemGroup
        The kind.
    lang : Lang
        Of the sentences.
    few : int
        Up to so many each have their line; of more, so many are named below the count.
    width : int or None
        Cells of a line; None for lines as long as they are.
    more : Text, optional
        Where the others are.
    names : mapping of (str, int) to str
        What stands in rows of files, by file and row.
    """
    tone, plain = tone_of(group.severity), Tone.PLAIN
    if len(group.problems) <= few:
        for problem in group.problems:
            yield from toned(problem.render(lang), tone, width)
        return
    yield from toned(_head(group, lang), tone, width)
    for problem in group.problems[:few]:
        said = "" if group.message else problem.message.render(lang)
        place, name = problem.place(lang), names.get((problem.file, problem.row or 0), "")
        who = "" if name in place else one_line(name)
        told = ": ".join(part for part in (place, who, said) if part)
        yield from toned(f"  {clean(told)}", plain, width)
    rest = len(group.problems) - few
    where = Text(f"（{more.ja}）", f" ({more.en})").render(lang) if more else ""
    left = Text(f"  …ほか {rest:,} 件", f"  ... and {rest:,} more").render(lang)
    yield from toned(left + where, plain, width)
    if remedy := group.remedy.render(lang):
        yield from toned(clean(f"  → {remedy}"), plain, width)


def tone_of(severity: Severity) -> Tone:
    """Return the tone in which problems of a severity are told."""
    return _TONES[severity]


_TONES = {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.NOTE: Tone.NOTE}


def _head(group: ProblemGroup, lang: Lang) -> str:
    word, count = severity_word(group.severity).render(lang), len(group.problems)
    head = Text(f"{word} {count:,} 件", f"{count:,} {word}s").render(lang)
    said = f": {group.message.render(lang)}" if group.message else ""
    return clean(f"{head}{said} [{group.code}]")


def counted(problems: Sequence[Problem], lang: Lang) -> str:
    """Return how many problems there are of each severity that has any; empty where none has.

    Examples
    --------
    >>> counted([], Lang.JA)
    ''
    """
    tally = Counter(p.severity for p in problems)
    told = [
        Text(f"{severity_word(s).ja} {tally[s]:,} 件", f"{severity_word(s).en}s: {tally[s]:,}")
        for s in _ORDER
        if tally[s]
    ]
    return Text("、", ", ").render(lang).join(text.render(lang) for text in told)
