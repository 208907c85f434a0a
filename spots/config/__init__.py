"""Settings from TOML: validated whole, with every problem named by its line."""

from spots.config.toml import TomlDocument, merge_tables, read_toml, validate

__all__ = ["TomlDocument", "merge_tables", "read_toml", "validate"]
