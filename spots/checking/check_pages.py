"""A check for machines: ``spots check --json``; docs/guide/check.md tells its keys.

Stands apart: keys stay as they are, whatever becomes of the words.
"""

from __future__ import annotations

from dataclasses import asdict

from groundfloor.problem_groups import problem_groups
from groundfloor.problems import Lang
from spots.checking.found_parts import FoundGround, FoundNeighbours, JobCheck

FORMAT = "shortage-spots/check"
VERSION = 1


def check_page(check: JobCheck, lang: Lang, following: str) -> dict[str, object]:
    """Return a check as JSON-able data.

    Parameters
    ----------
    check : JobCheck
        The check.
    lang : Lang
        Of sentences.
    following : str
        The command to type next.
    """
    return {
        "run_file": check.file,
        "title": check.title.render(lang) if check.title else None,
        "usable": check.usable,
        "counts": {state.value: n for state, n in check.counts.items()},
        "undetermined": [
            {
                "id": each.id,
                "name": each.name,
                "kind": each.short.render(lang),
                "reason": each.reason.render(lang),
                "remedy": each.remedy.render(lang),
            }
            for each in check.open
        ],
        "parts": _parts(check, lang),
        "groups": [
            {
                "code": group.code,
                "severity": group.severity.value,
                "count": len(group.problems),
                "remedy": group.remedy.render(lang),
            }
            for group in problem_groups(check.problems)
        ],
        "problems": [p.as_json(lang) for p in check.problems],
        "next": following,
    }


def _parts(check: JobCheck, lang: Lang) -> dict[str, object]:
    return {
        **_given(check, lang),
        "ground": check.ground and _ground(check.ground),
        "positions": check.positions and asdict(check.positions),
        "neighbours": check.neighbours and _neighbours(check.neighbours),
        "roads": check.roads and asdict(check.roads),
        "population": check.people and asdict(check.people),
    }


def _given(check: JobCheck, lang: Lang) -> dict[str, object]:
    return {
        "files": [{"key": key, "file": file} for key, file in check.files],
        "lists": [
            {
                "name": each.name,
                "file": each.file,
                "list": each.list_name,
                "role": each.role.value,
                "types": [kind.value for kind in each.types],
                "rows": each.rows,
                "columns": dict(each.taken),
                "unread_columns": list(each.unread),
            }
            for each in check.lists
        ],
        "criteria": [
            {
                "number": each.number,
                "mark": each.mark,
                "title": each.title.render(lang),
                "list_given": each.given,
                "facilities": each.facilities,
            }
            for each in check.criteria
        ],
        "settings": [
            {"setting": label.render(lang), "value": value.render(lang)}
            for label, value in check.settings
        ],
    }


def _ground(found: FoundGround) -> dict[str, object]:
    return {
        "prefecture": found.prefecture,
        "municipalities": found.municipalities,
        "areas": [
            {"name": name, "class": kind, "index": index} for name, kind, index in found.areas
        ],
        "edition": found.edition,
        "stated": dict(found.stated),
    }


def _neighbours(found: FoundNeighbours) -> dict[str, object]:
    return {
        "counted": found.counted,
        "hospitals": [
            {"prefecture": code, "name": name, "listed": count}
            for code, name, count in (*found.hospitals, *found.beyond)
        ],
    }
