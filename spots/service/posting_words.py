"""What cells of a list of postings may say: statuses, reasons, hours, yes and no, and its headings.

Stands apart: the words of an office grow, and how its rows are checked does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite

from groundfloor.folding import compact, nfkc
from spots.types.postings import LeaveReason, PostingStatus

HOURS_OF_A_WEEK = 168


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


POSTING_HEADINGS: Mapping[str, Sequence[str]] = {
    "person_key": (
        *("person_key", "個人番号", "整理番号", "対象者番号", "医師番号", "識別番号", "個人コード"),
        *("仮名番号", "番号", "person", "key"),
    ),
    "institution": (
        *("institution", "勤務先", "勤務先名", "勤務先名称", "勤務医療機関", "勤務医療機関名"),
        *("医療機関", "医療機関名", "医療機関名称", "施設", "施設名", "病院名", "派遣先", "配置先"),
        *("研修先", "勤務地", "hospital", "workplace"),
    ),
    "municipality": (
        *("municipality", "市町村", "市町村名", "市区町村", "市区町村名", "所在市町村"),
        *("勤務先の市町村", "勤務先市町村", "医療機関の市町村", "所在地市町村"),
    ),
    "from": (
        *("from", "開始日", "勤務開始日", "開始年月日", "勤務開始年月日", "着任日", "就業開始日"),
        *("始期", "開始", "自", "start", "valid_from"),
    ),
    "to": (
        *("to", "終了日", "勤務終了日", "終了年月日", "勤務終了年月日", "離任日", "就業終了日"),
        *("終期", "終了", "至", "end", "valid_to"),
    ),
    "hours_per_week": (
        *("hours_per_week", "週勤務時間", "週の勤務時間", "週当たり勤務時間", "週あたり勤務時間"),
        *("週間勤務時間", "1週間の勤務時間", "週労働時間", "週所定労働時間", "勤務時間", "hours"),
    ),
    "status": ("status", "区分", "勤務区分", "勤務形態", "勤務の区分", "種類", "状態", "種別"),
    "reason": ("reason", "理由", "休業理由", "休業の理由", "中断の理由", "猶予の理由", "事由"),
    "short_hours": ("short_hours", "短時間勤務", "短時間勤務の有無", "育児短時間勤務", "時短"),
}
PERSON_HEADINGS: Mapping[str, Sequence[str]] = {
    "person_key": POSTING_HEADINGS["person_key"],
    "cohort": (
        *("cohort", "コホート", "対象区分", "対象者区分", "区分", "地域枠", "枠", "地域枠区分"),
        *("入学年度", "入学年度・枠", "プログラム区分"),
    ),
    "licence_date": (
        *("licence_date", "license_date", "免許取得日", "免許取得年月日", "免許登録日"),
        *("免許登録年月日", "医籍登録日", "医籍登録年月日", "医師免許取得日", "医師免許取得年月日"),
        *("医師免許登録日", "医師免許登録年月日", "免許日", "免許年月日", "licensed"),
    ),
}

_BIRTH, _CHILDCARE = LeaveReason.BIRTH, LeaveReason.CHILDCARE
_ILLNESS, _CARE = LeaveReason.ILLNESS, LeaveReason.CARE
_STATUS_OF = {
    PostingStatus.WORK: "勤務 常勤 非常勤 診療 就業 従事 勤務中 常勤医 常勤医師 義務履行 employed",
    PostingStatus.CLINICAL_TRAINING: "臨床研修 初期研修 初期臨床研修 臨床研修医 研修医 初期研修医",
    PostingStatus.SPECIALTY_TRAINING: "専門研修 後期研修 専攻医 専攻医研修 専門医研修",
    PostingStatus.LEAVE: "休業 休暇 休職 休業・休暇 休業中 休職中 leave",
    PostingStatus.STOP: "中断 猶予 義務の中断 猶予（中断） 返還猶予 履行猶予 停止 義務の猶予",
}
#: Of these the reason is known from the status alone.
_LEAVE_OF = {
    _BIRTH: "産休 産前産後休業 産前・産後休業 出産休暇 産前産後休暇 産休中",
    _CHILDCARE: "育休 育児休業 育児休暇 育休中 育児休業中",
    _ILLNESS: "病休 病気休暇 傷病休暇 病気休職 療養休暇 療養 病休中",
    _CARE: "介護休業 介護休暇",
    LeaveReason.SHORT: "短期休暇 年休 年次休暇 有給休暇 夏季休暇",
}
_REASON_OF = {
    _BIRTH: "妊娠・出産 妊娠 出産 産休 産前産後 産前産後休業",
    _CHILDCARE: "育児 育休 育児休業 子育て",
    _ILLNESS: "傷病 病気 疾病 療養 病休 けが 負傷 病気療養",
    _CARE: "介護 家族の介護 介護休業",
    LeaveReason.DISASTER: "災害 被災 震災",
    LeaveReason.STUDY: "大学院 留学 大学院・留学 大学院進学 研究 進学 海外留学",
    LeaveReason.ELSEWHERE: "対象外の勤務 県外勤務 対象外勤務 他の勤務 県外での勤務",
    LeaveReason.SHORT: "短期休暇 短期の休暇 年休 有給休暇 年次休暇 夏季休暇",
    LeaveReason.OTHER: "その他 他",
}
_YES = _set("○ ◯ 〇 ● レ ✓ 1 true yes y あり 有 有り はい 該当 短時間 短時間勤務 適用")
_NO = _set("× ✕ 0 false no n なし 無 無し いいえ 非該当 - － ― 通常")
_HOURS = re.compile(
    r"(?:週|1週間?)?(?P<whole>\d+(?:\.\d+)?)(?:時間|h|hours?|:)?(?:(?P<minutes>[0-5]?\d)分?)?"
    r"(?:/週|/week|/w)?"
)
_STILL = _set("現在 継続 継続中 在職中 勤務中 在籍中 現在に至る - － ― なし 未定 present")


def _index(words: Mapping[PostingStatus, str] | Mapping[LeaveReason, str]) -> dict[str, str]:
    return {compact(w): str(value) for value, text in words.items() for w in text.split()}


_STATUSES = {**_index(_STATUS_OF), **{str(s): str(s) for s in PostingStatus}}
_LEAVES = _index(_LEAVE_OF)
_REASONS = {**_index(_REASON_OF), **{str(r): str(r) for r in LeaveReason}}


def status_of(cell: str) -> tuple[PostingStatus, str] | None:
    """Return what a cell says that a posting is, and the reason of leave that names it itself.

    Examples
    --------
    >>> status_of("育休")
    (<PostingStatus.LEAVE: 'leave'>, 'childcare')
    >>> status_of("臨床研修"), status_of("出向")
    ((<PostingStatus.CLINICAL_TRAINING: 'clinical_training'>, ''), None)
    """
    key = compact(cell).lower()
    if key in _LEAVES:
        return PostingStatus.LEAVE, _LEAVES[key]
    found = _STATUSES.get(key)
    return (PostingStatus(found), "") if found is not None else None


def status_words() -> tuple[str, ...]:
    """Return the words that a status may be, the usual ones first."""
    return tuple(
        word for text in (*_STATUS_OF.values(), *_LEAVE_OF.values()) for word in text.split()
    )


def reason_of(cell: str) -> str | None:
    """Return the `LeaveReason` that a cell says; empty for none, None where nobody knows it."""
    key = compact(cell).lower()
    return _REASONS.get(key) if key else ""


def reason_words() -> tuple[str, ...]:
    """Return the words that a reason may be: the first of each."""
    return tuple(text.split()[0] for text in _REASON_OF.values())


def yes_or_no(cell: str) -> bool | None:
    """Return what a mark says; None where it is neither yes nor no. Nothing is no."""
    key = compact(cell).lower()
    if not key or key in _NO:
        return False
    return True if key in _YES else None


def hours_of(cell: str) -> float | None:
    """Return hours a week; None where a cell is no number of hours between 0 and 168.

    Examples
    --------
    >>> [hours_of(t) for t in ("３２", "週38時間45分", "38.75h", "38:45", "200", "-1", "約32")]
    [32.0, 38.75, 38.75, 38.75, None, None, None]
    """
    found = _HOURS.fullmatch(compact(cell).lower())
    if found is None or (found["minutes"] and "." in found["whole"]):
        return None
    hours = float(found["whole"]) + int(found["minutes"] or 0) / 60
    return hours if isfinite(hours) and hours <= HOURS_OF_A_WEEK else None


def goes_on(cell: str) -> bool:
    """Return whether the cell of a last day says that there is none yet."""
    return compact(cell).lower() in _STILL or not nfkc(cell).strip()
