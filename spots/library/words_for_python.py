"""Refusals of what commands do too, said in the words of Python: arguments instead of options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from groundfloor.problems import Problem, SpotsError, Text

_ARGUMENTS: Mapping[str, str] = {
    "--force": "force=True",
    "--schema": "schema",
    "--to": "con",
    "--result": "only",
    "--out": "path",
    "--facilities": "facilities",
    "--sections": "sections",
    "--maps": "maps",
    "--routes": "routes",
    "--paper": "paper",
}


@contextmanager
def arguments_for_options() -> Iterator[None]:
    """Name arguments where what is called inside refuses by the names of options."""
    try:
        yield
    except SpotsError as fault:
        said = tuple(_in_python(p) for p in fault.problems)
        if said == fault.problems:
            raise
        raise type(fault)(said) from fault.__cause__


@contextmanager
def file_called(name: str, shown: str) -> Iterator[None]:
    """Name an argument where what is called inside refuses the file that a frame was written to.

    Parameters
    ----------
    name : str
        Name of the file.
    shown : str
        What messages call it.
    """
    try:
        yield
    except SpotsError as fault:
        raise type(fault)(
            replace(p, file=shown) if p.file.endswith(name) else p for p in fault.problems
        ) from fault.__cause__


def _in_python(problem: Problem) -> Problem:
    column = problem.column
    return replace(
        problem,
        column=None if column is None else _ARGUMENTS.get(column, column),
        message=_worded(problem.message),
        remedy=_worded(problem.remedy),
    )


def _worded(text: Text) -> Text:
    ja, en = text.ja, text.en
    for option, argument in _ARGUMENTS.items():
        ja, en = ja.replace(option, argument), en.replace(option, argument)
    return Text(ja, en)
