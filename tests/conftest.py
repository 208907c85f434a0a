"""What several test files use: one run of the embedded sample, through API and command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from cli import main
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.sample import sample_run_file
from spots.types import RunResult
from tests.helpers.small_job import write_job

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No test depends on how fast a machine is, or on what else it does.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what opens pages in a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep built networks out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPOTS_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _report_in_this_process() -> Iterator[None]:
    """Make reports where tests can see and break them: a process for each takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spots.report.apart.interpreter", lambda: None)
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium for the pages of one module."""
    from tests.helpers.browser import launch  # noqa: PLC0415 - few modules look at pages

    with launch() as running:
        yield running


@pytest.fixture(scope="session")
def sample_result() -> RunResult:
    """The sample through the Python API."""
    with sample_run_file() as path:
        return execute(read_run_file(path))


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of ``spots demo``; tests only read it."""
    out = tmp_path_factory.mktemp("sample") / "demo"
    done = CliRunner().invoke(main, ["demo", "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the job of `small_job`, beside its inputs; tests only read it."""
    folder = tmp_path_factory.mktemp("small")
    done = CliRunner().invoke(main, ["run", str(write_job(folder))])
    assert done.exit_code == 0, done.output
    return folder / "out"
