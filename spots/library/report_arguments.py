"""What a report is asked to hold, in words: of an option, or of an argument in Python.

Stands apart: commands and notebooks choose by the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from groundfloor.problems import Problem, Text, UsageError, error
from spots.telling.report_words import called, words_of
from spots.types import MapPages, ReportChoice, ReportSection, RoutePages, TablePaper

E = TypeVar("E", bound=StrEnum)
Chosen = str | Iterable[str] | None
_COMMAS = re.compile(r"[,、，]")


def report_choice(
    usual: ReportChoice,
    *,
    sections: Chosen = None,
    maps: Chosen = None,
    routes: str | None = None,
    paper: str | None = None,
) -> ReportChoice:
    """Return what a report is to hold: what is asked for, and the rest as usual.

    Parameters
    ----------
    usual : ReportChoice
        What holds where nothing is asked for.
    sections, maps : str or iterable of str, optional
        Keys, or the words that the report prints; several of one text stand between commas.
    routes, paper : str, optional
        Likewise, one word.

    Raises
    ------
    UsageError
        A word calls nothing; every such word is named.

    Examples
    --------
    >>> report_choice(ReportChoice(), sections="別表、地図").sections
    (<ReportSection.MAPS: 'maps'>, <ReportSection.ANNEX: 'annex'>)
    """
    problems: list[Problem] = []
    asked: dict[str, Any] = {
        "sections": several_of(ReportSection, sections, "--sections", problems),
        "maps": several_of(MapPages, maps, "--maps", problems),
        "routes": _one(RoutePages, routes, "--routes", problems),
        "paper": _one(TablePaper, paper, "--paper", problems),
    }
    if problems:
        raise UsageError(problems)
    return replace(usual, **{key: value for key, value in asked.items() if value})


def several_of(kind: type[E], asked: Chosen, option: str, problems: list[Problem]) -> tuple[E, ...]:
    """Return the members of `kind` that words call, in their order; add what calls none."""
    if asked is None:
        return ()
    words = [part for each in _texts(asked) for part in _COMMAS.split(each) if part.strip()]
    found = [_one(kind, word, option, problems) for word in words or [""]]
    return tuple(member for member in kind if member in found)


def _texts(asked: str | Iterable[str]) -> Iterable[str]:
    return (asked,) if isinstance(asked, str) else asked


def _one(kind: type[E], asked: str | None, option: str, problems: list[Problem]) -> E | None:
    if asked is None:
        return None
    found = called(kind, asked)
    if found is None:
        known = words_of(kind)
        problems.append(
            error(
                "report-word",
                Text("出力や報告書の言葉ではありません", "is no word of outputs or of the report"),
                Text(f"{known.ja} のいずれかにしてください", f"use one of: {known.en}"),
                column=option,
                value=asked,
            )
        )
    return found
