"""Roads closed for a run."""
