"""Words of the tools: Japanese, or English where QGIS itself speaks English."""

from __future__ import annotations

from qgis.core import QgsApplication


def in_english() -> bool:
    """Whether QGIS is in English."""
    return str(QgsApplication.locale()).lower().startswith("en")


def said(ja: str, en: str) -> str:
    """Return the words in the language of QGIS."""
    return en if in_english() else ja
