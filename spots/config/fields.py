"""Field types that settings share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from problems import Text

STRICT = ConfigDict(extra="forbid")

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Words = Annotated[str, Field(min_length=1)]


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
