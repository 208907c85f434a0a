"""Write the roads of a PBF file as OSM XML, which is what `osmnx.graph_from_xml` reads.

    python benchmarks/roads_xml.py EXTRACT.osm.pbf OUT.osm

Only ways with a ``highway`` tag and their nodes, as a careful user of osmnx would cut them out with
osmium's tools; handed everything, osmnx would make roads of buildings too.
"""

from __future__ import annotations

import sys

import osmium


def main() -> None:
    """Write one file."""
    source, out = sys.argv[1:3]
    with osmium.BackReferenceWriter(out, ref_src=source, overwrite=True) as writer:
        ways = osmium.FileProcessor(source, osmium.osm.WAY)
        for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            writer.add_way(way)


if __name__ == "__main__":
    main()
