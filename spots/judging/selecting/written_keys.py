"""Where the selections and results of a policy are written, and problems that name the place.

Stands apart: the checks of references and of names blame the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from groundfloor.near_names import nearest_names
from groundfloor.problems import Problem, Text, error
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.judging.policy_tables import MADE_IN_PYTHON
from spots.judging.selecting.selection_settings import Condition, SelectSetting

#: So many names are listed whole; of more, those that are near.
_ALL_NAMED = 12
#: Tables of a policy that are about ground.
SELECTION_TABLES = ("select", "result", "unit_reason")
_NOWHERE = TomlDocument(MADE_IN_PYTHON, {}, {})


@dataclass(frozen=True, slots=True)
class WrittenKeys:
    """The files that a policy's tables stand in.

    Parameters
    ----------
    tables : mapping of str to (TomlDocument, tuple)
        By the name of a table (``"select"``), its document and what stands before it there;
        a table that is absent was made in Python.
    """

    tables: Mapping[str, tuple[TomlDocument, KeyPath]] = field(default_factory=dict)

    def place(self, path: KeyPath) -> tuple[str, int | None, str]:
        """Return file, line and key of a path into the policy."""
        document, prefix = self.tables.get(str(path[0]), (_NOWHERE, ()))
        whole = (*prefix, *path)
        return document.file, document.line_of(whole), key_name(whole)


def key_error(
    code: str,
    at: tuple[str, int | None, str],
    message: Text,
    remedy: Text,
    value: str | None = None,
) -> Problem:
    """Return an error about a key of the policy, at its `WrittenKeys.place`."""
    file, row, column = at
    return error(code, message, remedy, file=file, row=row, column=column, value=value)


def name_means_several(name: str, meant: Sequence[str], path: KeyPath, at: WrittenKeys) -> Problem:
    """Return an error about a name that several have."""
    ja, en = "、".join(meant), ", ".join(meant)
    return key_error(
        "name-means-several",
        at.place(path),
        Text(f"この名称は複数あります: {ja}", f"means several: {en}"),
        Text("名称の代わりにコードを書いてください", "write the code instead of the name"),
        name,
    )


def unknown_name(
    code: str, at: tuple[str, int | None, str], what: Text, wanted: str, known: Sequence[str]
) -> Problem:
    """Return an error about a name that nothing has, with those that it may mean."""
    message = Text(f"この{what.ja}はありません", f"is no {what.en} that is there")
    return key_error(code, at, message, candidates(wanted, known), wanted)


def candidates(wanted: str, known: Sequence[str]) -> Text:
    """Return what may be meant: all names where they are few, else the nearest.

    Examples
    --------
    >>> candidates("真庭", ["真庭市", "津山市"]).en
    'use one of: 真庭市, 津山市'
    """
    each = tuple(dict.fromkeys(known))
    if not each:
        return Text("実行ファイルに書き加えてください", "the run has none: add it to the run file")
    if len(each) <= _ALL_NAMED:
        near = nearest_names(wanted, each)
        listed = (*near, *(n for n in each if n not in near))
        ja, en = "、".join(listed), ", ".join(listed)
        return Text(f"次のいずれかにしてください: {ja}", f"use one of: {en}")
    if near := nearest_names(wanted, each):
        ja, en = "、".join(near), ", ".join(near)
        return Text(f"近い名称: {ja}", f"the nearest are: {en}")
    return Text("名称かコードを確かめてください", "check the name, or write the code")


def written_conditions(setting: SelectSetting, number: int) -> Iterator[tuple[KeyPath, Condition]]:
    """Yield every condition of a selection with the path of its table."""
    if setting.where is not None:
        yield from _conditions(setting.where, ("select", number, "where"))


def _conditions(condition: Condition, path: KeyPath) -> Iterator[tuple[KeyPath, Condition]]:
    yield path, condition
    for key in ("any", "all", "none"):
        for n, part in enumerate(getattr(condition, key)):
            yield from _conditions(part, (*path, key, n))
