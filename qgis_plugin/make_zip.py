"""Pack the plugin as QGIS installs it (Plugins > Manage and Install Plugins > Install from ZIP).

    python qgis_plugin/make_zip.py [--out out/shortage_spots.zip]

The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLUGIN = HERE / "shortage_spots"
_DATE = (2000, 1, 1, 0, 0, 0)


def main() -> int:
    """Write the zip."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, default=HERE.parent / "out" / "shortage_spots.zip")
    out = options.parse_args().out
    out.parent.mkdir(parents=True, exist_ok=True)
    pack(out)
    return 0


def pack(out: Path) -> None:
    """Write all files of the plugin into one zip."""
    files = sorted(p for p in PLUGIN.rglob("*") if p.is_file() and p.suffix != ".pyc")
    with zipfile.ZipFile(out, "w") as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(HERE).as_posix(), _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    raise SystemExit(main())
