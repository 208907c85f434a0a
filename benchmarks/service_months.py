"""Months of service of a whole prefecture: 100,000 postings, 300 institutions, five plans.

Postings follow one another in careers of some years, with leave, training, gaps and hours that are
missing; institutions change their class with every plan. All presets are asked, and each way of
judging a posting that outlasts a class. The answers of a sample are held against a plain count, day
by day.

    python benchmarks/service_months.py            # 100,000 postings, three runs of each
    python benchmarks/service_months.py --quick    # 2,000, once: only that it runs and agrees
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.service.clocks import serve
from spots.service.service_rules import preset_rules
from spots.types.institution_classes import ClassSpan, InstitutionClasses
from spots.types.postings import LeaveReason, Person, Posting, PostingStatus
from spots.types.service_clocks import AcrossEnd, Clock, ServiceResult
from spots.types.verdicts import Truth

ON = date(2031, 3, 31)
PLANS = [date(2018, 4, 1), date(2021, 4, 1), date(2024, 4, 1), date(2027, 4, 1), date(2030, 4, 1)]
KINDS = ["shortage", "shortage", "named", "affiliated", "other", "area_a", "area_b"]
INSTITUTIONS, PER_PERSON, SAMPLE = 300, 8, 100
SELDOM, OFTEN = 0.02, 0.1
DAY = timedelta(days=1)


def institutions(chance: random.Random) -> dict[str, InstitutionClasses]:
    """Return institutions whose class may be another with every plan; a few of no known one."""
    found = {}
    for n in range(INSTITUTIONS):
        name = f"institution {n}"
        spans = []
        for first, until in zip(PLANS, [*PLANS[1:], None], strict=True):
            kind = chance.choice(KINDS)
            truth = Truth.UNDETERMINED if chance.random() < SELDOM else Truth.MET
            why = Text(f"区分 {kind}", f"class {kind}")
            spans.append(ClassSpan(DaySpan(first, until), kind, "rule", why, truth, "plan"))
        found[name] = InstitutionClasses(
            name, name, "02201", "町", "圏", "病院", False, {"all": tuple(spans)}
        )
    return found


def careers(count: int, chance: random.Random) -> tuple[list[Posting], list[Person]]:
    """Return postings, in no order, and whose they are."""
    postings: list[Posting] = []
    persons = []
    away = [PostingStatus.LEAVE, PostingStatus.STOP]
    while len(postings) < count:
        key = f"d{len(persons):06d}"
        day = date(2016 + chance.randrange(9), 4, 1)
        licensed = None if chance.random() < SELDOM else day
        persons.append(Person(key, "all", licensed))
        for n in range(min(PER_PERSON, count - len(postings))):
            day += timedelta(days=chance.choice([0, 0, 0, 0, 1, 30]))
            ends = day + timedelta(days=chance.choice([30, 91, 183, 365, 366, 731]))
            leaves = n > 0 and chance.random() < OFTEN
            status = PostingStatus.CLINICAL_TRAINING if n == 0 else PostingStatus.WORK
            postings.append(
                Posting(
                    len(postings) + 2,
                    key,
                    f"institution {chance.randrange(INSTITUTIONS)}",
                    DaySpan(day, ends),
                    chance.choice([40.0, 40.0, 32.0, 30.0, None]),
                    chance.choice(away) if leaves else status,
                    chance.choice(list(LeaveReason)).value if leaves else "",
                    chance.random() < OFTEN,
                )
            )
            day = ends
    chance.shuffle(postings)
    return postings, persons


def held(institution: InstitutionClasses, day: date) -> str:
    """Return the class of an institution on a day; nothing where nobody knows."""
    span = next((s for s in institution.spans["all"] if day in s.span), None)
    return span.class_id if span is not None and span.truth is Truth.MET else ""


def day_by_day(
    clock: Clock, postings: Iterable[Posting], classes: Mapping[str, InstitutionClasses]
) -> int:
    """Count the days of a clock that asks for classes and statuses alone, each by itself."""
    days = 0
    for posting in postings:
        if posting.status not in clock.statuses or posting.span.until is None:
            continue
        for k in range((min(posting.span.until, ON + DAY) - posting.span.first).days):
            days += held(classes[posting.institution], posting.span.first + k * DAY) in clock.counts
    return days


def check(
    result: ServiceResult,
    postings: Sequence[Posting],
    classes: Mapping[str, InstitutionClasses],
) -> None:
    """Hold a sample of what was counted against a count day by day.

    Raises
    ------
    SystemExit
        They are not the same.
    """
    own: dict[str, list[Posting]] = {}
    for posting in postings:
        own.setdefault(posting.person, []).append(posting)
    sample = [each for each in result.results if each.clock.id == "four"]
    for each in sample[:: max(1, len(sample) // SAMPLE)]:
        counted = sum(
            p.span.days or 0 for p in each.pieces if p.counts is Truth.MET and not p.planned
        )
        if counted != (days := day_by_day(each.clock, own.get(each.person, ()), classes)):
            message = f"{counted} days, and {days} day by day"
            raise SystemExit(message)


def measured(work: Callable[[], ServiceResult], times: int) -> tuple[ServiceResult, float, float]:
    """Return what is made, and the medians of its seconds: by the clock and of the processor."""
    wall, cpu = [], []
    for _ in range(times):
        started, busy = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
    return result, median(wall), median(cpu)


def main() -> None:
    """Measure each preset, and each way of judging postings that outlast a class."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="tiny: only that it runs and agrees")
    options.add_argument("--postings", type=int, default=100_000)
    asked = options.parse_args()
    chance = random.Random(15)  # noqa: S311 - made-up data, the same every time
    classes = institutions(chance)
    postings, persons = careers(2_000 if asked.quick else asked.postings, chance)
    print(
        f"{len(postings):,} postings of {len(persons):,} people, "
        f"{len(classes)} institutions, {len(PLANS)} plans"
    )
    print("rules      clocks  across_end   seconds  of the processor     pieces")
    for name in ("nintei", "aomori", "kanagawa"):
        for across_end in AcrossEnd:
            rules = preset_rules(name).changed(across_end=across_end)
            by_programme = {"shortage": classes}
            work = partial(serve, postings, persons, classes, rules, ON, by_programme=by_programme)
            result, wall, cpu = measured(work, 1 if asked.quick else 3)
            if across_end is AcrossEnd.EACH_DAY:
                check(result, postings, classes)
            pieces = sum(len(each.pieces) for each in result.results)
            told = f"{name:10} {len(rules.clocks):6}  {across_end:10} {wall:9.2f} {cpu:17.2f}"
            print(f"{told} {pieces:10,}")


if __name__ == "__main__":
    main()
