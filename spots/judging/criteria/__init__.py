"""Criteria as data: each kind is a frozen setting that can judge every facility at once.

A new kind is a new module with a dataclass that has the members of `CriterionKind`, and its name
in `CriterionSetting`. The pipeline knows kinds by these members alone.
"""

from typing import Annotated

from pydantic import Field

from spots.judging.criteria.criterion import CriterionKind
from spots.judging.criteria.facts import Facts, NamedList, PolicyFacts, TiedRoads
from spots.judging.criteria.has_type import TypeSetting
from spots.judging.criteria.nearest_other import NearestOtherTimeSetting
from spots.judging.criteria.nearest_other_distance import NearestOtherDistanceSetting
from spots.judging.criteria.rule import RuleSetting
from spots.judging.criteria.travel import TravelSetting, Turn

CriterionSetting = Annotated[
    TypeSetting | NearestOtherTimeSetting | NearestOtherDistanceSetting,
    Field(discriminator="kind"),
]

__all__ = [
    "CriterionKind",
    "CriterionSetting",
    "Facts",
    "NamedList",
    "NearestOtherDistanceSetting",
    "NearestOtherTimeSetting",
    "PolicyFacts",
    "RuleSetting",
    "TiedRoads",
    "TravelSetting",
    "Turn",
    "TypeSetting",
]
