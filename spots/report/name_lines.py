"""A name in lines: where words end, so that none of them is torn.

Stands apart: how a name is broken is one subject, and where it goes on a map another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from groundfloor.aligned import fills_square

_NARROW = 0.6  # width of a half-width character, of the size: wider than most of them
#: Words that names of institutions are made of; what is not here is told by a change of script.
_WORDS = (
    "国民健康保険",
    "独立行政法人",
    "厚生連",
    "医師会",
    "診療所",
    "療養所",
    "保健所",
    "赤十字",
    "済生会",
    "整形外科",
    "脳神経外科",
    "胃腸科",
    "耳鼻咽喉科",
    "産婦人科",
    "小児科",
    "皮膚科",
    "泌尿器科",
    *("病院", "医院", "医療", "法人", "社団", "財団", "公立", "国立", "県立", "市立", "町立"),
    *("村立", "総合", "地域", "地区", "保健", "保険", "健康", "中央", "記念", "温泉", "救急"),
    *("公益", "社会", "機構", "厚生", "農業", "協同", "組合", "内科", "外科", "眼科", "歯科"),
    *("リハビリテーション", "センター", "クリニック", "メディカル", "ホスピタル"),
    *("広域", "連合", "一部", "事務", "包括", "支援", "東部", "西部", "南部", "北部", "中部"),
)
# A word, a run of one script (Latin with its marks), or a single character.
_PIECE = re.compile(
    rf"{'|'.join(map(re.escape, _WORDS))}|[ァ-ヺー]+|[ぁ-ゖー]+|[!-~]+[ ]?|.[ 　]?", re.DOTALL
)
_NEVER_FIRST = frozenset("ー々、。・）」』〕】ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ )].,")
_NEVER_LAST = frozenset("（「『〔【([")
_SCRIPTS = (("hiragana", "ぁ", "ゖ"), ("katakana", "ァ", "ー"), ("latin", "!", "~"))
_BLANKS = " 　・/／"
#: What it costs to end a line: within one script, beside a word, where script changes.
_WITHIN, _AT_WORD, _AT_SCRIPT = 5.0, 2.0, 1.0
#: What a line costs that is longer or shorter than the others, for each em squared; and one more.
_RAGGED, _ONE_MORE = 0.12, 7.0


def text_em(text: str) -> float:
    """Return about how wide `text` is, in em.

    Examples
    --------
    >>> text_em("病院A")
    2.6
    """
    return sum(1.0 if fills_square(c) else _NARROW for c in text)


def name_lines(text: str, most_em: float) -> tuple[str, ...]:
    """Return `text` in few lines of about equal length, none wider than `most_em`.

    Lines end between words; a word that is wider than a line is cut.

    Examples
    --------
    >>> name_lines("山都町包括医療センターそよう病院", 11)
    ('山都町包括医療', 'センターそよう病院')
    >>> name_lines("熊本リハビリテーション病院", 11)
    ('熊本', 'リハビリテーション病院')
    >>> name_lines("公益社団法人 北部地区医師会 北部地区医師会病院", 11)
    ('公益社団法人', '北部地区医師会', '北部地区医師会病院')
    """
    total = text_em(text)
    if total <= most_em:
        return (text,)
    fewest = math.ceil(total / most_em)
    pieces = _pieces(text, most_em)
    widths = [text_em(piece) for piece in pieces]
    even = total / fewest
    cost, start = [0.0], [0]  # of the pieces so far, and where their last line begins
    for end in range(1, len(pieces) + 1):
        tries = []
        wide = 0.0
        for first in range(end - 1, -1, -1):
            wide += widths[first]
            shown = wide - _blank_em(pieces[end - 1])
            if shown > most_em and first < end - 1:
                break
            ragged = _RAGGED * (shown - even) ** 2
            tries.append((cost[first] + ragged + _ending(pieces, end) + _ONE_MORE, first))
        best, at = min(tries)
        cost.append(best)
        start.append(at)
    return _cut(pieces, start)


def _cut(pieces: Sequence[str], start: Sequence[int]) -> tuple[str, ...]:
    lines, end = [], len(pieces)
    while end:
        lines.append("".join(pieces[start[end] : end]).strip())
        end = start[end]
    return tuple(line for line in reversed(lines) if line)


def _ending(pieces: Sequence[str], end: int) -> float:
    """Return what it costs to end a line before the piece `end`."""
    if end == len(pieces):
        return 0.0
    left, right = pieces[end - 1], pieces[end]
    if right[0] in _NEVER_FIRST or left[-1] in _NEVER_LAST:
        return math.inf
    if left[-1] in _BLANKS:
        return 0.0
    if _script(left[-1]) != _script(right[0]):
        return _AT_SCRIPT
    return _AT_WORD if left in _WORDS or right in _WORDS else _WITHIN


def _script(character: str) -> str:
    for name, first, last in (
        ("hiragana", "ぁ", "ゖ"),
        ("katakana", "ァ", "ー"),
        ("latin", "!", "~"),
    ):
        if first <= character <= last:
            return name
    return "kanji"


def _blank_em(piece: str) -> float:
    return text_em(piece) - text_em(piece.rstrip())


def _pieces(text: str, most_em: float) -> list[str]:
    """Split a name into what may begin a line; what is wider than one is cut."""
    found: list[str] = []
    for word in _PIECE.findall(text):
        rest = word
        while text_em(rest) > most_em:
            keep = next(k for k in range(1, len(rest) + 1) if text_em(rest[: k + 1]) > most_em)
            found.append(rest[:keep])
            rest = rest[keep:]
        found.append(rest)
    return found
