"""Ids of facilities: the list's own, or readable ones made from municipality and name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_KEPT = frozenset("-_.・ー()")


def made_id(place: str, name: str) -> str:
    """Return a readable id, only of letters, digits and a few signs.

    Examples
    --------
    >>> made_id("43447", "そよう病院"), made_id("", "</script>病院")
    ('43447-そよう病院', 'script病院')
    """
    joined = f"{place}-{name}" if place else name
    kept = "".join(ch for ch in joined if unicodedata.category(ch)[0] in "LN" or ch in _KEPT)
    return kept or "facility"


def unique_ids(groups: Iterable[Sequence[tuple[str | None, str, str]]]) -> list[str]:
    """Return one id for each facility, unique, in order.

    Parameters
    ----------
    groups : iterable of sequences of (given id or None, municipality, name key)
        The rows of each facility.

    Returns
    -------
    list of str
        The first given id that is still free, else one made from the first row; a number is
        added to a made id that is taken. Given ids are handed out first.

    Examples
    --------
    >>> unique_ids([[(None, "43100", "東病院")], [("7", "", "a")], [(None, "43100", "東病院")]])
    ['43100-東病院', '7', '43100-東病院-2']
    """
    listed = [list(group) for group in groups]
    taken: set[str] = set()
    chosen: list[str | None] = []
    for group in listed:
        free = next((given for given, _, _ in group if given and given not in taken), None)
        taken |= {free} if free else set()
        chosen.append(free)
    ids = []
    for group, own in zip(listed, chosen, strict=True):
        name = own or _free(made_id(group[0][1], group[0][2]), taken)
        taken.add(name)
        ids.append(name)
    return ids


def _free(name: str, taken: set[str]) -> str:
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
