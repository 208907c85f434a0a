"""Who is told of compiling, and what happens where its result cannot be kept."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from numba import config
from numba.core.caching import FunctionCache

from networks.compiling import compiling_told
from networks.kernel import kernel


def _more(number: int) -> int:
    return number + 1


_more.__module__ = "networks.made_up"


@pytest.fixture
def said(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    # What numba has kept it finds again by its module, which must be one.
    monkeypatch.setitem(sys.modules, _more.__module__, ModuleType(_more.__module__))
    return []


def test_compiling_is_told_once_and_not_when_it_was_kept(said):
    with compiling_told(said.append):
        assert kernel(_more)(1) == 2
        assert kernel(_more)(1.5) == 2.5
    assert [each.en.split(" (")[1] for each in said] == [
        "the first time after an installation only; some ten seconds)"
    ]
    with compiling_told(said.append):
        assert kernel(_more)(1) == 2
    assert len(said) == 1


@pytest.mark.usefixtures("said")
def test_nobody_need_be_told():
    assert kernel(_more)(1) == 2
    with compiling_told(None):
        assert kernel(_more)(2.5) == 3.5


def test_compiled_code_that_cannot_be_kept_works_and_is_told_of(said, monkeypatch):
    monkeypatch.setattr(FunctionCache._impl_class, "_locator_classes", [])
    with compiling_told(said.append):
        assert kernel(_more)(1) == 2
        assert kernel(_more)(1.5) == 2.5
    (told,) = said
    assert "NUMBA_CACHE_DIR" in told.en
    assert "毎回" in told.ja
