"""Plain tables of nodes and links."""
