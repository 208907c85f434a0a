"""The interactive map: one HTML file that needs nothing but, at most, background tiles."""

from spots.map.rendering import render_map

__all__ = ["render_map"]
