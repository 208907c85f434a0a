"""Scenarios of the sample, and what two results must have alike."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import spots as ss
from spots.outputs.evidence import dump_evidence
from spots.types import RunResult

_P04 = "名称と設置者からの推定、位置は国土数値情報（医療機関データ P04-2020）（国土交通省）を加工して作成"
_ROADS = "本プロジェクト作成の幹線道路略図（延長は道路の実測図上距離または測地線×迂回率）"
_PLAN = "第8次熊本県保健医療計画"
LISTS: dict[str, dict[str, Any]] = {
    "base_hospitals.csv": {
        "types": "①",
        "name": "へき地医療拠点病院",
        "source_note": _PLAN,
        "as_of": "2022-04-01",
    },
    "remote_clinics.csv": {
        "types": "②",
        "name": "へき地診療所（要確認）",
        "source_note": _P04,
        "as_of": "2020-09-01",
    },
    "rotation_hospitals.csv": {
        "types": "③",
        "list": "rotation",
        "name": "病院群輪番制病院",
        "source_note": _PLAN,
        "as_of": "2023-09-01",
    },
    "neighbour_hospitals.csv": {
        "types": "③",
        "role": "destination",
        "name": "隣県の二次救急病院",
        "source_note": "厚生労働省 病床機能報告（令和7年度）",
        "as_of": "2025-07-01",
    },
}


@cache
def sample() -> ss.Scenario:
    """Return the sample's scenario, which nobody can change."""
    return ss.Scenario.sample()


def sample_parts() -> dict[str, Any]:
    """Return the arguments of `Scenario` for the sample, read file by file."""
    with ss.sample_run_file() as path:
        folder = path.parent
        return {
            "facilities": [
                ss.read_facilities(folder / name, **options) for name, options in LISTS.items()
            ],
            "ground": ss.read_ground(
                [
                    folder / "municipalities.geojson",
                    folder / "neighbour_municipalities.geojson",
                ],
                folder / "medical_areas.csv",
                folder / "physician_index_2024-01.csv",
                prefecture="熊本県",
                edition="2024-01",
                shortage_at_most=179.3,
                surplus_at_least=217.6,
            ),
            "roads": ss.Roads.read(
                folder / "roads_links.csv",
                nodes=folder / "roads_nodes.csv",
                kind="links",
                schematic=True,
                as_of="2026-08-31",
                source=_ROADS,
            ),
        }


def found(result: RunResult) -> dict[str, Any]:
    """Return all that a run found out, without what it says of its inputs and settings."""
    bare = replace(
        result, inputs=(), job={}, origin=None, surroundings=None, layers=(), network=None
    )
    page = json.loads(dump_evidence(bare))
    return {k: v for k, v in page["result"].items() if k not in {"settings", "problems"}}


def codes(result: RunResult) -> Counter[str]:
    """Return how many problems of each code a run told."""
    return Counter(p.code for p in result.problems)
