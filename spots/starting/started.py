"""A first run file and what belongs to it, made and written: all of it, or nothing.

`start` surveys, decides and renders; what stands there already is never replaced without a word,
and a form that somebody has filled in is never replaced at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from boundaries.codes import ROMAN_NAMES
from boundaries.municipalities import read_municipalities
from groundfloor.archives import open_archive
from groundfloor.disk import WrittenFile, already_there, write_whole
from groundfloor.problems import Lang, SpotsError
from groundfloor.vector_files import SIDECAR_SUFFIXES
from spots.public_data.catalogue import downloads_for
from spots.starting.choosing import outlines_of
from spots.starting.lacking import LackingData, lacking, lacking_book
from spots.starting.list_forms import form_names, list_form, place_form
from spots.starting.own_prefecture import only_prefecture, prefecture_named
from spots.starting.recognised import Bounds, FoundData, Survey
from spots.starting.run_file_page import PageNames, run_file_text
from spots.starting.start_plan import CRITERIA, StartPlan, plan_of
from spots.starting.surveying import survey
from spots.telling import starting_words as words
from spots.telling.form_words import PLACE_NAMES
from spots.types import FacilityType

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Started:
    """What a start made.

    Parameters
    ----------
    plan : StartPlan
        What was decided, from what.
    run_file : Path
        The run file.
    missing_file : Path
        The list of what is missing.
    written : tuple of WrittenFile
        Every file that was written, the run file last.
    kept : tuple of Path
        Forms that somebody has filled in, and that stay.
    lacking : tuple of LackingData
        What is missing.
    """

    plan: StartPlan
    run_file: Path
    missing_file: Path
    written: tuple[WrittenFile, ...]
    kept: tuple[Path, ...]
    lacking: tuple[LackingData, ...]


@dataclass(frozen=True, slots=True)
class _Targets:
    """Where everything goes, by the name of the run file."""

    folder: Path
    stem: str
    lang: Lang

    @property
    def run_file(self) -> Path:
        return self.folder / f"{self.stem}.toml"

    @property
    def missing(self) -> Path:
        return self.folder / f"{self.stem}_{words.LACKING_FILE.render(self.lang)}.xlsx"

    @property
    def output(self) -> Path:
        return self.folder / f"{self.stem}_result"

    @property
    def unpacked(self) -> Path:
        return self.folder / f"{self.stem}_data"

    def place_form(self, name: str) -> Path:
        return self.folder / f"{self.stem}_{PLACE_NAMES[name].render(self.lang)}.xlsx"

    def form(self, kind: FacilityType) -> Path:
        return self.folder / f"{self.stem}_{form_names(kind, self.lang)}.xlsx"


def start(
    prefecture: str | None,
    data: Path,
    out: Path | None = None,
    *,
    lang: Lang = Lang.JA,
    force: bool = False,
    found: Survey | None = None,
) -> Started:
    """Make a first run file of what lies in a folder.

    Parameters
    ----------
    prefecture : str or None
        In any spelling; None for the only one that the data are of.
    data : Path
        The folder of raw files.
    out : Path, optional
        The run file (``.toml``), or the folder for it; the working folder by default.
    lang : Lang
        Language of comments, forms and the result.
    force : bool
        Whether a run file that stands there is replaced.
    found : Survey, optional
        What lies in `data`, where it was surveyed for another prefecture before.

    Returns
    -------
    Started
        What was written, and what is missing.

    Raises
    ------
    UsageError
        No such prefecture, or more than one to choose from.
    MissingFileError
        There is no such folder.
    OutputExistsError, OutputError
        Something stands there already, or cannot be written; then nothing is.
    """
    code = None if prefecture is None else prefecture_named(prefecture)
    folder = out if out is not None and out.suffix.lower() != ".toml" else None
    base = folder or (out.parent if out is not None else Path())
    stem = out.stem if out is not None and folder is None else None
    ours = _ours(base, stem, code, lang)
    if found is None:
        found = survey(data, leave_out=ours, beside=_forms_beside(base, stem, code, lang, data))
    code = code or only_prefecture(found)
    targets = _Targets(base, stem or ROMAN_NAMES[code].lower(), lang)
    ground, places = _ground(found, code)
    plan = plan_of(found, code, ground, places)
    return _written(plan, targets, force=force)


def _ours(base: Path, stem: str | None, code: str | None, lang: Lang) -> tuple[Path, ...]:
    """Return what a start writes and no survey should take for data."""
    codes = [code] if code is not None else list(ROMAN_NAMES)
    stems = [stem] if stem is not None else [ROMAN_NAMES[each].lower() for each in codes]
    every = [_Targets(base, each, lang) for each in stems]
    return tuple(p for t in every for p in (t.run_file, t.missing, t.unpacked, t.output))


def _forms_beside(
    base: Path, stem: str | None, code: str | None, lang: Lang, data: Path
) -> tuple[Path, ...]:
    """Return forms of ours that lie outside of the data: they may have been filled in."""
    if code is None and stem is None:
        return ()
    targets = _Targets(base, stem or ROMAN_NAMES[code or ""].lower(), lang)
    inside = data.resolve()
    forms = (targets.form(kind) for kind in CRITERIA)
    return tuple(
        path for path in forms if path.is_file() and not path.resolve().is_relative_to(inside)
    )


def _ground(found: Survey, code: str) -> tuple[Bounds | None, Points]:
    """Return the bounds of a prefecture, and a point of each of its municipalities."""
    data = outlines_of(found, code, ())[0].taken
    if data is None:
        return None, ()
    with _opened(data) as path:
        towns, _ = read_municipalities(
            path, merge_wards=False, layer=data.layer or None, prefectures=[code]
        )
    west, south, east, north = (float(each) for each in towns.total_bounds)
    middles = towns.geometry.representative_point()
    return (west, south, east, north), tuple(zip(middles.x, middles.y, strict=True))


@contextmanager
def _opened(data: FoundData) -> Iterator[Path]:
    """Give a file, or the part of a zip that it is."""
    if not data.member:
        yield data.path
        return
    with open_archive(data.path, label=data.name) as archive:
        yield next(member.path for member in archive.members if member.name == data.member)


# --- writing


def _written(plan: StartPlan, targets: _Targets, *, force: bool) -> Started:
    """Write everything, or nothing."""
    forms = {kind: targets.form(kind) for kind in plan.lists_wanted}
    places = {n: targets.place_form(n) for n in plan.policy.lacking if n in PLACE_NAMES}
    missing = lacking(
        plan,
        {CRITERIA[kind]: path.name for kind, path in forms.items()},
        {name: path.name for name, path in places.items()},
    )
    names = PageNames(
        run_file=targets.run_file.name,
        missing=targets.missing.name,
        output=targets.output.name,
        forms={kind: path.name for kind, path in forms.items()},
        places={name: path.name for name, path in places.items()},
        wanted=_wanted(plan, targets),
    )
    text = run_file_text(plan, names, lambda data: _way(data, targets), targets.lang)
    code, lang = plan.prefecture, targets.lang
    contents = {path: list_form(kind, code, lang) for kind, path in forms.items()}
    contents |= {path: place_form(name, code, lang) for name, path in places.items()}
    # Somebody may have filled them in.
    kept = tuple(path for path in contents if path.exists())
    contents = {path: content for path, content in contents.items() if path not in kept}
    contents[targets.missing] = lacking_book(missing, words.lacking_title(code), lang)
    contents |= _kept_aside(targets.run_file, text.encode("utf-8"))
    contents[targets.run_file] = text.encode("utf-8")
    files = _write_all(contents, plan, targets, force=force)
    return Started(plan, targets.run_file, targets.missing, files, kept, missing)


def _kept_aside(run_file: Path, new: bytes) -> dict[Path, bytes]:
    """Return a copy of the run file that stands there, which somebody may have written in."""
    if not run_file.is_file() or (old := run_file.read_bytes()) == new:
        return {}
    names = (f"{run_file.name}.bak{n or ''}" for n in count())
    free = next(p for p in map(run_file.with_name, names) if not os.path.lexists(p))
    return {free: old}


def _wanted(plan: StartPlan, targets: _Targets) -> dict[str, str]:
    """Return where the files will be that must be there: where ``spots fetch`` puts them."""
    own = downloads_for(plan.prefecture, neighbours=False)
    return {
        file.dataset.key: _seen_from(targets, plan.survey.folder / file.file_name)
        for file in reversed(own)
    }


def _write_all(
    contents: Mapping[Path, bytes], plan: StartPlan, targets: _Targets, *, force: bool
) -> tuple[WrittenFile, ...]:
    there = [path for path in contents if os.path.lexists(path)]
    if there and not force:
        raise already_there(there[-1])
    made: list[Path] = []
    written: list[WrittenFile] = []
    try:
        for data in plan.files:
            if data.copied:
                written += _copy(data, targets, made)
        for path, content in contents.items():
            new = not os.path.lexists(path)
            written.append(write_whole(path, content, force=force))
            made += [path] if new else []
    except (SpotsError, OSError):
        for path in made:
            with suppress(OSError):
                path.unlink()
        with suppress(OSError):
            targets.unpacked.rmdir()
        raise
    return tuple(written)


def _copied_to(data: FoundData, targets: _Targets) -> Path:
    """Return where the copy of a file goes: under its own name, with the ending it should have."""
    own = PurePosixPath(data.name)
    # Two zips may have parts of one name.
    name = f"{own.stem}_{PurePosixPath(data.member).name}" if data.member else own.name
    path = targets.unpacked / name
    return path.with_suffix(data.suffix) if data.suffix else path


def _copy(data: FoundData, targets: _Targets, made: list[Path]) -> Iterator[WrittenFile]:
    """Copy what no key of a run file can name as it is."""
    if data.member:
        yield from _unpack(data, targets, made)
        return
    target = _copied_to(data, targets)
    made += [] if target.exists() else [target]
    yield write_whole(target, data.path.read_bytes(), force=True)


def _unpack(data: FoundData, targets: _Targets, made: list[Path]) -> Iterator[WrittenFile]:
    """Unpack a part of a zip that no key of a run file can name, with what belongs to it."""
    target = _copied_to(data, targets)
    with open_archive(data.path, label=data.name) as archive:
        stem = data.member.rpartition(".")[0]
        for member in archive.members:
            own = member.name == data.member
            beside = member.name.rpartition(".")[0] == stem and member.suffix in SIDECAR_SUFFIXES
            if own or beside:
                path = target if own else target.with_suffix(PurePosixPath(member.name).suffix)
                new = not path.exists()
                yield write_whole(path, member.path.read_bytes(), force=True)
                made += [path] if new else []


def _way(data: FoundData, targets: _Targets) -> str:
    return _seen_from(targets, _copied_to(data, targets) if data.copied else data.path)


def _seen_from(targets: _Targets, path: Path) -> str:
    """Return a path as the run file names it, ``/`` between folders."""
    try:
        way = os.path.relpath(path, targets.folder)
    except ValueError:  # another drive of Windows
        return path.absolute().as_posix()
    return Path(way).as_posix()
