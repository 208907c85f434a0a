"""Which ferries without a name are one boat, and what a nameless boat is called.

Waiting is paid once for each line, and lines are told apart by their names. Maps often cut a line
into several ways at sea, where nothing but ferries meets: nobody changes there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from networks.build import EdgeTable, Labels
from networks.geo import components


def with_boats_named(table: EdgeTable, own_name: Callable[[int], str]) -> EdgeTable:
    """Return the table with a name for every ferry that has none.

    Nameless ferries are one boat, and share a name, where two of them and nothing else meet. It is
    the name of the ferry that they meet likewise, if all that have one have the same, else that of
    the first. Where three meet at sea, nobody knows which goes on where.

    Parameters
    ----------
    table : EdgeTable
        Roads and ferries; ``names[0]`` is empty.
    own_name : callable
        What a nameless ferry is called by itself, by edge; those of one name are one boat.

    Examples
    --------
    >>> with_boats_named(table, lambda edge: f"way/{table.source_id[edge]}")  # doctest: +SKIP
    """
    nameless = np.flatnonzero(table.ferry & (table.name == 0))
    if not len(nameless):
        return table
    labels = Labels({name: i for i, name in enumerate(table.names)})
    name, at_sea = table.name.copy(), _at_sea(table)
    own = [own_name(edge) for edge in nameless.tolist()]
    boat, known = _boats(table, nameless, own, at_sea), _named_at_sea(table, at_sea)
    for number in np.unique(boat).tolist():
        mine = np.flatnonzero(boat == number)
        edges = nameless[mine]
        ends = {*table.tail[edges].tolist(), *table.head[edges].tolist()}
        met = {known[node] for node in ends if node in known}
        name[edges] = met.pop() if len(met) == 1 else labels.number(own[int(mine[0])])
    return replace(table, name=name, names=labels.texts())


def _at_sea(table: EdgeTable) -> NDArray[np.bool_]:
    """Return the nodes at which two ferries meet and nothing else does."""
    ship = np.concatenate([table.tail[table.ferry], table.head[table.ferry]])
    every = np.concatenate([table.tail, table.head])
    count = len(table.node_lon)
    met = np.bincount(ship, minlength=count)
    answer: NDArray[np.bool_] = (met == 2) & (np.bincount(every, minlength=count) == met)  # noqa: PLR2004 (one comes, one goes)
    return answer


def _boats(
    table: EdgeTable, ferries: NDArray[np.int64], own: Sequence[str], at_sea: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return a number for each of `ferries`, the same for those that are one boat."""
    count, size = len(table.node_lon), len(ferries)
    # On land each ferry ends at a pier of its own. Behind the piers stand the ferries' own names.
    piers = count + np.arange(2 * size).reshape(2, -1)
    tail, head = table.tail[ferries], table.head[ferries]
    start = np.where(at_sea[tail], tail, piers[0])
    stop = np.where(at_sea[head], head, piers[1])
    called = count + 2 * size + np.unique(own, return_inverse=True)[1]
    parts = components(
        np.concatenate([start, start]),
        np.concatenate([stop, called]),
        count + 3 * size,
        np.ones(2 * size),
    )
    answer: NDArray[np.int32] = parts[start]
    return answer


def _named_at_sea(table: EdgeTable, at_sea: NDArray[np.bool_]) -> dict[int, int]:
    """Return the name, by number, of the ferry that a nameless one may meet at a node at sea."""
    named = np.flatnonzero(table.ferry & (table.name != 0)).tolist()
    ends = ((int(column[e]), e) for e in named for column in (table.tail, table.head))
    return {node: int(table.name[e]) for node, e in ends if at_sea[node]}
