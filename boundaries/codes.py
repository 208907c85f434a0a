"""Municipality codes and names: repairs, prefectures, counties, designated cities and wards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from groundfloor.folding import plain_kanji
from groundfloor.problems import Text, UsageError, error

# JIS X 0401
# fmt: off
_PREFECTURE_NAMES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)
# fmt: on
PREFECTURES = MappingProxyType(
    {f"{number:02d}": name for number, name in enumerate(_PREFECTURE_NAMES, start=1)}
)
# fmt: off
_IN_LATIN_LETTERS = (
    "Hokkaido", "Aomori", "Iwate", "Miyagi", "Akita", "Yamagata", "Fukushima", "Ibaraki",
    "Tochigi", "Gunma", "Saitama", "Chiba", "Tokyo", "Kanagawa", "Niigata", "Toyama",
    "Ishikawa", "Fukui", "Yamanashi", "Nagano", "Gifu", "Shizuoka", "Aichi", "Mie",
    "Shiga", "Kyoto", "Osaka", "Hyogo", "Nara", "Wakayama", "Tottori", "Shimane",
    "Okayama", "Hiroshima", "Yamaguchi", "Tokushima", "Kagawa", "Ehime", "Kochi", "Fukuoka",
    "Saga", "Nagasaki", "Kumamoto", "Oita", "Miyazaki", "Kagoshima", "Okinawa",
)
# fmt: on
#: Names in Latin letters (without marks of length), by code.
ROMAN_NAMES = MappingProxyType(
    {f"{number:02d}": name for number, name in enumerate(_IN_LATIN_LETTERS, start=1)}
)

# fmt: off
_IN_KANA = (
    "ほっかいどう", "あおもり", "いわて", "みやぎ", "あきた", "やまがた", "ふくしま", "いばらき",
    "とちぎ", "ぐんま", "さいたま", "ちば", "とうきょう", "かながわ", "にいがた", "とやま",
    "いしかわ", "ふくい", "やまなし", "ながの", "ぎふ", "しずおか", "あいち", "みえ",
    "しが", "きょうと", "おおさか", "ひょうご", "なら", "わかやま", "とっとり", "しまね",
    "おかやま", "ひろしま", "やまぐち", "とくしま", "かがわ", "えひめ", "こうち", "ふくおか",
    "さが", "ながさき", "くまもと", "おおいた", "みやざき", "かごしま", "おきなわ",
)
# fmt: on
#: Readings in hiragana without 県, 府 and 都, by code.
KANA_NAMES = MappingProxyType(
    {f"{number:02d}": name for number, name in enumerate(_IN_KANA, start=1)}
)

# Which prefectures lie next to each, by number: those whose outlines touch (国土数値情報 N03), and
# those a road joins across the sea: 東京湾アクアライン, 大鳴門橋, 瀬戸大橋, しまなみ海道, 関門橋.
# 北海道 and 沖縄県 have none. Each pair stands once, at its lower number.
_NEXT_TO = {
    2: (3, 5), 3: (4, 5), 4: (5, 6, 7), 5: (6,), 6: (7, 15), 7: (8, 9, 10, 15),
    8: (9, 11, 12), 9: (10, 11), 10: (11, 15, 20), 11: (12, 13, 19, 20), 12: (13, 14),
    13: (14, 19), 14: (19, 22), 15: (16, 20), 16: (17, 20, 21), 17: (18, 21), 18: (21, 25, 26),
    19: (20, 22), 20: (21, 22, 23), 21: (23, 24, 25), 22: (23,), 23: (24,),
    24: (25, 26, 29, 30), 25: (26,), 26: (27, 28, 29), 27: (28, 29, 30), 28: (31, 33, 36),
    29: (30,), 31: (32, 33, 34), 32: (34, 35), 33: (34, 37), 34: (35, 38), 35: (40,),
    36: (37, 38, 39), 37: (38,), 38: (39,), 40: (41, 43, 44), 41: (42,), 43: (44, 45, 46),
    44: (45,), 45: (46,),
}  # fmt: skip
# Pairs without a road between that come within some 22 km of each other, over a strip of a third
# prefecture or the sea; measured between the outlines of 国土数値情報 N03.
_NEAR_TO = {
    1: (2,), 3: (6,), 8: (10, 13), 9: (12, 15), 10: (12, 13, 19), 11: (14,), 13: (20,),
    23: (25,), 25: (27, 29), 28: (29, 30, 37), 30: (36,), 32: (33,), 33: (38,), 34: (37,),
    35: (38, 44), 37: (39,), 38: (44,), 40: (42,), 41: (43,), 42: (43,), 46: (47,),
}  # fmt: skip
#: Geodesic metres: no prefecture outside of `near_prefectures` comes that near.
BEYOND_NEAR_M = 20_000.0

# 政令指定都市 (JIS X 0402): code and name of the city, code of its last possible ward. Ward codes
# follow the city's own code up to the next city's; 東京都の特別区 (131xx) are municipalities of
# their own and therefore not here.
_DESIGNATED_CITIES = (
    ("01100", "札幌市", "01199"),
    ("04100", "仙台市", "04199"),
    ("11100", "さいたま市", "11199"),
    ("12100", "千葉市", "12199"),
    ("14100", "横浜市", "14129"),
    ("14130", "川崎市", "14149"),
    ("14150", "相模原市", "14199"),
    ("15100", "新潟市", "15199"),
    ("22100", "静岡市", "22129"),
    ("22130", "浜松市", "22199"),
    ("23100", "名古屋市", "23199"),
    ("26100", "京都市", "26199"),
    ("27100", "大阪市", "27139"),
    ("27140", "堺市", "27199"),
    ("28100", "神戸市", "28199"),
    ("33100", "岡山市", "33199"),
    ("34100", "広島市", "34199"),
    ("40100", "北九州市", "40129"),
    ("40130", "福岡市", "40199"),
    ("43100", "熊本市", "43199"),
)

_COUNTY = re.compile(r"^(.{1,6}?郡)(.+[町村])$")
_CHECK_WEIGHTS = (6, 5, 4, 3, 2)
_CODE_DIGITS = 5
_FIRST_IN_PREFECTURE = 100  # municipalities count from 100 (000 is the prefecture itself)


def adjacent_prefectures(code: str) -> frozenset[str]:
    """Return the prefectures that a road can lead to straight from one, by two-digit codes.

    Examples
    --------
    >>> sorted(adjacent_prefectures("43")), sorted(adjacent_prefectures("47"))
    (['40', '44', '45', '46'], [])
    """
    return _paired(code, _NEXT_TO)


def near_prefectures(code: str) -> frozenset[str]:
    """Return the prefectures of which some ground may lie within `BEYOND_NEAR_M` of one.

    Examples
    --------
    >>> sorted(near_prefectures("44"))
    ['35', '38', '40', '43', '45']
    """
    return _paired(code, _NEXT_TO) | _paired(code, _NEAR_TO)


def _paired(code: str, pairs: Mapping[int, tuple[int, ...]]) -> frozenset[str]:
    number = int(code)
    above = pairs.get(number, ())
    below = (lower for lower, higher in pairs.items() if number in higher)
    return frozenset(f"{each:02d}" for each in (*above, *below))


@dataclass(frozen=True, slots=True)
class Code:
    """A municipality code after repair.

    Parameters
    ----------
    value : str
        Five digits.
    repaired : bool
        Whether a lost leading zero was put back. Dropping a valid check digit is no repair.
    """

    value: str
    repaired: bool


def parse_code(text: str) -> Code | None:
    """Return the five-digit code that `text` stands for, or None.

    Accepted are five digits, six digits with a valid check digit (全国地方公共団体コード),
    full-width digits, a trailing ``.0`` left by a spreadsheet, and codes that lost the leading zero
    of prefectures 01 to 09: four digits, or five that are no code themselves but have a valid check
    digit. (A six-digit code of a town that lost its zero can look like another prefecture's code;
    its name will then not fit.)

    Examples
    --------
    >>> parse_code("43447"), parse_code("434477").value, parse_code("1101")
    (Code(value='43447', repaired=False), '43447', Code(value='01101', repaired=True))
    >>> parse_code("434471") is None  # wrong check digit
    True
    """
    digits = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        return None
    with_check = _CODE_DIGITS + 1
    if len(digits) == with_check:
        return _checked(digits, repaired=False)
    if len(digits) == _CODE_DIGITS:
        if _known(digits):
            return Code(digits, repaired=False)
        return _checked(digits.zfill(with_check), repaired=True)
    if len(digits) == _CODE_DIGITS - 1 and _known(digits.zfill(_CODE_DIGITS)):
        return Code(digits.zfill(_CODE_DIGITS), repaired=True)
    return None


def _known(code: str) -> bool:
    return code[:2] in PREFECTURES and int(code[2:]) >= _FIRST_IN_PREFECTURE


def _checked(digits: str, *, repaired: bool) -> Code | None:
    """Drop the check digit of six digits; None when it is wrong."""
    body, check = digits[:_CODE_DIGITS], digits[_CODE_DIGITS]
    weighted = sum(int(d) * w for d, w in zip(body, _CHECK_WEIGHTS, strict=True))
    expected = str((11 - weighted % 11) % 10)
    return Code(body, repaired=repaired) if check == expected and _known(body) else None


def require_prefecture(code: str) -> None:
    """Refuse what is no code of a prefecture.

    Raises
    ------
    UsageError
        `code` is not two digits from 01 to 47.
    """
    if code not in PREFECTURES:
        raise UsageError(
            error(
                "unknown-prefecture",
                Text("都道府県コードが正しくありません", "no such prefecture code"),
                Text("01から47の2桁で書いてください", "write two digits from 01 to 47"),
                value=code,
            )
        )


def designated_city(code: str) -> tuple[str, str] | None:
    """Return code and name of the designated city whose ward (or self) `code` is.

    Examples
    --------
    >>> designated_city("43103"), designated_city("14131"), designated_city("13101")
    (('43100', '熊本市'), ('14130', '川崎市'), None)
    """
    return next(((c, name) for c, name, last in _DESIGNATED_CITIES if c <= code <= last), None)


def city_named(text: str, prefecture_code: str | None = None) -> str | None:
    """Return the code of the designated city that a name or an address begins with.

    Examples
    --------
    >>> city_named("神奈川県川崎市"), city_named("川崎市登戸1"), city_named("福岡市", "43")
    ('14130', '14130', None)
    """
    stated, rest = split_prefecture(fold(text))
    wanted = {stated, prefecture_code} - {None}
    return next(
        (
            code
            for code, name, _ in _DESIGNATED_CITIES
            if rest.startswith(name) and all(code[:2] == each for each in wanted)
        ),
        None,
    )


def is_ward(code: str) -> bool:
    """Tell whether `code` is a ward of a designated city (not the city itself)."""
    city = designated_city(code)
    return city is not None and city[0] != code


def fold(text: str) -> str:
    """Return `text` for comparing place names: today's kanji, no blanks, one form of ヶ and ケ.

    Examples
    --------
    >>> fold("龍ヶ岳　町"), fold("上天草市 １")
    ('竜ケ岳町', '上天草市1')
    """
    return "".join(plain_kanji(text).split())


def split_prefecture(text: str) -> tuple[str | None, str]:
    """Return (prefecture code or None, rest) of an address or municipality name.

    Examples
    --------
    >>> split_prefecture("熊本県上益城郡山都町")
    ('43', '上益城郡山都町')
    >>> split_prefecture("京都市")
    (None, '京都市')
    """
    for length in _PREFECTURE_LENGTHS:
        code = _PREFECTURE_CODES.get(text[:length])
        if code is not None:
            return code, text[length:]
    return None, text


_PREFECTURE_CODES = {name: code for code, name in PREFECTURES.items()}
_PREFECTURE_LENGTHS = sorted(set(map(len, _PREFECTURE_CODES)))  # 神奈川県 is longer than most


def split_county(text: str) -> tuple[str | None, str]:
    """Return (county or None, name) of a municipality name.

    Examples
    --------
    >>> split_county("上益城郡山都町"), split_county("赤穂郡上郡町"), split_county("上郡町")
    (('上益城郡', '山都町'), ('赤穂郡', '上郡町'), (None, '上郡町'))
    """
    found = _COUNTY.match(text)
    return (found.group(1), found.group(2)) if found is not None else (None, text)
