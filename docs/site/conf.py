"""What Sphinx needs to know; `docs/make_site.py` calls it once for each language.

The source is the whole checkout, so that a link between two pages, or to a file of the project,
works in the repository and on the site alike; `include_patterns` says which pages there are.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import version as installed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

#: "ja" or "en": pages `x.ja.md` are Japanese, `x.md` in a folder that has both are English.
language = os.environ.get("SPOTS_SITE_LANGUAGE", "ja")

project = "shortage-spots"
html_title = "医師少数スポット" if language == "ja" else "shortage-spots"
author = "shortage-spots contributors"
project_copyright = author
version = release = installed("shortage-spots")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "numpydoc",
]
root_doc = "docs/index.ja" if language == "ja" else "docs/index"
SHARED = [
    "docs/*.md",
    "docs/site/api.md",
    "notebooks/*.ipynb",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "benchmarks/README.md",
    "spots/sample/kumamoto/README.md",
]
JAPANESE = ["docs/index.ja.md", "docs/guide/*.ja.md"]
_japanese = {p.relative_to(ROOT).as_posix() for each in JAPANESE for p in ROOT.glob(each)}
_english = {name.replace(".ja.md", ".md") for name in _japanese}
include_patterns = [*SHARED, "docs/guide/*.md"]
exclude_patterns = [
    ".*",
    "node_modules",
    "out",
    "build",
    "**/__pycache__",
    *sorted(_english if language == "ja" else _japanese),
]

# Anchors as GitHub makes them; a link that leads nowhere fails the build.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of other projects: no inventory is fetched
suppress_warnings = ["myst.xref_ambiguous"]
# The notebooks are run by tests/whole/test_notebook.py and shown with what they drew there.
nb_execution_mode = os.environ.get("SPOTS_SITE_NOTEBOOKS", "off")
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_execution_cache_path = str(ROOT / "out" / "site-notebooks")
numpydoc_show_class_members = False
autodoc_typehints = "none"
autosummary_generate = False

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
templates_path = ["templates"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "other_language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"


def _other_language(app, pagename, templatename, context, doctree):  # noqa: ANN001, ANN202, ARG001
    """Give each page the way to itself in the other language, or to that language's first page."""
    here = "../" * pagename.count("/")
    if language == "ja":
        twin = pagename.removesuffix(".ja")
        there = twin if (ROOT / f"{twin}.md").is_file() or pagename == twin else "docs/index"
        context["other_language"] = (f"{here}en/{there}.html", "English", "en")
    else:
        twin = f"{pagename}.ja"
        there = twin if f"{twin}.md" in _japanese else pagename
        context["other_language"] = (f"{here}../{there}.html", "日本語", "ja")
    if pagename in {"genindex", "search", "py-modindex"}:
        context["other_language"] = None


def _own_language(app, docname, source) -> None:  # noqa: ANN001, ARG001
    """Let pages of both languages lead to guides in the language of the site."""
    if not docname.startswith("docs/guide/") and docname not in {"docs/index", "docs/index.ja"}:
        ending = ".ja.md" if language == "ja" else ".md"
        guide = r"(\]\((?:\.\./)*(?:docs/)?(?:guide/[a-z_]+|index))(?:\.ja)?\.md"
        source[0] = re.sub(guide, rf"\g<1>{ending}", source[0])


def setup(app) -> None:  # noqa: ANN001
    """Take part in the making of pages."""
    app.connect("source-read", _own_language)
    app.connect("html-page-context", _other_language)
