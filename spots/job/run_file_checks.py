"""What a run file's types cannot say: files that are there, names that fit, dates that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from groundfloor.dates import parse_date
from groundfloor.problems import Problem, SpotsError, Text, UsageError, error, file_missing
from groundfloor.settings import validate
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.job.run_file_shape import (
    EVERY_LIST,
    OPTION,
    NetworkFile,
    PolicyChoice,
    RunFile,
    RunLayer,
)
from spots.judging.criteria import NearestOtherTimeSetting
from spots.judging.policy import Policy
from spots.judging.policy_files import load_policy, policy_document

T = TypeVar("T")
_OVERRIDE = ("policy", "override")


def attempt(find: Callable[[], T]) -> tuple[T | None, tuple[Problem, ...]]:
    """Return what `find` returns, or None and the problems it raised, so that others follow."""
    try:
        return find(), ()
    except SpotsError as fault:
        return None, fault.problems


def read_policy(choice: PolicyChoice, document: TomlDocument, base: Path) -> Policy:
    """Return the policy a run file chooses, with its overrides.

    Raises
    ------
    UsageError
        Not exactly one of preset and file is given, or the policy is wrong.
    MissingFileError
        The policy file is not there.
    """
    if (choice.preset is None) == (choice.file is None):
        raise UsageError(
            error(
                "policy-choice",
                Text("preset か file のどちらか一つを書きます", "needs one of preset and file"),
                Text('preset = "kumamoto" のように書いてください', 'write preset = "kumamoto"'),
                file=document.file,
                row=document.line_of(("policy",)),
                column="policy",
            )
        )
    key = "file" if choice.preset is None else "preset"
    try:
        source = policy_document(choice.preset, choice.file, base)
    except SpotsError as fault:
        if any(p.code not in {"file-missing", "unknown-preset"} for p in fault.problems):
            raise
        # The line to mend is the run file's, not the policy's.
        row, value = document.line_of(("policy", key)), choice.preset or choice.file
        raise type(fault)(
            replace(p, file=document.file, row=row, column=f"policy.{key}", value=value)
            for p in fault.problems
        ) from None
    return load_policy(source, choice.override, document, _OVERRIDE)


def policy_faults(document: TomlDocument, base: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the policy of a run file that is wrong elsewhere too."""
    section = document.data.get("policy")
    if not isinstance(section, Mapping):
        return ()
    choice, found = attempt(lambda: validate(PolicyChoice, section, document, ("policy",)))
    if choice is None:
        return ()  # named already
    _, found = attempt(lambda: read_policy(choice, document, base))
    return found


def date_problems(settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield as-of dates that are no dates: before the work begins, not after."""
    dated: list[tuple[KeyPath, object]] = [
        (("facilities", n, "as_of"), item.as_of) for n, item in enumerate(settings.facilities)
    ]
    for key in ("municipalities", "medical_areas", "network", "towns", "population"):
        item = getattr(settings, key)
        if item is not None:
            dated.append(((key, "as_of"), item.as_of))
    if settings.network is not None:
        dated.append((("network", "closures_on"), settings.network.closures_on))
    for where, value in dated:
        if isinstance(value, str):
            _, found = attempt(partial(parse_date, value, file=document.file))
            for problem in found:
                row = document.line_of(where)
                yield replace(problem, row=row, column=key_name(where))


def check_files(
    settings: RunFile, layers: Sequence[RunLayer], document: TomlDocument, base: Path
) -> Iterator[Problem]:
    """Yield every input that is not there, by the line that names it."""
    wanted: list[tuple[KeyPath, str]] = []
    for layer in layers:
        if layer.entry is not None:
            file = settings.facilities[layer.entry].file
            wanted.append((("facilities", layer.entry, "file"), file))
        elif not _is_file(layer.spec.path):
            yield file_missing(column=OPTION, value=str(layer.spec.path))
    for key in ("municipalities", "medical_areas", "physician_index", "network", "towns"):
        item = getattr(settings, key)
        if item is not None:
            wanted.append(((key, "file"), item.file))
    if settings.network is not None:
        wanted += _road_files(settings.network)
    if settings.population is not None:
        wanted += [(("population", "file"), file) for file in settings.population.file]
    for where, file in wanted:
        path = base / file
        if not _is_file(path):
            row, column = document.line_of(where), key_name(where)
            fault = IsADirectoryError() if _is_folder(path) else None
            yield file_missing(fault, file=document.file, row=row, column=column, value=file)


def _road_files(network: NetworkFile) -> Iterator[tuple[KeyPath, str]]:
    """Yield what belongs to a road network beside its own file."""
    if network.nodes:
        yield ("network", "nodes"), network.nodes
    if network.profile is not None and network.profile.endswith(".toml"):
        yield ("network", "profile"), network.profile
    for closures in network.closures:
        yield ("network", "closures"), closures


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def check_layers(layers: Sequence[RunLayer], document: TomlDocument) -> Iterator[Problem]:
    """Yield names used twice, and the lack of any list to judge."""
    names = [layer.spec.name for layer in layers]
    for n, layer in enumerate(layers):
        if layer.spec.name in names[:n]:
            where = ("facilities", layer.entry or 0, "name")
            yield error(
                "layer-name-twice",
                Text("同じ名前のレイヤが二つあります", "two layers have this name"),
                Text("名前を変えてください", "give one another name"),
                file=document.file,
                row=document.line_of(where),
                column=key_name(where),
                value=layer.spec.name,
            )
    if not any(layer.judged for layer in layers):
        yield error(
            "no-candidates",
            Text("判定の対象となる一覧がありません", "has no list that is judged"),
            Text('role = "destination" でない一覧を加えてください', "add a list of candidates"),
            file=document.file,
            row=document.line_of(("facilities",)),
            column="facilities",
        )


def check_policy_fits(
    policy: Policy, settings: RunFile, layers: Sequence[RunLayer], document: TomlDocument
) -> Iterator[Problem]:
    """Yield what the policy asks for and the run file does not give."""
    index = settings.physician_index
    if index.shortage_at_most >= index.surplus_at_least:
        where = ("physician_index", "shortage_at_most")
        yield error(
            "cut-offs-cross",
            Text(
                "医師少数区域の基準値が医師多数区域の基準値以上です",
                "is not below surplus_at_least",
            ),
            Text("二つの基準値を確かめてください", "check the two cut-offs"),
            file=document.file,
            row=document.line_of(where),
            column=key_name(where),
            value=f"{index.shortage_at_most:g}",
        )
    have = {layer.list_name for layer in layers}
    for number, criterion in policy.criteria:
        if not isinstance(criterion, NearestOtherTimeSetting):
            continue
        if criterion.list not in have and EVERY_LIST not in have:
            yield _list_missing(number, criterion, document)
    if settings.network is None and any(c.needs_roads for _, c in policy.criteria):
        yield error(
            "network-missing",
            Text("移動時間の基準に必要な道路網がありません", "the policy needs a road network"),
            Text("[network] を書き加えてください", "add [network]"),
            file=document.file,
        )
    yield from _closures_day(settings, document)


def _closures_day(settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    network = settings.network
    if network is not None and network.closures_on is not None and not network.closures:
        where = ("network", "closures_on")
        yield error(
            "closures-missing",
            Text(
                "通行止めのファイルがないのに日付があります",
                "is a day for closures, but none are given",
            ),
            Text(
                'closures = "closures.geojson" を書き加えるか、この行を消してください',
                'add closures = "closures.geojson", or take this line out',
            ),
            file=document.file,
            row=document.line_of(where),
            column=key_name(where),
        )


def _list_missing(
    number: int, criterion: NearestOtherTimeSetting, document: TomlDocument
) -> Problem:
    mark, name = criterion.mark, criterion.list
    return error(
        "list-missing",
        Text(
            f"基準{mark}が数える一覧「{name}」がありません",
            f"criterion {mark} counts the list {name!r}, which no layer has",
        ),
        Text(
            f'対象のレイヤに list = "{name}" と書くか、設定基準の list を変えてください',
            f'write list = "{name}" in the layer meant, or change the policy\'s list',
        ),
        file=document.file,
        row=document.line_of((*_OVERRIDE, "criterion", str(number), "list")),
    )
