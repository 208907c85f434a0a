"""Zips from the field: names in CP932, attempts to escape, damage, bombs."""

import stat
import zipfile
from pathlib import Path

import pytest

from groundfloor import archives
from groundfloor.archives import is_zip, open_archive
from groundfloor.problems import DataError, MissingFileError


class _RawName(zipfile.ZipInfo):
    """A member whose name is written as given bytes, without the UTF-8 flag."""

    raw = b""
    flags = 0

    def _encodeFilenameFlags(self):  # noqa: N802  zipfile's own hook
        return self.raw, self.flags


def _zip(path: Path, members: dict[str, bytes], encoding: str = "cp932", flags: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, (name, data) in enumerate(members.items()):
            info = _RawName(f"m{number}")
            info.raw, info.flags = name.encode(encoding), flags
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    return path


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_names_without_flag_are_read_as_cp932_or_utf8(tmp_path, encoding):
    # 表 ends in 0x5C in CP932, the backslash of careless readers.
    source = _zip(tmp_path / "a.zip", {"行政区域/別表.csv": b"a,b"}, encoding)
    with open_archive(source) as archive:
        (member,) = archive.members
        assert member.name == "行政区域/別表.csv"
        assert member.suffix == ".csv"
        assert member.path.read_bytes() == b"a,b"
    assert not member.path.exists()


def test_windows_separators_and_litter(tmp_path):
    source = _zip(
        tmp_path / "a.zip",
        {"dir\\b.SHP": b"1", "dir\\b.dbf": b"2", "__MACOSX/b.shp": b"", "dir/.DS_Store": b""},
    )
    with open_archive(source, suffixes={".shp", ".dbf"}) as archive:
        assert [m.name for m in archive.members] == ["dir/b.SHP", "dir/b.dbf"]
        assert len({m.path.parent for m in archive.members}) == 1
        assert [m.name for m in archive.with_suffix(".shp")] == ["dir/b.SHP"]


@pytest.mark.parametrize(
    "name", ["../x.csv", "a/../../x.csv", "/etc/x.csv", "..\\x.csv", "C:\\x.csv", "a\x1b[2Jx.csv"]
)
def test_names_that_leave_the_folder_are_refused(tmp_path, name):
    source = _zip(tmp_path / "bad.zip", {"ok.csv": b"", name: b"evil"})
    with (
        pytest.raises(DataError) as caught,
        open_archive(source, suffixes={".shp"}, label="given.zip"),
    ):
        pass
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("zip-unsafe-name", "given.zip")
    assert "\x1b" not in problem.render()


def test_all_objections_come_together(tmp_path):
    source = tmp_path / "bad.zip"
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(source, "w") as packed:
        packed.writestr(link, "/etc/passwd")
        packed.writestr("../up.csv", "x")
        packed.writestr("A.csv", "x")
        packed.writestr("a.csv", "x")
    with pytest.raises(DataError) as caught, open_archive(source):
        pass
    codes = {p.code for p in caught.value.problems}
    assert codes == {"zip-symbolic-link", "zip-unsafe-name", "zip-duplicate-name"}


def test_encrypted(tmp_path):
    source = _zip(tmp_path / "a.zip", {"a.csv": b"x"}, flags=1)
    with pytest.raises(DataError, match="zip-encrypted"), open_archive(source):
        pass


def test_too_much(tmp_path, monkeypatch):
    source = _zip(tmp_path / "a.zip", {"a.csv": b"0" * 1_000_000})
    with open_archive(source) as archive:  # small enough for any ratio
        assert archive.members[0].size == 1_000_000
    with (
        pytest.raises(DataError, match="zip-too-large"),
        open_archive(source, max_total_bytes=999_999),
    ):
        pass
    monkeypatch.setattr(archives, "RATIO_FREE_BYTES", 1000)
    with pytest.raises(DataError, match="zip-too-large"), open_archive(source):
        pass


def test_damage(tmp_path):
    whole = _zip(tmp_path / "a.zip", {"a.csv": bytes(range(256)) * 50}).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[:-30])
    with pytest.raises(DataError, match="zip-damaged"), open_archive(cut):
        pass
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF  # inside the compressed data
    bad = tmp_path / "bad.zip"
    bad.write_bytes(flipped)
    with pytest.raises(DataError, match="zip-damaged"), open_archive(bad):
        pass
    text = tmp_path / "text.zip"
    text.write_text("not a zip")
    assert not is_zip(text)
    assert is_zip(tmp_path / "a.zip")
    with pytest.raises(DataError, match="zip-damaged"), open_archive(text):
        pass


def test_missing(tmp_path):
    with pytest.raises(MissingFileError), open_archive(tmp_path / "none.zip"):
        pass
    assert not is_zip(tmp_path / "none.zip")


def test_memory_that_a_damaged_header_asks_for_in_vain(tmp_path, monkeypatch):
    class Greedy:
        def __init__(self, *_: object, **__: object) -> None:
            raise MemoryError

    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("a.csv", b"a,b" * 100)
    monkeypatch.setattr(zipfile, "LZMADecompressor", Greedy)
    with pytest.raises(DataError, match="zip-damaged"), open_archive(path):
        pass
