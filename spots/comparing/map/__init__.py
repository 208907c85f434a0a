"""The map of a comparison: before and after in one file that needs nothing from outside."""

from spots.comparing.map.page import render_comparison

__all__ = ["render_comparison"]
