"""What can be wrong with a cluster, in words.

Stands apart: it needs no Dask, so that its sentences are those of every installation.
"""

from __future__ import annotations

from collections.abc import Mapping

from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Problem, Text, UsageError, error

_OPTION = "--scheduler"


def extra_missing() -> UsageError:
    """Return the error for a Dask that is not installed."""
    return UsageError(
        error(
            "dask-extra-missing",
            Text("Dask が入っていません", "Dask is not installed"),
            Text(
                "pip install 'shortage-spots[dask]' を実行してください",
                "run pip install 'shortage-spots[dask]'",
            ),
            column="--runner",
        )
    )


def scheduler_not_there(address: str, waited_s: float, fault: Exception) -> UsageError:
    """Return the error for a scheduler that does not answer."""
    return UsageError(
        error(
            "scheduler-not-there",
            Text(
                f"スケジューラに接続できません（{waited_s:.0f}秒待ちました）",
                f"the scheduler does not answer (waited {waited_s:.0f} s)",
            ),
            Text(
                "アドレスと、dask scheduler の起動、Dask の版が同じことを確かめてください",
                "check the address, that dask scheduler is running, and that its Dask is this one",
            ),
            column=_OPTION,
            value=f"{address}: {fault}",
        )
    )


def other_scheduler(address: str, versions: Mapping[str, tuple[str, str]]) -> UsageError:
    """Return the error for a scheduler of other versions: each here, and there."""
    told = ", ".join(f"{name} {here} / {there}" for name, (here, there) in versions.items())
    return UsageError(
        error(
            "scheduler-other-version",
            Text(
                f"スケジューラの版が異なります（ここ / スケジューラ: {told}）",
                f"the scheduler has other versions (here / there: {told})",
            ),
            Text("同じ版を入れてください", "install the same versions"),
            column=_OPTION,
            value=address,
        )
    )


def without_workers(address: str, waited_s: float) -> UsageError:
    """Return the error for a scheduler without a worker."""
    return UsageError(
        error(
            "scheduler-without-workers",
            Text(
                f"スケジューラにワーカーが一つもありません（{waited_s:.0f}秒待ちました）",
                f"the scheduler has no worker (waited {waited_s:.0f} s)",
            ),
            Text(
                "dask worker アドレス --nthreads 1 でワーカーを起動してください",
                "start workers: dask worker ADDRESS --nthreads 1",
            ),
            column=_OPTION,
            value=address,
        )
    )


def scheduler_without_package(address: str) -> UsageError:
    """Return the error for a scheduler that lacks this package."""
    return UsageError(
        error(
            "scheduler-without-package",
            Text(
                f"スケジューラに {TOOL} が入っていません",
                f"the scheduler lacks {TOOL}",
            ),
            Text(
                "スケジューラにも、ワーカーと同じ版を入れてください",
                "install on the scheduler what the workers have",
            ),
            column=_OPTION,
            value=address,
        )
    )


def without_package(workers: Mapping[str, str]) -> UsageError:
    """Return the error for workers that lack this package (``-``), or have another version."""
    return UsageError(
        [
            error(
                "worker-without-package",
                Text(
                    f"ワーカーに {TOOL} {tool_version()} がありません（あるのは {has}）",
                    f"the worker lacks {TOOL} {tool_version()} (it has: {has})",
                ),
                Text(
                    "すべてのワーカーに同じ版を入れてください",
                    "install the same version on every worker",
                ),
                column=_OPTION,
                value=worker,
            )
            for worker, has in sorted(workers.items())
        ]
    )


def other_outfits(workers: Mapping[str, str]) -> UsageError:
    """Return the error for workers whose code or libraries would give other bytes."""
    return UsageError(
        [
            error(
                "worker-other-version",
                Text(
                    f"ワーカーのプログラムかライブラリの版が異なります（ここ / ワーカー: {told}）",
                    f"the worker has another code or other libraries (here / there: {told})",
                ),
                Text(
                    "すべてのワーカーに同じ版を入れてください。結果が一致しなくなります",
                    "install the same versions on every worker, or results would differ",
                ),
                column=_OPTION,
                value=worker,
            )
            for worker, told in sorted(workers.items())
        ]
    )


def scheduler_gone(name: str, address: str) -> Problem:
    """Return the problem of an order whose scheduler went away."""
    return error(
        "scheduler-gone",
        Text(
            "実行中にスケジューラとの接続が切れました",
            "the scheduler went away while it was under way",
        ),
        Text(
            "スケジューラを起動し直し、同じコマンドで続きから実行してください",
            "start the scheduler again; the same command goes on from here",
        ),
        value=f"{name}: {address}",
    )
