"""What a scenario takes, checked before anything is read: a policy, lists, a ground, roads.

Stands apart: `scenario` asks questions of its parts; here is said what may not be a part.
"""

from __future__ import annotations

from pathlib import Path

from spots.judging.policy import Policy


def policy_of(policy: Policy | str | Path) -> Policy:
    """Return a policy that is given by itself, by the name of a preset or as a file."""
    if isinstance(policy, Policy):
        return policy
    a_file = isinstance(policy, Path) or policy.endswith(".toml")
    return Policy.read(policy) if a_file else Policy.preset(str(policy))
