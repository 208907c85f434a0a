"""Filling the sentences of a policy with a facility's figures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from problems import Text

#: Words in braces that a policy's reason sentences may use.
PLACEHOLDERS = frozenset(
    {"name", "municipality", "area", "nearest", "minutes", "threshold_min", "radius_km"}
)

_SLOT = re.compile(r"\{(\w+)\}")


def fill(sentence: Text, values: Mapping[str, str]) -> Text:
    """Return `sentence` with each ``{word}`` replaced; a value is never read as a template.

    Examples
    --------
    >>> fill(Text("{name}まで", "to {name}"), {"name": "{minutes}"}).en
    'to {minutes}'
    """

    def one(text: str) -> str:
        return _SLOT.sub(lambda m: values.get(m[1], m[0]), text)

    return Text(one(sentence.ja), one(sentence.en))
