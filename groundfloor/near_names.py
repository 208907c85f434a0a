"""Names that somebody may have meant, for the remedy of a problem.

A name is looked for among hospitals, municipalities, areas, lists and keys alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from groundfloor.folding import nfkc

_SHOWN = 3
_ALIKE = 0.4  # 芳野医院 for 芳野診療所; what is less alike is no help


def nearest_names(wanted: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the names that hold what is wanted, are held by it, or are most like it.

    Examples
    --------
    >>> nearest_names("津山", ["津山市", "真庭市", "津山・英田"])
    ('津山市', '津山・英田')
    """
    folded: dict[str, list[str]] = {}
    for each in dict.fromkeys(known):
        folded.setdefault(nfkc(each), []).append(each)
    name = nfkc(wanted)
    holding = [key for key in folded if name in key or key in name]
    alike = get_close_matches(name, list(folded), _SHOWN, _ALIKE)
    found = [each for key in dict.fromkeys((*holding, *alike)) for each in folded[key]]
    return tuple(found[:_SHOWN])
