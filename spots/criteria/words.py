"""Filling the sentences of a policy with a facility's figures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from problems import Text

#: Placeholders that every sentence may use, and those of travel-time criteria.
COMMON_WORDS = frozenset({"name", "municipality", "area", "radius_km"})
UNREACHABLE_WORDS = COMMON_WORDS | {"threshold_min"}
TRAVEL_WORDS = UNREACHABLE_WORDS | {"nearest", "minutes"}

#: A placeholder: a word in braces.
SLOT = re.compile(r"\{([^{}]*)\}")


def fill(sentence: Text, values: Mapping[str, str]) -> Text:
    """Return `sentence` with each ``{word}`` replaced; a value is never read as a template.

    Examples
    --------
    >>> fill(Text("{name}まで", "to {name}"), {"name": "{minutes}"}).en
    'to {minutes}'
    """

    def one(text: str) -> str:
        return SLOT.sub(lambda m: values.get(m[1], m[0]), text)

    return Text(one(sentence.ja), one(sentence.en))
