"""Which jobs a batch has, and what their folders are called."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from groundfloor.problems import MissingFileError, Problem, Text, UsageError, error
from spots.batch.model import BatchItem

SUMMARY_CSV, SUMMARY_JSON = "summary.csv", "summary.json"
# What the facility reader takes; parts of a Shapefile and other papers in the folder are no lists.
LIST_SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".geojson", ".json", ".gpkg", ".shp", ".zip"}
)
_FORBIDDEN = frozenset('<>:"/\\|?*')  # in file names on Windows
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
)
# A name may have 255 bytes; the folder is written aside under a longer name first.
_MOST_BYTES = 150


def plan(
    run_files: Sequence[Path], *, lists: Path | None = None, layer: str | None = None
) -> tuple[BatchItem, ...]:
    """Return the jobs of a batch: one for each run file, or one for each list of a folder.

    Parameters
    ----------
    run_files : sequence of Path
        Run files; exactly one when `lists` is given.
    lists : Path, optional
        Folder of facility lists, each of which takes the place of a layer in turn, by name.
        Hidden and temporary files, and files that are no lists, are passed over.
    layer : str, optional
        The layer (name, mark or list name) they take the place of; needed unless only one layer
        is judged or the lists have a type column.

    Returns
    -------
    tuple of BatchItem
        In the order given, lists by name.

    Raises
    ------
    UsageError
        The arguments do not go together, or the folder has no list.
    MissingFileError
        There is no such folder.
    """
    if lists is None:
        if layer is not None:
            raise UsageError(_wrong("--layer", "--lists と一緒に指定してください", "needs --lists"))
        return _named([(_label(path, run_files), path, ()) for path in run_files])
    if len(run_files) != 1:
        ja = "--lists は実行ファイル一つと一緒に指定してください"
        raise UsageError(_wrong("--lists", ja, "goes with exactly one run file"))
    files = _lists_in(lists)
    head = f"{layer}=" if layer else ""
    return _named([(_label(path, files), run_files[0], (f"{head}{path}",)) for path in files])


def folder_name(text: str) -> str:
    r"""Return `text` as a folder name that Windows, macOS and Linux take.

    Examples
    --------
    >>> folder_name("R6: 新/旧 一覧?"), folder_name("..\\x"), folder_name("CON"), folder_name("")
    ('R6_ 新_旧 一覧_', '_x', 'CON_', 'job')
    """
    plain = unicodedata.normalize("NFC", text)
    kept = "".join("_" if _unsafe(ch) else ch for ch in plain).strip(" .")
    kept = kept.encode("utf-8")[:_MOST_BYTES].decode("utf-8", errors="ignore").rstrip(" .")
    # A leading dash would be read as an option by other tools.
    kept = f"_{kept[1:]}" if kept.startswith("-") else kept
    stem, dot, rest = kept.partition(".")
    if stem.rstrip().casefold() in _DEVICES:  # Windows means the device, whatever the suffix
        kept = f"{stem.rstrip()}_{dot}{rest}"
    return kept or "job"


def _unsafe(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _FORBIDDEN or category[0] == "C" or category in {"Zl", "Zp"}


def _named(jobs: Iterable[tuple[str, Path, tuple[str, ...]]]) -> tuple[BatchItem, ...]:
    """Make names unique, also where a file system knows neither case nor width."""
    taken = {SUMMARY_CSV, SUMMARY_JSON}
    items = []
    for label, run_file, facilities in jobs:
        base = name = folder_name(label)
        number = 1
        while _folded(name) in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(_folded(name))
        items.append(BatchItem(name, run_file, facilities))
    return tuple(items)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _label(path: Path, among: Sequence[Path]) -> str:
    """Return what tells a file from the others: its stem, else its folder or its suffix too."""
    same = [p for p in among if p.stem == path.stem]
    if len(same) <= 1:
        return path.stem
    if Counter(p.name for p in same)[path.name] == 1:
        return path.name
    return f"{path.absolute().parent.name}-{path.stem}"


def _lists_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise MissingFileError(
            error(
                "folder-not-found",
                Text("フォルダが見つかりません", "the folder does not exist"),
                Text("パスを確かめてください", "check the path"),
                file=str(folder),
            )
        )
    found = [
        path
        for path in folder.iterdir()
        # Excel's lock files (~$list.xlsx) and hidden files are nobody's lists.
        if path.suffix.lower() in LIST_SUFFIXES and not path.name.startswith((".", "~$"))
    ]
    if not found:
        suffixes = " ".join(sorted(LIST_SUFFIXES))
        raise UsageError(
            error(
                "no-lists",
                Text("フォルダに施設一覧がありません", "the folder has no facility list"),
                Text(f"次の形式が使えます: {suffixes}", f"these are read: {suffixes}"),
                file=str(folder),
            )
        )
    return sorted(found, key=lambda path: path.name)


def _wrong(option: str, ja: str, en: str) -> Problem:
    text = Text("指定の組合せが正しくありません", f"{option} {en}")
    return error("wrong-combination", text, Text(ja, "see --help"), column=option)
