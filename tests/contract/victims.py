"""Who reads damaged files: every role of the contract in every form, and the other readers."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import networkx as nx
import osmium

from groundfloor.problems import Lang
from networks.graphs.graphs_in import read_graphml
from networks.links.link_table import read_link_table
from networks.osm.osm_files import read_osm
from networks.osm.overpass import fetch_overpass
from networks.speeds.profile_files import load_profile
from networks.storage.network_files import open_network, save_network
from spots.outputs import load_result, write_folder
from tests.contract.layers import LAYER_FORMS, LayerForm, geojson
from tests.contract.mutating import Files, mutated
from tests.contract.roles import LAYER_ROLES, LINKS, NODES, TABLE_ROLES, LayerRole, TableRole
from tests.contract.settings import SETTINGS_ROLES, SettingsRole
from tests.contract.tables import TEXT_FORMS, TableForm, plain
from tests.contract.workbooks import WORKBOOK_FORMS
from tests.helpers.fabricated import fabricated_result


@dataclass(frozen=True, slots=True)
class Victim:
    """A reader, and how a sound set of files for it is drawn; the first file is the one named."""

    name: str
    draw: Callable[[Random], Files]
    read: Callable[[Path], object]

    def damaged(self, seed: int, real: tuple[Path, ...] = ()) -> Files:
        """The files of a seed; one in eight is damaged from a real file, where there are some."""
        rng = Random(f"{self.name}:{seed}")  # noqa: S311 - nothing secret
        if real and rng.random() < 0.125:
            path = rng.choice(real)
            return mutated({f"real{path.suffix}": path.read_bytes()}, rng)
        return mutated(self.draw(rng), rng)


def _table(role: TableRole) -> Victim:
    forms = [
        f for f in (*TEXT_FORMS, *WORKBOOK_FORMS) if f.suits(role.sheet) and "far" not in f.name
    ]

    @cache
    def written(form: TableForm) -> Files:
        return {f"table{form.suffix}": form.write(role.sheet)}

    def draw(rng: Random) -> Files:
        text = rng.random() < 0.45
        return written(rng.choice([f for f in forms if (f in TEXT_FORMS) == text]))

    return Victim(role.name, draw, role.read)


def _layer(role: LayerRole) -> Victim:
    forms = [
        LayerForm("geojson", lambda f: {"layer.geojson": geojson(f)}),
        *(f for f in LAYER_FORMS if f.suits(role.features)),
    ]

    @cache
    def written(form: LayerForm) -> Files:
        return form.write(role.features)

    return Victim(role.name, lambda rng: written(rng.choice(forms)), role.read)


def _settings(role: SettingsRole) -> Victim:
    def read(path: Path) -> object:
        job = path.parent / "job"
        job.mkdir()
        return role.read(job, path.read_bytes())

    return Victim(role.name, lambda _: {"settings.toml": role.text.encode()}, read)


_OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test"><bounds minlat="32.6" minlon="130.9" maxlat="33.2" maxlon="131.3"/>
<node id="1" version="1" lat="32.68" lon="131.15"><tag k="highway" v="traffic_signals"/></node>
<node id="2" version="1" lat="32.69" lon="131.10"/><node id="3" version="1" lat="32.70" lon="131.05"/>
<node id="4" version="1" lat="32.71" lon="131.06"><tag k="barrier" v="gate"/></node>
<node id="5" version="1" lat="33.12" lon="131.06"/>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="trunk"/>
<tag k="name" v="国道218号"/><tag k="maxspeed" v="50"/><tag k="lanes" v="2"/></way>
<way id="11" version="1"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/>
<tag k="oneway" v="yes"/><tag k="width" v="4 m"/><tag k="access" v="destination"/></way>
<way id="12" version="1"><nd ref="3"/><nd ref="5"/><tag k="route" v="ferry"/><tag k="motor_vehicle" v="yes"/>
<tag k="duration" v="00:30"/></way>
<way id="13" version="1"><nd ref="3"/><nd ref="4"/><nd ref="5"/><tag k="highway" v="primary"/><tag k="toll" v="yes"/></way>
<relation id="20" version="1"><member type="way" ref="10" role="from"/><member type="node" ref="2" role="via"/>
<member type="way" ref="11" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
</osm>
"""


@cache
def _pbf() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.osm", Path(folder) / "out.osm.pbf"
        source.write_text(_OSM, "utf-8")
        with osmium.SimpleWriter(str(out)) as writer:
            for thing in osmium.FileProcessor(str(source)):
                writer.add(thing)
        return out.read_bytes()


@cache
def _graphml() -> bytes:
    graph = nx.MultiDiGraph(crs="epsg:4326", created_with="OSMnx 2.0")
    graph.add_node(1, x=131.15, y=32.68, highway="traffic_signals")
    graph.add_node(2, x=131.10, y=32.69)
    graph.add_node(3, x=131.05, y=32.70)
    graph.add_edge(
        1,
        2,
        highway="trunk",
        length=4810.0,
        name="国道218号",
        maxspeed="50",
        oneway=False,
        osmid=10,
    )
    graph.add_edge(2, 1, highway="trunk", length=4810.0, oneway=False, osmid=10)
    graph.add_edge(2, 3, highway="['primary', 'secondary']", length=4820.5, toll="yes", osmid="[11, 12]",
                   geometry="LINESTRING (131.10 32.69, 131.08 32.70, 131.05 32.70)")  # fmt: skip
    out = io.BytesIO()
    nx.write_graphml(graph, out)
    return out.getvalue()


def _overpass() -> bytes:
    nodes = [("1", 32.68, 131.15), ("2", 32.69, 131.10), ("3", 32.70, 131.05)]
    elements: list[object] = [
        {"type": "node", "id": int(n), "lat": y, "lon": x} for n, y, x in nodes
    ]
    elements[0]["tags"] = {"highway": "traffic_signals"}
    elements.append(
        {
            "type": "way",
            "id": 10,
            "nodes": [1, 2, 3],
            "tags": {"highway": "trunk", "name": "国道218号", "oneway": "no", "maxspeed": "50"},
        }
    )
    elements.append(
        {"type": "way", "id": 11, "nodes": [3, 1], "tags": {"route": "ferry", "duration": "00:20"}}
    )
    return json.dumps({"version": 0.6, "generator": "Overpass API", "elements": elements}).encode()


@cache
def _everyday() -> object:
    return load_profile("everyday")


@cache
def _saved() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        links, nodes, out = (Path(folder) / n for n in ("links.csv", "nodes.csv", "n.spotsnet"))
        links.write_bytes(plain(LINKS))
        nodes.write_bytes(plain(NODES))
        save_network(read_link_table(links, nodes, _everyday()), out)
        return out.read_bytes()


@cache
def _output_folder() -> Files:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        write_folder(fabricated_result(), out, lang=Lang.JA, created=datetime(2026, 1, 1))  # noqa: DTZ001
        return {name: (out / name).read_bytes() for name in ("evidence.json", "run.json")}


def _folder(path: Path, *, sealed: bool) -> object:
    """Read an output folder; `sealed`: under a manifest that says its evidence is unchanged."""
    manifest = path.parent / "run.json"
    if sealed and path.is_file():
        page = json.loads(_output_folder()["run.json"])
        for entry in page["files"]:
            if entry["name"] == "evidence.json":
                entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest.write_text(json.dumps(page), "utf-8")
    return load_result(path.parent)


class _Answer(BaseHTTPRequestHandler):
    body = b""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None: ...


@cache
def _server() -> str:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
    return f"http://127.0.0.1:{httpd.server_port}"


def _fetched(path: Path) -> object:
    _Answer.body = path.read_bytes()
    return fetch_overpass(
        (131.0, 32.6, 131.3, 33.2), _everyday(), overpass_url=_server(), timeout_s=15
    )


def _fixed(name: str, data: Callable[[], bytes]) -> Callable[[Random], Files]:
    return lambda _: {name: data()}


VICTIMS = {
    victim.name: victim
    for victim in (
        *map(_table, TABLE_ROLES),
        *map(_layer, LAYER_ROLES),
        *map(_settings, SETTINGS_ROLES),
        Victim("osm-xml", _fixed("roads.osm", _OSM.encode), lambda p: read_osm(p, _everyday())),
        Victim("osm-pbf", _fixed("roads.osm.pbf", _pbf), lambda p: read_osm(p, _everyday())),
        Victim("overpass", _fixed("answer.json", _overpass), _fetched),
        Victim("graphml", _fixed("roads.graphml", _graphml), lambda p: read_graphml(p, _everyday())),
        Victim("saved-network", _fixed("roads.spotsnet", _saved), open_network),
        Victim("evidence", lambda _: {"evidence.json": _output_folder()["evidence.json"]}, partial(_folder, sealed=True)),
        Victim("manifest", lambda _: dict(reversed(_output_folder().items())), partial(_folder, sealed=False)),
    )
}  # fmt: skip
REAL = {
    "facility-list": ("kumamoto_remote_clinic_candidates.csv", "kumamoto_emergency_roles_20230901.csv", "mhlw_open_data_definition.xlsx"),
    "locate-list": ("kumamoto_remote_clinic_candidates.csv",),
    "facility-points": ("p04_2020_around_kumamoto.geojson",),
    "town-table": ("kyushu_towns.csv",),
    "medical-areas": ("municipality_to_medical_area.csv",),
    "physician-index": ("kyushu_okinawa_physician_index_2024-01.csv", "physician_index_2024-01_all_areas.csv"),
    "municipalities": ("municipalities_43_simplified.geojson", "municipalities_16_simplified.geojson"),
    "osm-pbf": ("kumamoto_chuo_drive_20230105.osm.pbf",),
}  # fmt: skip
"""Which of the real files of a data folder a reader is also tried on, by name."""


def real_files(name: str, folder: Path | None) -> tuple[Path, ...]:
    if folder is None:
        return ()
    return tuple(p for file in REAL.get(name, ()) for p in sorted(folder.rglob(file)))
