"""The run file: one TOML that is the whole job, kept beside the data by its owner.

`read_run_file` checks every key and returns a frozen `Job` whose paths are resolved against the
run file's folder. Nothing is read here but the run file and the policy; see `spots.job.execution`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import Any

from groundfloor.codec import encode
from groundfloor.dates import parse_date
from groundfloor.problems import MissingFileError, Text, UsageError, error
from groundfloor.settings import validate
from groundfloor.toml import TomlDocument, key_name, read_toml
from spots.facilities import LayerSpec, parse_types
from spots.job.run_file_checks import (
    attempt,
    check_files,
    check_layers,
    check_policy_fits,
    date_problems,
    policy_faults,
    read_policy,
)
from spots.job.run_file_shape import AsOf, FacilityList, RunFile, RunLayer, with_new_lists
from spots.judging.policy import Policy
from spots.types import FacilityType


@dataclass(frozen=True, slots=True)
class Job:
    """A checked job, ready to run.

    Parameters
    ----------
    base : Path
        Folder that relative paths start from.
    file : str
        The run file's name.
    settings : RunFile
        As written.
    policy : Policy
        Preset or file with overrides laid over it.
    layers : tuple of LayerSpec
        Facility lists in order.
    lists : tuple of str
        The list name of each layer, in the same order; may be empty strings.
    """

    base: Path
    file: str
    settings: RunFile
    policy: Policy
    layers: tuple[LayerSpec, ...]
    lists: tuple[str, ...]

    def path(self, file: str) -> Path:
        """Return where `file` of the run file is."""
        return self.base / file

    @property
    def title(self) -> Text:
        """Title of the outputs."""
        given = self.settings.run.title
        return given.text if given else self.policy.policy.title.text

    @property
    def output(self) -> Path:
        """Where the run file wants its output folder."""
        return self.base / self.settings.run.output

    def resolved(self) -> dict[str, Any]:
        """Return the whole job as plain data for the manifest, with the lists really used."""
        settings = _shown_files(asdict(self.settings)) | {
            "facilities": [
                _layer_data(spec, name) for spec, name in zip(self.layers, self.lists, strict=True)
            ]
        }
        return {
            "run_file": self.file,
            "settings": encode(settings),
            "policy": encode(self.policy),
        }


def read_run_file(path: str | Path, facilities: str | Path | Sequence[str | Path] = ()) -> Job:
    """Read and check a run file and its policy.

    Parameters
    ----------
    path : str or Path
        The run file.
    facilities : str, Path or sequence of these
        New lists that take the place of the run file's: ``FILE`` or ``LAYER=FILE``, see
        `spots.job.run_file_shape.with_new_lists`.

    Returns
    -------
    Job
        The checked job.

    Raises
    ------
    MissingFileError
        The run file, the policy or an input is not there (all of them named).
    UsageError
        A key is unknown, missing or wrong, or files are missing beside that.

    Examples
    --------
    >>> job = read_run_file("kumamoto.toml", "new_list.xlsx")  # doctest: +SKIP
    """
    path = Path(path)
    document = read_toml(path)
    base = path.parent
    new_lists = [facilities] if isinstance(facilities, str | Path) else facilities
    try:
        settings = validate(RunFile, document.data, document)
    except UsageError as fault:
        more = policy_faults(document, base)
        raise UsageError((*fault.problems, *more)) from None
    policy, found = attempt(lambda: read_policy(settings.policy, document, base))
    problems = [*found, *date_problems(settings, document)]
    layers: list[RunLayer] = []
    for n, item in enumerate(settings.facilities):
        types, found = attempt(partial(_types, item.type, document, n))
        problems += found
        spec = _spec(item, types or frozenset(), base, document)
        layers.append(RunLayer(spec, item.list, n))
    used, found = attempt(lambda: with_new_lists(layers, [str(each) for each in new_lists]))
    problems += found
    problems += check_layers(used or layers, document)
    problems += check_files(settings, used or layers, document, base)
    if policy is not None:
        problems += check_policy_fits(policy, settings, used or layers, document)
    if problems or policy is None or used is None:
        only_files = all(p.code == "file-missing" for p in problems)
        raise (MissingFileError if only_files else UsageError)(problems)
    return Job(
        base=base,
        file=path.name,
        settings=settings,
        policy=policy,
        layers=tuple(layer.spec for layer in used),
        lists=tuple(layer.list_name for layer in used),
    )


def shown_name(file: str) -> str:
    r"""Return `file` as outputs may show it: an absolute path says more than they should.

    Examples
    --------
    >>> shown_name("data/list.csv"), shown_name("/home/me/list.csv"), shown_name(r"C:\\me\a.csv")
    ('data/list.csv', 'list.csv', 'a.csv')
    """
    if PureWindowsPath(file).drive:
        return PureWindowsPath(file).name
    return Path(file).name if Path(file).is_absolute() else file


def parse_as_of(value: AsOf, file: str, column: str) -> date | None:
    """Return an as-of date that was given as a TOML date or as text (令和 too)."""
    return None if value is None else parse_date(value, file=file, column=column)


def _spec(
    item: FacilityList, types: frozenset[FacilityType], base: Path, document: TomlDocument
) -> LayerSpec:
    as_of, _ = attempt(lambda: parse_as_of(item.as_of, document.file, "as_of"))
    return LayerSpec(
        path=base / item.file,
        shown=shown_name(item.file),
        name=item.name,
        types=types,
        role=item.role,
        source=item.source,
        as_of=as_of,
        format=item.format,
        sheet=item.sheet,
        columns=item.columns,
        where=tuple(sorted(item.where.items())),
        encoding=item.encoding,
        accuracy=item.accuracy,
    )


def _types(written: str, document: TomlDocument, entry: int) -> frozenset[FacilityType]:
    types = parse_types(written)
    if types is None:
        where = ("facilities", entry, "type")
        raise UsageError(
            error(
                "unknown-type",
                Text("知らない種別です", "is an unknown type"),
                Text(
                    "①・②・③・none のいずれかにしてください",
                    "use ①, ②, ③, base_hospital, remote_clinic, secondary_emergency or none",
                ),
                file=document.file,
                row=document.line_of(where),
                column=key_name(where),
                value=written,
            )
        )
    return types


def _layer_data(spec: LayerSpec, list_name: str) -> dict[str, object]:
    """Return a layer under the run file's own keys."""
    return {
        "name": spec.name,
        "file": spec.shown,
        "type": sorted(spec.types),
        "role": spec.role,
        "list": list_name,
        "source": spec.source,
        "as_of": spec.as_of,
        "format": spec.format,
        "sheet": spec.sheet,
        "encoding": spec.encoding,
        "columns": dict(spec.columns),
        "where": dict(spec.where),
        "accuracy": spec.accuracy,
    }


def _shown_files(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of a run file with their files as outputs may show them."""
    paths = ("file", "nodes", "profile", "closures")

    def shown(value: Any) -> Any:
        return shown_name(value) if isinstance(value, str) else [shown_name(v) for v in value]

    return {
        name: {k: shown(v) if k in paths and v else v for k, v in table.items()}
        if isinstance(table, dict)
        else table
        for name, table in settings.items()
    }
