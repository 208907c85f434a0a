"""Arguments that callers in Python may give wrongly without Python minding.

``True`` is a number, NaN is on neither side of a limit, and a text where a flag is meant is true.
What cannot be taken for what it means is refused by the name of the parameter.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

from groundfloor.problems import Text, UsageError, error


def flag(value: object, name: str) -> bool:
    """Return a yes or no.

    Raises
    ------
    UsageError
        It is anything else, a text for example.
    """
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return bool(value)
    raise _wrong("wrong-type", value, name, Text("True か False", "True or False"))


def number(value: object, name: str, *, least: float | None = None) -> float:
    """Return a finite number that is not below `least`.

    Raises
    ------
    UsageError
        It is no number, NaN, infinite or too small.

    Examples
    --------
    >>> number(100, "tolerance_m", least=0)
    100.0
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise _wrong("wrong-type", value, name, Text("数値", "a number"))
    if not math.isfinite(value):
        raise _wrong("wrong-value", value, name, Text("有限の数値", "a finite number"))
    if least is not None and value < least:
        want = Text(f"{least:g} 以上の数値", f"a number from {least:g}")
        raise _wrong("wrong-value", value, name, want)
    return float(value)


def whole_number(value: object, name: str, *, least: int | None = None) -> int:
    """Return a whole number (numpy's too) that is not below `least`.

    Raises
    ------
    UsageError
        It is no whole number, or too small.

    Examples
    --------
    >>> whole_number(3, "count", least=1)
    3
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise _wrong("wrong-type", value, name, Text("整数", "a whole number"))
    if least is not None and value < least:
        raise _wrong(
            "wrong-value", value, name, Text(f"{least} 以上の整数", f"a whole number from {least}")
        )
    return int(value)


def of_kind(value: Any, kinds: type | tuple[type, ...], name: str, remedy: Text) -> Any:
    """Return a value that is of the right kind: what the remedy says.

    Parameters
    ----------
    value : object
        What was given.
    kinds : type or tuple of type
        What it may be.
    name : str
        The parameter, for the message.
    remedy : Text
        What to give, and where that comes from.

    Raises
    ------
    UsageError
        It is of another kind.
    """
    if isinstance(value, kinds):
        return value
    message = Text("ここに使えない種類の値です", "is of a kind that cannot be used here")
    raise UsageError(error("wrong-type", message, remedy, column=name, value=type(value).__name__))


def _wrong(code: str, value: object, name: str, wanted: Text) -> UsageError:
    message = Text(f"{wanted.ja}でなければなりません", f"must be {wanted.en}")
    remedy = Text("値の書き方を直してください", "mend the value")
    return UsageError(error(code, message, remedy, column=name, value=str(value)))
