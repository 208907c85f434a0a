"""Pieces of QGIS styles (QML) as data: symbols, renderers, labels and forms."""
