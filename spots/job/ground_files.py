"""What is wrong with ``[[units]]``, ``[[tables]]`` and ``[[entries]]`` before any is read.

Stands apart: keys and types are checked by their shapes; what names and kinds mean together, here.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Problem, Text, error
from groundfloor.toml import TomlDocument, key_name
from spots.job.run_file_shape import RunFile
from spots.judging.selecting.ground_facts import WITHOUT_LAYER
from spots.types.ground_units import UnitKind

_OF_LAYERS = tuple(kind for kind in UnitKind if kind not in WITHOUT_LAYER)


def ground_files_fit(settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield names that cannot be told apart, and layers of what has none.

    Parameters
    ----------
    settings : RunFile
        As written.
    document : TomlDocument
        Where it stands.
    """
    for array in ("units", "tables", "entries"):
        names = [item.name for item in getattr(settings, array)]
        for n, name in enumerate(names):
            if name in names[:n]:
                where = (array, n, "name")
                yield error(
                    "name-twice",
                    Text("同じ名前のものが二つあります", "two of them have this name"),
                    Text("名前を変えてください", "give one another name"),
                    file=document.file,
                    row=document.line_of(where),
                    column=key_name(where),
                    value=name,
                )
    for n, layer in enumerate(settings.units):
        if layer.name in WITHOUT_LAYER:  # ids of units begin with their layer, or their kind
            yield _taken(n, layer.name, document)
        if layer.unit in WITHOUT_LAYER:
            yield _without_layer(n, layer.unit, document)


def _taken(n: int, name: str, document: TomlDocument) -> Problem:
    where = ("units", n, "name")
    return error(
        "unit-layer-name",
        Text("単位の種類の名前はレイヤに使えません", "is the name of a kind of unit"),
        Text("別の名前にしてください", "give it another name"),
        file=document.file,
        row=document.line_of(where),
        column=key_name(where),
        value=name,
    )


def _without_layer(n: int, unit: UnitKind, document: TomlDocument) -> Problem:
    where, listed = ("units", n, "unit"), ", ".join(_OF_LAYERS)
    return error(
        "unit-without-layer",
        Text(
            "行政区域や施設一覧から分かる単位にはレイヤがありません",
            "comes from the boundaries or the facility lists, not from a layer",
        ),
        Text(f"{listed} のいずれかにしてください", f"use one of: {listed}"),
        file=document.file,
        row=document.line_of(where),
        column=key_name(where),
        value=unit,
    )
