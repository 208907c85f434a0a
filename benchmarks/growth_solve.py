"""Child of the growth benchmark: open a saved network, tie hospitals to it, solve.

Solving is one thread; its seconds are the processor's, which a busy machine stretches less.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

started = time.perf_counter()
import networks as n  # noqa: E402 - imports are part of it

network = n.open_network(sys.argv[1])
opened = time.perf_counter()

import synthetic  # noqa: E402 - the list of hospitals alone

ids, lon, lat = synthetic.read_hospitals(Path(sys.argv[2]))
ready = time.perf_counter()
results = n.snap_points(network, lon, lat, 1_000.0)
snapped = time.perf_counter()
places = [
    n.Terminal(name, name, found.snap)
    for name, found in zip(ids, results, strict=True)
    if found.snap is not None
]
said: dict[str, float] = {"open_s": opened - started, "snap_s": snapped - ready}
for count in (100, 500):
    some = places[:count]
    times = []
    for _ in range(6):
        begun = time.process_time()
        n.nearest_other(network, some, some)
        times.append(time.process_time() - begun)
    said[f"first_{count}_s"], said[f"solve_{count}_s"] = times[0], median(times[1:])
said |= {"nodes": len(network.nodes), "edges": len(network.edges)}
said["arcs"] = len(network.graph.onward.arc)
print(json.dumps(said))
