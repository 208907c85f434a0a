"""Networks in one file, and the cache of built ones."""
