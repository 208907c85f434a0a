"""One file over HTTP to a part on disk: resumed where it broke off, bounded, and patient.

What has come lies in ``NAME.part``; ``NAME.part.json`` says of which address and which state of the
file it is, so that a part is only ever continued by more of the same (``If-Range``).

Stands apart: how bytes come is one subject, what many files in a folder make of it another.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import BinaryIO

from groundfloor.disk import disk_errors
from groundfloor.problems import Text, error, one_line
from spots.public_data.asking import (
    DownloadError,
    PassingError,
    RangeRefusedError,
    asked,
    broken_off,
    stalled,
)
from spots.telling.units import megabytes

_CHUNK = 1 << 18
_OK, _PARTIAL = 200, 206
_GZIP = 16 + zlib.MAX_WBITS
_SPARE_BYTES = 64 << 20  # what a download leaves free of the disk

#: Told how many bytes have come, and of how many (None where the server does not say).
Arrived = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, and how much is taken from it.

    Parameters
    ----------
    tries : int
        Attempts in a row that bring nothing new before the file is given up.
    most_tries : int
        Attempts in all.
    stall_s : float
        Seconds without a byte, or with fewer than `trickle` bytes, after which an attempt ends.
    trickle : int
        Bytes.
    wait_s, longest_wait_s : float
        Seconds before the second attempt, doubled each time, and at most.
    most_bytes : int
        The largest file that is taken: twice the country's whole extract of OpenStreetMap.
    """

    tries: int = 5
    most_tries: int = 50
    stall_s: float = 30.0
    trickle: int = 4096
    wait_s: float = 1.0
    longest_wait_s: float = 60.0
    most_bytes: int = 5_000_000_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a part is of: address, the server's mark of that state, its size."""

    url: str
    mark: str
    whole: int | None


def receive(url: str, part: Path, patience: Patience, arrived: Arrived) -> str:
    """Bring a file to `part`, going on where an earlier attempt, or an earlier day, broke off.

    Parameters
    ----------
    url : str
        Its address.
    part : Path
        Where its bytes are collected; its folder is there.
    patience : Patience
        Limits.
    arrived : callable
        Progress.

    Returns
    -------
    str
        When the server says that it was last modified; may be empty.

    Raises
    ------
    DownloadError
        It could not be had; what has come stays for the next time.
    OutputError
        The disk is full, or may not be written to.
    """
    vain = 0
    for _ in range(patience.most_tries):
        before = _size(part)
        try:
            return _attempt(url, part, patience, arrived)
        except RangeRefusedError as refused:
            # Complete already, but not known to be: its mark decides. Else it has become shorter.
            kept = _kept(part)
            if kept and kept.whole == refused.whole == _size(part) != 0:
                return ""
            discard(part)
            vain += 1
            why = _CHANGED
            wait = 0.0
        except PassingError as fault:
            vain = vain + 1 if _size(part) <= before else 0
            why = fault.why
            wait = max(fault.wait_s, patience.wait_s * 2.0 ** min(vain, 16))
        if vain >= patience.tries:
            break
        time.sleep(min(wait, patience.longest_wait_s))
    raise DownloadError(
        error(
            "download-broken-off",
            Text(f"取得できませんでした：{why.ja}", f"could not be fetched: {why.en}"),
            Text(
                "しばらくして同じコマンドを実行してください。続きから取得します",
                "run the same command again later: it goes on from where it stopped",
            ),
            value=one_line(url, 200),
        )
    )


def receive_text(url: str, patience: Patience, most: int = 4096) -> str:
    """Return the beginning of a small text file: a checksum.

    Raises
    ------
    DownloadError
        It could not be had.
    PassingError
        Nor could it at the second attempt.
    """
    try:
        return _text(url, patience, most)
    except PassingError:
        time.sleep(patience.wait_s)
        return _text(url, patience, most)


def _text(url: str, patience: Patience, most: int) -> str:
    with asked(url, {}, patience.stall_s) as answer:
        return answer.read(most).decode("utf-8", "replace")


def discard(part: Path) -> None:
    """Forget what has come of a file."""
    with disk_errors(part):
        part.unlink(missing_ok=True)
        _label(part).unlink(missing_ok=True)


def place(part: Path, target: Path) -> None:
    """Give a whole and verified part its name."""
    with disk_errors(target):
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.replace(target)
        _label(part).unlink(missing_ok=True)


_CHANGED = Text("ファイルが差し替えられました", "the file has changed")


def _attempt(url: str, part: Path, patience: Patience, arrived: Arrived) -> str:
    kept, have = _kept(part), _size(part)
    headers: dict[str, str] = {}
    if kept and kept.url == url and kept.mark and have:
        headers = {"Range": f"bytes={have}-", "If-Range": kept.mark}
    else:
        discard(part)
    with asked(url, headers, patience.stall_s) as answer:
        start = _start(answer, have if headers else 0)
        packed = (answer.headers.get("Content-Encoding") or "identity").lower()
        if start is None or (start and packed != "identity"):
            discard(part)
            raise PassingError(Text("続きを取得できません", "it cannot be continued"))
        whole = _whole(answer, start) if packed == "identity" else None
        if start and kept and kept.whole != whole:
            discard(part)
            raise PassingError(_CHANGED)
        _refuse_too_much(url, part, whole, start, patience)
        with _opened(part, _Kept(url, _mark(answer, packed), whole), start) as out:
            _pour(answer, out, packed, _Measure(whole, start, patience, arrived, url))
        if whole is not None and _size(part) != whole:
            if _size(part) > whole:
                discard(part)
            raise broken_off()
        return answer.headers.get("Last-Modified") or ""


class _Out:
    """A part being written; trouble with the disk is told from trouble with the line."""

    def __init__(self, part: Path, stream: BinaryIO) -> None:
        self._part, self._stream = part, stream

    def write(self, data: bytes) -> None:
        """Write bytes, or raise `OutputError`."""
        with disk_errors(self._part):
            self._stream.write(data)


@contextmanager
def _opened(part: Path, kept: _Kept, start: int) -> Iterator[_Out]:
    with disk_errors(part):
        _label(part).write_text(json.dumps(asdict(kept)), encoding="utf-8")
        stream = part.open("ab" if start else "wb")
    try:
        yield _Out(part, stream)
    finally:
        with disk_errors(part):
            stream.close()


def _start(answer: HTTPResponse, have: int) -> int | None:
    """Return at which byte an answer begins; None where it is not what was asked for."""
    if answer.status != _PARTIAL:
        return 0  # the server knows no ranges, or the file is another by now
    unit, _, rest = (answer.headers.get("Content-Range") or "").partition(" ")
    first = rest.partition("-")[0]
    fits = unit.lower() == "bytes" and first.isdecimal() and int(first) == have
    return have if fits and have else None


def _whole(answer: HTTPResponse, start: int) -> int | None:
    """Return the size of the whole file, where the server says so."""
    if start:
        said = (answer.headers.get("Content-Range") or "").rpartition("/")[2]
        return int(said) if said.isdecimal() else None
    said = (answer.headers.get("Content-Length") or "").strip()
    return int(said) if said.isdecimal() else None


def _mark(answer: HTTPResponse, packed: str) -> str:
    """Return what tells one state of the file from the next: a strong ETag, else its day."""
    if packed != "identity":
        return ""
    tag = (answer.headers.get("ETag") or "").strip()
    return tag if tag.startswith('"') else (answer.headers.get("Last-Modified") or "").strip()


class _Measure:
    """What has come so far, and whether it comes fast enough and is not too much."""

    def __init__(
        self, whole: int | None, start: int, patience: Patience, arrived: Arrived, url: str
    ) -> None:
        self._whole, self._have, self._patience = whole, start, patience
        self._arrived, self._url = arrived, url
        self._since, self._then = time.monotonic(), start

    def count(self, size: int) -> None:
        """Count bytes that came."""
        self._have += size
        if self._have > self._patience.most_bytes:
            raise too_large(self._url, self._have, self._patience)
        now = time.monotonic()
        if now - self._since > self._patience.stall_s:
            if self._have - self._then < self._patience.trickle:
                raise stalled()
            self._since, self._then = now, self._have
        self._arrived(self._have, self._whole)


def _pour(answer: HTTPResponse, out: _Out, packed: str, measure: _Measure) -> None:
    if packed not in {"identity", "gzip", "x-gzip"}:
        raise DownloadError(
            error(
                "download-packed",
                Text("知らない方式で圧縮されています", "it comes packed in an unknown way"),
                Text("別の経路で取得してください", "fetch it another way"),
                value=packed,
            )
        )
    unpacked = None if packed == "identity" else zlib.decompressobj(_GZIP)
    while chunk := answer.read1(_CHUNK):
        if unpacked is None:
            out.write(chunk)
            measure.count(len(chunk))
            continue
        while chunk:
            try:
                plain = unpacked.decompress(chunk, _CHUNK)
            except zlib.error as fault:
                raise broken_off() from fault
            out.write(plain)
            measure.count(len(plain))
            chunk = unpacked.unconsumed_tail
    if unpacked is not None and not unpacked.eof:
        raise broken_off()


def _refuse_too_much(
    url: str, part: Path, whole: int | None, start: int, patience: Patience
) -> None:
    if whole is None:
        return
    if whole > patience.most_bytes:
        raise too_large(url, whole, patience)
    with suppress(OSError):  # a share that does not tell
        free = shutil.disk_usage(part.parent).free
        if whole - start > free - _SPARE_BYTES:
            raise DownloadError(
                error(
                    "download-no-room",
                    Text(
                        f"空き容量が足りません（必要 {megabytes(whole - start)}、"
                        f"空き {megabytes(free)}）",
                        f"too little space: {megabytes(whole - start)} needed, "
                        f"{megabytes(free)} free",
                    ),
                    Text(
                        "別のドライブを --out で指定してください", "name another drive with --out"
                    ),
                    file=str(part.parent),
                )
            )


def too_large(url: str, size: int, patience: Patience) -> DownloadError:
    """Return the error of a file larger than anything that is expected."""
    most = megabytes(patience.most_bytes)
    return DownloadError(
        error(
            "download-too-large",
            Text(
                f"大きすぎます（{megabytes(size)}、上限 {most}）",
                f"it is too large ({megabytes(size)}, at most {most})",
            ),
            Text("アドレスを確かめてください", "check the address"),
            value=one_line(url, 200),
        )
    )


def _label(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _kept(part: Path) -> _Kept | None:
    try:
        said = json.loads(_label(part).read_text("utf-8"))
        kept = _Kept(said["url"], said["mark"], said["whole"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    fits = isinstance(kept.url, str) and isinstance(kept.mark, str)
    return kept if fits and isinstance(kept.whole, int | None) else None


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError:
        return 0
