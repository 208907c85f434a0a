"""What is wrong with an input, said once for people and for machines.

Every room of the project (``spots``, ``networks``, ``boundaries``) reports trouble with the same
three values: a `Text` in two languages, a `Problem` that says where and what to do, and an error
that carries *all* problems found in an input instead of the first one.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Lang(StrEnum):
    """Language of what staff and planners read."""

    JA = "ja"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the product.

    Examples
    --------
    >>> Text("行がありません", "no rows").render(Lang.EN)
    'no rows'
    """

    ja: str
    en: str

    def render(self, lang: Lang | str = Lang.JA) -> str:
        """Return the sentence in `lang`.

        Raises
        ------
        UsageError
            There is no such language.
        """
        if lang == Lang.JA:  # asked for every word of every artefact: no look-up here
            return self.ja
        if lang == Lang.EN:
            return self.en
        return self.ja if one_of(Lang, lang, "lang") is Lang.JA else self.en


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"  # the input cannot be used
    WARNING = "warning"  # used, but a person should look
    NOTE = "note"  # done and worth knowing (a merge, a correction)


#: What stands before the name of a policy that comes with the package, where others have a file.
PRESET_PREFIX = "preset:"

_VALUE = Text("値", "value")
_LINE = Text("{}行目", "line {}")
_PLACE_WORDS = {
    "table": (Text("{}行目", "row {}"), Text("列", "column")),
    "settings": (_LINE, Text("キー", "key")),
    "option": (_LINE, Text("オプション", "option")),
}
_SEVERITY_LABEL = {
    Severity.ERROR: Text("エラー", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.NOTE: Text("確認", "note"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about an input: where, what, and what to do about it.

    Parameters
    ----------
    code : str
        Stable machine name, kebab-case (``"latitude-not-a-number"``).
    severity : Severity
        Whether the input can still be used.
    message, remedy : Text
        What is the matter; what the reader should do.
    file : str
        The file's name as the user gave it; empty when it is not about a file.
    row : int or None
        One-based row (or line) as a spreadsheet or editor shows it.
    column : str or None
        Column header, key or attribute.
    value : str or None
        The offending value as found.
    """

    code: str
    severity: Severity
    message: Text
    remedy: Text
    file: str = ""
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def place(self, lang: Lang = Lang.JA) -> str:
        """Return where it is, e.g. ``list.csv: 12行目: 列「緯度」: 値「abc」``.

        A TOML file, or a value made in Python (``<Policy>``), has lines and keys where a table has
        rows and columns, and what begins with ``--`` is an option of the command line.
        """
        row, column = _PLACE_WORDS[self._kind()]
        parts = [clean(self.file)] if self.file else []
        if self.row is not None:
            parts.append(row.render(lang).format(self.row))
        for label, found in ((column, self.column), (_VALUE, self.value)):
            if found is not None:
                quoted = Text(f"「{one_line(found)}」", f" “{one_line(found)}”")
                parts.append(label.render(lang) + quoted.render(lang))
        return ": ".join(parts)

    def _kind(self) -> str:
        if self.column is not None and self.column.startswith("--"):
            return "option"
        settings = self.file.endswith(".toml") or self.file.startswith((PRESET_PREFIX, "<"))
        return "settings" if settings else "table"

    def render(self, lang: Lang = Lang.JA) -> str:
        """Return one line for a terminal: severity, place, message, remedy, code."""
        label = _SEVERITY_LABEL[self.severity].render(lang)
        place = self.place(lang)
        head = f"{label}: {place}: " if place else f"{label}: "
        remedy = self.remedy.render(lang)
        tail = f" → {remedy}" if remedy else ""
        return clean(f"{head}{self.message.render(lang)}{tail} [{self.code}]")

    def as_json(self, lang: Lang = Lang.JA) -> dict[str, str | int | None]:
        """Return the same as JSON-able data, for ``--json`` and the manifest."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message.render(lang),
            "remedy": self.remedy.render(lang),
        }


def severity_word(severity: Severity) -> Text:
    """Return what a severity is called where problems are told."""
    return _SEVERITY_LABEL[severity]


def clean(text: str) -> str:
    r"""Return `text` on one line, with control and direction characters as blanks.

    Terminal escape sequences in a file must not reach a terminal. The ideographic space stays: it
    is part of many names.

    Examples
    --------
    >>> clean("a\x1b[31mb\nc")
    'a [31mb c'
    """
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() or ch == "\u3000" else " " for ch in text)


def clean_lines(text: str) -> str:
    r"""Return `text` with every line cleaned; the line feeds between them stay.

    Examples
    --------
    >>> clean_lines("a\x1bb\nc\r\n")
    'a b\nc \n'
    """
    return "\n".join(clean(line) for line in text.split("\n"))


def one_line(value: str, limit: int = 60) -> str:
    """Return `value` cleaned and at most `limit` characters long.

    Examples
    --------
    >>> one_line("そよう病院" * 3, 8)
    'そよう病院そよ…'
    """
    shown = clean(value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def error(code: str, message: Text, remedy: Text, **place: str | int | None) -> Problem:
    """Return a `Problem` of severity error; `place` takes file, row, column and value."""
    return Problem(code, Severity.ERROR, message, remedy, **place)  # type: ignore[arg-type]


def warning(code: str, message: Text, remedy: Text, **place: str | int | None) -> Problem:
    """Return a `Problem` of severity warning; `place` takes file, row, column and value."""
    return Problem(code, Severity.WARNING, message, remedy, **place)  # type: ignore[arg-type]


def note(code: str, message: Text, remedy: Text, **place: str | int | None) -> Problem:
    """Return a `Problem` of severity note; `place` takes file, row, column and value."""
    return Problem(code, Severity.NOTE, message, remedy, **place)  # type: ignore[arg-type]


def file_missing(fault: OSError | ValueError | None = None, **place: str | int | None) -> Problem:
    """Return the problem of a file that is not there or cannot be read.

    Parameters
    ----------
    fault : OSError or ValueError, optional
        What opening it raised; none means that it is not there.
    **place
        As for `error`.
    """
    if fault is None or isinstance(fault, FileNotFoundError | ValueError | NotADirectoryError):
        message = Text("ファイルがありません", "there is no such file")
    elif isinstance(fault, IsADirectoryError):
        message = Text("ファイルではなくフォルダです", "is a folder, not a file")
    else:
        message = Text("ファイルを開けません", "cannot be opened")
    remedy = Text("パスと読み取り権限を確かめてください", "check the path and your access to it")
    return error("file-missing", message, remedy, **place)


def folder_missing(output: Path) -> Problem:
    """Return the problem of an output whose folder is not there."""
    what = Text("出力先のフォルダがありません", "there is no such folder to write to")
    remedy = Text("先にフォルダを作ってください", "make the folder first")
    return error("file-missing", what, remedy, file=str(output.parent))


_NOT_WRITTEN = {
    errno.ENOSPC: Text("空き容量がありません", "no space left"),
    errno.EDQUOT: Text("割り当てられた容量を超えました", "the quota is used up"),
    errno.EACCES: Text("書き込む権限がありません", "no permission to write"),
    errno.EPERM: Text("書き込む権限がありません", "no permission to write"),
    errno.EROFS: Text("読み取り専用です", "it is read-only"),
    errno.EISDIR: Text("同じ名前のフォルダがあります", "there is a folder of that name"),
    errno.EEXIST: Text("同じ名前のファイルがあります", "there is a file of that name"),
    errno.ENOTDIR: Text("途中のパスがフォルダではありません", "part of the path is no folder"),
    errno.ENOENT: Text("フォルダがありません", "there is no such folder"),
    errno.ENAMETOOLONG: Text("名前が長すぎます", "the name is too long"),
    errno.EBUSY: Text("使用中です", "it is in use"),
    errno.EFBIG: Text("ファイルが大きすぎます", "the file is too large"),
}


def why_not_written(fault: OSError) -> Text:
    """Return why the system did not write; what planners do not meet, in the system's words.

    Examples
    --------
    >>> why_not_written(OSError(errno.ENOSPC, "No space left on device")).ja
    '空き容量がありません'
    """
    said = fault.strerror or str(fault)
    return _NOT_WRITTEN.get(fault.errno or 0, Text(said, said))


class SpotsError(Exception):
    """Base of every error this project raises on purpose.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        Everything found, not only the first thing.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(p.render(Lang.EN) for p in self.problems))

    def __reduce__(self) -> tuple[type[SpotsError], tuple[tuple[Problem, ...]]]:
        """Pickle by the problems, so that an error crosses from one process to another whole."""
        return type(self), (self.problems,)

    def render(self, lang: Lang = Lang.JA) -> str:
        """Return every problem, a line each."""
        return "\n".join(p.render(lang) for p in self.problems)


class DataError(SpotsError, ValueError):
    """An input file holds what cannot be used."""


class MissingFileError(SpotsError, FileNotFoundError):
    """An input file is not there."""


class UsageError(SpotsError, ValueError):
    """A setting, a flag or a run file is wrong."""


class OutputError(SpotsError, OSError):
    """An output cannot be written where it was asked for."""


class OutputExistsError(SpotsError, FileExistsError):
    """The output is already there and was not to be overwritten."""


class ForeignFolderError(SpotsError, FileExistsError):
    """The output folder holds what this tool did not write, so it is not replaced."""


class ProblemWarning(UserWarning):
    """An input has problems that a verdict may hang on; `spots.problems` shows them one by one.

    ``warnings.simplefilter("error", spots.ProblemWarning)`` makes an error of it.
    """


def attempt(find: Callable[[], T]) -> tuple[T | None, tuple[Problem, ...]]:
    """Return what `find` returns, or None and the problems it raised, so that others follow."""
    try:
        return find(), ()
    except SpotsError as fault:
        return None, fault.problems


def one_of(kind: type[E], value: E | str, name: str) -> E:
    """Return a member of `kind`, which callers in Python may also give by its value.

    Parameters
    ----------
    kind : type
        A `StrEnum`.
    value : member of `kind`, or str
        What was given.
    name : str
        The parameter, for the message.

    Raises
    ------
    UsageError
        `value` is none of them; all of them are named.

    Examples
    --------
    >>> one_of(Lang, "ja", "lang")
    <Lang.JA: 'ja'>
    """
    if isinstance(value, kind):
        return value
    if isinstance(value, str) and value in set(kind):
        return kind(value)
    listed = ", ".join(f'"{member}"' for member in kind)
    raise UsageError(
        error(
            "wrong-value",
            Text("使えない値です", "is not one of the choices"),
            Text(f"{listed} のいずれかにしてください", f"use one of: {listed}"),
            column=name,
            value=str(value),
        )
    )
