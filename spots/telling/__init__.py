"""The only place where a value becomes words, or a number for people."""
