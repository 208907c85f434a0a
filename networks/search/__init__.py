"""The search graph, and everything asked of it: nearest others, drives, times, catchments."""
