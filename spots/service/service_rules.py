"""Rules on months of service as data: clocks from presets and rule files, checked whole.

A rule file is TOML, as policies are: unknown keys, missing ones and wrong values are all told at
once, by line, with what was probably meant. Stands apart: what may be written is one thing, what
follows of it for a person another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from groundfloor.problems import PRESET_PREFIX, Problem, Text, UsageError, error
from groundfloor.settings import STRICT, Bilingual, Words, validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, parse_toml, read_toml
from spots.types.service_clocks import AcrossEnd, Clock, ClockKind

#: Keys that mean something to one kind of clock only.
_OF_KIND = {
    ClockKind.CONTINUOUS: ("interrupted_by", "exceed", "licence_years", "licence_measured"),
    ClockKind.SUM: ("cap", "deadline_months", "deadline_from", "stop"),
}
#: Keys that mean nothing without another.
_WITHOUT = {
    "short_hours": "min_hours",
    "exceed": "interrupted_by",
    "licence_measured": "licence_years",
    "deadline_from": "deadline_months",
    "stop": "deadline_months",
}
MADE_IN_PYTHON = "<ServiceRules>"


@dataclass(frozen=True, slots=True)
class _RulesHead:
    """``[rules]``: whose rules they are, and what holds for all clocks."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Words
    title: Bilingual
    source: Bilingual
    source_url: str = ""
    second_hand: bool = False
    across_end: AcrossEnd = AcrossEnd.EACH_DAY
    days_per_month: Annotated[int, Field(ge=30, le=31)] = 30


@dataclass(frozen=True, slots=True)
class _RulesTables:
    """A whole rule file."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    rules: _RulesHead
    clock: Annotated[tuple[Clock, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """Clocks, and what holds for all of them.

    Parameters
    ----------
    id : str
        What answers call them.
    title, source : Bilingual
        For readers, and where they are written.
    source_url : str
        The page; empty where none is given.
    second_hand : bool
        Whether they were not read off the notice itself: every answer says so.
    across_end : AcrossEnd
        Which class holds for a posting that outlasts the class of its institution.
    days_per_month : int
        How many days of stretches apart are a month.
    clocks : tuple of Clock
        The clocks, in the file's order.
    document : TomlDocument
        Where they were read, for lines in messages.
    """

    id: str
    title: Bilingual
    source: Bilingual
    source_url: str
    second_hand: bool
    across_end: AcrossEnd
    days_per_month: int
    clocks: tuple[Clock, ...]
    document: TomlDocument

    def changed(self, *, across_end: AcrossEnd) -> ServiceRules:
        """Return the same rules with postings across an end judged in another way."""
        return replace(self, across_end=across_end)

    def check_classes(self, known: Iterable[str], programme: str = "") -> None:
        """Hold the classes that clocks count against those that there are.

        Parameters
        ----------
        known : iterable of str
            Ids of the classes of a programme.
        programme : str
            The programme, for clocks that name one; empty for the others.

        Raises
        ------
        UsageError
            A clock counts a class that is none of them.
        """
        ids = sorted(set(known))
        found = [
            self._unknown(n, k, class_id, ids)
            for n, clock in enumerate(self.clocks)
            if clock.programme == programme
            for k, class_id in enumerate(clock.counts)
            if class_id not in ids
        ]
        if found:
            raise UsageError(found)

    def _unknown(self, clock: int, place: int, class_id: str, known: list[str]) -> Problem:
        near = get_close_matches(class_id, known, 1)
        listed = ", ".join(known)
        meant = (
            Text(f"{near[0]} の誤りではありませんか", f"did you mean {near[0]}?") if near else None
        )
        return _at(
            self.document,
            ("clock", clock, "counts", place),
            "service-class-unknown",
            Text("この区分はプログラムにありません", "is no class of the programme"),
            meant or Text(f"区分は {listed} です", f"the classes are: {listed}"),
            class_id,
        )


def rules_presets() -> tuple[str, ...]:
    """Return the names of the rules that come with the package."""
    folder = resources.files("spots.service") / "presets"
    return tuple(sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml")))


def preset_rules(name: str) -> ServiceRules:
    """Return rules that come with the package.

    Raises
    ------
    UsageError
        There are none of that name.

    Examples
    --------
    >>> [clock.id for clock in preset_rules("nintei").clocks]
    ['nintei']
    """
    if name not in rules_presets():
        listed = ", ".join(rules_presets())
        raise UsageError(
            error(
                "unknown-preset",
                Text("この名前のプリセットはありません", "there is no preset of this name"),
                Text(f"{listed} のいずれかにしてください", f"use one of: {listed}"),
                value=name,
            )
        )
    place = resources.files("spots.service") / "presets" / f"{name}.toml"
    with resources.as_file(place) as path:
        return _rules(read_toml(path, f"{PRESET_PREFIX}{name}"))


def read_rules(path: Path) -> ServiceRules:
    """Read a rule file (TOML, UTF-8).

    Raises
    ------
    MissingFileError
        It is not there.
    UsageError
        With every unknown, missing or wrong key, by file and line.
    """
    return _rules(read_toml(path))


def rules_from_toml(text: str) -> ServiceRules:
    """Return the rules that a TOML text holds.

    Raises
    ------
    UsageError
        With every unknown, missing or wrong key, by line.
    """
    return _rules(parse_toml(text, MADE_IN_PYTHON))


def _rules(document: TomlDocument) -> ServiceRules:
    tables = validate(_RulesTables, document.data, document)
    if found := tuple(_contradictions(tables.clock, document)):
        raise UsageError(found)
    head = tables.rules
    return ServiceRules(
        head.id,
        head.title,
        head.source,
        head.source_url,
        head.second_hand,
        head.across_end,
        head.days_per_month,
        tables.clock,
        document,
    )


def _contradictions(clocks: Iterable[Clock], document: TomlDocument) -> Iterator[Problem]:
    """Yield what contradicts itself in clocks whose settings are each right in themselves."""
    seen: dict[str, int] = {}
    for n, clock in enumerate(clocks):
        path: KeyPath = ("clock", n)
        if (before := seen.setdefault(clock.id, n)) != n:
            line = document.line_of(("clock", before, "id"))
            message = Text(f"{line}行目と同じ id です", f"is the id of line {line} too")
            remedy = Text("時計ごとに別の id にしてください", "give each clock its own")
            yield _at(document, (*path, "id"), _CODE, message, remedy, clock.id)
        if bool(clock.counts) is clock.anywhere:
            yield _at(document, (*path, "counts"), _CODE, *_WHERE)
        written = document.data["clock"][n]
        for k, status in enumerate(clock.anywhere_for):
            if clock.anywhere or status not in clock.statuses:
                at = (*path, "anywhere_for", k)
                yield _at(document, at, _CODE, *_NEEDLESS_STATUS, status.value)
        yield from _misplaced(clock, written, path, document)
        if clock.min_hours is not None and (clock.short_hours or 0) > clock.min_hours:
            message = Text("min_hours より長くなっています", "is more than min_hours")
            remedy = Text(
                "短時間勤務の時間を確かめてください", "check the hours of short-time work"
            )
            shown = f"{clock.short_hours:g}"
            yield _at(document, (*path, "short_hours"), _CODE, message, remedy, shown)
        yield from _twice(clock, path, document)


_CODE = "service-rule-contradiction"
_NEEDLESS_STATUS = (
    Text(
        "anywhere = true のとき、または statuses にないときは意味がありません",
        "means nothing with anywhere = true, or where statuses does not have it",
    ),
    Text("statuses に加えるか、削除してください", "add it to statuses, or remove it"),
)
_WHERE = (
    Text(
        "counts（数える区分）か anywhere = true のどちらか一つが必要です",
        "needs either counts, the classes that count, or anywhere = true",
    ),
    Text('counts = ["shortage"] のように書いてください', 'write it like counts = ["shortage"]'),
)


def _misplaced(
    clock: Clock, written: Iterable[str], path: KeyPath, document: TomlDocument
) -> Iterator[Problem]:
    """Yield keys of the other kind of clock, and those that another key is needed for."""
    keys = set(written)
    for kind, names in _OF_KIND.items():
        for name in names if kind is not clock.kind else ():
            if name in keys:
                yield _at(
                    document,
                    (*path, name),
                    _CODE,
                    Text(f'kind = "{kind}" のキーです', f'is a key of kind = "{kind}"'),
                    Text("このキーか kind を直してください", "remove it, or mend kind"),
                )
    for name, needed in _WITHOUT.items():
        if name in keys and needed not in keys and name not in _others(clock.kind):
            yield _at(
                document,
                (*path, name),
                _CODE,
                Text(f"{needed} がないため意味がありません", f"means nothing without {needed}"),
                Text(f"{needed} を書き加えてください", f"add {needed}"),
            )


def _others(kind: ClockKind) -> frozenset[str]:
    return frozenset(n for other, names in _OF_KIND.items() if other is not kind for n in names)


def _twice(clock: Clock, path: KeyPath, document: TomlDocument) -> Iterator[Problem]:
    """Yield statuses and reasons that stand in two caps or two stops, as if both could hold."""
    named: list[tuple[str, str, list[tuple[str, ...]]]] = [
        ("cap", "statuses", [each.statuses for each in clock.cap]),
        ("stop", "reasons", [each.reasons for each in clock.stop]),
    ]
    for table, key, groups in named:
        seen: set[str] = set()
        for k, group in enumerate(groups):
            for word in sorted(set(group) & seen):
                yield _at(
                    document,
                    (*path, table, k, key),
                    _CODE,
                    Text("前の表にもあります", "stands in a table before too"),
                    Text("どちらか一つに書いてください", "write it in one of them"),
                    word,
                )
            seen |= set(group)


def _at(
    document: TomlDocument,
    path: KeyPath,
    code: str,
    message: Text,
    remedy: Text,
    value: str | None = None,
) -> Problem:
    place = {"file": document.file, "row": document.line_of(path), "column": key_name(path)}
    return error(code, message, remedy, **place, value=value)
