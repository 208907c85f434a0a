"""A run on its way into the register: what it would bring, what of it is there, and the writing.

Stands apart: the register is asked; here is how it grows, also when it is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from groundfloor.codec import compact_json
from groundfloor.day_spans import DaySpan
from groundfloor.installed import tool_version
from groundfloor.problems import Problem, Text, UsageError, error
from spots.outputs.evidence import load_result, read_manifest
from spots.outputs.manifest import EVIDENCE
from spots.register.days_in_force import overlaps, superseded
from spots.register.history_chain import ADD, BEGINNING, content_of, put_entry, sealed
from spots.register.kept_evidence import KeptEvidence, packed
from spots.register.register_content import RegisterContent
from spots.register.register_rows import put_area, put_designation, put_edition
from spots.register.run_designations import DraftEdition, drafts, no_period, own_days
from spots.types import RunResult
from spots.types.designations import DesignationKind, PlanEdition

#: What a run brings for a kind, and the edition that it becomes.
Brought = tuple[DraftEdition, PlanEdition]


@dataclass(frozen=True, slots=True)
class RunToAdd:
    """A run, and as what it is to stand in the register.

    Parameters
    ----------
    result : RunResult
        The run.
    run_digest, evidence_sha256 : str
        As its folder names them.
    plan : str
        The plan.
    span : DaySpan or None
        Days of the plan; None for the run's own.
    supersedes : tuple of int or str
        Numbers of editions, or names of plans.
    kinds : tuple of DesignationKind or None
        None for all that it has.
    """

    result: RunResult
    run_digest: str
    evidence_sha256: str
    plan: str
    span: DaySpan | None
    supersedes: tuple[int | str, ...]
    kinds: tuple[DesignationKind, ...] | None

    def over(self, first: date | None, last: date | None) -> RunToAdd:
        """Return it with other days of the plan; one that is not given is the run's own.

        Raises
        ------
        UsageError
            There is no first day, or the last one is before it.
        """
        if first is None and last is None:
            return self
        own_first, own_last = own_days(self.result, self.kinds)
        start, end = first or own_first, last or own_last
        if start is None:
            raise UsageError(no_period(Text("計画", "plan")))
        if end is not None and end < start:
            raise UsageError(_reversed(start, end))
        return replace(self, span=DaySpan.through(start, end))

    def refuse_unfit(self) -> None:
        """Refuse what no register could take, before one is made for it.

        Raises
        ------
        UsageError
            It designates nothing, has no period, or is to supersede what is not there.
        """
        found, _ = drafts(self.result, self.span, self.kinds)
        editions_to_be(self, found, (), _ANY_TIME)


def _reversed(first: date, last: date) -> Problem:
    return error(
        "register-days-reversed",
        Text("計画の最後の日が最初の日より前です", "the last day of the plan is before its first"),
        Text(
            "--from と --to の両方を確かめてください（指定のない方は実行の設定期間です）",
            "check both --from and --to (one that is not given is the run's own)",
        ),
        column="--to",
        value=f"{first.isoformat()} – {last.isoformat()}",
    )


_ANY_TIME = datetime.min  # noqa: DTZ901 - of an edition that nobody sees


def run_to_add(
    folder: str | Path,
    plan: str,
    *,
    span: DaySpan | None = None,
    supersedes: Iterable[int | str] = (),
    kinds: Iterable[DesignationKind] | None = None,
) -> RunToAdd:
    """Read a run that is to be added; parameters and errors as for `Register.add`."""
    if not plan.strip():
        raise UsageError(
            error(
                "register-no-plan",
                Text("計画の名称がありません", "the plan has no name"),
                Text("--plan で計画の名称を指定してください", "name the plan by --plan"),
                column="--plan",
            )
        )
    manifest = read_manifest(folder)
    sha256 = next((f["sha256"] for f in manifest["files"] if f["name"] == EVIDENCE), "")
    return RunToAdd(
        result=load_result(folder),
        run_digest=str(manifest.get("digest", "")),  # runs of old do not name theirs
        evidence_sha256=sha256,
        plan=plan.strip(),
        span=span,
        supersedes=tuple(supersedes),
        kinds=None if kinds is None else tuple(kinds),
    )


def sorted_out(
    run: RunToAdd,
    found: Sequence[DraftEdition],
    held: RegisterContent,
    kept: KeptEvidence,
    recorded: datetime,
) -> tuple[tuple[PlanEdition, ...], tuple[Brought, ...]]:
    """Return the editions that say already what a run brings, and those that are to be added.

    Raises
    ------
    UsageError
        One may not be added.
    """
    before = [edition for edition, _ in held.editions]
    same = [_same(edition, held, kept) for edition in _numbered(run, found, before, recorded)]
    there = tuple(edition for edition in same if edition is not None)
    rest = [draft for draft, edition in zip(found, same, strict=True) if edition is None]
    if not rest:
        return there, ()
    new = editions_to_be(run, rest, before, recorded)
    return there, tuple(zip(rest, new, strict=True))


def editions_to_be(
    run: RunToAdd,
    found: Sequence[DraftEdition],
    before: Sequence[PlanEdition],
    recorded: datetime,
) -> tuple[PlanEdition, ...]:
    """Return what a run's editions will be, with those whose place they take.

    Raises
    ------
    UsageError
        What is to be superseded is none, or days overlap.
    """
    new = _numbered(run, found, before, recorded)
    places, wrong = superseded(before, run.supersedes, new)
    made = tuple(replace(edition, supersedes=places[edition.number]) for edition in new)
    problems = [*wrong, *(p for edition in made for p in overlaps(before, edition))]
    if problems:
        raise UsageError(problems)
    return made


def _numbered(
    run: RunToAdd,
    found: Sequence[DraftEdition],
    before: Sequence[PlanEdition],
    recorded: datetime,
) -> tuple[PlanEdition, ...]:
    """Return the editions of a run with the numbers that they would have."""
    settings = run.result.settings
    after = max((edition.number for edition in before), default=0)
    return tuple(
        PlanEdition(
            number=number,
            plan=run.plan,
            kind=draft.kind,
            prefecture_code=settings.prefecture_code,
            prefecture=settings.prefecture,
            span=draft.span,
            supersedes=(),
            title=settings.title,
            run_digest=run.run_digest,
            evidence_sha256=run.evidence_sha256,
            index_edition=run.result.edition.name if run.result.edition else "",
            membership_edition=_membership_edition(run.result),
            units=len(draft.units),
            recorded=recorded.replace(microsecond=0),
        )
        for number, draft in enumerate(found, after + 1)
    )


def _membership_edition(result: RunResult) -> str:
    """Return the edition of the table of areas, else the day that it is of."""
    settings = result.job.get("settings")
    table = settings.get("medical_areas") if isinstance(settings, dict) else None
    named = table.get("edition") if isinstance(table, dict) else None
    days = (record.as_of for record in result.inputs if record.role == "medical_areas")
    return str(named or next(days, ""))


def _same(new: PlanEdition, held: RegisterContent, kept: KeptEvidence) -> PlanEdition | None:
    """Return the edition that says the same already: same plan, kind, days and findings."""
    for edition, entry in held.editions:
        same = (edition.plan, edition.kind, edition.span, edition.prefecture_code) == (
            *(new.plan, new.kind, new.span, new.prefecture_code),
        )
        if same and held.history[entry - 1].asked["parts"] == kept.parts:
            return edition
    return None


# --- writing


def write_run(
    database: sqlite3.Connection,
    run: RunToAdd,
    new: Sequence[Brought],
    kept: KeptEvidence,
    held: RegisterContent,
) -> None:
    """Write the editions of a run, its evidence, and the entry that seals them."""
    seq = len(held.history) + 1
    database.executemany(
        "INSERT INTO parts (sha256, data) VALUES (?, ?)",
        [(sha, packed(t)) for sha, t in kept.texts.items() if sha not in held.parts],
    )
    # The rows come before their entry: its seal is of what stands in the file.
    write_rows(database, run.result, new, seq)
    editions = [edition for _, edition in new]
    what = compact_json(_asked(run, editions, kept))
    recorded = editions[0].recorded.isoformat()
    previous = held.history[-1].sha256 if held.history else BEGINNING
    put_entry(database, sealed(seq, recorded, what, content_of(database, seq), previous))


def write_rows(
    database: sqlite3.Connection, result: RunResult, new: Iterable[Brought], seq: int
) -> None:
    """Write the rows of the editions that an entry brings."""
    for draft, edition in new:
        put_edition(database, edition, seq)
        for unit in draft.units:
            put_designation(database, unit, edition, seq)
        for area in draft.areas:
            put_area(database, area, result.edition, edition, seq)


def _asked(run: RunToAdd, new: Sequence[PlanEdition], kept: KeptEvidence) -> dict[str, object]:
    """Return what was asked, so that it can be asked again of an empty register."""
    span = run.span
    return {
        "act": ADD,
        "plan": run.plan,
        "span": span and [span.first.isoformat(), span.until and span.until.isoformat()],
        "supersedes": sorted({number for edition in new for number in edition.supersedes}),
        "kinds": [edition.kind.value for edition in new],
        "run_digest": run.run_digest,
        "evidence_sha256": run.evidence_sha256,
        "evidence_version": kept.version,
        "parts": dict(kept.parts),
        "tool": tool_version(),
    }
