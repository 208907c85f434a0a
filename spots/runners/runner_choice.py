"""Which runner is meant: our own, and those that other distributions bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata, util
from types import MappingProxyType
from typing import TypeAlias

from groundfloor.problems import Problem, Text, UsageError, error
from spots.runners.cluster_faults import extra_missing
from spots.runners.processes import ProcessRunner
from spots.runners.runner_protocol import Runner
from spots.runners.serial import SerialRunner

#: Entry points of other distributions: a name, and a function of `RunnerOptions` that makes one.
GROUP = "shortage_spots.runners"


def _untold(_text: Text) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """What a runner is told of the machines it is to use.

    Parameters
    ----------
    workers : int or None
        How many orders are done at once; None leaves it to the runner.
    scheduler : str or None
        Address of a cluster's scheduler, for a runner that has one.
    say : callable
        Told once what people may want to look at, such as a dashboard.
    """

    workers: int | None = None
    scheduler: str | None = None
    say: Callable[[Text], None] = _untold


MakeRunner: TypeAlias = Callable[[RunnerOptions], Runner]


def _serial(_options: RunnerOptions) -> Runner:
    return SerialRunner()


def _processes(options: RunnerOptions) -> Runner:
    return ProcessRunner(options.workers)


def _dask(options: RunnerOptions) -> Runner:
    if util.find_spec("distributed") is None:
        raise extra_missing()
    from spots.runners.dask_cluster import DaskRunner  # noqa: PLC0415 - an extra, and slow

    return DaskRunner(options.scheduler, options.workers, options.say)


_DASK = "dask"
_OWN: Mapping[str, MakeRunner] = MappingProxyType(
    {SerialRunner.name: _serial, ProcessRunner.name: _processes, _DASK: _dask}
)


def runner_called(name: str, options: RunnerOptions) -> Runner:
    """Return the runner of that name; ours come before others of the same.

    Parameters
    ----------
    name : str
        ``serial``, ``processes``, ``dask``, or the name of an entry point of `GROUP`.
    options : RunnerOptions
        What it is told.

    Raises
    ------
    UsageError
        There is none of that name, or its distribution cannot be loaded, or it needs what is not
        installed.
    """
    if options.scheduler is not None and name in _OWN and name != _DASK:
        raise UsageError(_needs_dask(options.scheduler))
    if name in _OWN:
        return _OWN[name](options)
    others = {each.name: each for each in metadata.entry_points(group=GROUP)}
    if name not in others:
        raise UsageError(
            error(
                "unknown-runner",
                Text("その名前の実行方法はありません", "there is no runner of that name"),
                Text(
                    f"次のいずれかを指定してください: {'、'.join([*_OWN, *others])}",
                    f"give one of these: {', '.join([*_OWN, *others])}",
                ),
                column="--runner",
                value=name,
            )
        )
    try:
        make: MakeRunner = others[name].load()
    except (ImportError, AttributeError) as fault:
        raise UsageError(
            error(
                "runner-not-loaded",
                Text(
                    "実行方法を提供するパッケージを読み込めません",
                    "the package that brings this runner cannot be loaded",
                ),
                Text("パッケージを入れ直してください", "install that package again"),
                column="--runner",
                value=f"{name}: {fault}",
            )
        ) from fault
    return make(options)


def _needs_dask(address: str) -> Problem:
    return error(
        "wrong-combination",
        Text("オプションの組合せが正しくありません", "--scheduler needs --runner dask"),
        Text("--scheduler は --runner dask と一緒に指定してください", "see --help"),
        column="--scheduler",
        value=address,
    )
