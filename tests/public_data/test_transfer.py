"""One file over loopback, from a server that errs in every way that servers do."""

from __future__ import annotations

import gc
import json
import shutil
import socket
import subprocess
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundfloor.problems import OutputError
from spots.public_data import transfer
from spots.public_data.asking import AbsentError, DownloadError, UnreachableError, asked
from spots.public_data.transfer import Patience, receive
from tests.helpers.file_server import FileServer, Served, serve_files

CONTENT = bytes(range(256)) * 4000  # 1,024,000 bytes
#: As patient as ever, but without the waiting.
QUICK = Patience(stall_s=5.0, wait_s=0.0, longest_wait_s=0.0)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files() as running:
        yield running


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "大分 (1).zip.part"


def got(server: FileServer, part: Path, path: str = "/x", patience: Patience = QUICK) -> bytes:
    receive(server.url(path), part, patience, lambda _have, _whole: None)
    return part.read_bytes()


def codes(caught: pytest.ExceptionInfo[DownloadError]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


def test_a_file_comes_whole_and_the_server_learns_who_asks(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT)
    seen: list[tuple[int, int | None]] = []
    receive(server.url("/x"), part, QUICK, lambda have, whole: seen.append((have, whole)))
    assert part.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [have for have, _ in seen] == sorted(have for have, _ in seen)
    (agent,) = server.agents
    assert agent.startswith("shortage-spots/")


def test_what_broke_off_goes_on_where_it_stopped(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT, breaks=[100_000, 200_000, 0])
    assert got(server, part) == CONTENT
    assert [wanted for _, wanted in server.asked] == [
        *("", "bytes=100000-", "bytes=300000-", "bytes=300000-"),
    ]


def test_it_goes_on_another_day(server: FileServer, part: Path):
    served = server.files["/x"] = Served(CONTENT, breaks=[400_000, 0, 0, 0, 0, 0])
    with pytest.raises(DownloadError) as caught:
        got(server, part)
    assert codes(caught) == ["download-broken-off"]
    assert part.stat().st_size == 400_000
    served.breaks = []
    assert got(server, part) == CONTENT
    assert server.asked[-1][1] == "bytes=400000-"


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"ranges": False},  # a server that knows no ranges
        {"etag": '"two"', "content": CONTENT[::-1]},  # the file is another by now
        {"etag": 'W/"weak"'},  # nothing to rely on
        {"etag": ""},
    ],
    ids=["no ranges", "changed", "weak", "unmarked"],
)
def test_a_part_is_only_continued_by_more_of_the_same(
    server: FileServer, part: Path, change: dict[str, object]
):
    first = {"etag": change["etag"]} if change.get("etag") in {"", 'W/"weak"'} else {}
    server.files["/x"] = Served(CONTENT, breaks=[400_000, *[0] * 5], **first)  # type: ignore[arg-type]
    with pytest.raises(DownloadError):
        got(server, part)
    second = server.files["/x"] = Served(**{"content": CONTENT, **change})  # type: ignore[arg-type]
    assert got(server, part) == second.content


def test_a_part_of_another_address_is_not_continued(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT, breaks=[400_000, *[0] * 5])
    server.files["/y"] = Served(CONTENT[::-1])
    with pytest.raises(DownloadError):
        got(server, part)
    assert got(server, part, "/y") == CONTENT[::-1]
    assert server.asked[-1] == ("/y", "")


def test_a_range_that_does_not_fit_is_not_taken(server: FileServer, part: Path):
    wrong = {"Content-Range": f"bytes 7-{len(CONTENT) - 1}/{len(CONTENT)}"}
    served = server.files["/x"] = Served(CONTENT, breaks=[400_000, *[0] * 5])
    with pytest.raises(DownloadError):
        got(server, part)
    served.headers = wrong
    served.breaks = []
    assert got(server, part) == CONTENT
    assert [wanted for _, wanted in server.asked][-2:] == ["bytes=400000-", ""]


def test_a_part_that_is_whole_already_is_not_fetched_twice(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT)
    got(server, part)
    assert got(server, part) == CONTENT  # 416
    assert server.asked[-1] == ("/x", f"bytes={len(CONTENT)}-")


def test_a_part_longer_than_the_file_begins_anew(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT)
    got(server, part)
    with part.open("ab") as stream:
        stream.write(b"more")
    assert got(server, part) == CONTENT


def test_a_label_that_nobody_can_read_begins_anew(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT)
    for label in ("{", "[]", json.dumps({"url": 1, "mark": None, "whole": "x"})):
        part.write_bytes(b"half of something else")
        part.with_name(f"{part.name}.json").write_text(label)
        assert got(server, part) == CONTENT


@pytest.mark.slow
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(server: FileServer, part: Path, status: int):
    server.files["/x"] = Served(CONTENT, statuses=[status, status])
    assert got(server, part) == CONTENT
    assert len(server.asked) == 3


def test_a_server_that_stays_down_is_given_up(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT, statuses=[503] * 9)
    with pytest.raises(DownloadError) as caught:
        got(server, part)
    assert codes(caught) == ["download-broken-off"]
    assert len(server.asked) == QUICK.tries


def test_how_long_to_wait_is_the_servers_to_say(
    server: FileServer, part: Path, monkeypatch: pytest.MonkeyPatch
):
    slept: list[float] = []
    monkeypatch.setattr(transfer.time, "sleep", slept.append)
    served = server.files["/x"] = Served(CONTENT, statuses=[503, 500])
    served.headers = {"Retry-After": "7"}
    got(server, part, patience=Patience(stall_s=5.0, wait_s=1.0, longest_wait_s=5.0))
    assert slept == [5.0, 5.0]
    slept.clear()
    part.unlink()
    server.files["/x"] = Served(CONTENT, statuses=[500, 500, 500])
    got(server, part, patience=Patience(stall_s=5.0, wait_s=1.0))
    assert slept == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_not_there_is_said_at_once(server: FileServer, part: Path, status: int):
    server.files["/x"] = Served(CONTENT, statuses=[status] * 9)
    with pytest.raises(AbsentError) as caught:
        got(server, part)
    assert codes(caught) == ["download-not-there"]
    assert len(server.asked) == 1
    assert not part.exists()


@pytest.mark.parametrize("status", [401, 403, 418])
def test_a_refusal_is_said_at_once(server: FileServer, part: Path, status: int):
    server.files["/x"] = Served(CONTENT, statuses=[status] * 9)
    with pytest.raises(DownloadError) as caught:
        got(server, part)
    assert codes(caught) == ["download-refused"]
    assert len(server.asked) == 1


def test_a_silent_server_is_given_up_and_goes_on(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT, breaks=[500_000], stall_s=20.0)
    patience = Patience(stall_s=0.3, wait_s=0.0)
    assert got(server, part, patience=patience) == CONTENT
    assert server.asked[-1][1] == "bytes=500000-"


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up(part: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(DownloadError) as caught:
            receive(url, part, Patience(tries=2, stall_s=0.2, wait_s=0.0), lambda _h, _w: None)
    assert codes(caught) == ["download-broken-off"]


@pytest.mark.slow
def test_a_trickle_is_no_download(part: Path):
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line:
            line.recv(4096)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not over.wait(0.02):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        with pytest.raises(DownloadError) as caught:
            receive(url, part, Patience(tries=1, most_tries=1, stall_s=0.3), lambda _h, _w: None)
        over.set()
        thread.join()
    assert codes(caught) == ["download-broken-off"]


def test_a_door_that_is_closed_is_not_knocked_at_twice(part: Path):
    with socket.create_server(("127.0.0.1", 0)) as closing:
        url = f"http://127.0.0.1:{closing.getsockname()[1]}/x"
    with pytest.raises(UnreachableError) as caught:
        receive(url, part, QUICK, lambda _h, _w: None)
    assert codes(caught) == ["download-unreachable"]


def test_a_name_that_nobody_knows_is_no_network(part: Path):
    with pytest.raises(UnreachableError) as caught:
        receive("http://nobody.invalid/x", part, QUICK, lambda _h, _w: None)
    assert codes(caught) == ["download-unreachable"]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_bytes_are_the_files_however_they_come(
    server: FileServer, part: Path, *, packed: bool, chunked: bool
):
    server.files["/x"] = Served(CONTENT, packed=packed, chunked=chunked)
    assert got(server, part) == CONTENT


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_half_of_what_is_packed_is_not_the_file(server: FileServer, part: Path, *, chunked: bool):
    server.files["/x"] = Served(CONTENT, packed=True, chunked=chunked, breaks=[3000])
    assert got(server, part) == CONTENT
    assert [wanted for _, wanted in server.asked] == ["", ""]


def test_an_unknown_packing_is_refused(server: FileServer, part: Path):
    server.files["/x"] = Served(CONTENT, headers={"Content-Encoding": "br"})
    with pytest.raises(DownloadError) as caught:
        got(server, part)
    assert codes(caught) == ["download-packed"]


def test_redirects_are_followed_with_the_range(server: FileServer, part: Path):
    server.files["/latest"] = Served(b"", statuses=[302] * 4, headers={"Location": "/x"})
    server.files["/x"] = Served(CONTENT, breaks=[1000])
    assert got(server, part, "/latest") == CONTENT
    assert server.asked[-1] == ("/x", "bytes=1000-")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/a", "download-refused"),  # round and round
        ("file:///etc/hosts", "download-refused"),
        ("javascript:alert(1)", "download-refused"),
        ("ftp://127.0.0.1/x", "download-redirect-refused"),
    ],
)
def test_redirects_lead_nowhere_else(server: FileServer, part: Path, target: str, code: str):
    server.files["/a"] = Served(b"", statuses=[302] * 30, headers={"Location": target})
    with pytest.raises(DownloadError) as caught:
        got(server, part, "/a")
    assert codes(caught) == [code]
    assert not part.exists()


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/hosts", "ftp://x/y", "kyushu.pbf", "http://", "http://[::1/x"),
        *("http://x:port/", "http://127.0.0.1/a b\r\nX: y", "http://127.0.0.1/大分"),
    ],
)
def test_only_addresses_of_the_web_are_asked(url: str, part: Path):
    with pytest.raises(DownloadError) as caught:
        receive(url, part, QUICK, lambda _h, _w: None)
    assert codes(caught) == ["download-address-unusable"]


def test_more_than_anybody_expects_is_refused(server: FileServer, part: Path):
    small = Patience(most_bytes=1000)
    server.files["/x"] = Served(CONTENT)
    server.files["/y"] = Served(CONTENT, chunked=True)  # says no size beforehand
    server.files["/z"] = Served(CONTENT, packed=True)  # packs a thousandfold
    for path in ("/x", "/y", "/z"):
        with pytest.raises(DownloadError) as caught:
            got(server, part, path, small)
        assert codes(caught) == ["download-too-large"]


def test_a_disk_without_room_is_told_before_the_first_byte(
    server: FileServer, part: Path, monkeypatch: pytest.MonkeyPatch
):
    room = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _folder: room)
    server.files["/x"] = Served(CONTENT)
    with pytest.raises(DownloadError) as caught:
        got(server, part)
    assert codes(caught) == ["download-no-room"]
    assert not part.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_no_fault_of_the_line(server: FileServer, tmp_path: Path):
    part = tmp_path / "x.part"
    part.symlink_to("/dev/full")
    server.files["/x"] = Served(CONTENT)
    with Path("/dev/full").open("wb", buffering=0) as full:
        stream = transfer._Out(part, full)
        with pytest.raises(OutputError) as caught:
            stream.write(CONTENT)
    assert "空き容量がありません" in caught.value.render()


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that nobody has signed, as inspecting proxies show, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    shown, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", key, "-out", shown),
        ],
        check=True,
        capture_output=True,
    )
    return shown, key


@pytest.fixture
def locked(identity: tuple[Path, Path]) -> Iterator[FileServer]:
    with serve_files(identity=identity) as running:
        yield running
    # A handshake that fails leaves its socket to the garbage collector: not to a later test.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.slow
def test_a_certificate_that_nobody_signed_is_told_with_the_remedy(locked: FileServer, part: Path):
    locked.files["/x"] = Served(CONTENT)
    with pytest.raises(DownloadError) as caught:
        got(locked, part)
    assert codes(caught) == ["download-not-trusted"]
    assert "SSL_CERT_FILE" in caught.value.render()
    assert locked.asked == []


def test_the_offices_certificate_is_taken_from_the_environment(
    locked: FileServer,
    part: Path,
    identity: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("SSL_CERT_FILE", str(identity[0]))
    locked.files["/x"] = Served(CONTENT, breaks=[1000])
    assert got(locked, part) == CONTENT


def test_from_a_locked_line_none_leads_to_an_open_one(
    locked: FileServer,
    server: FileServer,
    part: Path,
    identity: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("SSL_CERT_FILE", str(identity[0]))
    server.files["/x"] = Served(CONTENT)
    locked.files["/a"] = Served(b"", statuses=[302], headers={"Location": server.url("/x")})
    with pytest.raises(DownloadError) as caught:
        got(locked, part, "/a")
    assert codes(caught) == ["download-redirect-refused"]
    assert server.asked == []


def test_a_proxy_of_the_environment_is_asked(
    server: FileServer, part: Path, monkeypatch: pytest.MonkeyPatch
):
    server.files["http://somewhere.invalid/x"] = Served(CONTENT)
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    receive("http://somewhere.invalid/x", part, QUICK, lambda _h, _w: None)
    assert part.read_bytes() == CONTENT


def test_a_proxy_that_asks_for_a_name_is_told_as_such(
    server: FileServer, part: Path, monkeypatch: pytest.MonkeyPatch
):
    server.files["http://somewhere.invalid/x"] = Served(CONTENT, statuses=[407])
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(UnreachableError) as caught:
        receive("http://somewhere.invalid/x", part, QUICK, lambda _h, _w: None)
    assert codes(caught) == ["download-proxy-refuses"]
    assert "HTTPS_PROXY" in caught.value.render()


def test_faults_inside_the_block_are_told_from_the_lines(server: FileServer):
    server.files["/x"] = Served(CONTENT)
    with pytest.raises(RuntimeError, match="ours"), asked(server.url("/x"), {}, 5.0):
        raise RuntimeError("ours")
