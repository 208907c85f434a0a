"""Files whose form their suffix says: one of a few, or it is refused before the work is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundfloor.problems import Text, UsageError, error

_MESSAGE = Text("この拡張子では書き出せません", "no output has this suffix")


def refuse_other_suffix(
    path: Path, known: Sequence[str], code: str = "output-kind", message: Text = _MESSAGE
) -> None:
    """Refuse a target of no form that there is.

    Parameters
    ----------
    path : Path
        The target.
    known : sequence of str
        Suffixes in lower case, two or more (``".csv"``), in the order in which they are named.
    code : str
        Code of the problem.
    message : Text
        What is the matter.

    Raises
    ------
    UsageError
        Its suffix is none of them.
    """
    if path.suffix.lower() in known:
        return
    ja, en = "、".join(known), " or ".join((", ".join(known[:-1]), known[-1]))
    remedy = Text(f"{ja} のいずれかにしてください", f"use {en}")
    raise UsageError(error(code, message, remedy, file=str(path), column="--out"))
