"""Policies from presets and files, checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from groundfloor.problems import PRESET_PREFIX, Text, UsageError, error
from groundfloor.settings import validate
from groundfloor.toml import KeyPath, TomlDocument, merge_tables, read_toml
from spots.policy.model import Policy
from spots.policy.sense import sense_problems


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
    document: TomlDocument,
    override: Mapping[str, Any] | None = None,
    override_document: TomlDocument | None = None,
    override_prefix: KeyPath = (),
) -> Policy:
    """Check a policy, with the run file's `override` laid over it.

    Tables are laid over each other key by key, except ``rule``: another join replaces the old
    one, or ``all`` would stand beside ``any``.

    Parameters
    ----------
    document : TomlDocument
        The policy file or preset.
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
        With every unknown, missing or wrong key, by file and line.
    """
    base = validate(Policy, document.data, document)
    if problems := sense_problems(base, document):
        raise UsageError(problems)
    if not override:
        return base
    blamed = override_document or document
    merged = merge_tables(document.data, override)
    if "rule" in override:
        merged["rule"] = override["rule"]
    policy = validate(Policy, merged, blamed, override_prefix)
    if problems := sense_problems(policy, blamed, override_prefix):
        raise UsageError(problems)
    return policy


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
    return read_toml(base / str(file), file)
