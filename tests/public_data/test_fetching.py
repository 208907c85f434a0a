"""A folder of published files, from a mirror on loopback: what is had, kept, mended and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from groundfloor.problems import OutputError
from spots.public_data import fetching
from spots.public_data.catalogue import Download, downloads_for
from spots.public_data.fetching import RECORD, Arrival, FetchOutcome, fetch, mirrored
from spots.public_data.transfer import Patience
from tests.helpers.file_server import FileServer, Served, serve_files
from tests.helpers.published_files import content_of, extract_of, publish, zip_of

QUICK = Patience(stall_s=5.0, wait_s=0.0, longest_wait_s=0.0)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files() as running:
        yield running


def wanted(server: FileServer, *keys: str, prefecture: str = "44") -> tuple[Download, ...]:
    every = mirrored(downloads_for(prefecture), server.address)
    return tuple(each for each in every if not keys or each.dataset.key in keys)


def fetched(
    downloads: tuple[Download, ...], folder: Path, *, again: bool = False
) -> list[FetchOutcome]:
    return list(fetch(downloads, folder, patience=QUICK, again=again))


def arrivals(outcomes: list[FetchOutcome]) -> set[Arrival]:
    return {each.arrival for each in outcomes}


def codes(outcomes: list[FetchOutcome]) -> list[str]:
    return [problem.code for each in outcomes for problem in each.problems]


@pytest.mark.slow
def test_everything_of_a_prefecture_is_had_and_written_down(server: FileServer, tmp_path: Path):
    downloads = wanted(server)
    publish(server, downloads)
    folder = tmp_path / "公開 データ" / "大分"
    done = fetched(downloads, folder)
    assert arrivals(done) == {Arrival.FETCHED}
    assert codes(done) == []
    assert {p.name for p in folder.iterdir()} == {each.file_name for each in downloads} | {RECORD}
    for each in downloads:
        assert (folder / each.file_name).read_bytes() == content_of(each)
    record = json.loads((folder / RECORD).read_text("utf-8"))
    assert [line["file"] for line in record["files"]] == sorted(d.file_name for d in downloads)


@pytest.mark.slow
def test_what_is_there_and_sound_is_kept_without_asking(server: FileServer, tmp_path: Path):
    downloads = wanted(server)
    publish(server, downloads)
    fetched(downloads, tmp_path)
    server.asked.clear()
    (tmp_path / RECORD).unlink()  # files that somebody put there are as good
    done = fetched(downloads, tmp_path)
    assert arrivals(done) == {Arrival.KEPT}
    assert server.asked == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("N03-20260101_44_GML.zip", zip_of(a_txt="x")[:-30]),
        ("N03-20260101_44_GML.zip", b"<!DOCTYPE html><html>login</html>"),
        ("N03-20260101_44_GML.zip", b""),
        ("kyushu-latest.osm.pbf", extract_of()[:-2]),
        ("001424491.xlsx", b"PK\x03\x04 no"),
        ("geolonia_latest.csv", b"\n  <html><head>"),
    ],
    ids=["cut zip", "page", "empty", "cut extract", "no workbook", "page for a table"],
)
def test_what_is_there_and_of_no_use_is_replaced_and_told(
    server: FileServer, tmp_path: Path, name: str, damage: bytes
):
    downloads = wanted(server)
    publish(server, downloads)
    (tmp_path / name).write_bytes(damage)
    done = [each for each in fetched(downloads, tmp_path) if each.download.file_name == name]
    assert arrivals(done) == {Arrival.FETCHED}
    assert codes(done) == ["download-damaged-before"]
    assert (tmp_path / name).read_bytes() == content_of(done[0].download)


def test_what_is_there_and_of_no_use_stays_where_nothing_better_is_had(
    server: FileServer, tmp_path: Path
):
    (tmp_path / "001424491.xlsx").write_bytes(b"half")
    done = fetched(wanted(server, "index"), tmp_path)
    assert arrivals(done) == {Arrival.MISSING}
    assert (tmp_path / "001424491.xlsx").read_bytes() == b"half"


def test_a_changed_byte_is_found_by_the_record_alone(server: FileServer, tmp_path: Path):
    downloads = wanted(server, "geolonia")
    publish(server, downloads)
    fetched(downloads, tmp_path)
    path = tmp_path / "geolonia_latest.csv"
    path.write_bytes(path.read_bytes() + "大分県,別府市\n".encode())  # somebody's own line
    assert arrivals(fetched(downloads, tmp_path)) == {Arrival.KEPT}


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (b"<html><body>Service temporarily unavailable</body></html>", 1),
        (b"\xef\xbb\xbf<!doctype HTML>", 1),
        (b"PK\x03\x04 and then nothing", 2),
        (zip_of(a_txt="x")[:-1], 2),
    ],
    ids=["page", "page with mark", "no zip", "cut zip"],
)
def test_a_page_in_the_place_of_a_zip_never_gets_its_name(
    server: FileServer, tmp_path: Path, content: bytes, asked: int
):
    (download,) = wanted(server, "index")
    server.files[f"/{download.file_name}"] = Served(content)
    done = fetched((download,), tmp_path)
    assert codes(done) == ["download-not-as-expected"]
    assert [p.name for p in tmp_path.iterdir()] == []
    assert len(server.asked) == asked


def test_a_member_with_a_wrong_sum_is_found(server: FileServer, tmp_path: Path):
    (download,) = wanted(server, "index")
    whole = bytearray(zip_of(a_txt="some text "))
    whole[45] ^= 0xFF  # inside the packed member
    server.files[f"/{download.file_name}"] = Served(bytes(whole))
    assert codes(fetched((download,), tmp_path)) == ["download-not-as-expected"]


def test_a_sum_that_differs_is_fetched_once_more_and_then_told(server: FileServer, tmp_path: Path):
    (download,) = wanted(server, "osm")
    publish(server, (download,))
    server.files[f"/{download.file_name}.md5"] = Served(b"0" * 32 + b"  x")
    done = fetched((download,), tmp_path)
    assert codes(done) == ["download-not-as-expected"]
    assert "MD5" in done[0].problems[0].render()
    assert [path for path, _ in server.asked].count(f"/{download.file_name}") == 2
    assert [p.name for p in tmp_path.iterdir()] == []


@pytest.mark.parametrize("sum_file", [None, Served(b"<html>"), Served(b"", statuses=[503] * 9)])
def test_without_a_sum_the_structure_is_checked_and_that_is_said(
    server: FileServer, tmp_path: Path, sum_file: Served | None
):
    (download,) = wanted(server, "osm")
    publish(server, (download,))
    server.files.pop(f"/{download.file_name}.md5")
    if sum_file is not None:
        server.files[f"/{download.file_name}.md5"] = sum_file
    done = fetched((download,), tmp_path)
    assert arrivals(done) == {Arrival.FETCHED}
    assert codes(done) == ["download-without-checksum"]


def test_pieces_that_do_not_fit_are_fetched_anew(server: FileServer, tmp_path: Path):
    """The server swears by its mark, and the file behind it is another."""
    (download,) = wanted(server, "osm")
    publish(server, (download,))
    part = tmp_path / f"{download.file_name}.part"
    part.write_bytes(b"other")
    label = {"url": download.url, "mark": '"one"', "whole": len(content_of(download))}
    part.with_name(f"{part.name}.json").write_text(json.dumps(label))
    done = fetched((download,), tmp_path)
    assert arrivals(done) == {Arrival.FETCHED}
    assert (tmp_path / download.file_name).read_bytes() == content_of(download)


def test_meshes_of_the_sea_are_not_missed_and_others_are(server: FileServer, tmp_path: Path):
    meshes, n03 = wanted(server, "mesh"), wanted(server, "n03")
    publish(server, (*meshes[1:], *n03[1:]))
    done = fetched((*meshes, *n03), tmp_path)
    absent = [each.download for each in done if each.arrival is Arrival.ABSENT]
    missing = [each.download for each in done if not each.there]
    assert (absent, missing) == ([meshes[0]], [n03[0]])
    assert codes(done) == ["download-not-there"]


def test_without_a_network_each_host_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    def none(url: str, *_args: object) -> str:
        asked.append(url)
        raise fetching.UnreachableError(())

    monkeypatch.setattr(fetching, "receive", none)
    done = fetched(downloads_for("44"), tmp_path)
    assert arrivals(done) == {Arrival.UNREACHABLE}
    assert len(asked) == len({each.download.url.split("/")[2] for each in done}) == 5


def test_without_a_network_what_is_there_is_kept(server: FileServer, tmp_path: Path):
    downloads = wanted(server, "n03")
    publish(server, downloads)
    fetched(downloads[1:], tmp_path)
    closed = mirrored(downloads, "http://nobody.invalid/files")
    done = fetched(closed, tmp_path)
    assert [each.arrival for each in done] == [Arrival.UNREACHABLE, *[Arrival.KEPT] * 3]
    again = fetched(closed, tmp_path, again=True)
    assert arrivals(again) == {Arrival.UNREACHABLE}
    assert (tmp_path / downloads[1].file_name).exists()


def test_again_fetches_what_is_there(server: FileServer, tmp_path: Path):
    downloads = wanted(server, "index")
    publish(server, downloads)
    fetched(downloads, tmp_path)
    newer = zip_of(newer_txt="2027")
    server.files["/001424491.xlsx"] = Served(newer, etag='"two"')
    assert arrivals(fetched(downloads, tmp_path)) == {Arrival.KEPT}
    assert arrivals(fetched(downloads, tmp_path, again=True)) == {Arrival.FETCHED}
    assert (tmp_path / "001424491.xlsx").read_bytes() == newer


def test_two_at_once_are_kept_apart(server: FileServer, tmp_path: Path):
    downloads = wanted(server, "index")
    publish(server, downloads)
    with FileLock(tmp_path / ".spots-fetch.lock"), pytest.raises(OutputError) as caught:
        fetched(downloads, tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["fetch-at-work"]
    assert arrivals(fetched(downloads, tmp_path)) == {Arrival.FETCHED}


def test_a_folder_of_that_name_is_nobodys_to_replace(server: FileServer, tmp_path: Path):
    (tmp_path / "001424491.xlsx").mkdir()
    with pytest.raises(OutputError) as caught:
        fetched(wanted(server, "index"), tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["fetch-name-taken"]


def test_a_folder_that_is_a_file_is_told(server: FileServer, tmp_path: Path):
    (tmp_path / "data").write_text("mine")
    with pytest.raises(OutputError):
        fetched(wanted(server, "index"), tmp_path / "data")


def test_names_are_those_of_the_catalogue_whatever_a_server_says(
    server: FileServer, tmp_path: Path
):
    (download,) = wanted(server, "index")
    publish(server, (download,))
    served = server.files[f"/{download.file_name}"]
    elsewhere = "/..%2f..%2fevil/CON%00.exe"
    server.files[elsewhere] = Served(
        served.content, headers={"Content-Disposition": 'attachment; filename="../../evil.exe"'}
    )
    served.statuses = [302]
    served.headers = {"Location": elsewhere}
    folder = tmp_path / "in"
    fetched((download,), folder)
    assert {p.name for p in folder.iterdir()} == {download.file_name, RECORD}
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 9, "files": [{}]}', '{"files": 1}'])
def test_a_record_that_nobody_can_read_costs_nothing(server: FileServer, tmp_path: Path, text: str):
    downloads = wanted(server, "index")
    publish(server, downloads)
    (tmp_path / RECORD).write_text(text)
    assert arrivals(fetched(downloads, tmp_path)) == {Arrival.FETCHED}
    assert json.loads((tmp_path / RECORD).read_text("utf-8"))["version"] == 1


def test_a_mirror_in_a_folder_with_a_japanese_name(server: FileServer, tmp_path: Path):
    (download,) = mirrored(
        tuple(d for d in downloads_for("44") if d.dataset.key == "index"),
        f"{server.address}/公開 データ/",
    )
    assert download.url.isascii()
    server.files[download.url.removeprefix(server.address)] = Served(content_of(download))
    assert arrivals(fetched((download,), tmp_path)) == {Arrival.FETCHED}
