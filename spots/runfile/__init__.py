"""The run file: one TOML that is the whole job, kept beside the data by its owner."""

from spots.runfile.reading import Job, parse_as_of, read_run_file, shown_name

__all__ = ["Job", "parse_as_of", "read_run_file", "shown_name"]
