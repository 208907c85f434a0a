"""An explanation of a unit of ground in words for a terminal, and as data for machines.

Of each result the clause that put the unit in, or out, is said first. Stands apart: `explained` is
about facilities.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Lang
from spots.explaining.fact_lines import Page, fact_line, heading, safe, section_pages
from spots.explaining.unit_gathering import UnitExplanation
from spots.telling.columns import properties
from spots.telling.deciding_clauses import deciding_fact
from spots.telling.unit_columns import UNIT_COLUMNS
from spots.telling.unit_dossier import UnitDossier
from spots.telling.wording import bracketed, run_on, same
from spots.types import Clause, ListedEntry

#: The same in every result, and said once, above them.
_OF_THE_UNIT = "unit"


def unit_text(found: UnitExplanation, lang: Lang) -> str:
    """Return an explanation of a unit in words.

    Parameters
    ----------
    found : UnitExplanation
        From `spots.explaining.explain`.
    lang : Lang
        Language.
    """
    head = [f"{safe(found.unit.name)} [{safe(found.unit.id)}]"]
    own = found.dossiers[0].section(_OF_THE_UNIT)
    head += [fact_line(fact, lang) for fact in (own.facts if own else ())]
    return "\n\n".join(["\n".join(head), *result_blocks(found, lang)])


def result_blocks(found: UnitExplanation, lang: Lang) -> Iterator[str]:
    """Yield what each result found of a unit, its heading first."""
    for dossier in found.dossiers:
        yield "\n".join(_block(dossier, lang))


def _block(dossier: UnitDossier, lang: Lang) -> Iterator[str]:
    ground = dossier.row.ground
    yield heading(run_on(ground.title, bracketed(same(ground.id))), lang)
    yield fact_line(deciding_fact(dossier.row.verdict), lang)
    for section in dossier.sections:
        if section.key != _OF_THE_UNIT:
            yield from (fact_line(f, lang) for f in section.facts if f.key != "result")


def unit_page(found: UnitExplanation, lang: Lang) -> Page:
    """Return an explanation of a unit as JSON-able data.

    Parameters
    ----------
    found : UnitExplanation
        From `spots.explaining.explain`.
    lang : Lang
        Language of the texts; keys and codes are the same in all.

    Returns
    -------
    dict
        ``unit``: ``id``, ``kind``, ``name``, ``code``. ``results``: what each result found, the
        columns of ``units.csv`` by name, and ``decided_by`` (ids of the clauses that the state
        rests on; empty where none decided), ``decided_words``, ``clauses`` with ``id``, ``role``,
        ``truth``, ``text``, ``reason``, ``entry`` (``name``, ``file``, ``row``) and
        ``removed_km2``, and ``dossier``, everything in words.
    """
    unit = found.unit
    return {
        "unit": {"id": unit.id, "kind": unit.kind.value, "name": unit.name, "code": unit.code},
        "results": result_pages(found, lang),
    }


def result_pages(found: UnitExplanation, lang: Lang) -> list[Page]:
    """Return what each result found of a unit as JSON-able data."""
    return [_page(dossier, lang) for dossier in found.dossiers]


def _page(dossier: UnitDossier, lang: Lang) -> Page:
    verdict = dossier.row.verdict
    decided = deciding_fact(verdict)
    return {
        **properties(UNIT_COLUMNS, dossier.row, lang),
        "decided_by": list(decided.value) if isinstance(decided.value, tuple) else [],
        "decided_words": decided.words.render(lang),
        "clauses": [_clause(clause, lang) for clause in verdict.clauses],
        "dossier": section_pages(dossier.sections, lang),
    }


def _clause(clause: Clause, lang: Lang) -> Page:
    return {
        "id": clause.select,
        "role": clause.role.value,
        "truth": clause.truth.value,
        "text": clause.text.render(lang),
        "reason": clause.reason.render(lang) if clause.reason else None,
        "entry": clause.entry and _entry(clause.entry),
        "removed_km2": round(clause.removed_km2, 6),
    }


def _entry(entry: ListedEntry) -> Page:
    return {"name": entry.name, "file": entry.file, "row": entry.row}
