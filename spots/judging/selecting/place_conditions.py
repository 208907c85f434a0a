"""Conditions on where a unit lies: its name, municipality, medical area and that area's class.

A unit lies in municipalities, or areas, that are named where all of it does: one that lies partly
in them does not meet the condition, and is told so.

Stands apart: what the map answers, without a number in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from boundaries import AreaClass, MedicalArea
from groundfloor.problems import Text
from spots.judging.selecting.ground_facts import GroundFacts
from spots.judging.selecting.leaf_findings import UnitFinding, all_or_none, truth_of
from spots.judging.selecting.selection_settings import MunicipalityKind
from spots.judging.selecting.unit_names import (
    UnitIndex,
    areas_named,
    lies_wholly,
    medical_areas_of,
    municipalities_named,
)
from spots.telling import selection_words as words
from spots.telling.labels import AREA_CLASS_LABELS, CLASS_BASIS_LABELS
from spots.telling.wording import as_one
from spots.types import Truth
from spots.types.ground_units import Unit

_KIND_OF = {
    "市": MunicipalityKind.CITY,
    "町": MunicipalityKind.TOWN,
    "村": MunicipalityKind.VILLAGE,
    "区": MunicipalityKind.WARD,
}


def by_name(
    asked: Sequence[str], units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether the policy names each unit; a name that fits several leaves those open."""
    index = UnitIndex.of(units, facts.regions)
    meant = [index.named(name) for name in asked]
    sure = {hit[0].id for hit in meant if len(hit) == 1}
    perhaps = {u.id for hit in meant if len(hit) > 1 for u in hit}

    def judge(unit: Unit) -> UnitFinding:
        truth = truth_of(unit.id in sure)
        if truth is Truth.NOT_MET and unit.id in perhaps:
            truth = Truth.UNDETERMINED
        return UnitFinding(truth, words.is_named(truth))

    return {u.id: judge(u) for u in units}


def by_municipality(
    asked: Sequence[str], units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether each unit lies wholly in municipalities that are named."""
    regions = facts.regions
    meant = [municipalities_named(name, regions) for name in asked]
    named = [codes[0] for codes in meant if len(codes) == 1]
    unclear = {c for codes in meant if len(codes) > 1 for c in codes}

    def judge(unit: Unit) -> UnitFinding:
        codes = unit.municipality_codes
        own = [m.name if (m := regions.municipality(c)) else c for c in codes]
        some = any(lies_wholly((code,), named) for code in codes)
        truth = truth_of(lies_wholly(codes, named)) if codes else Truth.UNDETERMINED
        if truth is Truth.NOT_MET and lies_wholly(codes, (*named, *unclear)):
            truth = Truth.UNDETERMINED
        return UnitFinding(truth, words.lies_in(own, asked, truth, partly=some))

    return {u.id: judge(u) for u in units}


def by_municipality_kind(
    asked: Sequence[MunicipalityKind], units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether each unit lies in cities, towns or villages only, by what the names end in."""

    def judge(unit: Unit) -> UnitFinding:
        own = [facts.regions.municipality(code) for code in unit.municipality_codes]
        names = [m.name for m in own if m is not None]
        if not names or None in own:
            return UnitFinding(Truth.UNDETERMINED, words.is_of_kind("", asked, Truth.UNDETERMINED))
        truth = truth_of(all(_KIND_OF.get(name[-1:]) in asked for name in names))
        return UnitFinding(truth, words.is_of_kind("・".join(names), asked, truth))

    return {u.id: judge(u) for u in units}


def by_area(
    asked: Sequence[str], units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether each unit lies wholly in medical areas that are named."""
    regions = facts.regions
    meant = [areas_named(name, regions) for name in asked]
    named = {codes[0] for codes in meant if len(codes) == 1}
    unclear = {c for codes in meant if len(codes) > 1 for c in codes}

    def judge(unit: Unit) -> UnitFinding:
        areas, whole = medical_areas_of(unit, regions)
        codes = {a.code for a in areas}
        if codes <= named:  # of an area that is not known nobody can tell
            truth = Truth.MET if whole else Truth.UNDETERMINED
        else:
            truth = Truth.UNDETERMINED if codes <= named | unclear else Truth.NOT_MET
        own = [a.name for a in areas]
        return UnitFinding(truth, words.lies_in(own, asked, truth, partly=bool(codes & named)))

    return {u.id: judge(u) for u in units}


def by_class(
    asked: Sequence[AreaClass], units: Sequence[Unit], facts: GroundFacts
) -> dict[str, UnitFinding]:
    """Return whether each unit lies in medical areas of some classes; all of its areas decide."""

    def judge(unit: Unit) -> UnitFinding:
        areas, whole = medical_areas_of(unit, facts.regions)
        parts = [_class_of(area, asked) for area in areas]
        if not whole:
            parts.append(UnitFinding(Truth.UNDETERMINED, words.NO_AREA))
        truth = all_or_none(p.truth for p in parts)
        texts = [p.text for p in parts]
        split = len({p.truth for p in parts}) > 1
        return UnitFinding(truth, words.disagreeing(texts) if split else as_one(texts))

    return {u.id: judge(u) for u in units}


def _class_of(area: MedicalArea, asked: Sequence[AreaClass]) -> UnitFinding:
    truth = class_truth(area, asked)
    return UnitFinding(truth, words.is_of_class(area.name, _told(area), asked, truth))


def class_truth(area: MedicalArea, asked: Sequence[AreaClass]) -> Truth:
    """Return whether an area is of one of some classes, as far as its class is known."""
    if area.area_class in asked:
        return Truth.MET
    if area.area_class is not AreaClass.UNKNOWN:
        return Truth.NOT_MET
    perhaps = area.basis.may_be
    if perhaps <= set(asked):
        return Truth.MET
    return Truth.UNDETERMINED if perhaps & set(asked) else Truth.NOT_MET


def _told(area: MedicalArea) -> Text:
    """Return the class of an area, or why it is not known."""
    if area.area_class is AreaClass.UNKNOWN:
        return CLASS_BASIS_LABELS[area.basis]
    return AREA_CLASS_LABELS[area.area_class]
