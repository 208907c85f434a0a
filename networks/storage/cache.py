"""Networks built before, kept in a folder of the user's and found again by what they were made of.

The key of a network is the SHA-256 of everything its bytes follow from: the content and names of
the input files, the profile, the options, the version of the file format and the code of this
package. Any change gives another key, so that an outdated entry is never looked at; a damaged one
is noticed when it is opened, said, and built anew. A network that comes out of the cache is the
one that would have been built, to the last bit.

Nothing here ever fails a job: where no folder can be written, networks are built in memory.

OSM extracts, GraphML and N13 are worth keeping: reading them takes from ten to a thousand times as
long as opening the outcome, and needs libraries that opening does without. Link tables are read in
a blink, up to some size; saved networks are what the cache itself holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from groundfloor.aligned import aligned
from groundfloor.disk import file_state, files_like, removed, sha256_of, sources_digest
from groundfloor.kept_on_disk import MOST_BYTES, KeptFile
from groundfloor.problems import Lang, MissingFileError, Problem, Text, note, one_line, warning
from groundfloor.workspaces import tidy
from networks.errors import NetworkFormatError
from networks.load import NetworkKind, Progress, load_network, network_kind
from networks.network import RoadNetwork
from networks.speeds.profile import SpeedProfile
from networks.speeds.profile_files import load_profile
from networks.storage.network_files import (
    FORMAT_VERSION,
    SUFFIX,
    open_keyed,
    open_network,
    write_network,
)

MAX_BYTES = 8 * 1024**3  # a regional network has 0.3 to 1 GB: room for the editions in use
VARIABLE = "SPOTS_CACHE_DIR"
#: Said by `VARIABLE` in the place of a folder: keep nothing.
OFF = "off"
# The rooms whose code turns a file into a network.
_CODE = ("groundfloor", "networks")
_KEY_DIGITS = 32
_LARGE_TABLE = 2 * 1024**2  # bytes of links: some ten thousand rows, about a second to read
_SLOW = frozenset({NetworkKind.OSM, NetworkKind.GRAPHML, NetworkKind.N13})

Tell = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A file in the cache.

    Parameters
    ----------
    path : Path
        Where it is.
    size : int
        Bytes.
    used_s : float
        When it was last used, seconds since 1970.
    source, profile : str
        What it was built from and with; empty where the file was not opened or is damaged.
    """

    path: Path
    size: int
    used_s: float
    source: str = ""
    profile: str = ""


def default_folder(
    environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Path | None:
    """Return the folder of the cache: `VARIABLE`, else the platform's own place for caches.

    Returns
    -------
    Path or None
        None where `VARIABLE` says `OFF`, or the user has no home: nothing is kept.

    Examples
    --------
    >>> default_folder({"SPOTS_CACHE_DIR": "/big/cache"}).as_posix()
    '/big/cache'
    >>> default_folder({"XDG_CACHE_HOME": "/c"}, "linux").as_posix()
    '/c/shortage-spots/networks'
    """
    if chosen := environ.get(VARIABLE):
        return None if chosen.casefold() == OFF else _from_home(Path(chosen))
    own = Path("shortage-spots", "networks")
    if platform == "win32" and (local := environ.get("LOCALAPPDATA")):
        return Path(local, own)
    given = environ.get("XDG_CACHE_HOME", "")
    if platform not in {"win32", "darwin"} and Path(given).is_absolute():
        return Path(given, own)  # the standard asks that a relative one be ignored
    try:
        home = Path.home()
    except RuntimeError:
        return None
    places = {"win32": ("AppData", "Local"), "darwin": ("Library", "Caches")}
    return Path(home, *places.get(platform, (".cache",)), own)


def _from_home(folder: Path) -> Path:
    """Return a folder whose ``~`` no shell has put the user's home for: of a settings dialog."""
    with suppress(RuntimeError):  # there is no such user
        return folder.expanduser()
    return folder


def load_cached(
    path: str | Path,
    *,
    folder: Path | None,
    tell: Tell,
    beside: Sequence[str | Path] = (),
    kind: str = NetworkKind.AUTO,
    profile: SpeedProfile | str | None = None,
    nodes: str | Path | None = None,
    schematic: bool = False,
    as_of: str = "",
    attribution: str = "",
    progress: Progress | None = None,
) -> RoadNetwork:
    """Return the network that `networks.load.load_network` returns, from the cache if it can be.

    Parameters
    ----------
    path : str or Path
        File or folder, as for `load_network`; so are all others but two.
    folder : Path or None
        Where networks are kept, as for `cached_network`.
    tell : callable
        Told what happens to the cache, as for `cached_network`.
    beside : sequence of str or Path
        As for `load_network`.
    kind : str
        As for `load_network`.
    profile : SpeedProfile or str, optional
        As for `load_network`.
    nodes : str or Path, optional
        As for `load_network`.
    schematic : bool
        As for `load_network`.
    as_of, attribution : str
        As for `load_network`.
    progress : callable, optional
        As for `load_network`.

    Raises
    ------
    SearchError, NetworkDataError, NetworkFormatError, MissingFileError
        As `load_network`.
    """
    chosen = network_kind(path, kind)
    profile = None if profile is None else load_profile(profile)

    said = {"schematic": schematic, "as_of": as_of, "attribution": attribution}
    build = partial(
        load_network,
        path,
        beside=beside,
        kind=chosen,
        profile=profile,
        nodes=nodes,
        progress=progress,
        schematic=schematic,
        as_of=as_of,
        attribution=attribution,
    )
    files = source_files(path, nodes, beside)
    if profile is None or not _worth_keeping(chosen, files):
        return build()
    made = {"kind": chosen, "source": Path(path).name, "profile": asdict(profile), **said}
    return cached_network(files, made, build, folder=folder, tell=tell)


def source_files(
    path: str | Path, nodes: str | Path | None = None, beside: Sequence[str | Path] = ()
) -> tuple[Path, ...]:
    """Return every file that a network at `path` is made of: a folder's, a Shapefile's parts."""
    source = Path(path)
    if source.is_dir():
        files = files_like(source, "**/*")
    elif source.suffix.lower() == ".shp":
        files = [each for each in files_like(source.parent, "*") if each.stem == source.stem]
    else:
        files = [source]
    return (*files, *map(Path, beside), *([Path(nodes)] if nodes is not None else ()))


def _worth_keeping(kind: NetworkKind, files: Sequence[Path]) -> bool:
    if kind is not NetworkKind.LINKS:
        return kind in _SLOW
    try:
        return files[0].stat().st_size > _LARGE_TABLE
    except OSError:
        return False


def cached_network(
    files: Sequence[Path],
    settings: Mapping[str, object],
    build: Callable[[], RoadNetwork],
    *,
    folder: Path | None,
    tell: Tell,
) -> RoadNetwork:
    """Return the network that `build` makes of `files`, from the cache where it is there.

    Parameters
    ----------
    files : sequence of Path
        Every file that the network is made of.
    settings : mapping
        Everything else that it depends on, JSON-able.
    build : callable
        Makes the network; its errors pass through.
    folder : Path or None
        The cache; it is made when needed. None keeps nothing.
    tell : callable
        Told what happened to the cache (damaged, cannot be written); these findings are about
        this machine and no part of the network.

    Returns
    -------
    RoadNetwork
        The same whether it was built or opened.
    """
    if folder is None:
        return build()
    try:
        before = [*map(file_state, files)]
        key = cache_key(files, settings)
    except OSError:
        return build()  # the reader says what is the matter with its file
    path = folder / f"{key[:_KEY_DIGITS]}{SUFFIX}"
    found = _opened(path, key, tell)
    if found is not None:
        return found
    network = build()
    with suppress(OSError):
        if [*map(file_state, files)] == before:  # else what was read may not be what was hashed
            _store(network, path, key, tell)
    return network


def cache_key(files: Sequence[Path], settings: Mapping[str, object]) -> str:
    """Return the SHA-256 of all that a built network follows from.

    Raises
    ------
    OSError
        A file cannot be read.
    """
    head = json.dumps([FORMAT_VERSION, _code(), settings], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(head.encode("utf-8", "surrogatepass"))
    for file in files:
        # The name is part of what a network says of itself.
        name = file.name.encode("utf-8", "surrogateescape")
        digest.update(b"%d %b " % (len(name), name) + bytes.fromhex(sha256_of(file)))
    return digest.hexdigest()


def entries(folder: Path | None) -> tuple[CacheEntry, ...]:
    """Return what the cache holds, last used first; half-written files are left out."""
    if folder is None:
        return ()
    found = []
    for path in files_like(folder, f"*{SUFFIX}"):
        with suppress(OSError):  # gone in the meantime
            state = path.stat()
            found.append(CacheEntry(path, state.st_size, state.st_mtime))
    return tuple(sorted(found, key=lambda entry: (-entry.used_s, entry.path.name)))


def described(entry: CacheEntry) -> CacheEntry:
    """Return an entry with what it was built from, which its file must be opened for."""
    try:
        network = open_network(entry.path)
    except (NetworkFormatError, MissingFileError):
        return entry
    return replace(entry, source=network.origin.source, profile=network.profile.label)


def clear(folder: Path | None) -> tuple[CacheEntry, ...]:
    """Remove what the cache holds and return it; what is in use (Windows) stays, unmentioned."""
    if folder is None:
        return ()
    tidy(folder)
    return tuple(entry for entry in entries(folder) if removed(entry.path))


def cache_text(
    folder: Path | None,
    entries: Sequence[CacheEntry],
    kept: Sequence[KeptFile] = (),
    lang: Lang = Lang.JA,
    *,
    cleared: bool,
) -> str:
    """Return what the cache holds, or what was removed from it: networks, and other values."""
    size = sum(entry.size for entry in entries) / 1e6
    where = "-" if folder is None else str(folder)
    done = Text(
        f"{where}: {len(entries)} 件、{size:,.1f} MB を削除しました",
        f"{where}: removed {len(entries)}, {size:,.1f} MB",
    )
    held = Text(
        f"{where}: 道路網 {len(entries)} 件、{size:,.1f} MB",
        f"{where}: {len(entries)} networks, {size:,.1f} MB",
    )
    head = (done if cleared else held).render(lang)
    last = _kept_lines(kept, lang, cleared=cleared)
    if cleared or not entries:
        return "\n".join([head, *last])
    rows = [
        [
            entry.path.name,
            f"{entry.size / 1e6:,.1f} MB",
            one_line(entry.source) or Text("（壊れています）", "(damaged)").render(lang),
            entry.profile,
            _day(entry),
        ]
        for entry in entries
    ]
    return "\n".join([head, *(f"  {line}" for line in aligned(rows, right=(1,))), *last])


def _kept_lines(kept: Sequence[KeptFile], lang: Lang, *, cleared: bool) -> list[str]:
    """Return what of other values is there, or was removed: how many of each kind, how large."""
    if not kept:
        return []
    size = sum(each.size for each in kept) / 1e6
    done = Text(
        f"途中の結果 {len(kept)} 件、{size:,.1f} MB を削除しました",
        f"removed {len(kept)} results of steps, {size:,.1f} MB",
    )
    held = Text(
        f"途中の結果 {len(kept)} 件、{size:,.1f} MB（上限 {MOST_BYTES / 1e6:,.0f} MB）",
        f"{len(kept)} results of steps, {size:,.1f} MB (at most {MOST_BYTES / 1e6:,.0f} MB)",
    )
    if cleared:
        return [done.render(lang)]
    sizes: dict[str, list[int]] = {}
    for each in kept:
        sizes.setdefault(each.kind, []).append(each.size)
    rows = [[k, str(len(s)), f"{sum(s) / 1e6:,.1f} MB"] for k, s in sorted(sizes.items())]
    return [held.render(lang), *(f"  {line}" for line in aligned(rows, right=(1, 2)))]


def cache_json(
    folder: Path | None,
    entries: Sequence[CacheEntry],
    kept: Sequence[KeptFile] = (),
    *,
    cleared: bool,
) -> dict[str, object]:
    """Return the same as JSON-able data."""
    return {
        "folder": None if folder is None else str(folder),
        "kept": [
            {"file": each.path.name, "kind": each.kind, "bytes": each.size, "used": _day(each)}
            for each in kept
        ],
        "removed" if cleared else "networks": [
            {
                "file": entry.path.name,
                "bytes": entry.size,
                "source": entry.source,
                "profile": entry.profile,
                "used": _day(entry),
            }
            for entry in entries
        ],
    }


def _day(entry: CacheEntry | KeptFile) -> str:
    return datetime.fromtimestamp(entry.used_s).astimezone().date().isoformat()


def _opened(path: Path, key: str, tell: Tell) -> RoadNetwork | None:
    try:
        network, stored = open_keyed(path)
    except MissingFileError:
        return None
    except NetworkFormatError:
        tell(_damaged(path))
        return None
    if stored != key:  # a file that was renamed by hand
        tell(_damaged(path))
        return None
    with suppress(OSError):
        os.utime(path)  # so that what is in use is removed last
    return network


def _store(network: RoadNetwork, path: Path, key: str, tell: Tell) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_network(network, path, key=key)
    except OSError as cause:  # no permission, no room, or in use by another process
        tell(_not_kept(path.parent, cause))
        return
    _make_room(path)


def _make_room(newest: Path) -> None:
    """Remove what was used longest ago until the rest fits."""
    total = 0
    for entry in entries(newest.parent):
        total += entry.size
        if total > MAX_BYTES and entry.path != newest:
            removed(entry.path)


def _code() -> str:
    """Return the SHA-256 of the code that builds networks.

    A version number that somebody must remember to raise would one day be forgotten, and the
    minutes would be yesterday's. Where the package has no source files (frozen programs), only
    the format's version counts.
    """
    top = Path(__file__).parents[2]
    return sources_digest(top, (path for room in _CODE for path in (top / room).rglob("*.py")))


def _damaged(path: Path) -> Problem:
    return warning(
        "network-cache-damaged",
        Text(
            "保存してあった道路網が壊れているため、元のデータから作り直します",
            "a network kept from an earlier run is damaged; it is built again from its source",
        ),
        Text("", ""),
        file=path.name,
    )


def _not_kept(folder: Path, cause: OSError) -> Problem:
    first = cause.__cause__ if isinstance(cause.__cause__, OSError) else cause
    return note(
        "network-cache-not-written",
        Text(
            f"道路網を次回のために保存できませんでした（{folder}）。結果には影響しません",
            f"the network could not be kept for the next run ({folder}); results are the same",
        ),
        Text(
            f"環境変数 {VARIABLE} で書き込めるフォルダを指定できます",
            f"name a folder that can be written to in the environment variable {VARIABLE}",
        ),
        value=first.strerror or type(first).__name__,
    )
