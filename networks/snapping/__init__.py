"""Points tied to edges."""
