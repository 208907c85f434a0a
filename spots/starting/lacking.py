"""What a first run lacks: what it is for, and where it is had; from the catalogue of public data.

Stands apart: a run file says what is there, this says what is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boundaries.indices import PUBLISHED_CUT_OFFS
from groundfloor.problems import Lang, Text
from spots.outputs.sheet_layout import Form, SheetColumn, SheetContent
from spots.outputs.workbook_writer import workbook
from spots.public_data.catalogue import Download, downloads_for, osm_regions
from spots.public_data.datasets import DATASETS
from spots.starting.choosing import region_of
from spots.starting.recognised import DataKind
from spots.starting.start_plan import CRITERIA, StartPlan
from spots.telling import starting_words as words


@dataclass(frozen=True, slots=True)
class LackingData:
    """Something that a run of the prefecture wants and the folder does not hold.

    Parameters
    ----------
    title : Text
        What it is.
    needed : bool
        Whether the run cannot do without it, or leaves a criterion open.
    purpose : Text
        What it is for.
    publisher : Text
        Who has it.
    page : str
        Where people find it; may be empty.
    file_name, url : str
        The file of this prefecture; may be empty.
    size : Text
        How large it is, or that nobody said.
    key : str
        The key by which ``spots fetch`` gets it; empty where it cannot.
    """

    title: Text
    needed: bool
    purpose: Text
    publisher: Text
    page: str = ""
    file_name: str = ""
    url: str = ""
    size: Text = words.NOTHING_SAID
    key: str = ""


def lacking(
    plan: StartPlan, forms: Mapping[int, str], places: Mapping[str, str]
) -> tuple[LackingData, ...]:
    """Return what is missing, what the run cannot do without first.

    Parameters
    ----------
    plan : StartPlan
        What is there.
    forms : mapping of int to str
        The forms for lists that are missing, by the number of their criterion.
    places : mapping of str to str
        Likewise for what the prefecture's own preset asks for, by its name there.
    """
    found = [*_lists(plan, forms), *_cut_offs(plan), *_published(plan), *_own(plan, places)]
    return tuple(sorted(found, key=lambda each: not each.needed))


def _lists(plan: StartPlan, forms: Mapping[int, str]) -> Iterator[LackingData]:
    """Yield the lists that only the prefecture has."""
    for kind, number in CRITERIA.items():
        if number in forms:
            yield LackingData(
                title=words.list_wanted(kind),
                needed=number in plan.not_given,
                purpose=words.list_purpose(number),
                publisher=words.THE_PREFECTURE,
                file_name=forms[number],
                size=words.FORM_TO_FILL_IN,
            )


def _own(plan: StartPlan, places: Mapping[str, str]) -> Iterator[LackingData]:
    """Yield what the prefecture's own preset asks for."""
    for name in plan.policy.lacking:
        yield LackingData(
            title=words.layer_title(name),
            needed=False,
            purpose=words.for_preset(plan.policy.own),
            publisher=words.THE_PREFECTURE,
            file_name=places.get(name, ""),
            size=words.FORM_TO_FILL_IN if name in places else words.NOTHING_SAID,
        )


def _cut_offs(plan: StartPlan) -> Iterator[LackingData]:
    """Yield the cut-offs of an index whose edition nothing tells."""
    index = plan.index.taken
    if index is not None and index.edition not in PUBLISHED_CUT_OFFS:
        yield LackingData(
            title=words.CUT_OFFS_WANTED,
            needed=True,
            purpose=words.CUT_OFFS_PURPOSE,
            publisher=DATASETS["index"].publisher,
            page=DATASETS["index"].page,
            file_name=index.name,
        )


def _published(plan: StartPlan) -> Iterator[LackingData]:
    """Yield the public files that are not there."""
    have = {code for e in plan.survey.of(DataKind.OUTLINES) for code in e.prefectures}
    seen: set[str] = set()
    for file in downloads_for(plan.prefecture):
        key = file.dataset.key
        if not _is_there(plan, key, file, have):
            # The first file of each is the prefecture's own; those that follow are next door's.
            needed = key in _NEEDED and key not in seen and file.prefecture in {"", plan.prefecture}
            yield _of(file, needed=needed)
        seen.add(key)


_NEEDED = frozenset({"n03", "a38", "index", "osm"})


def _is_there(plan: StartPlan, key: str, file: Download, outlines: set[str]) -> bool:
    survey = plan.survey
    if not plan.policy.judges and key != "n03":
        return True
    judged = any(e.role == "candidate" for e in plan.used_lists)
    there = {
        "n03": file.prefecture in outlines,
        "a38": plan.areas.taken is not None,
        "index": plan.index.taken is not None,
        "osm": _roads_there(plan, file),
        "iryo_joho": any(_same_kind(e.name, file) for e in survey.of(DataKind.IRYO_JOHO)),
        "mesh": bool(plan.population),
        "bed_report": judged,
    }
    # What replaces something, or is seldom wanted, is had by name.
    return there.get(key, True)


def _roads_there(plan: StartPlan, file: Download) -> bool:
    """Tell whether a regional extract is there, or roads that need none."""
    taken, regions = plan.roads.taken, osm_regions(plan.prefecture)
    if taken is None or region_of(taken, regions) is None:
        return taken is not None
    wanted = [region for region in regions if file.file_name.startswith(f"{region}-")]
    return any(region_of(each, wanted) for each in (taken, *plan.roads_beside))


def _same_kind(name: str, file: Download) -> bool:
    """Tell whether a file of 医療情報ネット is of what another one is: hospitals, or clinics."""
    clinics = "clinic" in name.lower() or "診療所" in name
    return clinics == ("clinic" in file.file_name)


def _of(file: Download, *, needed: bool) -> LackingData:
    data = file.dataset
    return LackingData(
        title=data.title,
        needed=needed,
        purpose=Text(f"{file.why.ja}。{data.purpose.ja}", f"{file.why.en}: {data.purpose.en}"),
        publisher=data.publisher,
        page=data.page,
        file_name=file.file_name,
        url=file.url,
        size=file.size_note,
        key=data.key,
    )


def lacking_book(found: tuple[LackingData, ...], title: Text, lang: Lang) -> bytes:
    """Return the list as a workbook that opens with a double click, and prints on A4."""

    def row(each: LackingData) -> tuple[str, ...]:
        need = words.MUST_BE if each.needed else words.MAY_BE
        told = (each.title, need, each.purpose, each.publisher)
        texts = tuple(text.render(lang) for text in told)
        return (*texts, each.file_name, each.size.render(lang), each.page, each.url)

    heads = [text.render(lang) for text in words.LACKING_HEADS]
    widths = (26.0, 9.0, 40.0, 20.0, 27.0, 13.0, 34.0, 34.0)
    forms = (Form.TEXT, Form.WORD, *(Form.TEXT for _ in range(6)))
    columns = tuple(
        SheetColumn(head, width, form)
        for head, width, form in zip(heads, widths, forms, strict=True)
    )
    content = SheetContent(
        tab=words.LACKING_TAB.render(lang),
        title=title.render(lang),
        notes=tuple(text.render(lang) for text in words.LACKING_NOTES),
        columns=columns,
        rows=[row(each) for each in found],
        nothing=words.NOTHING_LACKS.render(lang),
    )
    return workbook([content], title=content.title, lang=lang)
