"""How QGIS shows fields: aliases in tables and forms, words in the place of coded values."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from groundfloor.problems import Lang, clean
from spots.outputs.layers.model import Field, LayerTable


def add_fields(root: ET.Element, table: LayerTable, lang: Lang, names: Mapping[str, str]) -> None:
    """Add aliases and value maps to a style.

    Parameters
    ----------
    root : Element
        The style.
    table : LayerTable
        The layer.
    lang : Lang
        Language of the aliases.
    names : mapping of str to str
        Field names in the file, where they are not the layer's own.
    """
    configuration = ET.SubElement(root, "fieldConfiguration")
    aliases = ET.SubElement(root, "aliases")
    for index, field in enumerate(table.fields):
        name = names.get(field.name, field.name)
        head = {"field": name, "name": clean(field.label.render(lang)), "index": str(index)}
        ET.SubElement(aliases, "alias", head)
        if field.codes:
            element = ET.SubElement(configuration, "field", {"name": name})
            _add_value_map(element, field, lang)
    if any(field.name == "name" for field in table.fields):
        ET.SubElement(root, "previewExpression").text = f'"{names.get("name", "name")}"'


def _add_value_map(element: ET.Element, field: Field, lang: Lang) -> None:
    widget = ET.SubElement(element, "editWidget", {"type": "ValueMap"})
    config = ET.SubElement(ET.SubElement(widget, "config"), "Option", {"type": "Map"})
    pairs = ET.SubElement(config, "Option", {"name": "map", "type": "List"})
    for code in field.codes:
        pair = ET.SubElement(pairs, "Option", {"type": "Map"})
        label = clean(code.label.render(lang))
        ET.SubElement(pair, "Option", {"name": label, "value": code.value, "type": "QString"})
