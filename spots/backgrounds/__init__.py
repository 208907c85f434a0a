"""Map tiles that travel inside ``map.html``: from a tile server, a folder or an MBTiles file."""

from __future__ import annotations


def is_address(tiles: str) -> bool:
    """Tell whether tiles are on a server, and no folder or file."""
    return tiles.startswith(("http://", "https://"))
