"""Field types that settings share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from groundfloor.problems import Text

STRICT = ConfigDict(extra="forbid")

# TOML can write inf and nan; no setting means them, and inf minutes are no integer.
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1)]

# [0-9], for \d would let ４３１００ through, which then equals no code.
_MUNICIPALITY = r"^[0-9]{5}$"
_PREFECTURE = r"^(0[1-9]|[1-3][0-9]|4[0-7])$"
_NUMBER = r"^[1-9]$"

MunicipalityCode = Annotated[str, Field(pattern=_MUNICIPALITY)]
PrefectureCode = Annotated[str, Field(pattern=_PREFECTURE)]
CriterionNumber = Annotated[str, Field(pattern=_NUMBER)]

#: What each pattern asks for, in words.
PATTERN_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        _MUNICIPALITY: Text(
            '市区町村コード(半角数字5桁、例 "43100")',
            'a five-digit municipality code such as "43100"',
        ),
        _PREFECTURE: Text('都道府県コード("01"～"47")', 'a prefecture code, "01" to "47"'),
        _NUMBER: Text("1～9 の番号(例 [criterion.1])", "a number from 1 to 9, as in [criterion.1]"),
    }
)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A sentence of the policy in both languages."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    ja: Words
    en: Words

    @property
    def text(self) -> Text:
        """The same as a `Text`."""
        return Text(self.ja, self.en)
