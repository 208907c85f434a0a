"""Metadata of the layers: ISO 19115 in the encoding of ISO 19139, and QGIS's own for each layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from groundfloor.problems import Lang, Text, clean_lines
from spots.outputs.layer_table import EPSG, LayerTable
from spots.telling.labels import INPUT_LABELS
from spots.telling.unit_labels import designated
from spots.telling.wording import joined, sentence
from spots.types import RunResult, State

_GMD, _GCO = "http://www.isotc211.org/2005/gmd", "http://www.isotc211.org/2005/gco"
_LANGUAGES = {Lang.JA: "jpn", Lang.EN: "eng"}
_CHARSET = "http://www.isotc211.org/2005/resources/codeList.xml#MD_CharacterSetCode"
_ROLES = "http://www.isotc211.org/2005/resources/codeList.xml#CI_RoleCode"
_DATE_TYPES = "http://www.isotc211.org/2005/resources/codeList.xml#CI_DateTypeCode"
_KEYWORDS = (
    Text("医師少数スポット", "physician-shortage spot"),
    Text("へき地医療", "remote-area medicine"),
    Text("二次救急", "secondary emergency care"),
)


def facts(result: RunResult, lang: Lang) -> tuple[str, ...]:
    """Return what the layers rest on, line by line: settings, sources and their hashes."""
    return tuple(_facts(result, lang))


def _facts(result: RunResult, lang: Lang) -> Iterator[str]:
    settings = result.settings
    yield f"{Text('設定基準', 'Policy').render(lang)}: {settings.policy_title.render(lang)}"
    for label, value in settings.lines:
        yield f"{label.render(lang)}: {value.render(lang)}"
    for record in result.inputs:
        kind = INPUT_LABELS.get(record.role)
        what = kind.render(lang) if kind else record.role
        told = ", ".join(part for part in (record.file, record.source, record.as_of) if part)
        named = told if record.name == record.role else f"{record.name} ({told})"
        yield f"{what}: {named} SHA-256 {record.sha256}"
    if result.network is not None:
        heading = Text("道路網の内容", "Content of the road network").render(lang)
        yield f"{heading}: SHA-256 {result.network.sha256}"
    for caveat in settings.caveats:
        yield f"{Text('注意', 'Note').render(lang)}: {caveat.render(lang)}"


def summary(result: RunResult, lang: Lang) -> str:
    """Return one paragraph about the layers."""
    settings = result.settings
    days = [d.isoformat() if d else "" for d in (settings.valid_from, settings.valid_to)]
    period = "～".join(days) if lang == Lang.JA else " to ".join(days)
    what = designated(result)
    counted = _counted(result)
    told = Text(
        f"{settings.prefecture}の{what.ja}（案）。{counted.ja}。"
        + (f"設定期間 {period}。" if any(days) else "")
        + "設定を決めるのは都道府県であり、これは検討のための資料です。",
        f"{sentence(what).en}s of {settings.prefecture} (draft): {counted.en}. "
        + (f"Valid {period}. " if any(days) else "")
        + "The prefecture decides; this is material for its deliberation.",
    )
    return told.render(lang)


def _counted(result: RunResult) -> Text:
    """Return how many there are: spots and facilities, and the units of each result."""
    spots, facilities = len(result.spots), len(result.verdicts)
    told = []
    if result.by_rule:
        told.append(
            Text(
                f"設定 {spots} か所、入力した施設 {facilities} か所",
                f"{spots} spots, {facilities} facilities in the input",
            )
        )
    for ground in result.grounds:
        states = [v.state for v in result.units if v.result == ground.id]
        taken, every, title = states.count(State.DESIGNATED), len(states), ground.title
        told.append(
            Text(f"{title.ja} {every} 区域中 {taken} 区域", f"{title.en}: {taken} of {every} units")
        )
    return joined(told)


def dataset_metadata(result: RunResult, tables: Sequence[LayerTable], lang: Lang) -> str:
    """Return metadata of the whole file as ISO 19139.

    Without a date of the metadata: two runs of the same job write the same file. The dates of the
    data are those of the inputs.
    """
    root = ET.Element("gmd:MD_Metadata", {"xmlns:gmd": _GMD, "xmlns:gco": _GCO})
    _string(root, "language", _LANGUAGES[lang])
    _code(root, "characterSet", "MD_CharacterSetCode", _CHARSET, "utf8")
    contact = ET.SubElement(ET.SubElement(root, "gmd:contact"), "gmd:CI_ResponsibleParty")
    _string(contact, "organisationName", result.settings.prefecture)
    _code(contact, "role", "CI_RoleCode", _ROLES, "user")
    ET.SubElement(root, "gmd:dateStamp", {"gco:nilReason": "withheld"})
    system = ET.SubElement(root, "gmd:referenceSystemInfo")
    system = ET.SubElement(system, "gmd:MD_ReferenceSystem")
    system = ET.SubElement(system, "gmd:referenceSystemIdentifier")
    _string(ET.SubElement(system, "gmd:RS_Identifier"), "code", f"EPSG:{EPSG}")
    _identification(root, result, tables, lang)
    lineage = ET.SubElement(ET.SubElement(root, "gmd:dataQualityInfo"), "gmd:DQ_DataQuality")
    lineage = ET.SubElement(ET.SubElement(lineage, "gmd:lineage"), "gmd:LI_Lineage")
    _string(lineage, "statement", "\n".join(facts(result, lang)))
    return ET.tostring(root, encoding="unicode")


def _identification(
    root: ET.Element, result: RunResult, tables: Sequence[LayerTable], lang: Lang
) -> None:
    parent = ET.SubElement(root, "gmd:identificationInfo")
    data = ET.SubElement(parent, "gmd:MD_DataIdentification")
    citation = ET.SubElement(ET.SubElement(data, "gmd:citation"), "gmd:CI_Citation")
    _string(citation, "title", result.settings.title.render(lang))
    newest = max((r.as_of for r in result.inputs if r.as_of), default="")
    if newest:
        date = ET.SubElement(ET.SubElement(citation, "gmd:date"), "gmd:CI_Date")
        value = ET.SubElement(ET.SubElement(date, "gmd:date"), "gco:Date")
        value.text = clean_lines(newest)
        _code(date, "dateType", "CI_DateTypeCode", _DATE_TYPES, "revision")
    else:
        ET.SubElement(citation, "gmd:date", {"gco:nilReason": "unknown"})
    layers = ", ".join(f"{t.name} ({t.title.render(lang)})" for t in tables)
    _string(data, "abstract", f"{summary(result, lang)}\n{layers}")
    words = ET.SubElement(ET.SubElement(data, "gmd:descriptiveKeywords"), "gmd:MD_Keywords")
    for word in _KEYWORDS:
        _string(words, "keyword", word.render(lang))
    rights = ET.SubElement(ET.SubElement(data, "gmd:resourceConstraints"), "gmd:MD_Constraints")
    for line in result.settings.attributions:
        _string(rights, "useLimitation", line)
    _string(data, "language", _LANGUAGES[lang])


def _string(parent: ET.Element, name: str, text: str) -> None:
    holder = ET.SubElement(parent, f"gmd:{name}")
    ET.SubElement(holder, "gco:CharacterString").text = clean_lines(text)


def _code(parent: ET.Element, name: str, kind: str, codes: str, value: str) -> None:
    holder = ET.SubElement(parent, f"gmd:{name}")
    element = ET.SubElement(holder, f"gmd:{kind}", {"codeList": codes, "codeListValue": value})
    element.text = value


def layer_metadata(result: RunResult, table: LayerTable, lang: Lang) -> str:
    """Return metadata of one layer as QGIS keeps and shows them."""
    root = ET.Element("qgis", {"version": "3.22.0"})
    _plain(root, "identifier", table.name)
    _plain(root, "parentidentifier", "")
    _plain(root, "language", _LANGUAGES[lang].upper())
    _plain(root, "type", "dataset")
    _plain(root, "title", table.title.render(lang))
    _plain(root, "abstract", f"{table.note.render(lang)}\n{summary(result, lang)}")
    words = ET.SubElement(root, "keywords", {"vocabulary": "keyword"})
    for word in _KEYWORDS:
        _plain(words, "keyword", word.render(lang))
    for line in result.settings.attributions:
        _plain(root, "rights", line)
    for line in facts(result, lang):
        ET.SubElement(root, "history").text = clean_lines(line)
    system = ET.SubElement(ET.SubElement(root, "crs"), "spatialrefsys")
    _plain(system, "authid", f"EPSG:{EPSG}")
    doctype = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    return f"{doctype}\n{ET.tostring(root, encoding='unicode')}\n"


def _plain(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = clean_lines(text)
