"""Build the documentation site in both languages: Japanese at its root, English in `en/`.

    python docs/make_site.py                  # into out/site
    python docs/make_site.py --notebooks      # and run the notebooks: tables, charts and maps

Every warning is an error: a page nobody links to, a link that leads nowhere, a broken docstring.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FIRST = """<!doctype html>
<meta charset="utf-8"><title>shortage-spots</title>
<meta http-equiv="refresh" content="0; url={to}"><a href="{to}">shortage-spots</a>
"""


def main() -> int:
    """Build both, or say which could not be."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, default=ROOT / "out" / "site")
    options.add_argument(
        "--notebooks", action="store_true", help="run them and show what they draw"
    )
    given = options.parse_args()
    shutil.rmtree(given.out, ignore_errors=True)
    failed = [
        language
        for language, folder, first in (
            ("ja", given.out, "docs/index.ja.html"),
            ("en", given.out / "en", "docs/index.html"),
        )
        if not build(language, folder, first, notebooks=given.notebooks)
    ]
    return 1 if failed else 0


def build(language: str, folder: Path, first: str, *, notebooks: bool) -> bool:
    """Build one language strictly; tell whether it succeeded."""
    run = "cache" if notebooks else "off"
    given = {"SPOTS_SITE_LANGUAGE": language, "SPOTS_SITE_NOTEBOOKS": run}
    strictly = ["--fail-on-warning", "--keep-going", "--quiet", "--fresh-env"]
    doctrees = ROOT / "out" / "site-doctrees" / language
    places = ["--conf-dir", HERE / "site", "--doctree-dir", doctrees, ROOT, folder]
    command = [sys.executable, "-m", "sphinx", *strictly, "-D", f"language={language}", *places]
    done = subprocess.run(command, env={**os.environ, **given}, check=False)
    if done.returncode:
        return False
    (folder / "index.html").write_text(FIRST.format(to=first), encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(main())
