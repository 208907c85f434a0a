"""The library: what ``import spots`` gives to a notebook, frames in and frames out.

Every noun here takes and gives what people know: GeoDataFrames of any CRS with their index kept,
DataFrames, networkx graphs in osmnx's words. Nothing is decided here: the rooms below judge, cut
and measure, and the command line stands on the same nouns.
"""
