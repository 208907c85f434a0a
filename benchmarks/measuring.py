"""What the road benchmarks share: child processes with their peak memory, medians, tables."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
MIB = 1024.0  # Linux reports a process's peak in KiB


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall seconds, processor seconds, peak resident MiB, what a child printed last."""

    seconds: float
    cpu_s: float
    peak_mib: float = 0.0
    said: Mapping[str, float] = field(default_factory=dict)


class ChildFailedError(RuntimeError):
    """A child process ended with an error."""


def run_child(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = (0,),
) -> Run:
    """Run a program to its end and measure it as a whole, start-up included.

    If the last line that it prints is a JSON object, that is kept as ``said``; `fine` are the exit
    codes of a program that did what it was asked to.

    Raises
    ------
    ChildFailedError
        With what the program wrote to standard error.
    """
    words = [str(word) for word in command]
    environment = {**os.environ, **(env or {})}
    started = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603 - the commands are this folder's own
        words, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    out, err = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    child.stderr.close()
    if child.returncode not in fine:
        raise ChildFailedError(f"{words[:4]}: {(err or out).decode(errors='replace')[-2000:]}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu_s, usage.ru_maxrss / MIB, _last_object(out.decode(errors="replace")))


def _last_object(text: str) -> dict[str, float]:
    lines = text.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    found: dict[str, float] = json.loads(lines[-1])
    return found


def alternate(
    candidates: Mapping[str, Callable[[], Run]],
    repeats: int,
    failed: dict[str, str] | None = None,
) -> dict[str, list[Run]]:
    """Run the candidates in turn, `repeats` rounds, so that a busy minute hits all alike.

    Where `failed` is given, a child that fails is noted there with its last words and is left out
    from then on; the others go on.
    """
    runs: dict[str, list[Run]] = {name: [] for name in candidates}
    for _ in range(repeats):
        for name in list(runs):
            try:
                runs[name].append(candidates[name]())
            except ChildFailedError as why:
                if failed is None:
                    raise
                failed[name] = str(why).strip().splitlines()[-1]
                del runs[name]
    return runs


def timed(work: Callable[[], object]) -> Run:
    """Run a function in this process and measure its time; memory is not known."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return Run(time.perf_counter() - started, time.process_time() - busy)


def seconds_of(runs: Sequence[Run]) -> float:
    """Return the median of wall seconds."""
    return median(run.seconds for run in runs)


def cpu_of(runs: Sequence[Run]) -> float:
    """Return the median of processor seconds, which a busy machine stretches less."""
    return median(run.cpu_s for run in runs)


def peak_of(runs: Sequence[Run]) -> float:
    """Return the median of peak MiB."""
    return median(run.peak_mib for run in runs)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; numbers are right-aligned.

    Examples
    --------
    >>> print(table(["a", "b"], [["x", 1.5]]))
    | a | b |
    | --- | ---: |
    | x | 1.5 |
    """
    numeric = [
        bool(rows) and all(isinstance(row[i], int | float) for row in rows)
        for i in range(len(head))
    ]
    lines = [list(head), ["---:" if right else "---" for right in numeric]]
    lines += [[_cell(value) for value in row] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def number(value: float) -> str:
    """Return a figure with three digits that count.

    Examples
    --------
    >>> number(0.01234), number(12.34), number(4321.0)
    ('0.0123', '12.3', '4,321')
    """
    if value == 0:
        return "0"
    digits = max(0, 2 - int(f"{abs(value):e}".split("e")[1]))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that every benchmark has."""
    given = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    given.add_argument("--quick", action="store_true", help="tiny sizes: does it run at all?")
    given.add_argument("--json", type=Path, help="also write the figures to this file")
    return given


def report(title: str, text: str, figures: Mapping[str, object], out: Path | None) -> None:
    """Print a titled table and write its figures where asked."""
    print(f"### {title}\n\n{text}\n")
    if out is not None:
        known = json.loads(out.read_text("utf-8")) if out.exists() else {}
        known[title] = figures
        out.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")


def python_child(script: str | Path, *arguments: str | Path) -> list[str | Path]:
    """Return the command that runs a script of this folder with this interpreter."""
    return [sys.executable, Path(__file__).with_name(str(script)), *arguments]
