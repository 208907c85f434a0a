"""What a network says of itself; apart from `networks.types`, whose routes need geometry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """What a network is.

    Parameters
    ----------
    source : str
        File name or place it was built from.
    sha256 : str
        Hash of its canonical content (arrays and profile).
    as_of : str
        Date of the road data, ISO, empty when the source does not say.
    attribution : str
        Who must be named when results are shown.
    profile : str
        Name and version of the speed profile.
    nodes, edges, components : int
        Size.
    largest_component_share : float
        Share of the length in the largest component, 0 to 1.
    km_by_class : tuple of (str, float)
        Kilometres by road class, longest first.
    speed_source_share : tuple of (str, float)
        Share of length by what the speed rests on (profile, maxspeed tag, minutes column...).
    length_basis_share : tuple of (str, float)
        Share of length by what the length rests on; empty where lengths are plain geometry.
    bounds : tuple of float
        west, south, east, north, degrees.
    schematic : bool
        True for a simplified network that is only good for trying the tool.
    dropped : tuple of (str, int)
        What was left out while building, and how many.
    """

    source: str
    sha256: str
    as_of: str
    attribution: str
    profile: str
    nodes: int
    edges: int
    components: int
    largest_component_share: float
    km_by_class: tuple[tuple[str, float], ...]
    speed_source_share: tuple[tuple[str, float], ...]
    length_basis_share: tuple[tuple[str, float], ...]
    bounds: tuple[float, float, float, float]
    schematic: bool
    dropped: tuple[tuple[str, int], ...] = ()
