"""What is to be fetched, and what became of it, in words and rows.

Stands apart: the same files are listed before a fetch, instead of one, and after one that failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from groundfloor.problems import Lang, Text
from spots.public_data.catalogue import Download
from spots.public_data.datasets import Dataset
from spots.public_data.fetching import Arrival, FetchOutcome
from spots.telling.units import megabytes

#: Columns of the list as CSV and JSON.
LIST_COLUMNS = (
    *("dataset", "title", "publisher", "edition", "file_name", "bytes", "size", "url", "md5_url"),
    *("page", "why", "purpose", "licence"),
)
_FOR, _TERMS, _PAGE = Text("用途", "for"), Text("条件", "terms"), Text("ページ", "page")
_BY_CLICKING = Text("ページの案内に従って取得", "had by following the page")


def list_lines(downloads: Sequence[Download], lang: Lang) -> Iterator[str]:
    """Yield the list as people read it: each data set with its page and terms, then its files.

    Parameters
    ----------
    downloads : sequence of Download
        Those of one data set stand together.
    lang : Lang
        Language.
    """
    for dataset, files in groupby(downloads, key=lambda each: each.dataset):
        yield from _dataset_lines(dataset, lang)
        for each in files:
            yield (f"  {each.file_name}  {each.size_note.render(lang)}  {each.why.render(lang)}")
            yield f"      {each.url or _BY_CLICKING.render(lang)}"
            if each.md5_url:
                yield f"      {each.md5_url}"
        yield ""


def _dataset_lines(dataset: Dataset, lang: Lang) -> Iterator[str]:
    title, publisher = dataset.title.render(lang), dataset.publisher.render(lang)
    whose = Text(f"{title}（{publisher}）", f"{title} ({publisher})")
    yield f"[{dataset.key}] {whose.render(lang)}"
    page = Text(dataset.page, dataset.page)
    told = ((_FOR, dataset.purpose), (_TERMS, dataset.licence), (_PAGE, page))
    for label, said in told:
        yield f"  {label.render(lang)}: {said.render(lang)}"


def list_row(download: Download, lang: Lang) -> tuple[str | int | None, ...]:
    """Return one file as a row of `LIST_COLUMNS`."""
    dataset = download.dataset
    return (
        dataset.key,
        dataset.title.render(lang),
        dataset.publisher.render(lang),
        download.edition,
        download.file_name,
        download.size_bytes,
        download.size_note.render(lang),
        download.url,
        download.md5_url,
        dataset.page,
        download.why.render(lang),
        dataset.purpose.render(lang),
        dataset.licence.render(lang),
    )


_ARRIVALS = {
    Arrival.FETCHED: Text("取得    ", "fetched "),
    Arrival.KEPT: Text("確認済み", "kept    "),
    Arrival.ABSENT: Text("公開なし", "none    "),
    Arrival.MISSING: Text("未取得  ", "missing "),
    Arrival.UNREACHABLE: Text("未接続  ", "offline "),
}


def outcome_line(outcome: FetchOutcome, lang: Lang) -> str:
    """Return what became of one file, as a line."""
    size = "" if outcome.size_bytes is None else f"  {megabytes(outcome.size_bytes)}"
    return f"{_ARRIVALS[outcome.arrival].render(lang)}  {outcome.download.file_name}{size}"


def progress_line(name: str, have: int, whole: int | None, per_second: float) -> str:
    """Return how far a file has come, as a line.

    Examples
    --------
    >>> progress_line("kyushu-latest.osm.pbf", 105_000_000, 315_000_000, 3.2e6)
    '… kyushu-latest.osm.pbf  105 MB / 315 MB (33 %)  3.2 MB/s'
    """
    of = f" / {megabytes(whole)} ({100 * have // whole} %)" if whole else ""
    return f"… {name}  {megabytes(have)}{of}  {megabytes(per_second)}/s"
