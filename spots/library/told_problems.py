"""Problems as people in Python meet them: one warning with a count, and a frame to look at.

Whatever a noun of the library found doubtful travels with what it returns: frames carry their
problems in ``attrs``, as plain data, so that they survive ``copy``, filters and pickling, and
Parquet from geopandas 1.2 on (before, a frame read back has no problems noted); other values
have them in ``problems``. `problems` gives a frame of either.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol, TypeVar

from groundfloor.arguments import of_kind
from groundfloor.codec import compact_json, decode, encode
from groundfloor.problems import Lang, Problem, ProblemWarning, Severity, SpotsError, Text, one_of

if TYPE_CHECKING:
    import pandas as pd

#: Where a frame keeps what the library notes of it.
ATTRS = "spots"
_SEVERITIES = [severity.value for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)]
_TOLD = Text(
    "spots の関数が返した表、Ground、Roads、Scenario、Result、例外のいずれかを渡してください",
    "give what the library returned (a frame, Ground, Roads, Scenario, Result), or an error",
)
_CODES_NAMED = 3  # in a warning: the kinds with most problems
#: Where `warned_once` gathers what would be warned of; each thread, and each nesting, its own.
_GATHERED: ContextVar[list[Problem] | None] = ContextVar("gathered", default=None)


class HasProblems(Protocol):
    """What carries its problems as values beside the frame of them: grounds, roads, results."""

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes, in the order in which they were found."""
        ...


F = TypeVar("F", bound="pd.DataFrame")


def problems(
    of: pd.DataFrame | HasProblems | SpotsError | Iterable[Problem], *, lang: Lang | str = Lang.JA
) -> pd.DataFrame:
    """Return the problems of a value of the library, a row each.

    Parameters
    ----------
    of : DataFrame, Ground, Roads, Scenario, Result, SpotsError or iterable of Problem
        A frame that the library returned, or anything with ``problems``.
    lang : str
        ``"ja"`` or ``"en"``, of the sentences.

    Returns
    -------
    DataFrame
        RangeIndex, in the order in which they were found; columns ``severity`` (category: error,
        warning, note), ``code`` (stable, see ``docs/problems.md``), ``message``, ``remedy``,
        ``file``, ``row`` (Int64, as a spreadsheet shows it; of a frame the row's number from 1),
        ``column``, ``value``; of a frame of facilities also ``facility``, the label of the row.

    Raises
    ------
    UsageError
        There is no such language, or `of` has no problems to tell.

    Examples
    --------
    >>> import spots as ss
    >>> ss.problems([]).columns.tolist()[:3]
    ['severity', 'code', 'message']
    """
    import pandas as pd  # noqa: PLC0415 (heavy, and errors are told without it)

    spoken = one_of(Lang, lang, "lang")
    if isinstance(of, pd.DataFrame):
        return _with_labels(problem_frame(noted_problems(of), spoken), notes_of(of).get("labels"))
    found = tuple(of.problems if isinstance(of, SpotsError) else _found(of))
    return problem_frame(found, spoken)


def _with_labels(frame: pd.DataFrame, noted_labels: object) -> pd.DataFrame:
    """Return a frame of problems with the labels of the rows they are of, where these are known."""
    if not isinstance(noted_labels, str):
        return frame
    labels = {(file, row): label for file, row, label in json.loads(noted_labels)}
    places = zip(frame["file"], frame["row"], strict=True)
    return frame.assign(facility=[labels.get(place) for place in places])


def labels_noted(found: Iterable[Problem], called: Mapping[tuple[str, int], Hashable]) -> str:
    """Return the labels of the rows that problems are of, as `noted` keeps them: in one text.

    Parameters
    ----------
    found : iterable of Problem
        Of lists.
    called : mapping of (str, int) to label
        By file and row.
    """
    places = dict.fromkeys((p.file, p.row) for p in found if p.row is not None)
    return compact_json([[*place, _plain(called[place])] for place in places if place in called])


def _plain(label: Hashable) -> object:
    """Return a label as JSON holds it."""
    item = getattr(label, "item", None)  # of numpy
    value = item() if callable(item) else label
    return value if isinstance(value, str | int | float) else str(value)


def _found(of: HasProblems | Iterable[Problem]) -> Iterable[Problem]:
    found = of if isinstance(of, Iterable) else getattr(of, "found_problems", (of,))
    return [of_kind(each, Problem, "of", _TOLD) for each in found]


def problem_frame(found: Sequence[Problem], lang: Lang) -> pd.DataFrame:
    """Return problems as a frame; see `problems` for its columns."""
    import pandas as pd  # noqa: PLC0415

    def texts(values: Iterable[str | None]) -> pd.Series:
        return pd.Series(list(values), dtype="string")

    return pd.DataFrame(
        {
            "severity": pd.Categorical(
                [p.severity.value for p in found], categories=_SEVERITIES, ordered=True
            ),
            "code": texts(p.code for p in found),
            "message": texts(p.message.render(lang) for p in found),
            "remedy": texts(p.remedy.render(lang) for p in found),
            "file": texts(p.file or None for p in found),
            "row": pd.array([p.row for p in found], dtype="Int64"),
            "column": texts(p.column for p in found),
            "value": texts(p.value for p in found),
        }
    )


def noted(frame: F, found: Iterable[Problem], **more: object) -> F:
    """Return `frame` with its problems noted in ``attrs``, and whatever else is to be kept.

    Parameters
    ----------
    frame : DataFrame
        Just made: nobody else holds it.
    found : iterable of Problem
        Warnings and notes.
    **more
        Plain data (what JSON holds), by name.
    """
    # One text, which costs nothing: pandas copies attrs deeply with every step that is taken.
    told = compact_json([encode(p) for p in found])
    frame.attrs[ATTRS] = {"problems": told, **more}
    return frame


def noted_too(frame: F, given: pd.DataFrame | pd.Series, found: Iterable[Problem]) -> F:
    """Return `frame` with what was noted of what it was made from, and more problems.

    Parameters
    ----------
    frame : DataFrame
        Just made: nobody else holds it.
    given : DataFrame or Series
        The caller's.
    found : iterable of Problem
        Warnings and notes of making one of the other.
    """
    notes = notes_of(given)
    more = {name: value for name, value in notes.items() if name != "problems"}
    return noted(frame, [*noted_problems(given), *found], **more)


def notes_of(frame: pd.DataFrame | pd.Series) -> Mapping[str, object]:
    """Return what the library noted of a frame; nothing where another tool made it."""
    notes = frame.attrs.get(ATTRS)
    return notes if isinstance(notes, Mapping) else {}


def noted_problems(frame: pd.DataFrame | pd.Series) -> tuple[Problem, ...]:
    """Return the problems that were noted of a frame."""
    given = notes_of(frame).get("problems")
    if not isinstance(given, str):
        return ()
    return tuple(decode(each, Problem) for each in json.loads(given))


def warn_of(found: Iterable[Problem], what: str, *, stacklevel: int = 3) -> None:
    """Warn once of all warnings among problems: how many, and of which kinds.

    Parameters
    ----------
    found : iterable of Problem
        Notes are no warnings, and are left to `problems`.
    what : str
        What has them, such as ``"emergency.xlsx"``.
    stacklevel : int
        As of `warnings.warn`: 3 for a function that a user calls and that calls this.
    """
    told = [p for p in found if p.severity is not Severity.NOTE]
    if (gathered := _GATHERED.get()) is not None:
        gathered += told
        return
    codes = Counter(p.code for p in told)
    if not codes:
        return
    total = codes.total()
    shown = ", ".join(f"{code} × {n}" for code, n in codes.most_common(_CODES_NAMED))
    more = ", …" if len(codes) > _CODES_NAMED else ""
    plural = "problem" if total == 1 else "problems"
    said = f"{total} {plural} in {what} ({shown}{more}): see spots.problems(...)"
    warnings.warn(said, ProblemWarning, stacklevel=stacklevel)


@contextmanager
def warned_once(what: str, *, stacklevel: int = 5) -> Iterator[None]:
    """Gather what is warned of inside, and warn once of all of it, each problem counted once.

    Parameters
    ----------
    what : str
        What has the problems, such as ``"this sweep"``.
    stacklevel : int
        As of `warnings.warn`: 5 for a function that a user calls and that has this ``with``.
    """
    found: list[Problem] = []
    token = _GATHERED.set(found)
    try:
        yield
    finally:
        _GATHERED.reset(token)
    warn_of(dict.fromkeys(found), what, stacklevel=stacklevel)
