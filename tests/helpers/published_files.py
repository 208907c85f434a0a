"""Made-up bytes of the kinds that publishers offer: zips, workbooks, extracts of OpenStreetMap."""

from __future__ import annotations

import hashlib
import io
import zipfile

from spots.public_data.catalogue import Download
from tests.helpers.file_server import FileServer, Served


def zip_of(**members: str) -> bytes:
    """Return a zip; underscores stand for points in the names of its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("_", ".")), text * 200)
    return buffer.getvalue()


def extract_of(data: bytes = b"\x0a\x03abc") -> bytes:
    """Return a file with the outer shape of a PBF: a header blob, and one of data."""
    blobs = b""
    for kind in (b"OSMHeader", b"OSMData"):
        head = bytes([0x0A, len(kind)]) + kind + bytes([0x18, len(data)])
        blobs += len(head).to_bytes(4, "big") + head + data
    return blobs


def content_of(download: Download) -> bytes:
    """Return what a file of the catalogue may hold."""
    if download.file_name.endswith(".pbf"):
        return extract_of()
    if download.file_name.endswith(".csv"):
        return "都道府県名,市区町村名\n大分県,大分市\n".encode()
    return zip_of(data_txt=download.file_name)


def publish(server: FileServer, downloads: tuple[Download, ...]) -> None:
    """Put every file, and its sum where it has one, where a mirror has them."""
    for each in downloads:
        content = content_of(each)
        server.files[f"/{each.file_name}"] = Served(content)
        if each.md5_url:
            total = hashlib.md5(content, usedforsecurity=False).hexdigest()
            text = f"{total}  kyushu-261129.osm.pbf\n".encode()
            server.files[f"/{each.file_name}.md5"] = Served(text)
