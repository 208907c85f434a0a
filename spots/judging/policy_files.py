"""Policies in presets and files: where they are, and their tables checked whole.

`spots.judging.policy.Policy` is made of what `checked_tables` returns, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from groundfloor.problems import PRESET_PREFIX, Problem, Text, UsageError, error
from groundfloor.settings import missing_key, validate
from groundfloor.toml import KeyPath, TomlDocument, key_name, merge_tables, read_toml
from spots.judging.policy_contradictions import contradictions
from spots.judging.policy_tables import RULE_TABLES, PolicyTables

#: File and row of a setting.
At = tuple[str, int | None]


def preset_names() -> tuple[str, ...]:
    """Return the names of the policies that come with the package."""
    folder = resources.files("spots") / "presets"
    return tuple(sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml")))


def preset_document(name: str) -> TomlDocument:
    """Read a preset.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if name not in preset_names():
        known = ", ".join(preset_names())
        raise UsageError(
            error(
                "unknown-preset",
                Text("この名前のプリセットはありません", "there is no preset of this name"),
                Text(f"{known} のいずれかにしてください", f"use one of: {known}"),
                value=name,
            )
        )
    with resources.as_file(resources.files("spots") / "presets" / f"{name}.toml") as path:
        return read_toml(path, f"{PRESET_PREFIX}{name}")


def checked_tables(
    document: TomlDocument,
    override: Mapping[str, Any] | None = None,
    override_document: TomlDocument | None = None,
    override_prefix: KeyPath = (),
) -> PolicyTables:
    """Check the tables of a policy, with the run file's `override` laid over them.

    Tables are laid over each other key by key, except ``rule``: another join replaces the old
    one, or ``all`` would stand beside ``any``.

    Parameters
    ----------
    document : TomlDocument
        A preset or a policy file.
    override : mapping, optional
        Tables of the run file that replace settings.
    override_document, override_prefix : TomlDocument and tuple, optional
        Where the override stands, so that its faults are named there.

    Raises
    ------
    UsageError
        With every unknown, missing or wrong key, by file and line.
    """
    base = _checked(document.data, document)
    if not override:
        return base
    merged = laid_over(document.data, override)
    return _checked(merged, override_document or document, override_prefix)


def laid_over(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a policy with others laid over them; see `checked_tables`."""
    merged = merge_tables(base, override)
    if "rule" in override:
        merged["rule"] = override["rule"]
    return merged


#: Tables of a policy that name facilities and municipalities, with the key that does.
NAMING = {"manual": "facility", "exclude_municipality": "code"}


def named_at(
    table: str,
    source: TomlDocument,
    override: Mapping[str, Any],
    override_document: TomlDocument,
    override_prefix: KeyPath = (),
) -> tuple[At, ...]:
    """Return file and row of each entry of a table of `NAMING`, in order.

    Parameters
    ----------
    table : str
        ``"manual"`` or ``"exclude_municipality"``.
    source : TomlDocument
        The policy.
    override, override_document, override_prefix : mapping, TomlDocument and tuple
        As `checked_tables` takes them; entries there stand in the place of the policy's.
    """
    ours = table in override
    document, prefix = (override_document, override_prefix) if ours else (source, ())
    rows = override[table] if ours else source.data.get(table, ())
    return tuple(
        (document.file, document.line_of((*prefix, table, n, NAMING[table])))
        for n in range(len(rows))
    )


def _checked(data: Mapping[str, Any], document: TomlDocument, prefix: KeyPath = ()) -> PolicyTables:
    try:
        tables = validate(PolicyTables, data, document, prefix)
    except UsageError as fault:
        raise UsageError((*fault.problems, *_missing(data, document, prefix))) from None
    if missing := tuple(_missing(data, document, prefix)):
        raise UsageError(missing)
    if problems := contradictions(tables, document, prefix):
        raise UsageError(problems)
    return tables


def _missing(data: Mapping[str, Any], document: TomlDocument, prefix: KeyPath) -> Iterator[Problem]:
    """Yield the tables that a rule needs and that are not written: a radius is not guessed."""
    if "rule" not in data and "select" in data:
        return
    for name in ("rule", *RULE_TABLES):
        if name not in data:
            code, message, remedy = missing_key(name)
            path = (*prefix, name)
            yield error(
                code,
                message,
                remedy,
                file=document.file,
                row=document.line_of(path),
                column=key_name(path),
            )


def policy_document(preset: str | None, file: str | None, base: Path) -> TomlDocument:
    """Return a preset by name, or else a policy file relative to `base`.

    Raises
    ------
    UsageError
        There is no preset of the name, or the file is not TOML.
    MissingFileError
        The file is not there.
    """
    if preset is not None:
        return preset_document(preset)
    path = Path(str(file))
    return read_toml(base / path, path.name if path.is_absolute() else file)
