"""The register of designations: one file, appended to, never rewritten."""
