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
    from spots.register.register import Added, Register, open_or_new
    from spots.register.register_store import RegisterError
    from spots.register.run_adding import RunToAdd, run_to_add

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
    "spots.register.register": ("Added", "Register", "open_or_new"),
    "spots.register.register_store": ("RegisterError",),
    "spots.register.run_adding": ("RunToAdd", "run_to_add"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
