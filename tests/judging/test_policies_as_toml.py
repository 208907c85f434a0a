"""Every policy reads back from its own TOML: presets, changed ones, and whatever texts hold."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import spots as ss
from spots.types import Assumption

KUMAMOTO = ss.Policy.preset("kumamoto")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)
#: Braces are placeholders of some sentences.
SENTENCES = TEXTS.filter(lambda text: not set("{}") & set(text))
BOTH = SENTENCES | st.fixed_dictionaries({"ja": SENTENCES, "en": SENTENCES})
MINUTES = st.floats(0.001, 600, allow_nan=False)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def some(**each: Any) -> Any:
    """Return tables that have any of some keys."""
    return st.fixed_dictionaries({}, optional=each)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.just("national_average")
BOUNDS = st.sampled_from(["below", "at_most", "above", "at_least"]).flatmap(
    lambda key: st.fixed_dictionaries({key: NUMBERS})
)
LEAVES = some(
    name=TEXTS | st.lists(TEXTS, min_size=1, max_size=3),
    municipality_kind=st.lists(st.sampled_from(["city", "town", "village"]), min_size=1),
    area_class=st.sampled_from(["shortage", "surplus", "neither"]),
    apart=st.booleans(),
    index=BOUNDS | st.fixed_dictionaries({"lowest": st.integers(1, 9)}),
    column=st.fixed_dictionaries(
        {"table": TEXTS, "column": TEXTS, "is": BOUNDS}, optional={"optional": st.booleans()}
    ),
    listed=TEXTS,
    type=st.sampled_from(["①", "remote_clinic"]),
    criterion=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    nearest=st.fixed_dictionaries({"at_least_min": MINUTES}),
    alone=st.fixed_dictionaries({"within_m": st.integers(1, 9999), "same_land": st.booleans()}),
    people=st.fixed_dictionaries({"is": BOUNDS}),
    inside=TEXTS,
)
CONDITIONS: Any = st.recursive(
    LEAVES,
    lambda inner: some(**dict.fromkeys(("any", "all", "none"), st.lists(inner, max_size=2))),
    max_leaves=5,
)
SELECTIONS = st.lists(
    st.fixed_dictionaries(
        {"id": TEXTS, "unit": st.sampled_from(["municipality", "facility", "point", "district"])},
        optional={
            "layer": TEXTS,
            "where": CONDITIONS,
            "radius_m": st.integers(1, 200_000),
            "title": BOTH,
            "reason": BOTH,
            "councils": st.lists(DAYS, max_size=2),
            "page": st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
            "requires": st.lists(st.sampled_from(["councils", "reason"]), max_size=2),
            "except": st.lists(st.fixed_dictionaries({"name": TEXTS, "reason": BOTH}), max_size=2),
        },
    ),
    max_size=3,
)
SETTINGS = some(
    name=TEXTS,
    title=BOTH,
    source=BOTH,
    version=st.integers(0, 10**12),
    threshold_min=MINUTES,
    comparison=st.sampled_from(["at_least", "more_than"]),
    list=TEXTS,
    radius_m=st.integers(100, 100_000),
    cut=st.lists(st.sampled_from(["land", "prefecture", "shortage_areas"]), max_size=3),
    moot_area_classes=st.lists(st.sampled_from(["shortage", "surplus"]), max_size=2),
    ferries=st.booleans(),
    ferry_wait_min=st.floats(0, 1e9),
    snap_limit_m=st.floats(0.5, 1e300),
    also_try=st.lists(st.sampled_from(Assumption), max_size=3),
    roadless=st.lists(TEXTS, max_size=2),
    tolerance_m=st.floats(0, 1e4),
    valid_from=st.dates(date(2000, 1, 1), date(2024, 1, 1)),
    rule=st.sampled_from([{"any": [1]}, {"all": [1, {"none": [2, 3]}]}]),
    exclude_municipality=st.dictionaries(st.sampled_from(["43202", "43203"]), TEXTS, max_size=2),
    manual=st.lists(
        st.fixed_dictionaries(
            {"facility": TEXTS, "decision": st.just("include"), "reason": SENTENCES},
            optional={"overrides": st.lists(st.sampled_from(["excluded", "moot"]), max_size=2)},
        ),
        max_size=1,
    ),
    select=SELECTIONS,
    unit_reason=st.lists(st.fixed_dictionaries({"unit": TEXTS, "reason": BOTH}), max_size=2),
)


@pytest.mark.parametrize("name", ss.Policy.presets())
def test_a_preset_reads_back_from_its_toml(name: str):
    policy = ss.Policy.preset(name)
    assert ss.Policy.from_toml(policy.to_toml()) == policy
    assert tomllib.loads(policy.to_toml()) == policy.to_dict()
    assert policy.to_toml() == ss.Policy.from_toml(policy.to_toml()).to_toml()


@pytest.mark.slow
@given(SETTINGS)
def test_a_changed_policy_reads_back_from_its_toml_and_its_tables(settings: dict[str, Any]):
    if "threshold_min" in settings or "list" in settings or "comparison" in settings:
        settings.pop("rule", None)  # one that does not ask for ③ has none of these
    changed = KUMAMOTO.changed(**settings)
    assert ss.Policy.from_toml(changed.to_toml()) == changed
    assert ss.Policy.from_dict(changed.to_dict()) == changed
    assert hash(ss.Policy.from_toml(changed.to_toml())) == hash(changed)
    assert changed.diff(ss.Policy.from_toml(changed.to_toml())).empty


@pytest.mark.slow
@given(SELECTIONS.filter(bool))
def test_a_policy_of_ground_reads_back_from_its_toml(selections: list[dict[str, Any]]):
    changed = ss.Policy.preset("okayama").changed(select=selections)
    assert ss.Policy.from_toml(changed.to_toml()) == changed
    assert changed.changed(radius_m=5000).circle.radius_m == 5000
