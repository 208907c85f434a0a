"""folium's figure, made self-contained: Leaflet inside, stable ids, a content security policy.

folium writes the map object and the tile layers; the rest is elements of our own inside its
figure. What folium would add from four hosts (jQuery, Bootstrap, icons, fonts) is not used.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, Protocol

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from groundfloor.codec import compact_json, fields_of
from groundfloor.installed import installed_files
from groundfloor.problems import MissingFileError, Text, error

TILE_HOST = "https://cyberjapandata.gsi.go.jp"
_TILE_TERMS = "https://maps.gsi.go.jp/development/ichiran.html"
_CSP_SLOT = "content-security-policy-goes-here"
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


class PageData(Protocol):
    """What a page must know of its data: a dataclass that becomes the data block."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Extent of the prefecture: west, south, east and north, degrees."""
        ...

    @property
    def ui(self) -> dict[str, str]:
        """Texts that the scripts show, ``noscript`` among them."""
        ...


class PrefectureMap(folium.Map):
    """`folium.Map` without anything from a CDN and with a stable id."""

    def __init__(self, data: PageData) -> None:
        west, south, east, north = data.bounds
        super().__init__(
            location=((south + north) / 2, (west + east) / 2),
            zoom_start=9,
            tiles=None,
            zoom_control=False,  # the script adds one with translated labels
            zoom_snap=0.25,
            max_zoom=18,
            min_zoom=5,
        )
        self._id = "spots"
        # Files of jQuery, Bootstrap, fonts and Leaflet that folium would link from four hosts.
        self.default_js, self.default_css = [], []


class GsiTiles(folium.TileLayer):
    """A layer of 地理院タイル with the attribution that its terms ask for.

    Parameters
    ----------
    kind : str
        Name in the tile address: ``pale`` (淡色), ``std`` (標準) or ``seamlessphoto`` (写真).
    extension : str
        ``png`` or ``jpg``.
    show : bool
        Whether it is on when the page opens.
    """

    def __init__(self, kind: str, extension: str, *, show: bool) -> None:
        super().__init__(
            tiles=f"{TILE_HOST}/xyz/{kind}/{{z}}/{{x}}/{{y}}.{extension}",
            attr=f'出典：<a href="{_TILE_TERMS}" target="_blank" rel="noopener">国土地理院</a>',
            name=kind,
            max_zoom=18,
            show=show,
        )
        self._id = kind


class Page(Figure):
    """folium's figure as a complete document with a language and a content security policy."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.lang|e }}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{{ this.csp }}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<title>{{ this.title|e }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n"
        "</head>\n"
        "<body>\n"
        "{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n"
        "</body>\n"
        "</html>\n"
    )

    def __init__(self, *, title: str, lang: str) -> None:
        super().__init__(title=title)
        self.lang = lang
        self.csp = _CSP_SLOT
        self.header = Element()
        self.header._parent = self  # noqa: SLF001  as branca's own constructor does

    def render(self, **kwargs: object) -> str:
        """Return the document.

        Returns
        -------
        str
            HTML; the policy allows exactly the scripts and styles that are in it.
        """
        for child in self._children.values():
            child.render(**kwargs)
            # folium's header part forbids zooming on phones and styles the map's box; ours does
            # the second and leaves out the first.
            self.header._children.pop(child.get_name(), None)  # noqa: SLF001  no public way
        html: str = self._template.render(this=self, kwargs=kwargs)
        return html.replace(_CSP_SLOT, _policy(html), 1)


class Literal(Element):
    """Text that goes into the page as it is.

    folium makes a template of what its elements write and runs it once more: a name of
    ``{{ ... }}`` in the data would be a program.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: object) -> str:
        """Return the text."""
        return self._text


class InlineApp(MacroElement):
    """Leaflet, our style, the data block and our scripts, as one element of folium's figure.

    Parameters
    ----------
    data : PageData
        What the page shows.
    chart : PrefectureMap
        The map that the scripts draw on.
    tiles : mapping of str to GsiTiles
        Tile layers by the name that the scripts use.
    start : str
        Function of ``SpotsMap`` that begins; it is given the map and the tile layers.
    scripts, styles : sequence of str
        Contents of our own files, in the order they need one another.

    Raises
    ------
    MissingFileError
        Leaflet's files are not installed.
    """

    _template = Template(
        """
        {%- macro header(this, kwargs) -%}
        <!-- {{ this.notice }} -->
        <style>{{ this.leaflet.style }}</style>
        <script>{{ this.leaflet.script }}</script>
        <style>{{ this.style }}</style>
        <style id="paper" media="print">@page { size: A4 landscape; margin: 8mm; }</style>
        <style id="paper-a3" media="not all">@page { size: A3 landscape; margin: 8mm; }</style>
        {%- endmacro -%}
        {%- macro html(this, kwargs) -%}
        <noscript><p class="noscript">{{ this.noscript }}</p></noscript>
        <script type="application/json" id="spots-data">{{ this.data }}</script>
        {%- endmacro -%}
        {%- macro script(this, kwargs) %}
        {{ this.code }}
        SpotsMap.{{ this.start }}({{ this.map_name }}, {
            {%- for name, variable in this.tiles %}
            {{ name|tojson }}: {{ variable }}{{ "," if not loop.last }}
            {%- endfor %}
        });
        {% endmacro -%}
        """
    )

    def __init__(
        self,
        data: PageData,
        chart: PrefectureMap,
        tiles: Mapping[str, GsiTiles],
        *,
        start: str,
        scripts: Sequence[str],
        styles: Sequence[str],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "InlineApp", "spots"
        leaflet = self.leaflet = load_leaflet()
        self.notice = escape(f"Leaflet {leaflet.version}\n{leaflet.licence}").replace("--", "- -")
        self.style, self.code, self.start = "\n".join(styles), "\n".join(scripts), start
        self.noscript = escape(data.ui["noscript"])
        self.data = script_safe_json(data)
        self.map_name = chart.get_name()
        self.tiles = [(name, tile.get_name()) for name, tile in tiles.items()]

    def render(self, **kwargs: object) -> str:
        """Put the three parts into the figure, as they are; here itself stands nothing."""
        figure, parts = self.get_root(), self._template.module
        for place in ("header", "html", "script"):
            text = getattr(parts, place)(self, kwargs)
            getattr(figure, place).add_child(Literal(str(text)), name=self.get_name())
        return ""


def script_safe_json(value: object) -> str:
    r"""Return JSON that can stand inside a script element: no ``<``, ``>``, ``&`` or U+2028/9.

    Examples
    --------
    >>> script_safe_json({"name": "</script>&"})
    '{"name":"\\u003c/script\\u003e\\u0026"}'
    """
    text = compact_json(value, other=fields_of)
    return _UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def asset(name: str, package: str = "spots.map") -> str:
    """Return a script or style of our own, with line ends as browsers hash them."""
    text = resources.files(package).joinpath("assets", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n").strip()


def _policy(html: str) -> str:
    """Return a policy that allows the inline scripts and styles of `html` by their hashes."""

    def hashes(tag: str) -> str:
        start = rf'<{tag}(?: id="[a-z0-9-]+" media="[a-z ]+")?>'
        found = re.findall(rf"{start}(.*?)</{tag}>", html, re.DOTALL)
        digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in found)
        return " ".join(f"'sha256-{base64.b64encode(d).decode('ascii')}'" for d in digests)

    return "; ".join(
        (
            "default-src 'none'",
            f"img-src data: {TILE_HOST}",
            f"script-src {hashes('script')}",
            f"style-src {hashes('style')}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


DISTRIBUTION = "django-js-lib-leaflet"
_MIME = {"png": "image/png", "gif": "image/gif", "svg": "image/svg+xml"}
_CSS_URL = re.compile(r"""url\(\s*["']?(?P<path>[^"')#]+)["']?\s*\)""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LeafletAssets:
    """Leaflet as the page needs it.

    Parameters
    ----------
    script, style : str
        JavaScript, and CSS whose images are ``data:`` URIs.
    licence : str
        The licence that must travel with them.
    version : str
        Leaflet's version.
    """

    script: str
    style: str
    licence: str
    version: str


def load_leaflet(distribution: str = DISTRIBUTION) -> LeafletAssets:
    """Return Leaflet's files from the installed `distribution`.

    Parameters
    ----------
    distribution : str
        Name on PyPI.

    Returns
    -------
    LeafletAssets
        Texts ready to be written into a page.

    Raises
    ------
    MissingFileError
        The distribution, or a file of it, is not installed.
    """
    files = installed_files(distribution)
    if not files:
        raise _missing(distribution, distribution)

    def find(suffix: str) -> Path:
        for name, file in files.items():
            if name.endswith(suffix):
                return file
        raise _missing(distribution, suffix.lstrip("/"))

    script = _SOURCE_MAP.sub("", _text(find("/leaflet.js"))).strip()
    version = re.search(r"Leaflet (\d+(?:\.\d+)+)", script[:200])
    if version is None or "</script" in script.lower():
        raise _missing(distribution, "leaflet.js")
    return LeafletAssets(
        script=script,
        style=_CSS_URL.sub(lambda m: _data_uri(find("/" + m["path"])), _text(find("/leaflet.css"))),
        licence=_text(find("LICENSE")).strip(),
        version=version[1],
    )


def _text(file: Path) -> str:
    # Browsers turn CRLF into LF before they hash a script for the content security policy.
    return file.read_bytes().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _data_uri(file: Path) -> str:
    mime = _MIME[file.name.rsplit(".", 1)[-1].lower()]
    return f"url(data:{mime};base64,{base64.b64encode(file.read_bytes()).decode('ascii')})"


def _missing(distribution: str, what: str) -> MissingFileError:
    return MissingFileError(
        error(
            "leaflet-missing",
            Text(
                "地図に必要なLeafletのファイルが見つかりません",
                "Leaflet's files, which the map needs, were not found",
            ),
            Text(
                f"pip install {distribution} でインストールし直してください",
                f"install them again: pip install {distribution}",
            ),
            value=what,
        )
    )
