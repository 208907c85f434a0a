"""The policy that a run file chooses, and where its settings stand.

Stands apart: whatever is wrong with the choice is the run file's fault, with its line, and whatever
is wrong inside is the policy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boundaries.codes import PREFECTURES
from groundfloor.problems import SpotsError, Text, UsageError, error
from groundfloor.toml import KeyPath, TomlDocument
from spots.job.run_file_shape import PolicyChoice
from spots.judging.exclusions import ExclusionElsewhere
from spots.judging.policy import Policy
from spots.judging.policy_files import At, named_at, policy_document
from spots.judging.selecting.written_keys import SELECTION_TABLES, WrittenKeys

#: Where a run file's overrides of the policy stand.
OVERRIDE = ("policy", "override")
_OUT = "exclude_municipality"


@dataclass(frozen=True, slots=True)
class _Written:
    """A policy as it is written, and what a run file lays over it.

    Parameters
    ----------
    source : TomlDocument
        The preset or the policy file.
    override : mapping
        Tables of the run file.
    document : TomlDocument
        The run file.
    elsewhere : tuple of ExclusionElsewhere
        Excluded municipalities that are in neither any more.
    """

    source: TomlDocument
    override: Mapping[str, Any]
    document: TomlDocument
    elsewhere: tuple[ExclusionElsewhere, ...] = ()


def _written(choice: PolicyChoice, document: TomlDocument, base: Path) -> _Written:
    """Return what a policy is made of, for the prefecture that the run file is asked for.

    A template has one policy for many prefectures: an excluded municipality is out where it lies,
    and in no other prefecture's policy. Elsewhere nothing is taken out of a policy, which is wrong
    there if it names another prefecture's.
    """
    source = policy_document(choice.preset, choice.file, base)
    run = document.data.get("run", {})
    home: Any = run.get("prefecture") if isinstance(run, Mapping) else ""  # the shape tells that
    if home not in PREFECTURES:
        return _Written(source, choice.override, document)
    if _OUT in choice.override:
        document, rows, elsewhere = _at_home(choice.override[_OUT], document, OVERRIDE, home)
        return _Written(source, {**choice.override, _OUT: rows}, document, elsewhere)
    source, rows, elsewhere = _at_home(source.data.get(_OUT, []), source, (), home)
    data = {**source.data, _OUT: rows} if elsewhere else source.data
    return _Written(replace(source, data=data), choice.override, document, elsewhere)


def _at_home(
    rows: Any, document: TomlDocument, prefix: KeyPath, home: str
) -> tuple[TomlDocument, Any, tuple[ExclusionElsewhere, ...]]:
    """Return the exclusions of a prefecture, their lines, and those of other prefectures.

    What is no exclusion at all stays, for its check.
    """
    table: KeyPath = (*prefix, _OUT)
    out: dict[int, ExclusionElsewhere] = {}
    for n, row in enumerate(rows if isinstance(rows, Sequence) else ()):
        code, name = (row.get(k) if isinstance(row, Mapping) else None for k in ("code", "name"))
        if not isinstance(code, str) or not isinstance(name, str):
            continue
        if code[:2] != home and code[:2] in PREFECTURES:
            line = document.line_of((*table, n, "code"))
            out[n] = ExclusionElsewhere(code, name, document.file, line)
    if not out:
        return document, rows, ()
    kept = [n for n in range(len(rows)) if n not in out]
    place: dict[str | int, int] = {n: now for now, n in enumerate(kept)}
    at, lines = len(table), dict[KeyPath, int]()
    for path, line in document.lines.items():
        if path[:at] != table or len(path) == at:
            lines[path] = line
        elif (now := place.get(path[at])) is not None:
            lines[*table, now, *path[at + 1 :]] = line
    return replace(document, lines=lines), [rows[n] for n in kept], tuple(out.values())


def read_policy(choice: PolicyChoice, document: TomlDocument, base: Path) -> Policy:
    """Return the policy a run file chooses, with its overrides.

    Raises
    ------
    MissingFileError, UsageError
        It names none, or two, or one that is not there; or something in the policy is wrong.
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
        written = _written(choice, document, base)
    except SpotsError as fault:
        if any(p.code not in {"file-missing", "unknown-preset"} for p in fault.problems):
            raise
        # The line to mend is the run file's, not the policy's.
        row, value = document.line_of(("policy", key)), choice.preset or choice.file
        raise type(fault)(
            replace(p, file=document.file, row=row, column=f"policy.{key}", value=value)
            for p in fault.problems
        ) from None
    return Policy.from_document(written.source, written.override, written.document, OVERRIDE)


def entries_at(
    table: str, chosen: PolicyChoice, document: TomlDocument, base: Path
) -> tuple[At, ...]:
    """Return file and row of each entry of a table of the policy that names somebody, in order."""
    written = _written(chosen, document, base)
    return named_at(table, written.source, written.override, written.document, OVERRIDE)


def exclusions_elsewhere(
    chosen: PolicyChoice, document: TomlDocument, base: Path
) -> tuple[ExclusionElsewhere, ...]:
    """Return excluded municipalities of other prefectures than that of ``run.prefecture``."""
    return _written(chosen, document, base).elsewhere


def selections_at(chosen: PolicyChoice, document: TomlDocument, base: Path) -> WrittenKeys:
    """Return where the selections and results of the policy stand: there, or in the run file."""
    source = policy_document(chosen.preset, chosen.file, base)
    ours, theirs = (document, OVERRIDE), (source, ())
    return WrittenKeys({t: ours if t in chosen.override else theirs for t in SELECTION_TABLES})
