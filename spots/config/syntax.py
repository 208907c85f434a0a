"""What `tomllib` says of a broken TOML file, as a problem with line and Japanese words."""

from __future__ import annotations

import re

from groundfloor.problems import Problem, Text, error

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

# Beginnings of tomllib's messages. Its wording may change between Python versions; what is not
# recognised falls back to a general sentence, and the English always has the original.
_TWICE = "同じキーまたはテーブルが二度書かれています"
_STRING = "文字列が引用符で閉じられていません"
_ESCAPE = r"文字列の中の \ の使い方が正しくありません(パスは '…' で囲むと \ をそのまま書けます)"
_REASONS = (
    ("Cannot overwrite a value", _TWICE),
    ("Cannot declare", _TWICE),
    ("Cannot mutate", _TWICE),
    ("Cannot redefine", _TWICE),
    ("Duplicate inline table key", _TWICE),
    ("Expected '='", "キーの後に = がありません"),
    ("Expected ']", "テーブル名の ] がありません"),
    ("Expected newline", "値の後に余分な文字があります"),
    ("Expected", _STRING),
    ("Unterminated string", _STRING),
    ("Illegal character '\\n'", _STRING),
    ("Illegal character", "使えない制御文字があります"),
    ("Found invalid character", "使えない制御文字があります"),
    ("Invalid initial character", "キーの書き方が正しくありません(日本語のキーは引用符で囲みます)"),
    ("Invalid statement", "「キー = 値」の形になっていません(日本語のキーは引用符で囲みます)"),
    ("Unclosed array", "配列の ] がありません"),
    ("Unclosed inline table", "{ に対する } がありません"),
    ("Unescaped", _ESCAPE),
    ("Invalid hex value", _ESCAPE),
    ("Escaped character", _ESCAPE),
    ("Invalid date", "ない日付または時刻です"),
    ("Invalid value", "値がないか、書き方が正しくありません(文字列は引用符で囲みます)"),
)


def syntax_problem(fault: ValueError | RecursionError, text: str, file: str) -> Problem:
    """Return what is wrong with `text`, by line.

    Parameters
    ----------
    fault : ValueError or RecursionError
        What the parser raised: a `tomllib.TOMLDecodeError`, a number with too many digits, or
        tables and arrays nested too deeply.
    text : str
        The file's text.
    file : str
        Its name for messages.

    Returns
    -------
    Problem
        Of code ``toml-syntax``.
    """
    if isinstance(fault, RecursionError):
        return _problem(Text("入れ子が深すぎます", "is nested too deeply"), file, None)
    written = str(fault)
    place = _PLACE.search(written)
    if place is None:
        return _problem(Text("読めない値があります", f"is not valid TOML: {written}"), file, None)
    bare = written[: place.start()]
    why = next((ja for start, ja in _REASONS if bare.startswith(start)), "書き方が正しくありません")
    if place["line"] is None:
        last = text.rstrip().count("\n") + 1
        return _problem(
            Text(f"TOML として読めません: {why}", f"is not valid TOML at its end: {bare}"),
            file,
            last,
        )
    column = place["column"]
    return _problem(
        Text(
            f"TOML として読めません({column}文字目): {why}",
            f"is not valid TOML at character {column}: {bare}",
        ),
        file,
        int(place["line"]),
    )


def _problem(message: Text, file: str, row: int | None) -> Problem:
    remedy = Text(
        "その行か、すぐ前の行の書き方を直してください", "mend that line or the one before"
    )
    return error("toml-syntax", message, remedy, file=file, row=row)
