"""The register of designations: one file, appended to, never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.register.membership import (
        InstitutionMemberships,
        Membership,
        institution_rows,
        memberships,
    )
    from spots.register.register import Added, Register, RunToAdd, open_or_new, run_to_add
    from spots.register.register_store import RegisterError

__all__ = [
    "Added",
    "InstitutionMemberships",
    "Membership",
    "Register",
    "RegisterError",
    "RunToAdd",
    "institution_rows",
    "memberships",
    "open_or_new",
    "run_to_add",
]

_HOMES = {
    "spots.register.membership": (
        "InstitutionMemberships",
        "Membership",
        "institution_rows",
        "memberships",
    ),
    "spots.register.register": ("Added", "Register", "RunToAdd", "open_or_new", "run_to_add"),
    "spots.register.register_store": ("RegisterError",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
