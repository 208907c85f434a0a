"""Columns of the register of designations: editions, what each designates, the history."""

from __future__ import annotations

from dataclasses import dataclass, replace

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Lang, Text
from spots.telling.columns import Column, ColumnKind, Filled, Value, codes
from spots.telling.facility_columns import (
    AREA_KM2,
    CRITERIA,
    MUNICIPALITY,
    POPULATION,
    VALID_FROM,
    VALID_TO,
)
from spots.telling.labels import listed
from spots.telling.plan_columns import COUNCILS, PAGE, REASON
from spots.telling.prefecture_columns import PREFECTURE, PREFECTURE_CODE
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.unit_columns import MUNICIPALITY_CODES, RESULT, UNIT, UNIT_ID, UNIT_NAME
from spots.telling.units import day
from spots.types.designations import Designation, PlanEdition

_TEXT, _CODE, _LIST = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.LIST
_DAY, _INTEGER = ColumnKind.DAY, ColumnKind.INTEGER
_KM2_DECIMALS = 6  # a square metre


@dataclass(frozen=True, slots=True)
class RegisteredEdition:
    """An edition, and the days on which it is in force.

    Parameters
    ----------
    edition : PlanEdition
        The edition.
    in_force : DaySpan or None
        None where another took its place before it came into force.
    """

    edition: PlanEdition
    in_force: DaySpan | None


@dataclass(frozen=True, slots=True)
class RegisteredUnit:
    """A designation with its edition.

    Parameters
    ----------
    unit : Designation
        The designation.
    edition : PlanEdition
        Its edition.
    """

    unit: Designation
    edition: PlanEdition


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry of the history for readers.

    Parameters
    ----------
    seq : int
        From 1.
    recorded : str
        When, ISO 8601 in UTC.
    act : Text
        What was done.
    plan : str
        The plan; empty where it is about none.
    editions : tuple of int
        Editions that it brought.
    run_digest : str
        Of the run; empty where there was none.
    sha256 : str
        Its seal.
    """

    seq: int
    recorded: str
    act: Text
    plan: str
    editions: tuple[int, ...]
    run_digest: str
    sha256: str


EDITION_NUMBER = Column(
    "edition",
    _INTEGER,
    Text("版", "edition"),
    Text("登録簿での版の番号", "number in the register, never used again"),
    width=6,
)
PLAN = Column("plan", _TEXT, Text("計画", "plan"), Text("計画の名称", "name of the plan"), width=18)
DESIGNATION_KIND = Column(
    "kind",
    _TEXT,
    Text("種類", "kind"),
    Text("何の設定か", "what is designated"),
    codes=codes(DESIGNATION_KIND_LABELS),
    width=24,
)
VALID_UNTIL = Column(
    "valid_until",
    _DAY,
    Text("設定期間の終了の翌日", "valid until"),
    Text(
        "設定期間に含まれない最初の日。終わりがなければ空欄",
        "first day that is not in the period any more; empty where it has no end",
    ),
    width=17,
)
_LAST_IN_FORCE = Column(
    "in_force_to",
    _DAY,
    Text("効力の終了", "in force to"),
    Text(
        "効力のある最後の日。改訂に置き換えられた版は、その前日",
        "last day in force; of an edition that another supersedes, the eve of that one",
    ),
    width=17,
)
_STANDING = Column(
    "standing",
    _TEXT,
    Text("改訂", "standing"),
    Text("置き換えた版、置き換えられたか", "which it supersedes, whether it is superseded"),
    width=20,
)
_SUPERSEDES = Column(
    "supersedes",
    _LIST,
    Text("置き換えた版", "supersedes"),
    Text("初日からその代わりとなる版の番号", "numbers of editions whose place it takes"),
    width=10,
)
_UNITS = Column(
    "units", _INTEGER, Text("件数", "units"), Text("設定の件数", "how many it designates"), width=8
)
_TITLE = Column(
    "title",
    _TEXT,
    Text("実行の表題", "title of run"),
    Text("元の実行の表題", "of the run it came from"),
    width=30,
)
_INDEX_EDITION = Column(
    "index_edition",
    _TEXT,
    Text("指標の版", "index edition"),
    Text("医師偏在指標の版", "edition of the physician index"),
    width=12,
)
_MEMBERSHIP_EDITION = Column(
    "membership_edition",
    _TEXT,
    Text("医療圏の対応表の版", "areas edition"),
    Text("市区町村と二次医療圏の対応表の版または時点", "of the table of medical areas"),
    width=14,
)
_RUN_DIGEST = Column(
    "run_digest",
    _CODE,
    Text("実行のハッシュ", "run digest"),
    Text("元の実行の run.json の digest", "digest in the run.json of the run"),
    width=20,
)
_EVIDENCE = Column(
    "evidence_sha256",
    _CODE,
    Text("証拠のハッシュ", "evidence"),
    Text("元の実行の evidence.json の SHA-256", "SHA-256 of the run's evidence.json"),
    width=20,
)
_RECORDED = Column(
    "recorded",
    _TEXT,
    Text("登録日時", "recorded"),
    Text("登録した日時（UTC）", "when it was added, UTC"),
    width=22,
)


def _standing_words(row: RegisteredEdition, lang: Lang) -> str:
    edition, days = row.edition, row.in_force
    told = []
    if edition.supersedes:
        numbers = listed(map(str, edition.supersedes), lang)
        told.append(Text(f"版{numbers}の改訂", f"supersedes {numbers}"))
    if days is None:
        told.append(Text("効力を生じず", "never in force"))
    elif days != edition.span:
        told.append(Text("改訂により終了", "superseded"))
    return listed((words.render(lang) for words in told), lang)


PLAN_EDITION_COLUMNS: tuple[Filled[RegisteredEdition], ...] = (
    Filled(EDITION_NUMBER, lambda r, _: r.edition.number),
    Filled(PLAN, lambda r, _: r.edition.plan),
    Filled(DESIGNATION_KIND, lambda r, _: r.edition.kind.value),
    Filled(PREFECTURE_CODE, lambda r, _: r.edition.prefecture_code),
    Filled(PREFECTURE, lambda r, _: r.edition.prefecture),
    Filled(VALID_FROM, lambda r, _: r.edition.span.first),
    Filled(VALID_TO, lambda r, _: r.edition.span.last),
    Filled(VALID_UNTIL, lambda r, _: r.edition.span.until),
    Filled(_LAST_IN_FORCE, lambda r, _: r.in_force.last if r.in_force else None),
    Filled(_STANDING, _standing_words),
    Filled(_SUPERSEDES, lambda r, _: r.edition.supersedes),
    Filled(_UNITS, lambda r, _: r.edition.units),
    Filled(_TITLE, lambda r, lang: r.edition.title.render(lang)),
    Filled(_INDEX_EDITION, lambda r, _: r.edition.index_edition),
    Filled(_MEMBERSHIP_EDITION, lambda r, _: r.edition.membership_edition),
    Filled(_RUN_DIGEST, lambda r, _: r.edition.run_digest),
    Filled(_EVIDENCE, lambda r, _: r.edition.evidence_sha256),
    Filled(_RECORDED, lambda r, _: r.edition.recorded.isoformat()),
)
"""A register: a row for each edition."""

UNIT_KEY = replace(
    UNIT_ID,
    name="unit_id",
    about=Text("どの版でも同じ区域のID", "the same for the same unit in every edition"),
)
_UNIT_KIND = replace(
    UNIT,
    about=Text(
        "区域の単位。医療機関は、その円または医療機関そのもの",
        "what the unit is; of an institution its circle, or the institution itself",
    ),
)
_MUNICIPALITY = replace(
    MUNICIPALITY, about=Text("かかる市区町村の名称", "names of the municipalities it lies in")
)
_RULE = Column(
    "rule",
    _TEXT,
    Text("範囲", "ground"),
    Text("どの範囲を設定するか", "what ground is designated"),
    width=26,
)


def _people(row: RegisteredUnit, _lang: Lang) -> Value | None:
    return None if row.unit.population is None else round(row.unit.population, 1)


def _councils_in_words(row: RegisteredUnit, lang: Lang) -> str:
    return listed((day(d).render(lang) for d in row.unit.councils), lang)


REGISTERED_UNIT_COLUMNS: tuple[Filled[RegisteredUnit], ...] = (
    Filled(EDITION_NUMBER, lambda r, _: r.edition.number),
    Filled(PLAN, lambda r, _: r.edition.plan),
    Filled(DESIGNATION_KIND, lambda r, _: r.edition.kind.value),
    Filled(PREFECTURE_CODE, lambda r, _: r.edition.prefecture_code),
    Filled(UNIT_KEY, lambda r, _: r.unit.unit),
    Filled(_UNIT_KIND, lambda r, _: r.unit.unit_kind.value),
    Filled(UNIT_NAME, lambda r, _: r.unit.name),
    Filled(MUNICIPALITY_CODES, lambda r, _: r.unit.codes),
    Filled(_MUNICIPALITY, lambda r, _: r.unit.municipality),
    Filled(RESULT, lambda r, _: r.unit.result),
    Filled(_RULE, lambda r, lang: r.unit.rule.render(lang)),
    Filled(CRITERIA, lambda r, _: r.unit.criteria),
    Filled(REASON, lambda r, lang: r.unit.reason.render(lang)),
    Filled(
        COUNCILS, lambda r, _: tuple(d.isoformat() for d in r.unit.councils), _councils_in_words
    ),
    Filled(PAGE, lambda r, _: r.unit.page),
    Filled(VALID_FROM, lambda r, _: r.unit.span.first),
    Filled(VALID_TO, lambda r, _: r.unit.span.last),
    Filled(VALID_UNTIL, lambda r, _: r.unit.span.until),
    Filled(AREA_KM2, lambda r, _: round(r.unit.area_km2, _KM2_DECIMALS)),
    Filled(POPULATION, _people),
)
"""What editions designate: a row for each designation."""

_BOTH = (
    *(EDITION_NUMBER, PLAN, DESIGNATION_KIND, PREFECTURE_CODE, PREFECTURE, VALID_FROM, VALID_TO),
    *(VALID_UNTIL, _SUPERSEDES, _UNITS, _INDEX_EDITION, _MEMBERSHIP_EDITION, _RUN_DIGEST),
    *(_EVIDENCE, _RECORDED, UNIT_NAME, _MUNICIPALITY, RESULT, CRITERIA, COUNCILS, PAGE, AREA_KM2),
    POPULATION,
)
_NAMED_OTHERWISE = (("unit", UNIT_KEY), ("unit_kind", _UNIT_KIND), ("codes", MUNICIPALITY_CODES))
_OF_TWO = (("title", _TITLE), ("rule", _RULE), ("reason", REASON))
_LANGS = {"ja": Text("日本語", "Japanese"), "en": Text("英語", "English")}


def register_aliases() -> dict[str, Text]:
    """Return what people call the columns of the register's own tables, by their names there."""
    found = {column.name: column.heading for column in _BOTH}
    found |= {name: column.heading for name, column in _NAMED_OTHERWISE}
    found["number"] = EDITION_NUMBER.heading
    for name, column in _OF_TWO:
        for lang, words in _LANGS.items():
            label = column.heading
            found[f"{name}_{lang}"] = Text(f"{label.ja}（{words.ja}）", f"{label.en} ({words.en})")
    return found


HISTORY_COLUMNS: tuple[Filled[RecordedEntry], ...] = (
    Filled(
        Column("entry", _INTEGER, Text("番号", "entry"), Text("履歴の番号", "from 1"), width=6),
        lambda r, _: r.seq,
    ),
    Filled(_RECORDED, lambda r, _: r.recorded),
    Filled(
        Column("act", _TEXT, Text("内容", "act"), Text("何をしたか", "what was done"), width=14),
        lambda r, lang: r.act.render(lang),
    ),
    Filled(PLAN, lambda r, _: r.plan),
    Filled(
        Column(
            "editions",
            _LIST,
            Text("版", "editions"),
            Text("加わった版の番号", "numbers of the editions that it brought"),
            width=10,
        ),
        lambda r, _: r.editions,
    ),
    Filled(_RUN_DIGEST, lambda r, _: r.run_digest),
    Filled(
        Column(
            "sha256",
            _CODE,
            Text("封印", "seal"),
            Text(
                "その登録までの全体のハッシュ。控えておけば書き換えに気付ける",
                "of everything up to this entry: whoever notes it down notices any change",
            ),
            width=20,
        ),
        lambda r, _: r.sha256,
    ),
)
"""A register's history: a row for each entry."""
