"""How sentences are put together in both languages at once: joined, bracketed, filled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from groundfloor.problems import Lang, Text

#: A placeholder: a word in braces.
SLOT = re.compile(r"\{([^{}]*)\}")
NOTHING = Text("", "")
NONE = Text("なし", "none")
#: So many facilities are named in one warning.
SOME = 5


def same(text: str) -> Text:
    """Return a name or a number, which is the same in both languages.

    Examples
    --------
    >>> same("19.8 km")
    Text(ja='19.8 km', en='19.8 km')
    """
    return Text(text, text)


def joined(parts: Iterable[Text], ja: str = "、", en: str = ", ") -> Text:
    """Return an enumeration; parts without words are left out.

    Examples
    --------
    >>> joined((Text("海", "sea"), NOTHING, Text("県外", "abroad")))
    Text(ja='海、県外', en='sea, abroad')
    """
    told = [part for part in parts if part.ja or part.en]
    return Text(ja.join(part.ja for part in told), en.join(part.en for part in told))


def as_one(parts: Iterable[Text]) -> Text:
    """Return several reasons or findings as one, each said once.

    Examples
    --------
    >>> as_one((same("a"), same("b"), same("a")))
    Text(ja='a。b', en='a; b')
    """
    return joined(dict.fromkeys(parts), "。", "; ")


def names(found: Iterable[str]) -> Text:
    """Return an enumeration of names.

    Examples
    --------
    >>> names(("阿蘇", "天草"))
    Text(ja='阿蘇、天草', en='阿蘇, 天草')
    """
    return joined(map(same, found))


def some(found: Sequence[str], more: Text) -> Text:
    """Return an enumeration: the first five by name, and how many more there are.

    Parameters
    ----------
    found : sequence of str
        Names.
    more : Text
        What the others are counted as: 件, "more".

    Examples
    --------
    >>> some("ABCDEFG", Text("件", "more"))
    Text(ja='A、B、C、D、E ほか2件', en='A, B, C, D, E and 2 more')
    """
    rest = len(found) - SOME
    others = Text(f" ほか{rest}{more.ja}", f" and {rest} {more.en}") if rest > 0 else NOTHING
    return run_on(names(found[:SOME]), others)


def some_facilities(found: Sequence[str]) -> Text:
    """Return an enumeration of facilities: the first five by name, and how many more there are.

    Examples
    --------
    >>> some_facilities(("A", "B"))
    Text(ja='A、B', en='A, B')
    >>> some_facilities("ABCDEFG")
    Text(ja='A、B、C、D、E ほか2施設', en='A, B, C, D, E and 2 more')
    """
    return some(found, Text("施設", "more"))


def run_on(*parts: Text) -> Text:
    """Return texts behind one another, with nothing between."""
    return joined(parts, "", "")


def bracketed(text: Text) -> Text:
    """Return a remark behind a word: full-width brackets in Japanese, a blank before in English.

    Examples
    --------
    >>> bracketed(Text("島", "island"))
    Text(ja='（島）', en=' (island)')
    """
    return Text(f"（{text.ja}）", f" ({text.en})") if text.ja or text.en else NOTHING


def told_as(label: Text, value: Text) -> Text:
    """Return a label and what it says.

    Examples
    --------
    >>> told_as(Text("状態", "state"), Text("非該当", "not met"))
    Text(ja='状態：非該当', en='state: not met')
    """
    return Text(f"{label.ja}：{value.ja}", f"{label.en}: {value.en}")


def turned(before: Text, after: Text) -> Text:
    """Return that one thing became another.

    Examples
    --------
    >>> turned(Text("該当", "met"), Text("非該当", "not met"))
    Text(ja='該当→非該当', en='met → not met')
    """
    return Text(f"{before.ja}→{after.ja}", f"{before.en} → {after.en}")


def sentence(text: Text) -> Text:
    """Return a text that begins with a capital in English."""
    return Text(text.ja, text.en[:1].upper() + text.en[1:])


def fill(template: Text, values: Mapping[str, str | Text]) -> Text:
    """Return `template` with each ``{word}`` replaced; a value is never read as a template.

    Examples
    --------
    >>> fill(Text("{name}まで", "to {name}"), {"name": "{time}"}).en
    'to {time}'
    >>> fill(Text("{t}の病院", "a hospital {t}"), {"t": Text("30分以上", "30 min or more")}).en
    'a hospital 30 min or more'
    """

    def one(text: str, lang: Lang) -> str:
        def word(found: re.Match[str]) -> str:
            value = values.get(found[1], found[0])
            return value.render(lang) if isinstance(value, Text) else value

        return SLOT.sub(word, text)

    return Text(one(template.ja, Lang.JA), one(template.en, Lang.EN))
