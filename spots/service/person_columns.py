"""What looks like a person in a table of postings: columns by their headings, keys by their form.

Postings are read by pseudonymous key. A table that also holds names, mail, birth dates or numbers
of licences is refused whole, by the name of the column and never with what stands in it: what is
never read is in no output. Stands apart: what a person looks like is no matter of any table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from boundaries.codes import PREFECTURES
from groundfloor.dates import day_of
from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Text, error


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Of an institution, these are no secret: 勤務先電話番号, 医療機関の住所.
_OF_A_PLACE = re.compile(
    r"(?:勤務先|医療機関|施設|病院|診療所|派遣先|配置先|研修先|機関)の?"
    r"(?:名前|名称|住所|所在地|電話(?:番号)?|郵便番号|fax(?:番号)?|メール(?:アドレス)?|連絡先)"
)
_WORDS = re.compile(
    r"氏名|姓名|名前|旧姓|氏の変更|苗字|医師名|医員名|職員名|本人名|学生名|卒業生名|研修医名"
    r"|専攻医名|対象者名|受給者名|貸与者名|院長|所長|管理者|担当者|保証人|配偶者|家族"
    r"|フリガナ|ふりがな|振り?仮名|よみがな|読み?仮名|カナ氏|ローマ字"
    r"|生年|誕生|年齢|性別"
    r"|メール|アドレス|e-?mail|電話|携帯|ファクス|ファックス|住所|居所|居住地|本籍|郵便番号|連絡先"
    r"|医籍(?!登録(?:の)?(?:年月)?日|登録日)|(?:免許|登録|保険医|麻薬)(?:証|登録)*(?:の)?(?:番号|no)"
    r"|マイナンバー|職員番号|学籍番号|口座|顔写真"
)
# The day of the licence is asked for; its number is not.
_LICENCE_DAY = re.compile(r"(?:医師の?)?(?:医籍|免許)(?:の)?(?:登録|取得|交付)?(?:の)?(?:年月)?日")
_WHOLE = frozenset(
    {"姓", "名", "氏", "せい", "めい", "セイ", "メイ", "カナ", "かな", "医師", "医師氏"}
)
_TOKEN = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ENGLISH = _set(
    "name names fullname firstname lastname surname forename givenname familyname middlename kana "
    "doctor physician director mail email birth birthday birthdate birthyear dob born age sex "
    "gender phone telephone tel mobile fax address postcode zip ssn mynumber passport"
)
_OF_A_PLACE_EN = _set(
    "institution hospital clinic facility workplace employer site place municipality city town "
    "village area prefecture cohort class programme program plan"
)
_LICENCE_EN = _set("licence license licensing registration registry physician")
_NUMBER_EN = _set("number no num nr id code")
# What keys are made of beside numbers: 青森-001, 地域枠A, 医師3.
_KEY_WORDS = re.compile(
    "医師|番号|整理|個人|地域枠|枠|修学|奨学|貸与|資金|自治医科大学|自治医大|自治|医科大学|医大|大学|大"
    "|卒業|卒|入学|期生|期|年度|年|生|県|都|道|府|市|町|村|区|号|第|令和|平成|対象者|者|研修|専攻医|仮名|匿名|"
    + "|".join(sorted({re.sub("[都府県]$", "", name) for name in PREFECTURES.values()}))
)
_KANJI_OR_KANA = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々]")
_LATIN_WORD = re.compile(r"[A-Za-z]*[a-z][A-Za-z]*")
_PHONE = re.compile(r"\+?0?\d{1,4}-\d{2,4}-\d{4}|0[789]0\d{8}")
_BIRTH_YEARS = range(1930, 2012)
_MY_NUMBER = 12
_LOW_DIGITS = 6  # weighted from 2 up, those above them again
_LETTERS = 4  # a word, where AB and F7 are codes


def looks_like_person(heading: str) -> bool:
    """Return whether a heading is that of a person's name, mail, birth date, licence number, ….

    Examples
    --------
    >>> [looks_like_person(h) for h in ("氏名", "医籍登録番号", "doctorName", "E-mail", "院長名")]
    [True, True, True, True, True]
    >>> [looks_like_person(h) for h in ("勤務先名称", "医籍登録日", "person_key")]
    [False, False, False]
    """
    text = re.sub(r"\s", "", nfkc(heading)).lower()
    placed = _OF_A_PLACE.sub("", text)
    bare = _LICENCE_DAY.sub("", placed)
    if _WORDS.search(bare) or bare in _WHOLE or (bare != placed and "番号" in bare):
        return True
    return _english(_CAMEL.sub("_", nfkc(heading)).lower().replace("e-mail", "email"))


def _english(heading: str) -> bool:
    tokens = _TOKEN.findall(heading)
    if _LICENCE_EN.intersection(tokens) and _NUMBER_EN.intersection(tokens):
        return True
    found = _ENGLISH.intersection(tokens)
    return bool(found) and not (_OF_A_PLACE_EN.intersection(tokens) and found <= _OF_BOTH)


# An institution has these too.
_OF_BOTH = frozenset({"name", "names", "address", "phone", "telephone", "tel", "fax", "postcode"})


def person_columns(
    headings: Iterable[str], label: str, row: int | None, *, named: bool
) -> Iterator[Problem]:
    """Yield an error for each column that looks like a person, by its heading alone.

    Parameters
    ----------
    headings : iterable of str
        The headings of a table, in order.
    label : str
        The file's name for messages.
    row : int or None
        Row of the headings.
    named : bool
        Whether they are headings beyond doubt. Else they may be data or a title, and the place of
        a column is told in the stead of its name.
    """
    seen = set()
    for n, heading in enumerate((each.strip() for each in headings), start=1):
        if not heading or heading in seen or not looks_like_person(heading):
            continue
        seen.add(heading)
        ja, en = ("", "is a column") if named else (f"{n}列目は、", f"column {n} is one")
        yield error(
            "person-column",
            Text(
                f"{ja}個人を特定しうる列です（氏名・連絡先・生年月日・登録番号など）",
                f"{en} that tells who somebody is (name, contact, birth, licence number)",
            ),
            Text(
                "この列を除いた表を渡してください。個人は仮名の番号（個人番号の列）だけで表します",
                "leave the column out: persons are known by a pseudonymous key alone",
            ),
            file=label,
            row=row,
            column=heading if named else None,
        )


def key_like_person(key: str) -> bool:
    """Return whether a key looks like who it stands for, and not like a pseudonym.

    Names, mail, telephone numbers, birth dates and valid 個人番号（マイナンバー） do.

    Examples
    --------
    >>> [key_like_person(k) for k in ("山田太郎", "Taro Yamada", "yamada@example.jp", "S60.4.1")]
    [True, True, True, True]
    >>> [key_like_person(k) for k in ("A-001", "青森-12", "地域枠7", "k3f9", "20250001", "B")]
    [False, False, False, False, False, False]
    """
    text = nfkc(key).strip()
    if "@" in text or _PHONE.fullmatch(text) or _is_my_number(text):
        return True
    born = _day(text)
    if born is not None and born.year in _BIRTH_YEARS:
        return True
    if len(_KANJI_OR_KANA.findall(_KEY_WORDS.sub("", text))) > 1:
        return True
    words = [w for w in re.findall(r"[A-Za-z]+", text) if len(w) > 1]
    lower = [w for w in words if _LATIN_WORD.fullmatch(w)]
    has_digit = any(c.isdigit() for c in text)
    return len(lower) > 1 or (not has_digit and any(len(w) >= _LETTERS for w in words))


def _day(text: str) -> date | None:
    return day_of(text, whole=True)


def _is_my_number(text: str) -> bool:
    """Return whether twelve digits end in the check digit of a 個人番号 (総務省令第85号, 5条)."""
    digits = text.replace("-", "").replace(" ", "")
    if len(digits) != _MY_NUMBER or not (digits.isascii() and digits.isdecimal()):
        return False
    weights = [n + 1 if n <= _LOW_DIGITS else n - 5 for n in range(1, _MY_NUMBER)]
    rest = sum(int(d) * w for d, w in zip(reversed(digits[:-1]), weights, strict=True)) % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def key_refused(label: str, row: int, column: str) -> Problem:
    """Return the error of a key that looks like a person; the key is not in it."""
    return error(
        "person-key",
        Text(
            "個人番号が氏名・連絡先・生年月日などに見えます（値は表示しません）",
            "the key looks like a name, a contact or a birth date (it is not shown)",
        ),
        Text(
            "数字を含む仮名の番号（例：A-001）に置き換えてください",
            "put a pseudonym with a number in its place, such as A-001",
        ),
        file=label,
        row=row,
        column=column,
    )
