"""What a run finds again and again from the same input, kept on disk by what it was found from.

A value's key is the SHA-256 of all that it follows from: the bytes of the files, the settings, the
code and the libraries that worked it out. Any change gives another key, so an outdated value is
never looked at; it goes when room is needed. A value is data and nothing else: what is read is
taken apart by a `Form`, never executed. Every file holds its key and a checksum of its content, so
that one that was cut, changed or renamed is noticed, said, and made anew.

Nothing here ever fails a job. Where no folder can be written, values are found in memory; where
several processes find one at once, each writes it whole beside its place, and the last stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from groundfloor.disk import FileState, file_state, files_like, removed, sha256_of, sources_digest
from groundfloor.problems import Problem, Text, note, warning
from groundfloor.vector_files import file_parts
from groundfloor.workspaces import tidy, workspace

T = TypeVar("T")

#: Bytes of all kept values together; a prefecture of full outlines takes about ten million.
MOST_BYTES = 1024**3
SUFFIX = ".kept"
_FOLDER = "kept"
_MAGIC = b"spots kept 1\n"
_KEY_DIGITS = 32
_LENGTH_BYTES = 8
# Of many values by name, how many times as many as were asked for last are kept.
_TIMES_ASKED = 4
# Whose results may differ with their version, and with those of the libraries behind them.
_LIBRARIES = ("numpy", "pandas", "shapely", "pyproj", "geopandas", "pyogrio", "numba")
# What a form raises for bytes that are not what it made.
_MISFIT = (LookupError, TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How a value is laid down as bytes and taken up again, the same in every respect.

    Parameters
    ----------
    pack : callable
        Returns the bytes of a value; raises `TypeError` or `ValueError` for one that has no
        lossless form, which is then not kept.
    unpack : callable
        Returns the value of such bytes; raises one of the same, `LookupError` or
        `ArithmeticError` for others.
    """

    pack: Callable[[T], bytes]
    unpack: Callable[[bytes], T]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value follows from.

    Parameters
    ----------
    files : tuple of Path
        Inputs, by name and content; a Shapefile stands for all of its parts. Where they lie is no
        part of it.
    settings : object
        Everything else, as `json` writes it.
    code : tuple of str
        The packages, or their rooms (``"spots/map"``), whose code works it out.
    """

    files: tuple[Path, ...] = ()
    settings: object = None
    code: tuple[str, ...] = ("groundfloor", "boundaries")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A value in the store.

    Parameters
    ----------
    path : Path
        Where it is.
    kind : str
        What it is.
    size : int
        Bytes.
    used_s : float
        When it was last used, seconds since 1970.
    """

    path: Path
    kind: str
    size: int
    used_s: float


class KeptOnDisk:
    """Values by what they follow from, in one folder; threads and processes may share it.

    Parameters
    ----------
    folder : Path or None
        Where they are; it is made when needed. None keeps nothing.
    tell : callable, optional
        Told once of each kind of trouble with the folder. That is about this machine, and no part
        of any result.
    most_bytes : int
        How much all values may take; those used longest ago make room.
    """

    __slots__ = ("_code", "_most_bytes", "_tell", "_told", "folder")

    def __init__(
        self,
        folder: Path | None,
        tell: Callable[[Problem], None] | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.folder = folder
        self._tell = tell
        self._most_bytes = most_bytes
        self._told: set[str] = set()
        self._code: dict[tuple[str, ...], str] = {}

    @classmethod
    def within(
        cls, cache: Path | None, tell: Callable[[Problem], None] | None = None
    ) -> KeptOnDisk:
        """Return the store in the folder where built networks are kept."""
        return cls(store_folder(cache), tell)

    def __reduce__(self) -> tuple[type[KeptOnDisk], tuple[Path | None, None, int]]:
        """Go to another process with the same folder, and with nobody to tell."""
        return type(self), (self.folder, None, self._most_bytes)

    def each(
        self,
        kind: str,
        origin: Origin,
        names: Sequence[str],
        find: Callable[[Sequence[str]], Sequence[T]],
        form: Form[T],
    ) -> list[T]:
        """Return a value for each name, of which only those are found that are not in the store.

        All values of an origin lie in one file, with those of names that were asked before: of a
        list that changed by a row, one is found.

        Parameters
        ----------
        kind : str
            What they are; all values of a kind have one form.
        origin : Origin
            Everything that `find` looks at beside the names.
        names : sequence of str
            What each value follows from beside that.
        find : callable
            Gives the values of some of the names, in their order.
        form : Form
            How each is kept.
        """
        asked = list(dict.fromkeys(names))
        known: dict[str, T] = {}

        def taken_up(data: bytes) -> dict[str, bytes]:
            former = _by_name(data)
            known.update((name, form.unpack(former[name])) for name in asked if name in former)
            return former

        place = self._place(kind, origin)
        held = self._held(place, taken_up) if place else None
        if held is None:
            known.clear()  # of a file that is damaged behind what was taken up
        if missing := [name for name in asked if name not in known]:
            known.update(zip(missing, find(missing), strict=True))
            new = {name: known[name] for name in missing}
            self._keep(place, partial(_packed_by_name, held[0] if held else {}, asked, new, form))
        return [known[name] for name in names]

    def get(self, kind: str, origin: Origin, find: Callable[[], T], form: Form[T]) -> T:
        """Return what `find` gives, from the store where it is there.

        Parameters
        ----------
        kind : str
            What it is, a word with hyphens; all values of a kind have one form.
        origin : Origin
            Everything that `find` looks at.
        find : callable
            Finds it; what it raises passes through.
        form : Form
            How it is kept.
        """
        place = self._place(kind, origin)
        if (held := self._held(place, form.unpack)) is not None:
            return held[0]
        found = find()
        self._keep(place, partial(form.pack, found))
        return found

    def _place(self, kind: str, origin: Origin) -> _Place | None:
        """Return where a value belongs; None where none can be kept, or looked for."""
        if self.folder is None:
            return None
        try:
            before = _stamps(origin.files)
            key = self._key(kind, origin)
        except OSError:
            return None  # the reader says what is the matter with its file
        path = self.folder / f"{kind}-{key[:_KEY_DIGITS]}{SUFFIX}"
        return _Place(path, key, origin.files, before)

    def _key(self, kind: str, origin: Origin) -> str:
        """Return the SHA-256 of all that a value follows from.

        Raises
        ------
        OSError
            A file cannot be read.
        """
        if origin.code not in self._code:
            self._code[origin.code] = rooms_digest(origin.code)
        parts = [[(part.name, sha256_of(part)) for part in file_parts(f)] for f in origin.files]
        what = [kind, self._code[origin.code], parts, origin.settings]
        text = json.dumps(what, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _held(self, place: _Place | None, unpack: Callable[[bytes], T]) -> tuple[T] | None:
        """Return the value in a file, in a tuple of its own since it may be None."""
        if place is None:
            return None
        try:
            value = unpack(_content(place.path.read_bytes(), place.key))
        except OSError:  # it is not there, nor can anything be said of it
            return None
        except _MISFIT:
            self._say(_damaged(place.path))
            return None
        with suppress(OSError):
            os.utime(place.path)  # so that what is in use goes last
        return (value,)

    def _keep(self, place: _Place | None, pack: Callable[[], bytes]) -> None:
        if place is None or not place.is_as_before():
            return
        try:
            data = pack()
        except (TypeError, ValueError):
            return  # it has no lossless form: it will be found again
        whole, path = b"".join([_MAGIC, _head(place.key, data), data]), place.path
        if len(whole) > self._most_bytes:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with workspace(path) as work:
                work.new.write_bytes(whole)
                work.new.replace(path)
        except OSError as cause:  # no permission, no room, or in use by another process
            self._say(_not_kept(path.parent, cause))
            return
        self._make_room(path)

    def _make_room(self, newest: Path) -> None:
        """Remove what was used longest ago until the rest fits, but not what was just kept."""
        total = newest.stat().st_size if newest.exists() else 0
        for kept in kept_files(self.folder):
            if kept.path != newest:
                total += kept.size
                if total > self._most_bytes:
                    removed(kept.path)

    def _say(self, problem: Problem) -> None:
        if self._tell is not None and problem.code not in self._told:
            self._told.add(problem.code)
            self._tell(problem)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value belongs: its file, the whole key, and its inputs as they were then."""

    path: Path
    key: str
    files: tuple[Path, ...]
    stamps: list[tuple[str, FileState]]

    def is_as_before(self) -> bool:
        """Whether no input has changed: else what was read may not be what was hashed."""
        try:
            return _stamps(self.files) == self.stamps
        except OSError:
            return False


#: Keeps nothing: what is given where nothing is to be kept.
NOTHING_KEPT = KeptOnDisk(None)


def store_folder(cache: Path | None) -> Path | None:
    """Return where values are kept in the folder of a cache; None where there is none."""
    return None if cache is None else cache / _FOLDER


def kept_files(folder: Path | None) -> tuple[KeptFile, ...]:
    """Return what a folder holds, last used first; half-written files are left out."""
    found = []
    for path in files_like(folder, f"*{SUFFIX}") if folder is not None else ():
        with suppress(OSError):  # gone in the meantime
            state = path.stat()
            kind = path.stem.rpartition("-")[0]
            found.append(KeptFile(path, kind, state.st_size, state.st_mtime))
    return tuple(sorted(found, key=lambda kept: (-kept.used_s, kept.path.name)))


def clear_kept(folder: Path | None) -> tuple[KeptFile, ...]:
    """Remove what a folder holds and return it; what is not ours, or in use (Windows), stays."""
    if folder is None or not folder.is_dir():
        return ()
    tidy(folder)
    gone = tuple(kept for kept in kept_files(folder) if removed(kept.path))
    with suppress(OSError):
        folder.rmdir()  # where nothing else is in it
    return gone


def rooms_digest(rooms: Sequence[str]) -> str:
    """Return the SHA-256 of code, and of the versions of what it stands on.

    A version number that somebody must remember to raise would one day be forgotten, and
    yesterday's values be taken for today's.

    Parameters
    ----------
    rooms : sequence of str
        Packages beside this one, or folders or modules in them (``"spots/map"``).
    """
    top = Path(__file__).parents[1]
    versions = json.dumps([sys.version_info[:2], *_versions()]).encode()
    return sources_digest(top, (p for room in rooms for p in _sources(top / room)), versions)


def _sources(room: Path) -> Iterator[Path]:
    own = room.with_suffix(".py")
    yield from [own] if own.is_file() else room.rglob("*.py")


def _versions() -> Iterator[str]:
    """Yield what may bring other bytes out of the same code; the machine too, on a shared disk."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to load
    from platform import machine  # noqa: PLC0415 - as above

    yield f"{sys.platform} {machine()} {sys.byteorder}"
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            yield f"{library} {version(library)}"
    yield from _behind()


def _behind() -> Iterator[str]:
    """Yield GEOS, PROJ and GDAL: distributions other than wheels change them by themselves."""
    import pyogrio  # noqa: PLC0415 - who keeps nothing needs none of them
    import pyproj  # noqa: PLC0415 - as above
    import shapely  # noqa: PLC0415 - as above

    yield f"geos {shapely.geos_version_string}"
    yield f"proj {pyproj.proj_version_str}"
    yield f"gdal {pyogrio.__gdal_version_string__}"


def _by_name(data: bytes) -> dict[str, bytes]:
    """Return the parts of a file of many values, by name; those asked for last come first."""
    names, *parts = unframed(data)
    return dict(zip(json.loads(names), parts, strict=True))


def _packed_by_name(
    former: Mapping[str, bytes], asked: Sequence[str], new: Mapping[str, T], form: Form[T]
) -> bytes:
    """Return a file of many values: what was asked for, and of what was there before the first."""
    parts = {n: former[n] if n in former else form.pack(new[n]) for n in asked}
    for name, part in former.items():
        if len(parts) >= _TIMES_ASKED * len(asked):
            break
        parts.setdefault(name, part)
    return framed([json.dumps(list(parts)).encode(), *parts.values()])


def framed(parts: Sequence[bytes]) -> bytes:
    """Return several byte strings as one, each behind its length.

    Examples
    --------
    >>> unframed(framed([b"a", b"", b"bc"]))
    (b'a', b'', b'bc')
    """
    lengths = (len(part).to_bytes(_LENGTH_BYTES, "little") for part in parts)
    return b"".join(piece for pair in zip(lengths, parts, strict=True) for piece in pair)


def unframed(data: bytes) -> tuple[bytes, ...]:
    """Return the parts of `framed` bytes.

    Raises
    ------
    ValueError
        They do not come out even.
    """
    parts, at = [], 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "little")
        parts.append(data[start:at])
    if at != len(data):
        raise ValueError(at)
    return tuple(parts)


def _head(key: str, data: bytes) -> bytes:
    return f"{key} {hashlib.sha256(data).hexdigest()}\n".encode()


def _content(data: bytes, key: str) -> bytes:
    """Return the content of a file of the store.

    Raises
    ------
    ValueError
        It is not what was kept under `key`.
    """
    head = len(_MAGIC) + 2 * 64 + 2
    content = data[head:]
    if data[:head] != _MAGIC + _head(key, content):
        raise ValueError(key)
    return content


def _stamps(files: Sequence[Path]) -> list[tuple[str, FileState]]:
    parts = (part for file in files for part in file_parts(file))
    return [(part.name, file_state(part)) for part in parts]


def _damaged(path: Path) -> Problem:
    return warning(
        "kept-value-damaged",
        Text(
            "以前の実行で保存した途中の結果が壊れているため、作り直します。結果には影響しません",
            "what an earlier run kept is damaged; it is made anew, and results are the same",
        ),
        Text("", ""),
        file=path.name,
    )


def _not_kept(folder: Path, cause: OSError) -> Problem:
    return note(
        "kept-value-not-written",
        Text(
            f"途中の結果を次回のために保存できませんでした（{folder}）。結果には影響しません",
            f"nothing could be kept for the next run ({folder}); results are the same",
        ),
        Text(
            "環境変数 SPOTS_CACHE_DIR で書き込めるフォルダを指定できます",
            "name a folder that can be written to in the environment variable SPOTS_CACHE_DIR",
        ),
        value=cause.strerror or type(cause).__name__,
    )
