"""The run file, one run, and many runs: from paths to a `spots.types.RunResult`."""
