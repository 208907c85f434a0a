"""Which of several layers a role reads: by its columns, or by the name that the user gives.

Apart from `groundfloor.layers`, which reads: roads read every layer that fits, and choose none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from groundfloor.layers import VectorLayer
from groundfloor.problems import DataError, Problem, Text, error, warning
from groundfloor.vector_files import nothing_there

ColumnTest = Callable[[Collection[str]], bool]


def chosen_layer(
    layers: Sequence[VectorLayer],
    fits: Sequence[ColumnTest],
    label: str,
    *,
    wanted: str | None = None,
    needs: Text,
    first_of_several: bool = False,
) -> tuple[VectorLayer, tuple[Problem, ...]]:
    """Return the one layer that a role can use.

    Parameters
    ----------
    layers : sequence of VectorLayer
        All there are.
    fits : sequence of callable
        Each tells from column names whether a layer will do; layers that pass an earlier test
        come before those that pass a later one.
    label : str
        The file's name for messages.
    wanted : str, optional
        A layer's name, or its file's without suffix.
    needs : Text
        What the user may do when no layer has the columns.
    first_of_several : bool
        Whether the first of several that would do is taken, with a warning.

    Raises
    ------
    DataError
        ``vector-none``, ``layer-missing``, ``column-missing``, ``several-layers``; or
        ``column-name-cut``, where columns cannot be told for that.
    """
    if not layers:
        raise DataError(nothing_there(label))
    named = [x for x in layers if wanted is None or wanted in {x.file.stem, x.shown_name}]
    if not named:
        raise DataError(_layer_missing([x.shown_name for x in layers], wanted, label))
    passing: list[VectorLayer] = []
    for test in fits:
        passing = passing or [layer for layer in named if test(layer.fields)]
    if not passing:
        cut = [p for layer in named for p in layer.problems if p.code == "column-name-cut"]
        columns = sorted({field for layer in named for field in layer.fields})
        raise DataError([*cut, _missing_column(columns, wanted, label, needs)])
    # An empty layer beside is what a template or a tool left behind.
    passing = [layer for layer in passing if layer.rows] or passing
    if len(passing) == 1:
        return passing[0], ()
    shown = sorted({layer.shown_name for layer in passing})
    if not first_of_several:
        raise DataError(_several_layers(shown, label))
    return passing[0], (others_not_read(passing[0].shown_name, shown, label),)


def _layer_missing(names: Sequence[str], wanted: str | None, label: str) -> Problem:
    found = ", ".join(names) or "-"
    return error(
        "layer-missing",
        Text(
            f"その名前のレイヤがありません（あるのは: {found}）",
            f"there is no such layer (found: {found})",
        ),
        Text("レイヤの指定を確かめてください", "check the name of the layer"),
        file=label,
        value=wanted,
    )


def _several_layers(names: Sequence[str], label: str) -> Problem:
    listed = ", ".join(names)
    return error(
        "several-layers",
        Text(f"使えるデータが複数あります: {listed}", f"several layers would do: {listed}"),
        Text(
            "layer（施設の一覧では sheet）でどれか一つを指定してください",
            "name one of them with 'layer' ('sheet' for a facility list)",
        ),
        file=label,
    )


def others_not_read(name: str, names: Sequence[str], label: str) -> Problem:
    """Return the warning that of several layers (`names`) one alone was read."""
    found = ", ".join(names)
    return warning(
        "other-layers-not-read",
        Text(
            f"レイヤ「{name}」だけを読みました（あるのは: {found}）",
            f"only layer {name!r} was read (found: {found})",
        ),
        Text(
            "別のレイヤが要るときは、それだけのファイルにするか、sheet で指定してください",
            "for another one give a file of it alone, or name it (with sheet)",
        ),
        file=label,
    )


def _missing_column(columns: Sequence[str], wanted: str | None, label: str, needs: Text) -> Problem:
    listed = ", ".join(columns) or "-"
    return error(
        "column-missing",
        Text(
            f"必要な列を持つデータがありません（見つかった列: {listed}）",
            f"no layer has the columns needed (found: {listed})",
        ),
        needs,
        file=label,
        value=wanted,
    )
