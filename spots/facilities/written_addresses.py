"""An address taken apart: county, municipality as written, ward, part of it, house number.

Lists write one address in many ways (大字, 番地, 一丁目, full-width digits) and under
municipalities that have merged since; what is compared is what all of them leave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from boundaries.codes import split_county, split_prefecture
from groundfloor.folding import compact
from spots.facilities.naming import plain_hyphens, plain_particles

# Cities whose names have 町, 村 or 市 in the middle; elsewhere 山都町下市 is a part of 山都町.
_CITY = r"(?:十日町|大町|東村山|武蔵村山|羽村|田村|大村|四日市|廿日市|野々市)市|.[^町村区]{0,5}?市"
#: The municipality at the beginning of an address, and one that cannot be a part of another.
MUNICIPALITY = re.compile(rf"^({_CITY}|.{{1,6}}?郡.{{1,6}}?[町村]|.{{1,6}}?[区町村])")
CERTAIN = re.compile(rf"^({_CITY}|.{{1,6}}?郡.{{1,6}}?[町村])")
COUNTY = re.compile(r"^.{1,6}?郡(?=.)")
_WARD = re.compile(r"^.{1,3}区")
_POSTAL = re.compile(r"^〒?\d{3}-?\d{4}")
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十]+(?=丁目|番|条|号|地割)")
_NUMBER_WORDS = re.compile(r"(?<=\d)(?:丁目|番地の?|番|号|の|ノ)-?(?=\d)")
_TO_LAST_NUMBER = re.compile(r"^.*\d")
_TO_FIRST_NUMBER = re.compile(r"^\D*")
_LEAST_NUMBER = 3  # digits of a house number that two parts of a municipality hardly share


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """What an address says, each in the form in which it is compared; empty where it does not.

    Parameters
    ----------
    county : str
        上益城郡.
    town : str
        Municipality, without prefecture, county and ward.
    ward : str
        中央区 of a designated city.
    part : str
        What stands between municipality and house number: 一ノ宮町宮地.
    number : str
        House number: 1430-1.
    """

    county: str = ""
    town: str = ""
    ward: str = ""
    part: str = ""
    number: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the house number, whatever stands between them."""
        return tuple(map(int, re.findall(r"\d+", self.number)))

    def may_be(self, other: WrittenAddress) -> bool:
        """Tell whether both may be one place within their municipality.

        One may leave out what the other says (本荘, 本荘町; 宮地, 一の宮町宮地), or word it freely:
        the house number tells then. Where a number begins otherwise, it is another place: of 6,300
        hospitals in two sources of 2020 and 2025, 23 of 65 such had moved, by up to 1.5 km.
        """
        mine, theirs = self.part, other.part
        if not mine or not theirs or mine in theirs or theirs in mine:
            short, long = sorted((self.numbers, other.numbers), key=len)
            return not short or short[0] == long[0] or short == long[-len(short) :]
        digits = "".join(map(str, self.numbers))
        return self.numbers == other.numbers and len(digits) >= _LEAST_NUMBER

    def is_house(self, other: WrittenAddress) -> bool:
        """Tell whether both are one house number of one part."""
        return self.part == other.part != "" and self.numbers == other.numbers != ()


def written_address(address: str, municipality: str = "") -> WrittenAddress:
    """Take an address apart.

    Parameters
    ----------
    address : str
        As a list writes it, with or without prefecture, county and municipality.
    municipality : str
        Name of its municipality where that is known: what does not begin with it, nor surely with
        another, is all within it.

    Examples
    --------
    >>> written_address("熊本県阿蘇市一の宮町宮地字古城１４３０番地の１")
    WrittenAddress(county='', town='阿蘇市', ward='', part='一ノ宮町宮地古城', number='1430-1')
    >>> written_address("熊本市中央区九品寺一丁目5番38号").number
    '1-5-38'
    >>> written_address("本町１丁目２", "山鹿市").part, written_address("本町１丁目２").town
    ('本町', '本町')
    >>> [written_address(a).town for a in ("山都町下市5", "十日町市本町1", "四日市市日永5")]
    ['山都町', '十日町市', '四日市市']
    """
    rest = _bare(address)
    stated = municipality and compact(split_prefecture(municipality)[1])
    county, name, tail = _begins_with(rest, split_county(stated)[1] if stated else "")
    found = _WARD.match(tail) if name.endswith("市") else None
    ward = found[0] if found else ""
    plain = plain_particles(_plain(tail[len(ward) :]))
    part = _TO_FIRST_NUMBER.match(plain)
    words = part[0] if part else ""
    numbered = _TO_LAST_NUMBER.match(plain[len(words) :])
    return WrittenAddress(county, name, ward, words, numbered[0] if numbered else "")


def _begins_with(text: str, municipality: str) -> tuple[str, str, str]:
    """Return county, municipality and what follows."""
    found = COUNTY.match(text)
    county = found[0] if found else ""
    after = text[len(county) :]
    if municipality and after.startswith(municipality):
        return county, municipality, after[len(municipality) :]
    match = (CERTAIN if municipality else MUNICIPALITY).match(text)
    if match is None:
        return "", municipality, text
    stated, name = split_county(match[1])
    return stated or "", name, text[match.end() :]


def _bare(address: str) -> str:
    return split_prefecture(_POSTAL.sub("", compact(address)))[1]


def _plain(tail: str) -> str:
    """Return what follows a municipality without 大字 and 字, its numbers joined by hyphens."""
    plain = plain_numbers(plain_hyphens(tail).replace("大字", "").replace("字", ""))
    return _NUMBER_WORDS.sub("-", plain)


def plain_numbers(text: str) -> str:
    """Return `text` with the numbers of 丁目, 番, 条 and 号 in digits.

    Examples
    --------
    >>> plain_numbers("出水六丁目"), plain_numbers("東町二十一丁目"), plain_numbers("北十条西")
    ('出水6丁目', '東町21丁目', '北10条西')
    """
    return _KANJI_NUMBER.sub(lambda found: str(_number(found[0])), text)


def _number(kanji: str) -> int:
    tens, ten, ones = kanji.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in kanji))
    if "十" in tens:  # 十十: no number
        return 0
    units = int("".join(str(_DIGITS[c]) for c in ones)) if ones else 0
    return (int("".join(str(_DIGITS[c]) for c in tens)) if tens else 1) * 10 + units


def house_key(address: str) -> str:
    """Return an address in one spelling, down to the house number; empty where it has none.

    Examples
    --------
    >>> house_key("熊本県上益城郡山都町滝上476番地2　管理棟"), house_key("山都町大字滝上４７６－２")
    ('山都町滝上476-2', '山都町滝上476-2')
    >>> house_key("秋田県北秋田市下杉字上清水沢16-29")
    '北秋田市下杉上清水沢16-29'
    >>> house_key("〒862-0976 熊本市中央区九品寺一丁目5番38号"), house_key("阿蘇市一の宮町宮地")
    ('熊本市中央区九品寺1-5-38', '')
    """
    rest = _bare(address)
    town = MUNICIPALITY.match(rest)
    begin = split_county(town[1])[1] if town else ""
    numbered = _TO_LAST_NUMBER.match(_plain(rest[town.end() :] if town else rest))
    return begin + numbered[0] if numbered else ""
