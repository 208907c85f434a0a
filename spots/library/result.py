"""`Result`: what a run found, as frames, a map, files and tables of a database."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Lang, Problem
from spots.types import RunResult


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a run found.

    Parameters
    ----------
    evidence : RunResult
        The whole result without loss, as ``evidence.json`` holds it.
    lang : Lang
        Language of the sentences in frames, maps and files.
    labels : mapping of str to label
        Facility id to the label of the facility's first row in the caller's frame; empty where
        the lists were files, and ids are the index.
    index_name : str
        Name of the index of `facilities`.
    """

    evidence: RunResult
    lang: Lang = Lang.JA
    labels: Mapping[str, Hashable] = field(default_factory=FrozenDict)
    index_name: str = "facility_id"

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of the run."""
        return self.evidence.problems
