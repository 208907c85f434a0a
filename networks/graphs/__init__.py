"""Graphs of osmnx and networkx, in and out."""
