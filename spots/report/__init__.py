"""``report.pdf``: what a council keeps in its binder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.report.document import render_report

__all__ = ["render_report"]

_HOMES = {
    "spots.report.document": ("render_report",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
