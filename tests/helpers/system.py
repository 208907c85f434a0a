"""Programs of the operating system that tests drive; where one is missing, CI fails."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def program(*names: str, package: str) -> str:
    """Return the path of the first program that is there; skip (in CI: fail) without one."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or lacking(names[0], package)


def lacking(what: str, package: str) -> NoReturn:
    """Skip the test for want of a Debian package; in CI, which installs it, fail."""
    message = f"{what} is not installed (Debian package: {package})"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
