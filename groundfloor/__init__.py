"""What every room stands on: problems, bytes to text, tables and layers, dates, settings.

`groundfloor` knows nothing of roads, areas or hospitals. It is the one place where bytes become
values and where trouble with them gets its words; no other room opens a file of a user's.
"""
