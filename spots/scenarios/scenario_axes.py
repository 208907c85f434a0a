"""From the axes of a scenario file to what ``spots run`` takes: ``--set`` and ``--facilities``.

An axis is a short word (``threshold_min``, ``tolls``, ``lists``), or any key of the run file as
``--set`` calls it; a key that has a word is told by its word. Stands apart: the file is read in
`scenario_file`, and says nothing of policies or networks.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from groundfloor.codec import encode
from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Text, UsageError, error
from groundfloor.settings import written
from groundfloor.toml import toml_value
from spots.job.named_files import is_own_profile
from spots.job.run_file import Job
from spots.judging.policy_changes import plain_tables
from spots.judging.policy_short_names import MEASURE_NAMES, SHORT_NAMES, measuring_criterion
from spots.telling.scenario_words import AXIS_LABELS, shown_value
from spots.types.scenario_table import ScenarioSetting

LISTS, EXCLUSIONS, WITHOUT = "lists", "exclusions", "without"
#: Axes of the network, each a key of ``[network]``.
NETWORK_AXES = ("profile", "speed_factor", "closures", "closures_on", "detour_factor", "speed_kmh")
#: Axes whose name is not that of the policy's setting.
_NAMED_OTHERWISE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"cuts": ("circle", "cut"), EXCLUSIONS: ("exclude_municipality",)}
)
#: Axes of the policy.
POLICY_AXES = tuple(axis for axis in AXIS_LABELS if axis not in {LISTS, WITHOUT, *NETWORK_AXES})
#: All words.
AXIS_WORDS = (LISTS, WITHOUT, *POLICY_AXES, *NETWORK_AXES)
#: What `[robustness]` calls closing each hospital in turn.
EACH_HOSPITAL = "each_hospital"
_OVERRIDE = "policy.override"
_FILE_KEYS = frozenset({"file", "beside", "nodes", "profile", "closures", "tiles"})


@dataclass(frozen=True, slots=True)
class SaidValue:
    """A value of an axis as a file says it.

    Parameters
    ----------
    axis : str
        An axis word, or a key of the run file.
    value : object
        As TOML reads it.
    label : str
        What the file calls it; may be empty.
    """

    axis: str
    value: Any
    label: str = ""


@dataclass(frozen=True)
class JobAxes:
    """The axes of a job: which key each word stands for.

    Parameters
    ----------
    job : Job
        The run file's own.
    folder : Path
        What paths of the scenario file are relative to: its own folder.
    """

    job: Job
    folder: Path

    def setting(self, said: SaidValue) -> ScenarioSetting:
        """Return what a value of an axis changes.

        Raises
        ------
        UsageError
            The job has no such setting, or the value is of another kind.
        """
        axis, value = self.axis_of(said.axis), said.value
        if axis == WITHOUT and isinstance(value, str):  # one hospital
            value = [_hospital(value)]
        shown = Text(said.label, said.label) if said.label else shown_value(axis, value)
        if axis == LISTS:
            return ScenarioSetting(axis, shown, lists=tuple(self._lists(value)))
        if axis == EXCLUSIONS:
            value = self._exclusions(value)
        key = self._key(axis)
        value = self._from_folder(key.rpartition(".")[2], value)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return ScenarioSetting(
            axis, shown, (f"{key}={_text(value)}",), number=float(value) if plain else None
        )

    def says_otherwise(self, setting: ScenarioSetting) -> bool:
        """Return whether a setting is another than the run file's own, as far as that is plain."""
        return bool(setting.lists) or any(self._is_other(key) for key in setting.keys)

    def _is_other(self, text: str) -> bool:
        key, _, value = text.partition("=")
        in_policy = key.startswith(f"{_OVERRIDE}.")
        here: Any = self._policy_now if in_policy else self._settings_now
        for step in key.removeprefix(f"{_OVERRIDE}.").split("."):
            if not isinstance(here, Mapping) or step not in here:
                return True
            here = here[step]
        try:
            said = encode(tomllib.loads(f"value = {value}")["value"])
        except (TypeError, tomllib.TOMLDecodeError):  # a time of day, which no setting is
            return True
        return bool(said != here or isinstance(said, bool) is not isinstance(here, bool))

    @cached_property
    def _policy_now(self) -> Any:
        return encode(self.job.policy)

    @cached_property
    def _settings_now(self) -> Any:
        return encode(self.job.settings)

    def axis_of(self, key: str) -> str:
        """Return the word of a key of the run file that has one, else the key itself."""
        return self.words.get(key, key)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The word of each key of the job that has one."""
        found = {}
        for axis in (*NETWORK_AXES, WITHOUT, *POLICY_AXES):
            try:
                found[self._key(axis)] = axis
            except UsageError:  # the policy has no such setting
                continue
        return found

    def _key(self, axis: str) -> str:
        if axis in NETWORK_AXES:
            return f"network.{axis}"
        if axis == WITHOUT:
            return "run.without"
        if axis not in POLICY_AXES:
            return axis
        if axis in MEASURE_NAMES:
            return f"{_OVERRIDE}.criterion.{self._criterion(axis)}.{axis}"
        path = _NAMED_OTHERWISE.get(axis) or SHORT_NAMES[axis]
        return ".".join((_OVERRIDE, *map(str, path)))

    def _criterion(self, axis: str) -> str:
        """Return the number of the criterion that a setting of it means."""
        try:
            return measuring_criterion(self._policy, axis)
        except UsageError as fault:
            dotted = f'"{_OVERRIDE}.criterion.3.{axis}"'
            remedy = Text(
                f"{dotted} のように、要件の番号を付けたキーで書いてください",
                f"write its whole key with the number of the criterion, as {dotted}",
            )
            raise UsageError(replace(p, remedy=remedy) for p in fault.problems) from None

    @cached_property
    def _policy(self) -> Mapping[str, Any]:
        tables: Mapping[str, Any] = written(self.job.policy)
        return tables

    def _lists(self, value: Any) -> Iterator[str]:
        """Yield ``LAYER=FILE`` of lists by layer, or files whose rows say what they are."""
        if isinstance(value, Mapping):
            if all(isinstance(file, str) for file in value.values()):
                yield from (f"{layer}={self._path(file)}" for layer, file in value.items())
                return
        elif all(isinstance(file, str) for file in _several(value)):
            yield from map(self._path, _several(value))
            return
        raise UsageError(_no_lists())

    def _exclusions(self, value: Any) -> Any:
        """Return ``[[exclude_municipality]]``: those of the policy by code or name, or others."""
        own = {nfkc(e[key]): e for e in self._excluded for key in ("code", "name")}
        if not isinstance(value, list):
            return value
        given = [own.get(nfkc(e), e) if isinstance(e, str) else e for e in value]
        try:
            return plain_tables({"exclude_municipality": given})["exclude_municipality"]
        except UsageError as fault:
            form = '{ code = "45201", name = "宮崎市" }'
            remedy = Text(f"{form} のように書いてください", f"write it like {form}")
            raise UsageError(replace(p, remedy=remedy) for p in fault.problems) from None

    @property
    def _excluded(self) -> Sequence[Mapping[str, str]]:
        found: Sequence[Mapping[str, str]] = self._policy.get("exclude_municipality", ())
        return found

    def _from_folder(self, leaf: str, value: Any) -> Any:
        """Return a value whose paths start from the run file's folder, as ``--set`` has them."""
        if leaf not in _FILE_KEYS or self._one_folder:
            return value
        if isinstance(value, list):
            return [self._from_folder(leaf, each) for each in value]
        built_in = leaf == "profile" and isinstance(value, str) and not is_own_profile(value)
        if not isinstance(value, str) or built_in or "://" in value:
            return value
        return (self.folder / value).absolute().as_posix()

    @property
    def _one_folder(self) -> bool:
        return self.folder.absolute() == self.job.base.absolute()

    def _path(self, file: str) -> str:
        """Return a list's path as ``--facilities`` has it: from the working directory."""
        path = os.path.normpath(self.folder / file)
        return path if os.path.dirname(path) else os.path.join(os.curdir, path)  # noqa: PTH118, PTH120


def _hospital(name: str) -> str:
    """Return the name of a hospital that closes.

    Raises
    ------
    UsageError
        It is the word for each of them in turn, which belongs elsewhere.
    """
    if name == EACH_HOSPITAL:
        raise UsageError(
            error(
                "wrong-value",
                Text(
                    "すべての病院を一つずつなくすときは、ここではなく [robustness] に書きます",
                    "closes each hospital in turn, which is asked under [robustness]",
                ),
                Text(
                    f'[robustness] の下に without = "{EACH_HOSPITAL}" と書くか、'
                    "病院の名称か施設 ID を書いてください",
                    f'write without = "{EACH_HOSPITAL}" under [robustness], or the name or id of a '
                    "hospital",
                ),
                value=name,
            )
        )
    return name


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


def _text(value: Any) -> str:
    """Return a value as ``--set`` takes it."""
    try:
        return toml_value(value)
    except TypeError:  # a time of day, which no setting is
        return str(value)


def _no_lists() -> Problem:
    return error(
        "wrong-type",
        Text(
            "「レイヤの名前 = ファイル」のテーブルでなければなりません",
            "must be a table of LAYER = FILE",
        ),
        Text(
            'lists = { "輪番病院" = "new.xlsx" } のように書いてください',
            'write it like lists = { rotation = "new.xlsx" }',
        ),
    )


def files_of(setting: ScenarioSetting, job: Job) -> Iterator[Path]:
    """Yield the files that a setting names."""
    for text in setting.lists:
        file = text.partition("=")[2]
        yield Path(file if file and not Path(text).is_file() else text)
    for text in setting.keys:
        key, _, value = text.partition("=")
        leaf = key.rpartition(".")[2]
        if leaf in _FILE_KEYS:
            for file in _several(tomllib.loads(f"value = {value}")["value"]):
                if isinstance(file, str) and (leaf != "profile" or is_own_profile(file)):
                    yield job.path(file)
