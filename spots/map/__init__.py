"""The interactive map: one HTML file that needs nothing but, at most, background tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.map.rendering import render_map

__all__ = ["render_map"]

_HOMES = {
    "spots.map.rendering": ("render_map",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
