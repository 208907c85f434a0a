# ruff: noqa: S608 - the SQL here is meant to do harm
"""Damage done to files on purpose: by the byte, and by the structure that the format has.

Everything follows from the random generator that is passed in, so a seed names its damage.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import numpy as np

from networks.storage.layout import array_at, array_pieces, read_members, write_members

Files = dict[str, bytes]

_TEXTS = (
    "", " ", "　", "0", "-1", "1e400", "nan", "inf", "-inf", "9" * 400, "0x10", "１２３", "1,5", "1_000",
    "true", "None", "=1+1", "\0", "\x0b", "\x1b[31m", "\ufeff", "\u202e", "\ud7ff", "\U0001f600", "a" * 70_000,
    "'", '"', "\\", "<", "&#11;", "%s%n", "{}", "../../etc/passwd", "2024-02-30", "R99.99.99", "9999999999",
    "32.6°", "91", "181", "1e-320", "-0", "１．５", "令和", "'; DROP TABLE x;--", "\n", "\r", "\u2028",
)  # fmt: skip
_NUMBERS = (
    0, -1, 1, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**63,
    10**30, -(10**30), 1e308, -1e308, 1e-320, 0.1, 90.0, 180.0, 181.0, 361.0,
)  # fmt: skip
_VALUES = (*_TEXTS, *_NUMBERS, None, True, False, [], {}, [[]], [None], {"a": 1}, [[1, 2], [3]])
_SYSTEMS = (
    "EPSG:4326", "EPSG:6670", "EPSG:3857", "EPSG:4301", "EPSG:4978", "EPSG:5773", "EPSG:6697", "EPSG:999999",
    "EPSG:32753", "EPSG:2444", "EPSG:-1", "urn:ogc:def:crs:EPSG::6668", "urn:ogc:def:crs:OGC:1.3:CRS84", "local",
    "", "+proj=utm +zone=99", "+proj=longlat +ellps=bessel", "+proj=ortho +lat_0=90", "IAU_2015:30100",
)  # fmt: skip
_WKTS = (
    'LOCAL_CS["x",UNIT["metre",1]]',
    'GEOGCS["x",DATUM["y",SPHEROID["z",0,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
    'GEOCCS["x",DATUM["y",SPHEROID["z",6378137,298.257]],PRIMEM["Greenwich",0],UNIT["metre",1]]',
    'VERT_CS["x",VERT_DATUM["y",2005],UNIT["metre",1]]',
    'PROJCS["x",GEOGCS["x",DATUM["y",SPHEROID["z",6378137,298.257]],PRIMEM["Greenwich",0],UNIT["degree",0.017]],PROJECTION["Nonsense"],UNIT["metre",1]]',
    'GEOGCS["Tokyo",DATUM["Tokyo",SPHEROID["Bessel 1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
    "GEOGCS[",
    "",
    "\0" * 40,
)
_MOST = 4_000_000  # bytes: damage must not grow a file beyond all measure


def mutated(files: Files, rng: Random) -> Files:
    """The files of one data set, damaged once to three times; the first stays the one named."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        files = _once(files, rng)
    return files


def _once(files: Files, rng: Random) -> Files:
    name = rng.choice(list(files))
    if len(files) > 1 and rng.random() < 0.08 and name != next(iter(files)):
        return {n: d for n, d in files.items() if n != name}
    if len(files) > 1 and rng.random() < 0.04:
        return files | {name: files[rng.choice(list(files))]}
    return files | {name: one(files[name], Path(name).suffix.lower(), rng)[:_MOST]}


def one(data: bytes, suffix: str, rng: Random) -> bytes:
    """One file, damaged by the byte or in the way that its kind invites."""
    structured = _damage_for(data, suffix)
    if structured is None or rng.random() < 0.3:
        return by_bytes(data, rng)
    return structured(data, rng)


def _damage_for(  # noqa: PLR0911 - one return for each kind
    data: bytes, suffix: str
) -> Callable[[bytes, Random], bytes] | None:
    start = data.lstrip(b"\xef\xbb\xbf \r\n")[:16]
    if suffix == ".spotsnet":
        return _saved_network
    if data.startswith(b"PK"):
        return by_members
    if data.startswith(b"SQLite format 3"):
        return by_statement
    if suffix == ".pbf":
        return by_blob
    if suffix in {".dbf", ".shp", ".shx"}:
        return by_words
    if suffix == ".prj":
        return lambda _, rng: rng.choice(_WKTS).encode()
    if start.startswith((b"{", b"[{")) and suffix in {".json", ".geojson"}:
        return by_json
    if start.startswith(b"<"):
        return by_markup
    if b"\0" not in data[:2000] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return by_lines
    return None


def by_bytes(data: bytes, rng: Random) -> bytes:
    """Flip, cut, repeat, insert, overwrite somewhere."""
    out = bytearray(data)
    at = rng.randrange(len(out) + 1)
    size = min(rng.choice((1, 1, 2, 4, 16, 200, 5000)), len(out))
    what = rng.randrange(9)
    if what == 0 and out:
        out[at % len(out)] ^= 1 << rng.randrange(8)
    elif what == 1:
        out[at : at + size] = rng.randbytes(size)
    elif what == 2:
        del out[at : at + size]
    elif what == 3:
        out[at:at] = rng.randbytes(size)
    elif what == 4:
        out[at:at] = out[at : at + size] * rng.choice((1, 3, 50))
    elif what == 5:
        del out[at:]
    elif what == 6:
        out[at : at + size] = rng.choice((b"\0", b"\xff", b" ")) * size
    elif what == 7:
        return by_words(data, rng)
    else:
        to = rng.randrange(len(out) + 1)
        out[to : to + size] = out[at : at + size]
    return bytes(out)


def by_words(data: bytes, rng: Random) -> bytes:
    """Put an extreme number where a header or a record may keep a count, an offset or a kind."""
    if len(data) < 8:
        return data + b"\0"
    out = bytearray(data)
    within = rng.choice((100, 200, len(data)))
    at = rng.randrange(min(within, len(data) - 7))
    form = rng.choice(("<i", ">i", "<H", "<B", "<d", ">H", "<q"))
    word = rng.choice([n for n in _NUMBERS if isinstance(n, int) and abs(n) < 2**63])
    if form == "<d":
        new = struct.pack("<d", float(rng.choice((*_NUMBERS, float("nan"), float("inf")))))
    else:
        bits = struct.calcsize(form) * 8
        value = word % 2**bits
        signed = form[1].islower() and value >= 2 ** (bits - 1)
        new = struct.pack(form, value - 2**bits if signed else value)
    out[at : at + len(new)] = new
    return bytes(out)


def by_lines(data: bytes, rng: Random) -> bytes:
    """Damage text: its lines, cells, numbers, words or encoding."""
    encoding, text = _decoded(data)
    what = rng.randrange(8)
    if what == 0:
        other = rng.choice(
            ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "utf-7")
        )
        return text.encode(other, "replace")  # fmt: skip
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    if what == 1:
        del lines[at]
    elif what == 2:
        line = lines[rng.randrange(len(lines))]
        lines[at:at] = [line] * min(rng.choice((1, 2, 2000)), 1 + _MOST // (len(line) + 1))
    elif what == 3:
        lines.insert(at, rng.choice(_TEXTS))
    elif what == 4:
        lines[at] = _spoilt_cell(lines[at], rng)
    elif what == 5:
        lines[at] = _spoilt_token(lines[at], r"[-+0-9.]+", rng)
    elif what == 6:
        lines[at] = _spoilt_token(lines[at], r"\w+", rng)
    else:
        lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
    return "\n".join(lines).encode(encoding, "replace")


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding in ("utf-16", "utf-8", "cp932", "euc_jp"):
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "latin-1", data.decode("latin-1")


def _spoilt_cell(line: str, rng: Random) -> str:
    delimiter = max(",;\t", key=line.count)
    cells = line.split(delimiter)
    cells[rng.randrange(len(cells))] = rng.choice(_TEXTS)
    return delimiter.join(cells)


def _spoilt_token(line: str, pattern: str, rng: Random) -> str:
    found = list(re.finditer(pattern, line))
    if not found:
        return line + rng.choice(_TEXTS)
    token = rng.choice(found)
    new = str(rng.choice((*_NUMBERS, *_TEXTS, *_SYSTEMS)))
    return line[: token.start()] + new + line[token.end() :]


def by_json(data: bytes, rng: Random) -> bytes:
    """Replace, drop, repeat or bury a part of a JSON document."""
    try:
        page = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return by_lines(data, rng)
    _spoil(page, rng, most=max(1, _MOST // len(data)))
    text = json.dumps(page, ensure_ascii=False)
    if rng.random() < 0.05:
        text = text.replace('"coordinates":', f'"coordinates": {"[" * 2000}', 1)
    return text.encode("utf-8", "surrogatepass")


def _spoil(page: object, rng: Random, most: int) -> None:
    at, depth = page, rng.randrange(1, 9)
    while isinstance(at, dict | list) and at:
        keys = list(at) if isinstance(at, dict) else range(len(at))
        key = rng.choice(keys)
        inner = at[key]
        depth -= 1
        if depth > 0 and isinstance(inner, dict | list) and inner:
            at = inner
            continue
        what = rng.randrange(6)
        if what == 0:
            del at[key]
        elif what == 1 and isinstance(at, list):
            at.extend([inner] * min(rng.choice((1, 2, 300)), most))
        elif what == 2:
            at[key] = [inner]
        elif what == 3 and isinstance(inner, str):
            at[key] = rng.choice(_SYSTEMS) if rng.random() < 0.3 else inner[:-1]
        elif what == 4 and isinstance(at, dict):
            at[rng.choice(("type", "crs", "bbox", "geometry", "id", "new"))] = inner
        else:
            at[key] = rng.choice(_VALUES)
        return


_BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    b'<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>'
)


def by_markup(data: bytes, rng: Random) -> bytes:
    """Damage XML: an attribute, a text, an element, an entity."""
    tags = list(re.finditer(rb"<[^>]*>", data))
    values = list(re.finditer(rb'="([^"]*)"', data))
    texts = list(re.finditer(rb">([^<]+)<", data))
    what = rng.randrange(8)
    if what <= 2 and values:
        return _put(data, rng.choice(values).span(1), _escaped(rng))
    if what == 3 and texts:
        return _put(data, rng.choice(texts).span(1), _escaped(rng))
    if what == 4 and tags:
        return _put(data, rng.choice(tags).span(), b"")
    if what == 5 and tags:
        tag = rng.choice(tags)
        return _put(data, (tag.end(), tag.end()), tag[0] * rng.choice((1, 2, 3000)))
    if what == 6:
        at = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
        bombed = data[:at] + _BOMB + data[at:]
        return bombed.replace(b"</", b"&f;</", 1) if rng.random() < 0.7 else bombed
    names = list(re.finditer(rb"</?([A-Za-z:]+)", data))
    return (
        _put(data, rng.choice(names).span(1), rng.choice((b"x", b"row", b"nd", b"c", b"way")))
        if names
        else data
    )


def _put(data: bytes, span: tuple[int, int], new: bytes) -> bytes:
    return data[: span[0]] + new + data[span[1] :]


def _escaped(rng: Random) -> bytes:
    text = str(
        rng.choice(
            (
                *_TEXTS,
                *_NUMBERS,
                "A1:XFD1048576",
                "XFD1048577",
                "A0",
                "&lt;",
                "&x;",
                "&#0;",
                "s",
                "e",
                "d",
            )
        )
    )
    return (
        text
        if rng.random() < 0.2
        else text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    ).encode("utf-8", "replace")


def by_members(data: bytes, rng: Random) -> bytes:
    """Damage a zip: drop, double, rename, swap or damage members, or lie about them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = [(info.filename, packed.read(info)) for info in packed.infolist()]
    except Exception:  # noqa: BLE001 - damaged before
        return by_bytes(data, rng)
    if not members:
        return by_bytes(data, rng)
    at = rng.randrange(len(members))
    name, content = members[at]
    what = rng.randrange(12)
    if what == 0:
        del members[at]
    elif what == 1:
        members.append((name, members[rng.randrange(len(members))][1]))
    elif what == 2:
        members[at] = (
            rng.choice(
                (
                    "/a.csv",
                    "../a.csv",
                    "a/",
                    "C:\\a.csv",
                    "表.csv",
                    "a" * 300 + ".csv",
                    "con.csv",
                    "a.csv.",
                    name.upper(),
                    "x" + name,
                    ".shp",
                    "a\0b.csv",
                )
            ),
            content,
        )
    elif what == 3:
        members[at] = (name, members[rng.randrange(len(members))][1])
    elif what == 4:
        members[at] = (name, b"")
    else:
        members[at] = (name, one(content, Path(name).suffix.lower(), rng)[:_MOST])
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w", rng.choice((0, 8, 8, 8, 12, 14))) as packed:
            for key, value in members:
                packed.writestr(zipfile.ZipInfo(key) if rng.random() < 0.1 else key, value)
    made = out.getvalue()
    return _lied(made, rng) if rng.random() < 0.15 else made


def _lied(data: bytes, rng: Random) -> bytes:
    """Change flags, method, sizes or checksum in a header of a member."""
    heads = [m.start() for m in re.finditer(rb"PK\x01\x02|PK\x03\x04", data)] or [0]
    at = rng.choice(heads) + rng.choice((6, 8, 10, 14, 18, 20, 22, 24, 26, 28, 38, 42))
    return _put(
        data,
        (at, at + 2),
        struct.pack("<H", rng.choice((0, 1, 8, 9, 12, 14, 93, 99, 0x800, 0xFFFF))),
    )


def by_statement(data: bytes, rng: Random) -> bytes:
    """Damage a GeoPackage through SQL: tables, counts, systems, geometries."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(data)
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as base:
                base.create_function("ST_IsEmpty", 1, lambda _: 0)
                for side in ("MinX", "MaxX", "MinY", "MaxY"):
                    base.create_function(f"ST_{side}", 1, lambda _: 0.0)
                base.create_function("damaged", 1, lambda blob: by_bytes(blob or b"", rng))
                base.execute("PRAGMA writable_schema=ON")
                tables = base.execute("SELECT name FROM sqlite_master WHERE type='table'")
                layers = base.execute("SELECT table_name FROM gpkg_contents")
                names = [r[0] for r in tables], [r[0] for r in layers]
                base.execute(_statement(*names, rng))
        except sqlite3.Error:
            return by_bytes(data, rng)
        return path.read_bytes()


def _statement(tables: list[str], layers: list[str], rng: Random) -> str:
    layer = rng.choice(layers) if layers else "x"
    number = rng.choice((0, -1, 4326, 6670, 3857, 999999, 4301, 2**40, "NULL", "'x'"))
    wkt = rng.choice(_WKTS).replace("'", "''").replace("\0", "")
    text = str(rng.choice(_TEXTS)).replace("'", "''").replace("\0", "")
    return rng.choice(
        (
            f'DROP TABLE "{rng.choice(tables)}"',
            f"UPDATE gpkg_contents SET srs_id = {number}",
            f"UPDATE gpkg_geometry_columns SET srs_id = {number}",
            f"UPDATE gpkg_geometry_columns SET geometry_type_name = '{rng.choice(('POINT', 'GEOMETRYCOLLECTION', 'X', 'CURVEPOLYGON'))}', z = 2, m = 1",
            f"UPDATE gpkg_geometry_columns SET column_name = '{text}'",
            f"UPDATE gpkg_contents SET table_name = '{text}'",
            f"UPDATE gpkg_contents SET data_type = '{rng.choice(('attributes', 'tiles', 'x'))}'",
            f"UPDATE gpkg_spatial_ref_sys SET definition = '{wkt}', definition_12_063 = 'undefined'",
            f"UPDATE gpkg_spatial_ref_sys SET organization = 'X', organization_coordsys_id = 5, definition = '{wkt}'",
            f'UPDATE "{layer}" SET geom = damaged(geom)',
            f'UPDATE "{layer}" SET geom = NULL',
            f"UPDATE \"{layer}\" SET geom = x'{rng.choice(('', '47', '4750000100000000', '00'))}'",
            f'DELETE FROM "{layer}"',
            f"UPDATE gpkg_ogr_contents SET feature_count = {number}",
            f"UPDATE sqlite_master SET sql = replace(sql, 'TEXT', '{rng.choice(('BLOB', 'INTEGER', 'DATETIME', 'JSON', ''))}') WHERE name = '{layer}'",
            f"UPDATE sqlite_master SET rootpage = {rng.choice((0, 1, 2, 99999))} WHERE name = '{rng.choice(tables)}'",
            "PRAGMA application_id = 0",
            f'INSERT INTO "{layer}" SELECT NULL, * FROM (SELECT * FROM "{layer}")',
        )
    )


def by_blob(data: bytes, rng: Random) -> bytes:
    """Damage an OSM PBF inside one of its compressed blobs, lengths made right again."""
    blobs = list(_blobs(data))
    if not blobs:
        return by_bytes(data, rng)
    at = rng.randrange(len(blobs))
    start, head_end, end = blobs[at]
    head = data[start + 4 : head_end]
    body = _unpacked(data[head_end:end])
    if body is None:
        return by_bytes(data, rng)
    spoilt = by_bytes(body, rng)[:_MOST]
    size = len(body) if rng.random() < 0.2 else len(spoilt)
    packed = zlib.compress(spoilt)
    blob = b"\x10" + _varint(size) + b"\x1a" + _varint(len(packed)) + packed
    kind = re.match(rb"\x0a(.)", head)
    name = head[: 2 + kind[1][0]] if kind else head
    new_head = name + b"\x18" + _varint(len(blob))
    return data[:start] + len(new_head).to_bytes(4, "big") + new_head + blob + data[end:]


def _blobs(data: bytes) -> list[tuple[int, int, int]]:
    found, at = [], 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        head = data[at + 4 : at + 4 + size]
        match = re.search(rb"\x18((?:[\x80-\xff])*[\x00-\x7f])$", head)
        if match is None:
            break
        length = sum((b & 0x7F) << (7 * k) for k, b in enumerate(match[1]))
        found.append((at, at + 4 + size, at + 4 + size + length))
        at = found[-1][2]
    return found


def _unpacked(blob: bytes) -> bytes | None:
    at = blob.find(b"\x78")
    while 0 <= at < 40:
        try:
            return zlib.decompress(blob[at:])
        except zlib.error:
            at = blob.find(b"\x78", at + 1)
    return None


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _saved_network(data: bytes, rng: Random) -> bytes:
    """Damage a saved network under right check sums, as other hands could write it."""
    view = memoryview(data)
    try:
        members = read_members(view)
    except ValueError:
        return by_bytes(data, rng)
    pieces = {}
    for name, (start, stop) in members.items():
        if name.endswith(".npy"):
            pieces[name] = array_pieces(np.array(array_at(view, start, stop)))
        else:
            pieces[name] = (memoryview(bytes(view[start:stop])),)
    name = rng.choice(list(pieces))
    if name.endswith(".npy"):
        array = np.array(array_at(view, *members[name]))
        pieces[name] = array_pieces(_spoilt_array(array, rng))
    else:
        pieces[name] = (memoryview(by_json(bytes(pieces[name][0]), rng)),)
    if rng.random() < 0.1:
        del pieces[rng.choice(list(pieces))]
    out = io.BytesIO()
    write_members(out, list(pieces.items()))
    return out.getvalue()


def _spoilt_array(array: np.ndarray, rng: Random) -> np.ndarray:
    what = rng.randrange(5)
    if what == 0:
        return array[: rng.randrange(len(array) + 1)]
    if what == 1:
        return np.concatenate([array, array[:1]])
    if what == 2:
        return (
            array.astype(rng.choice((np.int8, np.float64, np.int64, np.uint32)), casting="unsafe")
            if array.dtype.kind in "iufb"
            else array
        )
    if len(array) and array.dtype.kind in "iuf":
        spoilt = array.copy()
        limits = np.iinfo(array.dtype) if array.dtype.kind in "iu" else np.finfo(array.dtype)
        spoilt[rng.randrange(len(array))] = rng.choice((limits.min, limits.max, 0, 1, len(array)))
        return spoilt
    return array[::-1].copy()
