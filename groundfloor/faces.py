"""Lazy faces: a package lists its public names and loads each from its module when first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(
    package: str, homes: Mapping[str, tuple[str, ...]], *, distribution: str = ""
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return a package's ``__getattr__`` and ``__dir__`` (PEP 562).

    They are for the interpreter alone: to a type checker they would make every name valid, so a
    package assigns them under ``if not TYPE_CHECKING`` and imports the names under
    ``if TYPE_CHECKING``.

    Parameters
    ----------
    package : str
        Name of the package.
    homes : mapping of str to tuple of str
        Module, by its full name, to the public names that live in it.
    distribution : str
        What is installed under the package's ``__version__``, if it shows one.

    Returns
    -------
    getter, lister : callable
        Module functions ``__getattr__`` and ``__dir__``.
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def getter(name: str) -> object:
        if name in home_of:
            return getattr(import_module(home_of[name]), name)
        if name == "__version__" and distribution:
            return import_module("importlib.metadata").version(distribution)
        whole = sys.modules[package]
        raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=whole)

    def lister() -> list[str]:
        extra = ("__version__",) if distribution else ()
        return sorted(
            {*home_of, *extra, *(n for n in vars(sys.modules[package]) if n.startswith("__"))}
        )

    return getter, lister
