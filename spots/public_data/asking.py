"""One request over HTTP: the office's proxies and certificates, redirects, what a refusal means.

The standard library asks, since it takes proxies from the environment and, on Windows, from the
system, and certificates from the system's own store: where an office's proxy reads along, its
certificate is there and not in the bundle that other libraries bring.

Stands apart: how a server is asked is one subject, how bytes become a file another.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, HTTPResponse, InvalidURL
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from groundfloor.installed import tool_version
from groundfloor.problems import DataError, Problem, Text, error, one_line

_SCHEMES = frozenset({"http", "https"})
_MOST_REDIRECTS = 5
_RANGE_REFUSED = 416
_PROXY_WANTS_NAME = 407
_GONE = frozenset({404, 410})
# What passes: too many requests, overload, a gateway without its server.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class DownloadError(DataError):
    """A file that could not be had."""


class UnreachableError(DownloadError):
    """There is no way to the server: no network, no name, a closed door."""


class AbsentError(DownloadError):
    """The server has no such file."""


class PassingError(Exception):
    """What may be over in a moment; `wait_s` is what the server asks for, in seconds."""

    def __init__(self, why: Text, wait_s: float = 0.0) -> None:
        super().__init__(why.en)
        self.why = why
        self.wait_s = wait_s


class RangeRefusedError(Exception):
    """The server has nothing from that byte on (416); `whole` is its size, where it says so."""

    def __init__(self, whole: int | None) -> None:
        super().__init__(whole)
        self.whole = whole


class _Redirects(HTTPRedirectHandler):
    """Follow few redirects, to web servers alone, and never from a locked line to an open one."""

    max_redirections = _MOST_REDIRECTS
    max_repeats = 2

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Return the next request, or refuse it."""
        there, here = urlsplit(newurl).scheme, urlsplit(req.full_url).scheme
        if there not in _SCHEMES or (here == "https" and there == "http"):
            raise DownloadError(
                error(
                    "download-redirect-refused",
                    Text(
                        "安全でない転送先へ案内されたため、取得しません",
                        "the server points to an address that is not safe to follow",
                    ),
                    _BY_HAND,
                    value=one_line(newurl, 200),
                )
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_BY_HAND = Text(
    "配布元のページから取得し、出力先のフォルダに置いてください",
    "fetch it from the publisher's page and put it into the folder",
)


def _opener() -> OpenerDirector:
    """Return what opens web addresses and nothing else: no files, no FTP."""
    context = ssl.create_default_context()
    # New in Python 3.13; certificates of offices' proxies often lack what it asks for. What they
    # sign is checked all the same.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    made = OpenerDirector()
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(context=context),
        HTTPDefaultErrorHandler(),
        _Redirects(),
        HTTPErrorProcessor(),
    ):
        made.add_handler(handler)
    return made


@contextmanager
def asked(url: str, headers: Mapping[str, str], stall_s: float) -> Iterator[HTTPResponse]:
    """Give the answer of a server to GET.

    Parameters
    ----------
    url : str
        ``http`` or ``https``.
    headers : mapping of str to str
        Beside the name of this tool and the wish for unpacked bytes.
    stall_s : float
        Seconds without a byte after which the server is given up.

    Raises
    ------
    DownloadError
        The server refuses, is not trusted, cannot be reached or has no such file.
    PassingError
        What may be over in a moment, also while the block reads.
    RangeRefusedError
        It has nothing from that byte on.
    """
    shown = one_line(url, 200)
    if not _is_web_address(url):
        raise DownloadError(_wrong_address(shown))
    sent = {"User-Agent": f"shortage-spots/{tool_version()}", "Accept-Encoding": "identity"}
    request = Request(url, headers={**sent, **headers})  # noqa: S310 - the scheme is checked
    try:
        with _opener().open(request, timeout=stall_s) as answer:
            yield answer
    except (InvalidURL, UnicodeError) as fault:
        raise DownloadError(_wrong_address(shown)) from fault
    except HTTPError as fault:
        with fault:
            raise _refusal(fault, shown) from fault
    except URLError as fault:
        raise _no_way(fault.reason, url) from fault
    except TimeoutError as fault:
        raise PassingError(_STALLED) from fault
    except ssl.SSLCertVerificationError as fault:
        raise _not_trusted(fault, shown) from fault
    except (HTTPException, ConnectionError, ssl.SSLError) as fault:
        raise PassingError(_BROKEN_OFF) from fault


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return False


_STALLED = Text("応答が途絶えました", "the server fell silent")
_BROKEN_OFF = Text("通信が途中で切れました", "the connection broke off")


def broken_off() -> PassingError:
    """Return the error of an answer that ended before its end."""
    return PassingError(_BROKEN_OFF)


def stalled() -> PassingError:
    """Return the error of an answer that trickles."""
    return PassingError(_STALLED)


def _wrong_address(shown: str) -> Problem:
    return error(
        "download-address-unusable",
        Text("アドレスが正しくありません", "is no address of a file on the web"),
        Text("http:// か https:// で始めてください", "begin it with http:// or https://"),
        value=shown,
    )


def _refusal(fault: HTTPError, shown: str) -> Exception:
    """Return what a server's refusal means."""
    if fault.code == _RANGE_REFUSED:
        _, _, whole = (fault.headers.get("Content-Range") or "").partition("/")
        return RangeRefusedError(int(whole) if whole.isdecimal() else None)
    if fault.code in _PASSING:
        why = Text(
            f"サーバーが混み合っています（{fault.code}）", f"the server is busy ({fault.code})"
        )
        wait = fault.headers.get("Retry-After") or ""
        return PassingError(why, float(wait) if wait.isdecimal() else 0.0)
    if fault.code in _GONE:
        return AbsentError(
            error(
                "download-not-there",
                Text(
                    f"このアドレスにファイルがありません（{fault.code}）",
                    f"there is no file at this address ({fault.code})",
                ),
                Text(
                    "配布元のページで版を確かめ、--edition で指定するか、取得して置いてください",
                    "look for a newer edition on the publisher's page; name it with --edition or "
                    "put the file into the folder",
                ),
                value=shown,
            )
        )
    if fault.code == _PROXY_WANTS_NAME:
        return UnreachableError(_proxy_refuses(shown))
    return DownloadError(
        error(
            "download-refused",
            Text(f"サーバーが応じません（{fault.code}）", f"the server refuses ({fault.code})"),
            _BY_HAND,
            value=shown,
        )
    )


def _no_way(reason: object, url: str) -> Exception:
    """Return why no connection came about."""
    shown = urlsplit(url).netloc
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _not_trusted(reason, shown)
    if "407" in str(reason) and "unnel" in str(
        reason
    ):  # OSError("Tunnel connection failed: 407 …")
        return UnreachableError(_proxy_refuses(shown))
    if isinstance(reason, ConnectionResetError | ConnectionAbortedError | ssl.SSLError):
        return PassingError(_BROKEN_OFF)
    return UnreachableError(
        error(
            "download-unreachable",
            Text("サーバーに接続できません", "the server cannot be reached"),
            Text(
                "ネットワークのない環境では、下のアドレスのファイルを別のPCで取得して置いてください。"
                "プロキシがある場合は環境変数 HTTPS_PROXY に設定してください",
                "without a network, fetch the files below elsewhere and put them here; where there "
                "is a proxy, set the variable HTTPS_PROXY",
            ),
            value=shown,
        )
    )


def _proxy_refuses(shown: str) -> Problem:
    return error(
        "download-proxy-refuses",
        Text("プロキシが認証を求めています", "the proxy asks who you are"),
        Text(
            "HTTPS_PROXY=http://利用者:パスワード@プロキシ:ポート の形で設定してください",
            "set HTTPS_PROXY=http://user:password@proxy:port",
        ),
        value=shown,
    )


def _not_trusted(fault: ssl.SSLCertVerificationError, shown: str) -> DownloadError:
    return DownloadError(
        error(
            "download-not-trusted",
            Text(
                f"通信相手の証明書を確認できません（{fault.verify_message}）",
                f"the server's certificate cannot be verified ({fault.verify_message})",
            ),
            Text(
                "職場のプロキシが通信を検査している場合は、その証明書（情報システム担当が配布）を"
                "環境変数 SSL_CERT_FILE に指定してください。検証をやめる指定はありません",
                "where the office's proxy inspects traffic, name its certificate (from your IT "
                "department) in the variable SSL_CERT_FILE; verifying cannot be turned off",
            ),
            value=shown,
        )
    )
