"""Child of the building benchmark: PBF file to a network ready to solve, and its own seconds."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

started = time.perf_counter()
from networks import load_profile, read_osm, save_network  # noqa: E402 - imports are part of it
from networks.kernel import start_without_scipy  # noqa: E402

start_without_scipy()  # as the command does
network = read_osm(sys.argv[1], load_profile("everyday"))
built = time.perf_counter()
if len(sys.argv) > 2:  # noqa: PLR2004 - a file to keep it in
    save_network(network, sys.argv[2])
print(
    json.dumps(
        {
            "nodes": len(network.nodes),
            "edges": len(network.edges),
            "build_s": built - started,
            "save_s": time.perf_counter() - built,
        }
    )
)
