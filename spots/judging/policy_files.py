"""Policies from presets and files, checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

from groundfloor.problems import PRESET_PREFIX, Text, UsageError, error
from groundfloor.settings import validate
from groundfloor.toml import KeyPath, TomlDocument, merge_tables, read_toml
from spots.judging.policy import Policy, PolicyTables, contradictions

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


def load_policy(
    source: TomlDocument | str | Path,
    override: Mapping[str, Any] | None = None,
    override_document: TomlDocument | None = None,
    override_prefix: KeyPath = (),
) -> Policy:
    """Check a policy, with the run file's `override` laid over it.

    Tables are laid over each other key by key, except ``rule``: another join replaces the old
    one, or ``all`` would stand beside ``any``.

    Parameters
    ----------
    source : str, Path or TomlDocument
        Name of a preset, or a policy file (``.toml``).
    override : mapping, optional
        Tables of the run file that replace settings.
    override_document, override_prefix : TomlDocument and tuple, optional
        Where the override stands, so that its faults are named there.

    Returns
    -------
    Policy
        The checked policy.

    Raises
    ------
    UsageError
        With every unknown, missing or wrong key, by file and line; or there is no such preset.
    MissingFileError
        The policy file is not there.

    Examples
    --------
    >>> load_policy("kumamoto").circle.radius_m
    4000
    >>> load_policy("kumamoto", {"circle": {"radius_m": 8000}}).circle.radius_m
    8000
    """
    document = source if isinstance(source, TomlDocument) else _document(source)
    base = _checked(document.data, document)
    if not override:
        return base
    blamed = override_document or document
    merged = merge_tables(document.data, override)
    if "rule" in override:
        merged["rule"] = override["rule"]
    return _checked(merged, blamed, override_prefix)


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
        As `load_policy` takes them; entries there stand in the place of the policy's.
    """
    ours = table in override
    document, prefix = (override_document, override_prefix) if ours else (source, ())
    rows = override[table] if ours else source.data.get(table, ())
    return tuple(
        (document.file, document.line_of((*prefix, table, n, NAMING[table])))
        for n in range(len(rows))
    )


def _checked(data: Mapping[str, Any], document: TomlDocument, prefix: KeyPath = ()) -> Policy:
    tables = validate(PolicyTables, data, document, prefix)
    if problems := contradictions(tables, document, prefix):
        raise UsageError(problems)
    return Policy(**{field.name: getattr(tables, field.name) for field in fields(tables)})


def _document(source: str | Path) -> TomlDocument:
    """Return a policy file, which a path or an ending tells from the name of a preset."""
    if isinstance(source, Path) or source.endswith(".toml"):
        return read_toml(Path(source))
    return preset_document(source)


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
