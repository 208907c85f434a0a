"""From a run to ``map.html``: what the page is told, and the scripts and styles that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Text, one_of
from spots.map.page import GsiTiles, InlineApp, Page, PrefectureMap, asset
from spots.map.page_data import Background, MapData
from spots.map.payload import map_data
from spots.map.ranked_layer import RANKED_SCRIPT, with_ranking
from spots.telling.wording import bracketed, run_on, same
from spots.types import RunResult
from spots.types.robustness import Robustness

#: Our own files in the order they need one another; `spots.comparing` shares the first few.
SCRIPTS = (
    "dom.js",
    "shapes.js",
    "symbols.js",
    "card.js",
    "tree.js",
    "sides.js",
    "why.js",
    "address.js",
    "labels.js",
    "base.js",
    "around.js",
    "layers.js",
    "extent.js",
    "panel.js",
    "inside.js",
    "backgrounds.js",
    "print.js",
    "insets.js",
    "contrast.js",
    "access.js",
    "fold.js",
    "degrees.js",
    "csv.js",
    "geodesic.js",
    "place.js",
    "tools.js",
    "show.js",
    "search.js",
    "inspect.js",
    "measure.js",
    "ways.js",
    "list.js",
    "main.js",
)
#: What draws units of ground; before `main.js`, which starts the page.
UNIT_SCRIPT = "units.js"
_STYLES = (
    "sides.css",
    "map.css",
    "phone.css",
    "finder.css",
    "contrast.css",
    "print.css",
    "insets.css",
)
# 地理院タイル: layer id, extension and label, from https://maps.gsi.go.jp/development/ichiran.html
_BACKGROUNDS = (
    ("pale", "png", Text("地理院タイル（淡色）", "GSI pale")),
    ("std", "png", Text("地理院タイル（標準）", "GSI standard")),
    ("seamlessphoto", "jpg", Text("地理院タイル（写真）", "GSI photo")),
)
_INSIDE = Text("このファイルの背景", "Inside this file")
_NO_TILES = Text("なし（内蔵の略図のみ）", "None (drawn base only)")


@dataclass(frozen=True, slots=True)
class PageMore:
    """What a page shows beside a run.

    Parameters
    ----------
    data : callable
        Returns what the page is told, of what it would be told of the run.
    scripts, styles : tuple of str
        Contents of the files that show it; the scripts stand before the one that starts the page.
    """

    data: Callable[[MapData], MapData]
    scripts: tuple[str, ...]
    styles: tuple[str, ...] = ()


def _scripts(data: MapData) -> tuple[str, ...]:
    units = (UNIT_SCRIPT,) if data.units else ()
    return (*SCRIPTS[:-1], *units, SCRIPTS[-1])


def render_map(
    result: RunResult, lang: Lang | str = Lang.JA, disk: KeptOnDisk = NOTHING_KEPT
) -> str:
    """Return the run as one self-contained HTML document.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the page.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.

    Returns
    -------
    str
        HTML, the same for the same run. It asks the network for background tiles only, and shows
        its own drawn base without them.

    Raises
    ------
    UsageError
        There is no such language.
    MissingFileError
        Leaflet's files are not installed.
    CrsError
        The run's outlines are not longitude/latitude.
    """
    return page_of(result, one_of(Lang, lang, "lang"), disk=disk)


def render_ranked_map(
    result: RunResult,
    found: Robustness,
    lang: Lang | str = Lang.JA,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> str:
    """Return the run's document with what its verdicts hang on as one more layer.

    Parameters
    ----------
    result : RunResult
        The run.
    found : Robustness
        The rankings; without any the document is that of `render_map`.
    lang : Lang
        Language of the page.
    disk : KeptOnDisk
        As for `render_map`.
    """
    lang = one_of(Lang, lang, "lang")
    more = PageMore(partial(with_ranking, found=found, lang=lang), (asset(RANKED_SCRIPT),))
    return page_of(result, lang, more if found.rankings else None, disk)


def page_of(
    result: RunResult,
    lang: Lang,
    more: PageMore | None = None,
    disk: KeptOnDisk = NOTHING_KEPT,
) -> str:
    """Return the page of a run, with more on it than the run.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the page.
    more : PageMore, optional
        What else the page is told, and what shows it.
    disk : KeptOnDisk
        As for `render_map`.
    """
    labels = tuple(Background(kind, text.render(lang)) for kind, _, text in _BACKGROUNDS)
    if result.background is not None:
        whose = bracketed(same(result.background.attribution))
        labels = (Background("inside", run_on(_INSIDE, whose).render(lang)), *labels)
    data = map_data(result, lang, (*labels, Background("", _NO_TILES.render(lang))), disk)
    data = data if more is None else more.data(data)
    page = Page(title=data.title, lang=data.lang)
    chart = PrefectureMap(data)
    page.add_child(chart)
    tiles = {
        kind: GsiTiles(kind, extension, show=kind == labels[0].layer)
        for kind, extension, _ in _BACKGROUNDS
    }
    for tile in tiles.values():
        chart.add_child(tile)
    *scripts, start = map(asset, _scripts(data))
    styles = [*map(asset, _STYLES)]
    if more is not None:
        scripts, styles = [*scripts, *more.scripts], [*styles, *more.styles]
    app = InlineApp(
        data, chart, tiles, start="start", scripts=(*scripts, start), styles=tuple(styles)
    )
    chart.add_child(app)
    return page.render()
