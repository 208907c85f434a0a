"""Field names for DBF, which has room for ten bytes."""

from __future__ import annotations

import hashlib

from spots.outputs.layers import LayerTable

LIMIT = 10  # bytes, by the dBASE III header

#: Names that do not fit, and what stands for them in every layer and every run.
_SHORT = {
    "facility_id": "fac_id",
    "state_reason": "reason",
    "municipality_code": "muni_code",
    "municipality": "muni_name",
    "medical_area_code": "area_code",
    "medical_area": "area_name",
    "nearest_name": "near_name",
    "nearest_id": "near_id",
    "margin_min": "margin_min",
    "threshold_min": "limit_min",
    "variants_differing": "var_differ",
    "position_problem": "pos_prob",
    "place_problem": "place_prob",
    "circle_km2": "circle_km2",
    "main_criterion": "main_crit",
    "prefecture_code": "pref_code",
    "prefecture": "pref_name",
    "turning_factor": "turn_fact",
    "turning_exact": "turn_exact",
    "turning_state": "turn_state",
}
#: What a column of another assumption begins and ends with.
_ASSUMPTIONS = {
    "neighbours": "nbr",
    "direction": "dir",
    "tolls": "tol",
    "ferries": "fer",
    "closures": "clo",
    "list": "lst",
    "snap": "snp",
    "snap_others": "sno",
}
_ANSWERS = {
    "nearest_id": "nid",
    "nearest_name": "nname",
    "min": "min",
    "reachable": "reach",
    "verdict": "verd",
    "differs": "differ",
    "state": "state",
}


def short_name(name: str) -> str:
    """Return the name of a field within ten bytes; the same in every run.

    A name without an abbreviation of its own that does not fit keeps its beginning, and ends with
    four digits of its hash, so that it never depends on what other fields there are.

    Examples
    --------
    >>> short_name("municipality_code"), short_name("tolls_nearest_name")
    ('muni_code', 'tol_nname')
    >>> short_name("name"), short_name("quite_another_thing")
    ('name', 'quite_fa70')
    """
    if name in _SHORT:
        return _SHORT[name]
    for long, short in _ASSUMPTIONS.items():
        answer = _ANSWERS.get(name.removeprefix(f"{long}_")) if name.startswith(long) else None
        if answer:
            return f"{short}_{answer}"
    if len(name.encode()) <= LIMIT and name.isascii():
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:4]
    plain = "".join(ch if ch.isascii() and (ch.isalnum() or ch == "_") else "" for ch in name)
    return f"{plain[: LIMIT - 5]}{'' if plain[:5].endswith('_') else '_'}{digest}"[:LIMIT]


def short_names(table: LayerTable) -> dict[str, str]:
    """Return the short name of each field of a layer, by its own name.

    Raises
    ------
    ValueError
        When two fields would share one: the abbreviations above need another entry.
    """
    names = {field.name: short_name(field.name) for field in table.fields}
    if len({short.lower() for short in names.values()}) < len(names):
        raise ValueError(f"field names of {table.name} collide within {LIMIT} bytes: {names}")
    return names
