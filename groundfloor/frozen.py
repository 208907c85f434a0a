"""Mappings that stay as they are, for values that call themselves frozen.

``types.MappingProxyType`` cannot be pickled, hashed or copied by `dataclasses.asdict`, and shows
the changes of the dictionary behind it.

Stands apart: any value that calls itself frozen may use it; today only the policy holds a
dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dictionary that refuses to be changed; as hashable as its values.

    It is a ``dict``, so that JSON, `dataclasses.asdict` and pickle take it as one.

    Examples
    --------
    >>> FrozenDict(a=1) == {"a": 1}
    True
    >>> FrozenDict(a=1)["a"] = 2
    Traceback (most recent call last):
    TypeError: frozen: make a new value with dataclasses.replace
    """

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("frozen: make a new value with dataclasses.replace")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict[K, V]], tuple[dict[K, V]]]:
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """Return `value` with all dictionaries, lists and sets in it frozen.

    Examples
    --------
    >>> frozen({"a": [1, {"b": 2}]})
    {'a': (1, {'b': 2})}
    """
    if isinstance(value, Mapping):
        return FrozenDict({k: frozen(v) for k, v in value.items()})
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return frozenset(value) if isinstance(value, set) else value
