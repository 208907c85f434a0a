"""Filling the sentences of a policy with a facility's figures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from groundfloor.problems import Lang, Text

#: Placeholders that every sentence may use, and those of travel-time criteria.
COMMON_WORDS = frozenset({"name", "municipality", "area", "radius_km"})
#: ``threshold`` is the number with its comparison (30分以上): no sentence can then state another.
THRESHOLD_WORDS = frozenset({"threshold", "threshold_min"})
UNREACHABLE_WORDS = COMMON_WORDS | THRESHOLD_WORDS
TRAVEL_WORDS = UNREACHABLE_WORDS | {"nearest", "minutes"}

#: A placeholder: a word in braces.
SLOT = re.compile(r"\{([^{}]*)\}")


def fill(sentence: Text, values: Mapping[str, str | Text]) -> Text:
    """Return `sentence` with each ``{word}`` replaced; a value is never read as a template.

    Examples
    --------
    >>> fill(Text("{name}まで", "to {name}"), {"name": "{minutes}"}).en
    'to {minutes}'
    >>> fill(Text("{t}の病院", "a hospital {t}"), {"t": Text("30分以上", "30 minutes or more")}).en
    'a hospital 30 minutes or more'
    """

    def one(text: str, lang: Lang) -> str:
        def word(found: re.Match[str]) -> str:
            value = values.get(found[1], found[0])
            return value.render(lang) if isinstance(value, Text) else value

        return SLOT.sub(word, text)

    return Text(one(sentence.ja, Lang.JA), one(sentence.en, Lang.EN))
