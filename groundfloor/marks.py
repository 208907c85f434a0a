"""Marks that lists put around names: of footnotes, of what is special, of the prefecture."""

from __future__ import annotations

import re

_WIDE_MARKS = re.compile("[＊∗⁎﹡]")
#: Marks of footnotes and of what is special, before or behind a name.
_MARKS = "*※★☆◎○◯●◇◆□■△▲▽▼†‡§¶#♯"
_SUPERSCRIPTS = "¹²³⁰⁴⁵⁶⁷⁸⁹"
_NOTE = rf"(?:[{_MARKS}]+\d{{0,2}}|注\d{{1,2}}|註\d{{1,2}}|[{_SUPERSCRIPTS}]+)"
_IN_BRACKETS = rf"[(（\[［【](?:{_NOTE}|注|註)[)）\]］】]"
_MARKED = re.compile(rf"(?:{_IN_BRACKETS}|{_NOTE}[)）]?)")
_HOME = re.compile(r"[(（](?:北海道|東京都|京都府|大阪府|[一-鿿]{2,3}県)[)）]$")


def unmarked(name: str) -> str:
    """Return a name without the marks of footnotes around it, and the prefecture in brackets.

    Lists mark rows: ※ and ◎ in front, 注1, * or (※2) behind, and （熊本県） where they hold several
    prefectures. The name is what stands between; one of marks alone is returned as it is.

    Examples
    --------
    >>> unmarked("※そよう病院"), unmarked("◎ そよう病院（熊本県）注1"), unmarked("そよう病院*2")
    ('そよう病院', 'そよう病院', 'そよう病院')
    >>> unmarked("第2病院"), unmarked("注文病院"), unmarked("※")
    ('第2病院', '注文病院', '※')
    """
    bare = _WIDE_MARKS.sub("*", name).strip()
    while True:
        front = _MARKED.match(bare)
        rest = bare[front.end() :] if front else bare
        tail = next((m for m in _MARKED.finditer(rest) if m.end() == len(rest)), None)
        rest = rest[: tail.start()] if tail else rest
        rest = _HOME.sub("", rest.strip()).strip()
        if rest in {bare, ""}:
            return bare
        bare = rest
