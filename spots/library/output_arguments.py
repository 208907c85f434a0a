"""What a run is to write, in words: of options, or of an argument in Python.

Stands apart: commands and notebooks choose by the same words.
"""

from __future__ import annotations

from groundfloor.problems import Problem, UsageError
from spots.library.report_arguments import Chosen, several_of
from spots.types import OptionalOutput, OutputChoice

_NONE = frozenset({"none", "なし"})


def output_choice(outputs: Chosen = None, *, report: bool = True) -> OutputChoice:
    """Return what is to be written otherwise than the run file says.

    Parameters
    ----------
    outputs : str or iterable of str, optional
        These alone, by key, by the words of the outputs or by file name; several of one text stand
        between commas. ``"none"`` and an empty list are the verdicts alone.
    report : bool
        Whether the report may be among them.

    Raises
    ------
    UsageError
        A word calls nothing; every such word is named.

    Examples
    --------
    >>> output_choice("地図, report.pdf").only
    (<OptionalOutput.MAP: 'map'>, <OptionalOutput.REPORT: 'report'>)
    >>> output_choice("none").only, output_choice(report=False).without
    ((), (<OptionalOutput.REPORT: 'report'>,))
    """
    problems: list[Problem] = []
    words = [outputs] if isinstance(outputs, str) else outputs and list(outputs)
    if words is None:
        only: tuple[OptionalOutput, ...] | None = None
    elif all(word.strip().casefold() in _NONE for word in words):
        only = ()
    else:
        only = several_of(OptionalOutput, words, "--outputs", problems)
    if problems:
        raise UsageError(problems)
    return OutputChoice(only, () if report else (OptionalOutput.REPORT,))
