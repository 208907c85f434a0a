"""Where things are: the checkout, the embedded sample, and data of the field outside of it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "spots" / "sample" / "kumamoto"
PRESET = ROOT / "spots" / "presets" / "kumamoto.toml"
#: Published data that are too large for the repository; tests of them are skipped without it.
FIELD_DATA = Path(os.environ.get("SPOTS_FIELD_DATA") or ROOT.parent / "shared" / "data")
