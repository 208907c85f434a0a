"""Settings from TOML: validated whole, with every problem named by its line."""

from spots.config.toml import TomlDocument, file_missing, merge_tables, read_toml, validate

__all__ = ["TomlDocument", "file_missing", "merge_tables", "read_toml", "validate"]
