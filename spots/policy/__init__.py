"""The policy: a prefecture's rule as data, its presets, and the checks that keep it sound."""

from spots.policy.loading import load_policy, policy_document, preset_document, preset_names
from spots.policy.model import (
    CircleSetting,
    Cut,
    ManualDecision,
    MunicipalityExclusion,
    PlaceSetting,
    Policy,
    PolicyHead,
    ScopeSetting,
    ValiditySetting,
)

__all__ = [
    "CircleSetting",
    "Cut",
    "ManualDecision",
    "MunicipalityExclusion",
    "PlaceSetting",
    "Policy",
    "PolicyHead",
    "ScopeSetting",
    "ValiditySetting",
    "load_policy",
    "policy_document",
    "preset_document",
    "preset_names",
]
