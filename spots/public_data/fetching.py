"""Many files into one folder: what is there already is kept, what is not is fetched, one by one.

A file has its name only once it is whole and verified. What was fetched, from where and when, is
written down beside the files (`RECORD`), for the source lines of a run file and for the next time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from filelock import FileLock, Timeout

from groundfloor.disk import disk_errors, sha256_of, write_whole
from groundfloor.problems import OutputError, Problem, Text, error, note, warning
from spots.public_data.asking import (
    AbsentError,
    DownloadError,
    PassingError,
    UnreachableError,
)
from spots.public_data.catalogue import Download
from spots.public_data.soundness_checks import PAGE, fault_of, md5_in
from spots.public_data.transfer import (
    Patience,
    discard,
    place,
    receive,
    receive_text,
)

#: The list of what was fetched, beside the files.
RECORD = "spots-downloads.json"
_LOCK = ".spots-fetch.lock"
_VERSION = 1
_PART = ".part"

#: Told of each file how many bytes have come, and of how many.
Progress = Callable[[Download, int, int | None], None]


class Arrival(StrEnum):
    """Where a file stands after a fetch."""

    FETCHED = "fetched"
    KEPT = "kept"  # it was there, and is sound
    ABSENT = "absent"  # the publisher has none for this ground, as was to be expected
    MISSING = "missing"
    UNREACHABLE = "unreachable"  # missing, because there is no way to its server


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What became of one file.

    Parameters
    ----------
    download : Download
        The file.
    arrival : Arrival
        Where it stands.
    size_bytes : int or None
        Its size on disk.
    problems : tuple of Problem
        Why it is missing, or what was noticed.
    """

    download: Download
    arrival: Arrival
    size_bytes: int | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def there(self) -> bool:
        """Whether nothing is left to be fetched."""
        return self.arrival not in {Arrival.MISSING, Arrival.UNREACHABLE}


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A line of `RECORD`: one file as it was fetched."""

    file: str
    dataset: str
    edition: str
    url: str
    bytes: int
    sha256: str
    last_modified: str
    fetched: str


def fetch(
    downloads: Sequence[Download],
    folder: Path,
    *,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    again: bool = False,
    progress: Progress = lambda _download, _have, _whole: None,
) -> Iterator[FetchOutcome]:
    """Bring files into a folder and yield what became of each, in their order.

    A host that cannot be reached is not asked again for the other files: without a network the
    answer is quick.

    Parameters
    ----------
    downloads : sequence of Download
        What is wanted.
    folder : Path
        Made as needed.
    patience : Patience
        Limits of each transfer.
    again : bool
        Whether files that are there are fetched anew.
    progress : callable
        Told while bytes come.

    Raises
    ------
    OutputError
        The folder cannot be written, is full, or another fetch is at work in it.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        entries = _read_record(folder)
        unreachable: dict[str, tuple[Problem, ...]] = {}
        for each in downloads:
            host = urlsplit(each.url).netloc
            if host in unreachable and (again or not (folder / each.file_name).exists()):
                yield FetchOutcome(each, Arrival.UNREACHABLE, problems=unreachable[host])
                continue
            outcome, entry = _had(each, folder, entries, patience, progress, again=again)
            if outcome.arrival is Arrival.UNREACHABLE:
                unreachable[host] = outcome.problems
            if entry is not None:
                entries = {**entries, entry.file: entry}
                _write_record(folder, entries)
            yield outcome


def mirrored(downloads: Sequence[Download], mirror: str) -> tuple[Download, ...]:
    """Return the same files as they lie side by side, under their names, at another address.

    Parameters
    ----------
    downloads : sequence of Download
        What is wanted.
    mirror : str
        Address of a folder, for example of an office's file server.
    """
    base = f"{quote(mirror.rstrip('/'), safe=':/?&=%@[]~+,;')}/"
    return tuple(
        replace(
            each,
            url=base + each.file_name,
            md5_url=f"{base}{each.file_name}.md5" if each.md5_url else "",
        )
        for each in downloads
    )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder: two fetches would write the same parts."""
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise OutputError(
            error(
                "fetch-at-work",
                Text(
                    "このフォルダでは別の spots fetch が実行中です",
                    "another spots fetch is at work in this folder",
                ),
                Text("終わるまで待ってください", "wait until it has ended"),
                file=str(folder),
            )
        ) from None
    except (OSError, NotImplementedError):  # a share without locks
        pass
    try:
        yield
    finally:
        if lock.is_locked:
            lock.release()
            with suppress(OSError):
                (folder / _LOCK).unlink()


def _had(
    download: Download,
    folder: Path,
    entries: Mapping[str, FetchedFile],
    patience: Patience,
    progress: Progress,
    *,
    again: bool,
) -> tuple[FetchOutcome, FetchedFile | None]:
    """Return what became of one file, and its line in the record where it was fetched."""
    target = folder / download.file_name
    noticed: tuple[Problem, ...] = ()
    if target.exists() and not again:
        found = _sound(target, entries.get(download.file_name))
        if found is None:
            return FetchOutcome(download, Arrival.KEPT, target.stat().st_size), None
        noticed = (_replaced(download, found),)
    try:
        modified, doubts = _verified(download, target, patience, progress)
    except DownloadError as fault:
        if isinstance(fault, AbsentError) and download.may_be_absent:
            return FetchOutcome(download, Arrival.ABSENT), None
        way = Arrival.UNREACHABLE if isinstance(fault, UnreachableError) else Arrival.MISSING
        return FetchOutcome(download, way, problems=(*noticed, *fault.problems)), None
    entry = _entry(download, target, modified)
    return FetchOutcome(download, Arrival.FETCHED, entry.bytes, (*noticed, *doubts)), entry


def _sound(target: Path, entry: FetchedFile | None) -> Text | None:
    """Return what is wrong with a file that is there."""
    if not target.is_file():
        raise OutputError(
            error(
                "fetch-name-taken",
                Text("同じ名前のフォルダがあります", "there is a folder of that name"),
                Text("別の出力先を --out で指定してください", "name another folder with --out"),
                file=str(target),
            )
        )
    size = target.stat().st_size
    if entry is not None and entry.bytes == size and sha256_of(target) == entry.sha256:
        return None
    return fault_of(target, target.name)


def _replaced(download: Download, why: Text) -> Problem:
    return note(
        "download-damaged-before",
        Text(
            f"あったファイルは使えないため、取得し直します（{why.ja}）",
            f"the file that was there is of no use and is fetched anew ({why.en})",
        ),
        Text("", ""),
        file=download.file_name,
    )


def _verified(
    download: Download, target: Path, patience: Patience, progress: Progress
) -> tuple[str, tuple[Problem, ...]]:
    """Bring one file to its name, whole and verified.

    What is not right is fetched once anew: pieces may not fit, and an extract that is made daily
    may have been replaced before its sum was.
    """
    part = target.with_name(target.name + _PART)
    fault = PAGE
    for _ in range(2):
        modified = receive(
            download.url, part, patience, lambda have, whole: progress(download, have, whole)
        )
        md5, doubts = _published_md5(download, patience)
        with disk_errors(part):
            found = fault_of(part, download.file_name, md5)
        if found is None:
            place(part, target)
            return modified, doubts
        discard(part)
        fault = found
        if fault == PAGE:
            break
    raise DownloadError(_not_what_was_expected(download, fault))


def _published_md5(download: Download, patience: Patience) -> tuple[str, tuple[Problem, ...]]:
    if not download.md5_url:
        return "", ()
    try:
        found = md5_in(receive_text(download.md5_url, patience))
    except (DownloadError, PassingError):
        found = ""
    return found, () if found else (_unverified(download),)


def _unverified(download: Download) -> Problem:
    return warning(
        "download-without-checksum",
        Text(
            "配布元のチェックサム（MD5）を取得できないため、構造だけを確認しました",
            "the publisher's MD5 sum could not be had: only the structure was checked",
        ),
        Text("", ""),
        file=download.file_name,
        value=download.md5_url,
    )


def _not_what_was_expected(download: Download, fault: Text) -> Problem:
    return error(
        "download-not-as-expected",
        Text(f"取得した内容が正しくありません：{fault.ja}", f"what came is not right: {fault.en}"),
        Text(
            "ブラウザーでアドレスを開いて確かめ、取得できればフォルダに置いてください",
            "open the address in a browser; if it works there, put the file into the folder",
        ),
        file=download.file_name,
        value=download.url,
    )


def _entry(download: Download, target: Path, last_modified: str) -> FetchedFile:
    return FetchedFile(
        file=download.file_name,
        dataset=download.dataset.key,
        edition=download.edition,
        url=download.url,
        bytes=target.stat().st_size,
        sha256=sha256_of(target),
        last_modified=last_modified,
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _read_record(folder: Path) -> dict[str, FetchedFile]:
    """Return what was fetched before; nothing where the record is gone or not ours."""
    try:
        said: Any = json.loads((folder / RECORD).read_text("utf-8"))
        lines = said["files"] if said["version"] == _VERSION else []
        return {line["file"]: FetchedFile(**line) for line in lines}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_record(folder: Path, entries: Mapping[str, FetchedFile]) -> None:
    files = [asdict(entries[name]) for name in sorted(entries)]
    text = json.dumps({"version": _VERSION, "files": files}, ensure_ascii=False, indent=1)
    write_whole(folder / RECORD, f"{text}\n", force=True)
