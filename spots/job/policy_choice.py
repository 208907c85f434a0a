"""The policy that a run file chooses, and where its settings stand.

Stands apart: whatever is wrong with the choice is the run file's fault, with its line, and whatever
is wrong inside is the policy's.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from groundfloor.problems import SpotsError, Text, UsageError, error
from groundfloor.toml import TomlDocument
from spots.job.run_file_shape import PolicyChoice
from spots.judging.policy import Policy
from spots.judging.policy_files import At, named_at, policy_document
from spots.judging.selecting.written_keys import SELECTION_TABLES, WrittenKeys

#: Where a run file's overrides of the policy stand.
OVERRIDE = ("policy", "override")


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
    return Policy.from_document(source, choice.override, document, OVERRIDE)


def entries_at(
    table: str, chosen: PolicyChoice, document: TomlDocument, base: Path
) -> tuple[At, ...]:
    """Return file and row of each entry of a table of the policy that names somebody, in order."""
    source = policy_document(chosen.preset, chosen.file, base)
    return named_at(table, source, chosen.override, document, OVERRIDE)


def selections_at(chosen: PolicyChoice, document: TomlDocument, base: Path) -> WrittenKeys:
    """Return where the selections and results of the policy stand: there, or in the run file."""
    source = policy_document(chosen.preset, chosen.file, base)
    ours, theirs = (document, OVERRIDE), (source, ())
    return WrittenKeys({t: ours if t in chosen.override else theirs for t in SELECTION_TABLES})
