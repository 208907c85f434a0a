"""A programme's file read and checked: every fault by line, all of them at once.

Programmes that come with the package are files as any other, named without a path.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib import resources
from pathlib import Path

from boundaries import parse_code
from boundaries.codes import PREFECTURES, fold, split_prefecture
from groundfloor.day_spans import DaySpan
from groundfloor.folding import nfkc
from groundfloor.problems import PRESET_PREFIX, Problem, Text, UsageError, error
from groundfloor.settings import Bilingual, missing_key, validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, read_toml
from spots.facilities.naming import name_key
from spots.programmes.programme_tables import (
    AffiliatedRule,
    AnyRule,
    InstitutionTable,
    MunicipalityRule,
    NamedRule,
    ProgrammeTables,
    RegisterRule,
)
from spots.types.programmes import (
    Cohort,
    ListedTown,
    NamedInstitution,
    ProgrammeClass,
    ProgrammeRule,
    ProgrammeRules,
    RuleGround,
)

_TOWN = re.compile(r"(?P<code>\d{4,6})?\s*(?P<name>.*)")
_CLOSE = 0.6
_SUFFIX = ".toml"


def programme_presets() -> tuple[str, ...]:
    """Return the names of the programmes that come with the package."""
    folder = resources.files("spots.programmes") / "presets"
    found = (p.name for p in folder.iterdir() if p.name.endswith(_SUFFIX))
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found))


def read_programme_rules(source: str | Path) -> ProgrammeRules:
    """Read a programme.

    Parameters
    ----------
    source : str or Path
        A file, or the name of one that comes with the package (``"aomori"``, ``"designated"``,
        ``"shortage"``).

    Returns
    -------
    ProgrammeRules
        The checked programme.

    Raises
    ------
    MissingFileError
        There is no such file.
    UsageError
        It is no programme, or something in it cannot be used: all problems by line.

    Examples
    --------
    >>> len(read_programme_rules("aomori").rules[1].institutions)
    25
    """
    document = _document(source)
    tables = validate(ProgrammeTables, document.data, document)
    checked = _ProgrammeFile(tables, document)
    problems = [*checked.problems()]
    if problems:
        raise UsageError(sorted(problems, key=lambda p: p.row or 0))
    return checked.programme()


def _document(source: str | Path) -> TomlDocument:
    name = str(source)
    if name in programme_presets() and not Path(source).suffix:
        with resources.as_file(
            resources.files("spots.programmes") / "presets" / f"{name}{_SUFFIX}"
        ) as path:
            return read_toml(path, f"{PRESET_PREFIX}{name}")
    if isinstance(source, str) and not Path(source).suffix and not Path(source).exists():
        raise UsageError(_no_preset(name))
    return read_toml(Path(source), name)


def _no_preset(name: str) -> Problem:
    known = ", ".join(programme_presets())
    return error(
        "unknown-preset",
        Text("この名前のプログラムはありません", "there is no programme of this name"),
        Text(
            f"プログラムのファイル（.toml）か、{known} のいずれかにしてください",
            f"name a file (.toml), or one of: {known}",
        ),
        value=name,
    )


def listed_town(text: str) -> ListedTown:
    """Return a municipality as a programme writes it: a name, a code, or both.

    Examples
    --------
    >>> listed_town("02201 青森市"), listed_town("青森県弘前市").name, listed_town("2203").code
    (ListedTown(name='青森市', code='02201'), '弘前市', '02203')
    """
    found = _TOWN.fullmatch(nfkc(text).strip())
    code = parse_code(found["code"]) if found is not None and found["code"] else None
    name = found["name"] if found is not None and code is not None else nfkc(text).strip()
    return ListedTown(split_prefecture(name)[1], code.value if code is not None else "")


class _ProgrammeFile:
    """The tables of a file, their faults, and what they mean."""

    def __init__(self, tables: ProgrammeTables, document: TomlDocument) -> None:
        self.tables = tables
        self.document = document
        self.prefecture = tables.programme.prefecture or ""
        self.towns = tuple(map(listed_town, tables.programme.municipalities))

    # --- faults

    def problems(self) -> Iterator[Problem]:
        """Yield all that is wrong."""
        tables = self.tables
        for key, listed in (("cohort", tables.cohort), ("class", tables.class_)):
            yield from self._twice(key, [each.id for each in listed])
        yield from self._twice("rule", [rule.id for rule in tables.rule])
        yield from self._defaults()
        yield from self._of_programme()
        for n, rule in enumerate(tables.rule):
            yield from self._of_rule(n, rule)

    def _fault(
        self, code: str, path: KeyPath, message: Text, remedy: Text, value: str | None = None
    ) -> Problem:
        return error(
            code,
            message,
            remedy,
            file=self.document.file,
            row=self.document.line_of(path),
            column=key_name(path),
            value=value,
        )

    def _twice(self, key: str, ids: Sequence[str]) -> Iterator[Problem]:
        known: set[str] = set()
        for n, each in enumerate(ids):
            if each in known:
                yield self._fault(
                    "programme-id-twice",
                    (key, n, "id"),
                    Text("同じ id が二度あります", "is an id that stands twice"),
                    Text("別の id にしてください", "give it an id of its own"),
                    each,
                )
            known.add(each)

    def _defaults(self) -> Iterator[Problem]:
        """Yield that no class, or several, are that of everybody else; and classes of nobody."""
        tables = self.tables
        chosen = [n for n, each in enumerate(tables.class_) if each.default]
        if len(chosen) != 1:
            at = chosen[1] if chosen else 0
            yield self._fault(
                "programme-default",
                ("class", at, "default"),
                Text(
                    f"default = true の区分が{len(chosen)}つあります",
                    f"{len(chosen)} classes have default = true",
                ),
                Text(
                    "どの規則にも当たらない医療機関の区分を1つ決めてください",
                    "give it to the one class of institutions that no rule holds of",
                ),
            )
        decided = {rule.class_ for rule in tables.rule}
        for n, each in enumerate(tables.class_):
            if each.id not in decided and not each.default:
                yield self._fault(
                    "programme-class-undecided",
                    ("class", n, "id"),
                    Text("この区分を決める規則がありません", "is a class that no rule decides"),
                    Text(
                        "[[rule]] を加えるか、区分を削除してください",
                        "add a [[rule]], or remove the class",
                    ),
                    each.id,
                )

    def _of_programme(self) -> Iterator[Problem]:
        for n, town in enumerate(self.towns):
            if self.prefecture and town.code and town.code[:2] != self.prefecture:
                yield self._elsewhere(("programme", "municipalities", n), town, ())
        asks = any(not isinstance(rule, RegisterRule) for rule in self.tables.rule)
        if (asks or self.towns) and not self.prefecture:
            code, message, remedy = missing_key("prefecture")
            yield self._fault(code, ("programme", "prefecture"), message, remedy)

    def _of_rule(self, n: int, rule: AnyRule) -> Iterator[Problem]:
        classes = [each.id for each in self.tables.class_]
        if rule.class_ not in classes:
            what = Text("この区分はありません", "is no class of the programme")
            path = ("rule", n, "class")
            yield self._fault(
                "programme-class-unknown", path, what, _meant(rule.class_, classes), rule.class_
            )
        cohorts = [each.id for each in self.tables.cohort]
        for k, cohort in enumerate(rule.cohorts):
            if cohort not in cohorts:
                what = Text("この対象者区分はありません", "is no cohort of the programme")
                yield self._fault(
                    "programme-cohort-unknown",
                    ("rule", n, "cohorts", k),
                    what,
                    _meant(cohort, cohorts),
                    cohort,
                )
        if isinstance(rule, MunicipalityRule):
            for key, listed in (("municipalities", rule.municipalities), ("except", rule.except_)):
                for k, text in enumerate(listed):
                    yield from self._town(("rule", n, key, k), text)
        if isinstance(rule, NamedRule | AffiliatedRule):
            yield from self._institutions(n, rule)

    def _town(self, path: KeyPath, text: str) -> Iterator[Problem]:
        """Yield that a municipality is not one of the prefecture."""
        stated = split_prefecture(nfkc(text).strip())[0]
        town, known = self.known(listed_town(text)), self.towns
        elsewhere = {stated or self.prefecture, town.code[:2] or self.prefecture}
        listed = not known or any(_same_town(town, each) for each in known)
        if elsewhere != {self.prefecture} or not listed:
            yield self._elsewhere(path, town, [each.name for each in known])

    def _at_home(self, text: str) -> bool:
        """Whether a municipality is surely of the prefecture, which it or its code names."""
        stated = split_prefecture(nfkc(text).strip())[0]
        return self.prefecture in {stated, listed_town(text).code[:2]}

    def _elsewhere(self, path: KeyPath, town: ListedTown, known: Sequence[str]) -> Problem:
        name = PREFECTURES.get(self.prefecture, self.prefecture)
        return self._fault(
            "programme-municipality-elsewhere",
            path,
            Text(f"{name}の市町村ではありません", f"is no municipality of {name}"),
            _meant(town.shown, known)
            if known
            else Text("名称とコードを確かめてください", "check its name and its code"),
            town.shown,
        )

    def _institutions(self, n: int, rule: NamedRule | AffiliatedRule) -> Iterator[Problem]:
        abroad = isinstance(rule, AffiliatedRule)
        seen: Counter[tuple[str, str]] = Counter()
        for k, each in enumerate(rule.institutions):
            path = ("rule", n, "institutions", k)
            if each.municipality and not abroad:
                yield from self._town((*path, "municipality"), each.municipality)
            if each.municipality and abroad and self._at_home(each.municipality):
                yield self._fault(
                    "programme-affiliated-at-home",
                    (*path, "municipality"),
                    Text("県内の市町村です", "is a municipality of the prefecture itself"),
                    Text(
                        '県内の医療機関は by = "named" の規則に書いてください',
                        'write it into a rule with by = "named"',
                    ),
                    each.municipality,
                )
            key = (name_key(each.name), fold(listed_town(each.municipality).shown))
            seen[key] += 1
            if seen[key] > 1 and _span(each.from_, each.to) is None:
                yield self._fault(
                    "programme-institution-twice",
                    (*path, "name"),
                    Text("同じ医療機関が二度あります", "is an institution that stands twice"),
                    Text("片方を削除してください", "remove one of the two"),
                    each.name,
                )
            if abroad and (each.from_ or rule.from_) is None:
                yield self._fault(
                    "programme-affiliated-undated",
                    (*path, "name"),
                    Text(
                        "県外の連携施設に、承認された日（from）がありません",
                        "is affiliated, and has no day from which it is accepted",
                    ),
                    Text("from と、あれば to を書いてください", "write from, and to where it ends"),
                    each.name,
                )

    # --- what it means

    def known(self, town: ListedTown) -> ListedTown:
        """Return a municipality with the code and the name that the file's list has for it."""
        return next((each for each in self.towns if _same_town(town, each)), town)

    def programme(self) -> ProgrammeRules:
        """Return the programme; the file has been found sound."""
        tables = self.tables
        head = tables.programme
        return ProgrammeRules(
            id=head.id,
            title=head.title.text,
            prefecture_code=self.prefecture,
            source=head.source.text,
            source_url=head.source_url,
            towns=self.towns,
            cohorts=tuple(Cohort(each.id, each.title.text) for each in tables.cohort),
            classes=tuple(ProgrammeClass(each.id, each.title.text) for each in tables.class_),
            default=next(each.id for each in tables.class_ if each.default),
            rules=tuple(self._rule(n, rule) for n, rule in enumerate(tables.rule)),
            file=self.document.file,
        )

    def _rule(self, n: int, rule: AnyRule) -> ProgrammeRule:
        towns: tuple[str, ...] = ()
        excepted: tuple[str, ...] = ()
        if isinstance(rule, MunicipalityRule):
            towns, excepted = rule.municipalities, rule.except_
        named = rule.institutions if isinstance(rule, NamedRule | AffiliatedRule) else ()
        return ProgrammeRule(
            id=rule.id,
            class_id=rule.class_,
            by=RuleGround(rule.by),
            cohorts=rule.cohorts or tuple(each.id for each in self.tables.cohort),
            span=_span(rule.from_, rule.to),
            reason=_words(rule.reason),
            kinds=rule.kinds if isinstance(rule, RegisterRule) else (),
            towns=tuple(self.known(listed_town(each)) for each in towns),
            excepted=tuple(self.known(listed_town(each)) for each in excepted),
            institutions=tuple(self._named(n, k, each) for k, each in enumerate(named)),
        )

    def _named(self, n: int, k: int, each: InstitutionTable) -> NamedInstitution:
        stated, _ = split_prefecture(nfkc(each.municipality).strip())
        town = listed_town(each.municipality) if each.municipality else None
        return NamedInstitution(
            name=each.name,
            also=each.also,
            town=self.known(town) if town is not None else None,
            prefecture_code=stated or (town.code[:2] if town is not None else ""),
            span=_span(each.from_, each.to),
            line=self.document.line_of(("rule", n, "institutions", k)),
        )


def _span(first: date | None, last: date | None) -> DaySpan | None:
    """Return days as a span; None where neither end is said."""
    if first is None and last is None:
        return None
    return DaySpan.through(first or date.min, last)


def _words(given: Bilingual | None) -> Text | None:
    return given.text if given is not None else None


def _same_town(one: ListedTown, other: ListedTown) -> bool:
    if one.code and other.code:
        return one.code == other.code
    return bool(one.name) and fold(one.name) == fold(other.name)


def _meant(wanted: str, known: Iterable[str]) -> Text:
    """Return what may be meant: what is spelt alike, else all there are."""
    every = [each for each in dict.fromkeys(known) if each]
    near = difflib.get_close_matches(wanted, every, 1, _CLOSE)
    if near:
        return Text(f"{near[0]} の誤りではありませんか", f"did you mean {near[0]}?")
    listed = ", ".join(every)
    return Text(f"次のいずれかにしてください: {listed}", f"use one of: {listed}")
