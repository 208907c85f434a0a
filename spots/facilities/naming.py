"""Names of facilities made comparable, and ids made of them where a list has none of its own.

Corporation prefixes are taken off, what tells two apart is kept, cells are cleaned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from boundaries.codes import PREFECTURES
from groundfloor.folding import OTHER_FORMS, compact, nfkc, plain_kanji
from groundfloor.marks import unmarked

_KANJI = "〇一二三四五六七八九"
_HYPHENS = re.compile(r"[‐‑‒–—―−ーｰ-]")
# Who runs a hospital, in front of its name. Longer forms first: the first match is taken off.
_OWNERS = (
    *(
        "社会福祉法人恩賜財団済生会支部",
        "独立行政法人国立病院機構",
        "独立行政法人労働者健康安全機構",
    ),
    *("独立行政法人地域医療機能推進機構", "国家公務員共済組合連合会", "厚生農業協同組合連合会"),
    *("地方独立行政法人", "国立研究開発法人", "独立行政法人", "国立大学法人", "公立大学法人"),
    *("特定医療法人社団", "特定医療法人財団", "社会医療法人社団", "社会医療法人財団"),
    *("特定医療法人", "社会医療法人", "医療法人社団", "医療法人財団", "医療法人"),
    *("一般社団法人", "公益社団法人", "一般財団法人", "公益財団法人", "社団法人", "財団法人"),
    *("社会福祉法人", "学校法人", "宗教法人", "医療生活協同組合", "生活協同組合"),
    *("国民健康保険", "国立病院機構", "労働者健康安全機構", "地域医療機能推進機構", "国保"),
    *(
        "(医社)",
        "(医財)",
        "(医)",
        "(社医)",
        "(特医)",
        "(独)",
        "(地独)",
        "(公財)",
        "(一財)",
        "(一社)",
    ),
    *("(株)", "(福)", "(社福)", "(財)", "(社)", "(特)", "(国)", "株式会社", "有限会社"),
    *("jcho", "nho"),
)
_BRACKETED_OWNER = re.compile(r"\((?:[^()]*法人[^()]*|医|株)\)$")
_ASSOCIATION = re.compile(r"^[^\s]{1,12}(?:会|財団|グループ)$")
# Words that say what a place is but not which one it is.
_GENERIC = re.compile(
    r"(?:病院|医院|診療所|クリニック|医療センター|センター|総合|中央|市民|市立|町立|村立|県立|国立|公立"
    r"|国保|へき地|医師会|記念|地域|第一|第二|第三|附属|付属|包括|広域|リハビリテーション|内科|外科"
    r"|整形|小児科|眼科|歯科|出張|分院|本院|[東西南北中]部)"
)
# Alone these say nothing (東病院), but 南風病院 is one place.
_DIRECTIONS = re.compile(r"[東西南北新]*")
# National health insurance, which some lists name and some leave out: 五ケ瀬町国民健康保険病院.
_INSURANCE = re.compile(r"(?:国民健康保険|国保)(?:直営|直診)?")
_DOTS = re.compile(r"[・.,'’]")
# 竜ケ岳 is also written 竜が岳, 一ノ宮 also 一の宮: between kanji these are one particle.
_PARTICLES = tuple(
    (re.compile(rf"(?<=[一-鿿])[{letters}](?=[一-鿿])"), one)
    for letters, one in (("がガカ", "ケ"), ("の之", "ノ"), ("っつッ", "ツ"))
)
# What PDFs and old tables have for the long vowel mark, and for 第二.
_LONG_VOWEL = re.compile(r"(?<=[ァ-ヺ])[‐‑‒–—―−-]")
_ORDINAL = re.compile(r"第([1-9])(?!\d)")
# 長野県厚生農業協同組合連合会 is JA長野厚生連.
_COOPERATIVE = re.compile(r"^(?:ja)?([一-鿿]{2,3}?)県?厚生(?:農業協同組合)?連(?:合会)?(?=.)")
# What ends with one of these may own a hospital, or be the one that another belongs to.
_OWNING = re.compile(
    r"(?:[会立社団連院区郡]|法人|組合|機構|財団|大学|センター|診療所|グループ|[附付]属|[都道府県市町村])$"
)
_MIN_DISTINCTIVE = 2  # 植木, 河浦: two characters already tell a hospital apart


def prefecture_in_brackets(name: str) -> str | None:
    """Return the code of the prefecture in brackets behind a name.

    Examples
    --------
    >>> prefecture_in_brackets("赤十字病院（福岡県）※"), prefecture_in_brackets("赤十字病院")
    ('40', None)
    """
    found = next((n for n in PREFECTURES.values() if f"({n})" in nfkc(name)), None)
    return next((code for code, n in PREFECTURES.items() if n == found), None)


def plain_hyphens(text: str) -> str:
    """Return `text` with every dash after a digit (also the long vowel mark) as ``-``.

    Examples
    --------
    >>> plain_hyphens("帯山４ー５−１８センター")
    '帯山４-５-１８センター'
    """
    return re.sub(rf"(?<=\d){_HYPHENS.pattern}", "-", text)


def name_key(name: str) -> str:
    """Return the form in which names of one facility agree.

    That is: in today's kanji, without marks, spaces, dots, the owner in front and 国民健康保険
    anywhere, with one spelling of the particles in place names.

    Examples
    --------
    >>> name_key("医療法人　圭光会　松尾医院")
    '松尾医院'
    >>> name_key("国保 水俣市立総合医療センター")
    '水俣市立総合医療センター'
    >>> name_key("五ヶ瀬町国民健康保険病院"), name_key("五ケ瀬町国保病院")
    ('五ケ瀬町病院', '五ケ瀬町病院')
    >>> name_key("國立龍が岳・一の宮病院"), name_key("国立竜ヶ岳一ノ宮病院")
    ('国立竜ケ岳一ノ宮病院', '国立竜ケ岳一ノ宮病院')
    >>> name_key("熊本大学医学部付属病院") == name_key("熊本大学医学部附属病院")
    True
    >>> name_key("長野県厚生農業協同組合連合会佐久病院"), name_key("ＪＡ長野厚生連　佐久病院")
    ('長野厚生連佐久病院', '長野厚生連佐久病院')
    >>> name_key("第２三ッ境センタ−"), name_key("第二三ツ境センター")
    ('第二三ツ境センター', '第二三ツ境センター')
    """
    bare = _without_owners(plain_kanji(unmarked(name)).casefold())
    insured = _INSURANCE.sub("", bare)
    key = _DOTS.sub("", insured if distinctive(insured) else bare)
    key = _COOPERATIVE.sub(r"\1厚生連", _LONG_VOWEL.sub("ー", key))
    key = _ORDINAL.sub(lambda found: f"第{_KANJI[int(found[1])]}", key)
    return plain_particles(key).replace("付属", "附属") or compact(name)


def plain_particles(text: str) -> str:
    """Return `text` with one spelling of the particles within place names.

    Examples
    --------
    >>> plain_particles("竜が岳町一の宮"), plain_particles("あがつま")
    ('竜ケ岳町一ノ宮', 'あがつま')
    """
    for pattern, letter in _PARTICLES:
        text = pattern.sub(letter, text)
    return text


def _without_owners(name: str) -> str:
    """Return a name without spaces and without who owns it, in front or in brackets."""
    bare = _BRACKETED_OWNER.sub("", name).strip() or name
    words = bare.split()
    # 医療法人 圭光会 松尾医院: the association's own name stands between, set off by spaces.
    owned = words[0].startswith(_OWNERS) if words else False
    while owned and len(words) > 1 and _only_owner(words[0]):
        words = words[1:]
    return _without_owner("".join(words))


def owner_in_front(short: str, long: str) -> bool:
    """Tell whether name key `long` is `short` behind somebody who may own the place.

    A municipality, an association or a hospital may; 藤代健生病院 is not a 健生病院 of somebody
    called 藤代.

    Examples
    --------
    >>> owner_in_front("そよう病院", "山都町包括医療センターそよう病院")
    True
    >>> owner_in_front("健生病院", "藤代健生病院")
    False
    """
    return _OWNING.search(long.removesuffix(short)) is not None


def _only_owner(word: str) -> bool:
    """Tell whether a word names nothing but a corporation, or the association behind it."""
    rest = _without_owner(word)
    return not rest or _ASSOCIATION.match(rest) is not None


def _without_owner(text: str) -> str:
    while True:
        owner = next((o for o in _OWNERS if text.startswith(o)), None)
        if owner is None or text == owner:
            return "" if owner else text
        text = text.removeprefix(owner)


def distinctive(key: str) -> bool:
    """Tell whether a name key says *which* place it is, not only what kind.

    Examples
    --------
    >>> distinctive("そよう病院"), distinctive("中央病院"), distinctive("市立総合医療センター")
    (True, False, False)
    >>> distinctive("南風病院"), distinctive("南病院"), distinctive("北部診療所")
    (True, False, False)
    """
    rest = _GENERIC.sub("", key)
    return len(rest) >= _MIN_DISTINCTIVE and not _DIRECTIONS.fullmatch(rest)


def clean_cell(text: str) -> tuple[str, bool]:
    r"""Return a cell without control and invisible characters, and whether any were dropped.

    Line breaks and tabs inside a cell become one space and do not count: Excel's Alt+Enter puts
    them there. Direction overrides and zero-width characters do count.

    Examples
    --------
    >>> clean_cell("そよう\n病院\x07")
    ('そよう 病院', True)
    """
    if text.isprintable():  # nearly every cell
        return text.strip(), False
    spaced = re.sub(r"[\r\n\t\v\f\x85\u2028\u2029]+", " ", text)
    kept = "".join(ch for ch in spaced if unicodedata.category(ch) not in {"Cc", "Cf", "Cs"})
    return kept.strip(), len(kept) != len(spaced)


# --- ids

_KEPT = frozenset("-_.・ー()")


def _made_id(place: str, name: str) -> str:
    """Return a readable id, only of letters, digits and a few signs.

    Examples
    --------
    >>> _made_id("43447", "そよう病院"), _made_id("", "</script>病院")
    ('43447-そよう病院', 'script病院')
    """
    joined = f"{place}-{name}" if place else name
    kept = "".join(ch for ch in joined if unicodedata.category(ch)[0] in "LN" or ch in _KEPT)
    return kept or "facility"


def id_name(name: str) -> str:
    """Return a name as ids have it: without the owner, its kanji as written."""
    plain = nfkc(name).casefold().translate(OTHER_FORMS)
    return _without_owners(plain) or compact(name)


def unique_ids(groups: Iterable[Sequence[tuple[str | None, str, str]]]) -> list[str]:
    """Return one id for each facility, unique, in order.

    Parameters
    ----------
    groups : iterable of sequences of (given id or None, municipality, name by `id_name`)
        The rows of each facility.

    Returns
    -------
    list of str
        The first given id that is still free, else one made from the first row; a number is
        added to a made id that is taken. Given ids are handed out first.

    Examples
    --------
    >>> unique_ids([[(None, "43100", "東病院")], [("7", "", "a")], [(None, "43100", "東病院")]])
    ['43100-東病院', '7', '43100-東病院-2']
    """
    listed = [list(group) for group in groups]
    taken: set[str] = set()
    chosen: list[str | None] = []
    for group in listed:
        free = next((given for given, _, _ in group if given and given not in taken), None)
        taken |= {free} if free else set()
        chosen.append(free)
    ids = []
    for group, own in zip(listed, chosen, strict=True):
        name = own or _free(_made_id(group[0][1], group[0][2]), taken)
        taken.add(name)
        ids.append(name)
    return ids


def _free(name: str, taken: set[str]) -> str:
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
