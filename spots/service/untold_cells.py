"""Problems of tables of persons, without anything that stands in such a table.

The readers of tables quote what they stumble on, which helps everywhere else: cells, headings,
names of sheets and of files in a zip. Of a table of postings nothing of that goes into a message: a
sheet may be a doctor's. What they say is handed on only where the sentence is known to hold nothing
but words of this program and counts; any other gives way to one that does not. Stands apart: what
is read and what may be said of it are two questions, and this one is asked of every problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from groundfloor.folding import header_key
from groundfloor.problems import DataError, Problem, Severity, SpotsError, Text, error

T = TypeVar("T")

#: Problems of readers whose sentences are fixed, but for counts, encodings and places.
_SAFE = frozenset(
    {
        *(
            "person-table-fault",
            "file-unreadable",
            "suffix-misleads",
            "file-missing",
            "file-too-large",
            "empty-file",
            "no-rows",
            "only-example-rows",
        ),
        *("format-unknown", "too-many-rows", "too-many-columns", "not-text", "column-twice"),
        *("xlsx-damaged", "xlsx-encrypted", "xls-old-format", "xlsx-too-large"),
        *("hidden-rows-read", "hidden-column-read", "control-character"),
        *("formula-without-value", "cell-error-value", "more-cells-without-value"),
        *("wrong-encoding", "encoding-guessed", "encoding-unclear"),
        *("units-row", "total-row", "note-row", "example-row", "header-repeated", "header-changed"),
        *("zip-damaged", "zip-encrypted", "zip-symbolic-link", "zip-too-large"),
        *("zip-unknown-compression", "zip-duplicate-name", "zip-unsafe-name", "zip-name-too-long"),
    }
)
_UNTOLD = Text(
    "表として読めません（個人の表なので、セルやシートの内容は表示しません）",
    "cannot be read as a table (it is of persons, so neither cells nor sheets are shown)",
)
_UNTOLD_REMEDY = Text(
    "表が1つだけのファイルにし、見出しの行と書き方を確かめてください",
    "make it a file of one table, and check its row of headings",
)
_NOTED = Text(
    "読み方に注意があります（個人の表なので、セルやシートの内容は表示しません）",
    "was read with a doubt (it is of persons, so neither cells nor sheets are shown)",
)
_FAULT = Text(
    "読み取り・集計の途中で想定外の誤りが起きました（個人の表なので、詳細は表示しません）",
    "something unforeseen went wrong (the table is of persons, so no more is shown)",
)
_FAULT_REMEDY = Text(
    "個人を含まない作り物の表で同じことが起きるか試し、その表を添えて報告してください",
    "try whether a made-up table does the same, and report it with that",
)
#: What is no matter of persons in cells: dates, hours, marks.
_HARMLESS = re.compile(r"[0-9０-９元年月日時間週.,/:：．，／\-+−－\sRHSＲＨＳ令和平成昭hH]*")
_NAMES_TOLD = 3


def without_cells(
    problems: Iterable[Problem], headings: Mapping[str, Sequence[str]], label: str
) -> Iterator[Problem]:
    """Yield problems without anything that stands in a table.

    Parameters
    ----------
    problems : iterable of Problem
        What the readers of tables found.
    headings : mapping of str to sequence of str
        Headings that the table may have, by column: these may be named.
    label : str
        The file's name for messages, in the place of that of a file in a zip.
    """
    known = {header_key(word) for words in headings.values() for word in words}
    for problem in problems:
        named = problem.column is not None and header_key(problem.column) in known
        bare = replace(problem, value=None, column=problem.column if named else None, file=label)
        if bare.code == "column-missing":
            yield _missing(bare, headings)
        elif bare.code in _SAFE:
            yield bare
        else:
            message = _UNTOLD if bare.severity is Severity.ERROR else _NOTED
            yield replace(bare, message=message, remedy=_UNTOLD_REMEDY)


def _missing(problem: Problem, headings: Mapping[str, Sequence[str]]) -> Problem:
    """Return which column is missing, without those that are there."""
    for words in headings.values():
        own = [word for word in words if not word.isascii()] or list(words)
        if problem.message.ja.startswith(f"「{own[0]}」"):
            ja = " / ".join(own[:_NAMES_TOLD])
            return replace(
                problem,
                message=Text(f"「{own[0]}」の列がありません", f"there is no column {words[0]!r}"),
                remedy=Text(
                    f"見出しを次のいずれかにしてください：{ja}",
                    f"use one of these headers: {words[0]} / {own[0]}",
                ),
            )
    return replace(problem, message=_UNTOLD, remedy=_UNTOLD_REMEDY)


def unquoted(work: Callable[[], T], label: str) -> T:
    """Return what work on tables of persons returns; a fault that nobody foresaw tells no cell.

    Parameters
    ----------
    work : callable
        What reads or counts.
    label : str
        The file's name for messages.

    Raises
    ------
    SpotsError
        What `work` raises of them.
    DataError
        ``person-table-fault`` for anything else: without cause or context, which may quote a cell.
    """
    try:
        return work()
    except SpotsError as known:
        found, kind = known.problems, type(known)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it may quote a cell
        found, kind = (error("person-table-fault", _FAULT, _FAULT_REMEDY, file=label),), DataError
    # Raised here and not where it was caught, it carries neither cause nor context.
    raise kind(found)


def shown(cell: str) -> str | None:
    """Return a cell that may be quoted, being a date or a number; None for any other.

    Examples
    --------
    >>> shown("R7.13.1"), shown("山田")
    ('R7.13.1', None)
    """
    return cell if _HARMLESS.fullmatch(cell) else None
