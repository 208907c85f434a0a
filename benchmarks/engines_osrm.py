"""OSRM from the wheel `osrm-bindings`: where its programs are, and a profile with our speeds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from networks import load_profile

TEMPLATE = Path(__file__).with_name("engines") / "our_speeds.lua"


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs and stock profiles of an OSRM wheel."""

    extract: Path
    contract: Path
    partition: Path
    customize: Path
    profiles: Path


def binaries(python: Path) -> Tools:
    """Return where the wheel put its programs, as the interpreter that has it says."""
    found = subprocess.run(  # noqa: S603 - the interpreter that the user named
        [str(python), "-c", "import osrm; print(osrm.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(found.stdout.strip())
    suffix = ".exe" if sys.platform == "win32" else ""
    return Tools(
        home / "bin" / f"osrm-extract{suffix}",
        home / "bin" / f"osrm-contract{suffix}",
        home / "bin" / f"osrm-partition{suffix}",
        home / "bin" / f"osrm-customize{suffix}",
        home / "share" / "profiles",
    )


def write_profile(python: Path, profile: str, out: Path) -> Path:
    """Write an OSRM profile with the class speeds of one of ours, and return its path."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

    speeds = ", ".join(
        f'["{row.name}"] = {row.kmh:g}' for row in load_profile(profile).classes if row.kmh
    )
    text = TEMPLATE.read_text("utf-8")
    text = text.replace("@STOCK@", binaries(python).profiles.as_posix())
    out.write_text(text.replace("@SPEEDS@", speeds), "utf-8")
    return out
