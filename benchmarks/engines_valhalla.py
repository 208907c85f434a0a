"""Compare our minutes with Valhalla's: part of roads_engines.py.

Valhalla drives at the mapped speed limit, so it gets a copy of the extract in which that of every
road is the speed that we drive there; everything else in it is as mapped. It adds seconds at turns
that no option removes: they are reported, and taken off before comparing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import osmium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from networks import SpeedProfile  # noqa: E402 - after the path is set
from networks.osm.tags import judge  # noqa: E402
from networks.osm.verdicts import Drivable  # noqa: E402

CONFIGURE = """
import json, sys
from pathlib import Path
from valhalla import get_config
folder = Path(sys.argv[1])
(folder / "tiles").mkdir()
(folder / "tiles.tar").touch()
config = get_config(tile_extract=str(folder / "tiles.tar"), tile_dir=str(folder / "tiles"))
config["mjolnir"]["tile_extract"] = ""
config["mjolnir"]["logging"] = {"type": ""}
config["service_limits"]["auto"]["max_matrix_location_pairs"] = 1_000_000
(folder / "valhalla.json").write_text(json.dumps(config))
import valhalla
print(Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles")
"""


def prepare(python: Path, extract: Path, profile: SpeedProfile, folder: Path) -> Path:
    """Build Valhalla's tiles; return its configuration file."""
    roads = folder / "our_speeds.osm.pbf"
    write_with_our_speeds(extract, profile, roads)
    done = subprocess.run(  # noqa: S603 - the interpreter that the user named
        [str(python), "-c", CONFIGURE, str(folder)], capture_output=True, text=True, check=True
    )
    config = folder / "valhalla.json"
    subprocess.run(  # noqa: S603
        [done.stdout.strip().splitlines()[-1], "-c", str(config), "-j", "2", str(roads)],
        capture_output=True,
        check=True,
    )
    return config


def write_with_our_speeds(extract: Path, profile: SpeedProfile, out: Path) -> None:
    """Write a copy of an extract whose roads have our speed as ``maxspeed``."""
    rows = profile.lookup()
    with osmium.SimpleWriter(str(out), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            if not thing.is_way() or "highway" not in thing.tags:
                writer.add(thing)
                continue
            mapped = {tag.k: tag.v for tag in thing.tags}
            tags = {k: v for k, v in mapped.items() if not k.startswith("maxspeed")}
            verdict = judge(mapped, profile, rows)
            row = rows.get(mapped["highway"])
            if isinstance(verdict, Drivable):
                tags["maxspeed:forward"] = f"{verdict.kmh:g}"
                tags["maxspeed:backward"] = f"{verdict.kmh_backward:g}"
            elif row is not None and row.kmh:
                tags["maxspeed"] = f"{row.kmh:g}"
            writer.add_way(thing.replace(tags=tags))
