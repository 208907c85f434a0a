"""The facility lists of a run file as layers, and lists of the command line in their place."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from groundfloor.dates import parse_date
from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Text, UsageError, attempt, error, one_line, warning
from groundfloor.toml import TomlDocument, key_name
from spots.facilities import LayerSpec, parse_types
from spots.job.named_files import LISTS, shown_name
from spots.job.replaying import JobPage
from spots.job.run_file_shape import AsOf, FacilityList, RunFile
from spots.types import FacilityType, Role

OPTION = "--facilities"
EVERY_LIST = "*"


@dataclass(frozen=True, slots=True)
class RunLayer:
    """A facility list of a job.

    Parameters
    ----------
    spec : LayerSpec
        How it is read.
    list_name : str
        Name a criterion asks for; may be empty. `EVERY_LIST` stands for all of them.
    entry : int or None
        Its place in the run file, from zero; None when the command line names the file.
    """

    spec: LayerSpec
    list_name: str
    entry: int | None = None

    @property
    def judged(self) -> bool:
        """Whether its facilities are judged, not only reached."""
        return self.spec.role.judges


def with_new_lists(layers: Sequence[RunLayer], given: Sequence[str]) -> tuple[RunLayer, ...]:
    r"""Put lists of the command line in the place of the run file's.

    ``LAYER=FILE`` replaces one layer, called by its name, its list name, or the mark or term of
    its type. A plain ``FILE`` replaces the judged layer where there is only one. Otherwise plain
    files, however many, replace all judged layers that are not named, and each row must say its
    type in a type column. Layers that are only reached stay unless named.

    An equals sign in a path is no trouble: what stands before it must name a layer, or be part of
    a path (``C:\x=1\list.csv``, ``./a=b.csv``) or of a file that is there.

    Parameters
    ----------
    layers : sequence of RunLayer
        Those of the run file.
    given : sequence of str
        Arguments of ``--facilities``; paths start from the working directory.

    Returns
    -------
    tuple of RunLayer
        The layers of the job.

    Raises
    ------
    UsageError
        An argument names no layer, or several, or a layer is named twice.
    """
    targets = [_target(layers, text) for text in given]
    problems = [t for t in targets if isinstance(t, Problem)]
    named = [(t[0], t[1]) for t in targets if isinstance(t, tuple) and t[0] is not None]
    plain = [t[1] for t in targets if isinstance(t, tuple) and t[0] is None]
    judged = [n for n, layer in enumerate(layers) if layer.judged]
    if len(plain) == 1 and len(judged) == 1:
        named, plain = [*named, (judged[0], plain[0])], []
    chosen = [n for n, _ in named]
    problems += [
        _option_problem(
            "layer-given-twice",
            Text("同じレイヤに二つのファイルが指定されています", "gets two files"),
            Text("一つにしてください", "give one"),
            layers[n].spec.name,
        )
        for n in sorted(set(chosen))
        if chosen.count(n) > 1
    ]
    if problems:
        raise UsageError(problems)
    files = dict(named)
    kept = [
        _with_file(layer, files[n]) if n in files else layer
        for n, layer in enumerate(layers)
        if n in files or not (plain and layer.judged)
    ]
    return (*_whole(plain, {layer.spec.name for layer in kept}), *kept)


def _target(layers: Sequence[RunLayer], text: str) -> tuple[int | None, str] | Problem:
    """Return the layer an argument names (None for a plain file) and its file."""
    splits = [(text[:i].strip(), text[i + 1 :].strip()) for i, c in enumerate(text) if c == "="]
    for name, file in splits:
        fits = _called(layers, name)
        if len(fits) == 1 and file:
            return fits[0], file
        if fits:
            names = ", ".join(layers[n].spec.name for n in fits)
            return _option_problem(
                "ambiguous-layer" if file else "layer-without-file",
                Text(f"{names} に当たります", f"names {names}")
                if file
                else Text("= の後にファイルがありません", "names no file after ="),
                Text(
                    "「レイヤの名前=ファイル」と書いてください",
                    "write LAYER=FILE with a name",
                ),
                text,
            )
    if not splits or any(c in splits[0][0] for c in "/\\") or Path(text).is_file():
        return None, text
    known = ", ".join(layer.spec.name for layer in layers)
    return _option_problem(
        "unknown-layer",
        Text("この名前のレイヤはありません", "names no layer of the run file"),
        Text(
            f"{known} のいずれかにしてください。"
            "新しい一覧は、実行ファイルに [[facilities]] として加えます",
            f"use one of: {known}; a list that is new to the job goes under [[facilities]]",
        ),
        text,
    )


def _called(layers: Sequence[RunLayer], name: str) -> list[int]:
    """Return the layers that `name` may mean; a name counts before a list, a list before a type."""
    folded = nfkc(name)
    types = parse_types(name)
    by_name, by_list, by_type = [], [], []
    for n, layer in enumerate(layers):
        if folded == nfkc(layer.spec.name):
            by_name.append(n)
        if name and name == layer.list_name:
            by_list.append(n)
        if types and layer.judged and types <= layer.spec.types:
            by_type.append(n)
    return by_name or by_list or by_type


def _with_file(layer: RunLayer, file: str) -> RunLayer:
    """Return `layer` with another file.

    What is said of the content (columns, filter, type, publisher) holds for a newer list too, and
    without its filter a national table would be taken whole. What is said of the container holds
    for the same kind of file only, and the as-of date for the old file alone.
    """
    spec, path = layer.spec, Path(file)
    new = replace(spec, path=path, shown=path.name, as_of=None)
    if path.suffix.casefold() != spec.path.suffix.casefold():
        new = replace(new, format="auto", sheet=None, encoding=None)
    return RunLayer(new, layer.list_name)


def _whole(files: Sequence[str], taken: set[str]) -> Iterator[RunLayer]:
    """Yield a layer for each file whose rows say their own types."""
    used = frozenset(taken)
    for file in files:
        path = Path(file)
        name = next((n for n in (path.stem, path.name, file) if n not in used), file)
        used |= {name}
        spec = LayerSpec(path=path, shown=path.name, name=name, types_in_rows=True)
        yield RunLayer(spec, EVERY_LIST)


def _option_problem(code: str, message: Text, remedy: Text, value: str) -> Problem:
    return error(code, message, remedy, column=OPTION, value=value)


# --- the lists of a run file


def parse_as_of(value: AsOf, file: str, column: str) -> date | None:
    """Return an as-of date that was given as a TOML date or as text (令和 too)."""
    return None if value is None else parse_date(value, file=file, column=column)


def layers_of(settings: RunFile, page: JobPage) -> tuple[list[RunLayer], list[Problem]]:
    """Return the facility lists that a run file names, and what is wrong with their types."""
    layers: list[RunLayer] = []
    problems: list[Problem] = []
    for n, item in enumerate(settings.facilities):
        types, found = attempt(partial(_types, item.type, page.document, n))
        problems += found
        spec = _spec(item, types or frozenset(), page.base, page.document)
        if page.record is not None and n in page.record.typed_rows:
            spec = replace(spec, types_in_rows=True)
        layers.append(RunLayer(spec, item.list, n))
    return layers, problems


def _spec(
    item: FacilityList, types: frozenset[FacilityType], base: Path, document: TomlDocument
) -> LayerSpec:
    as_of, _ = attempt(lambda: parse_as_of(item.as_of, document.file, "as_of"))
    return LayerSpec(
        path=base / item.file,
        shown=shown_name(item.file),
        name=item.name,
        types=types,
        role=item.role,
        source=item.source,
        as_of=as_of,
        format=item.format,
        sheet=item.sheet,
        columns=item.columns,
        where=tuple(sorted(item.where.items())),
        encoding=item.encoding,
        accuracy=item.accuracy,
        belt_km=item.belt_km,
    )


def _types(written: str, document: TomlDocument, entry: int) -> frozenset[FacilityType]:
    types = parse_types(written)
    if types is None:
        where = ("facilities", entry, "type")
        raise UsageError(
            error(
                "unknown-type",
                Text("知らない種別です", "is an unknown type"),
                Text(
                    "①・②・③・none のいずれかにしてください",
                    "use ①, ②, ③, base_hospital, remote_clinic, secondary_emergency or none",
                ),
                file=document.file,
                row=document.line_of(where),
                column=key_name(where),
                value=written,
            )
        )
    return types


def layers_fit(
    layers: Sequence[RunLayer], document: TomlDocument, *, judging: bool
) -> Iterator[Problem]:
    """Yield names used twice, idle belts, and the lack of any list where the policy judges one.

    Parameters
    ----------
    layers : sequence of RunLayer
        The lists of a job.
    document : TomlDocument
        Where they stand.
    judging : bool
        Whether the policy judges facilities.
    """
    yield from _idle_belts(layers, document)
    names = [layer.spec.name for layer in layers]
    for n, layer in enumerate(layers):
        if layer.spec.name in names[:n]:
            where = ("facilities", layer.entry or 0, "name")
            yield error(
                "layer-name-twice",
                Text("同じ名前のレイヤが二つあります", "two layers have this name"),
                Text("名前を変えてください", "give one another name"),
                file=document.file,
                row=document.line_of(where),
                column=key_name(where),
                value=layer.spec.name,
            )
    if judging and layers and not any(layer.judged for layer in layers):
        yield error(
            "no-candidates",
            Text("判定の対象となる一覧がありません", "has no list that is judged"),
            Text('role = "destination" でない一覧を加えてください', "add a list of candidates"),
            file=document.file,
            row=document.line_of(("facilities",)),
            column="facilities",
        )


def read_twice(layers: Sequence[LayerSpec], file: str) -> Iterator[Problem]:
    """Yield a warning for each list that is read from the file of another, row by row the same.

    Parts of one file (``where``, another sheet, other columns) are lists of their own.

    Parameters
    ----------
    layers : sequence of LayerSpec
        The lists of a job.
    file : str
        The run file, as problems name it.
    """
    first: dict[Hashable, LayerSpec] = {}
    for spec in layers:
        # Paths are compared as the system has them: `a.csv` and `./a.csv` are one file.
        part = spec.path.resolve(), spec.sheet, spec.where, tuple(sorted(spec.columns.items()))
        other = first.setdefault(part, spec)
        if other is not spec:
            yield warning(
                "file-of-two-lists",
                Text(
                    f"一覧「{one_line(other.name)}」と「{one_line(spec.name)}」が同じファイル"
                    f"「{one_line(spec.shown)}」を読んでいます。どちらの一覧にも同じ医療機関が載ります",
                    f"the lists “{one_line(other.name)}” and “{one_line(spec.name)}” are read from "
                    f"one file, {one_line(spec.shown)}: both have the same facilities",
                ),
                Text(
                    "意図どおりなら、このままで構いません。一部だけなら where で絞ってください",
                    "leave it where that is meant; a list that is a part of it is chosen by where",
                ),
                file=file,
                column="facilities.file",
                value=spec.shown,
            )


def _idle_belts(layers: Sequence[RunLayer], document: TomlDocument) -> Iterator[Problem]:
    """Yield belts of lists whose rows are not told apart: they would do nothing."""
    for layer in layers:
        if layer.spec.belt_km is not None and layer.spec.role is not Role.AUTO:
            where = (LISTS, layer.entry or 0, "belt_km")
            yield error(
                "belt-without-auto",
                Text(
                    'belt_km は role = "auto" の一覧でだけ使います',
                    'belt_km is used of a list with role = "auto" alone',
                ),
                Text(
                    'role = "auto" とするか、belt_km を消してください',
                    'write role = "auto", or leave belt_km out',
                ),
                file=document.file,
                row=document.line_of(where),
                column=key_name(where),
                value=f"{layer.spec.belt_km:g}",
            )
