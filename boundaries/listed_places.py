"""What a row of a list says of a place or an institution that somebody asks for by name.

Applications, decisions, layers of districts, islands and 辺地 have the same columns beside their
ground: what it is called, where, why, for which service, and which councils dealt with it when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from boundaries.codes import PREFECTURES, parse_code
from groundfloor.columns import PointColumns, Vocabulary
from groundfloor.dates import day_of, no_date
from groundfloor.folding import compact, header_key, nfkc
from groundfloor.grids import Row
from groundfloor.positions import BOTH, LATITUDE, LONGITUDE
from groundfloor.problems import Problem, Text, error, note
from groundfloor.tables import Table

# Canonical column -> headers, the most telling first.
#: What a row says for the plan; lists of facilities have these columns, too.
PLAN_NAMES: Mapping[str, tuple[str, ...]] = {
    "reason": ("設定理由", "reason", "選定理由", "指定理由", "申請理由", "設定の理由", "理由"),
    "service": (
        *("サービス", "service", "医療サービス", "確保するサービス", "必要なサービス"),
        *("対象サービス", "サービスの内容", "医療の内容"),
    ),
    "page": (
        *("計画の頁", "計画の該当頁", "計画頁", "計画のページ", "計画ページ", "掲載頁"),
        # Not 頁 alone: so calls a cover sheet with contents its column, too.
        *("掲載ページ", "該当頁", "該当ページ", "plan_page"),
    ),
    "application": (
        *("申請", "申請の有無", "申請有無", "市町村の申請", "申請による", "申請日"),
        *("on_application", "application", "applied"),
    ),
    "councils": (
        *("協議会の日付", "協議会日", "協議会開催日", "協議会", "councils", "council"),
        "council_date",
    ),
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "unit_id", "key_code", "N03_007", "地区コード", "大字コード", "町字コード"),
        *("町字ID", "字コード", "島コード", "辺地コード", "旧市町村コード", "旧市区町村コード"),
        *("施設ID", "施設コード", "医療機関コード", "facility_id", "コード", "code"),
    ),
    "name": (
        *("name", "unit_name", "名称", "地区名", "地区名称", "地区", "district_name", "district"),
        *("旧市町村名", "旧市区町村名", "旧町村名", "旧市町村", "旧市区町村", "旧町村"),
        *("former_municipality", "former_name", "大字町丁目名", "大字町名", "大字名", "大字"),
        *("町字名", "字名", "町丁・字等名", "町丁字名", "町丁目名", "s_name", "moji"),
        *("公民館地区名", "公民館地区", "公民館区", "公民館名", "公民館", "小学校区", "校区名"),
        *("島名", "島名称", "島の名称", "離島名", "島しょ名", "島", "island_name", "island"),
        *("辺地名", "辺地", "無医地区名", "集落名", "集落", "地点名", "point_name", "point"),
        *("日常生活圏域名", "日常生活圏域", "区域名", "区域", "地域名", "対象地区", "対象区域"),
        *("医療機関名", "医療機関名称", "施設名", "施設名称", "病院名", "診療所名", "医療機関"),
        *("facility_name", "institution", "hospital", "対象", "単位名", "unit", "名前", "N03_004"),
    ),
    "municipality": (
        *("municipality", "municipality_name", "muni_name", "市町村名", "市区町村名", "市町村"),
        *("市区町村", "city_name", "gst_name", "所在市町村", "現市町村名", "現市町村", "市町名"),
        *("市町", "自治体名", "関係市町村", "city"),
    ),
    "municipality_code": (
        *("municipality_code", "muni_code", "市町村コード", "市区町村コード", "自治体コード"),
        *("団体コード", "全国地方公共団体コード", "地方公共団体コード", "jis_code", "city_code"),
    ),
    "prefecture": (
        *("prefecture", "pref_name", "都道府県", "都道府県名", "県名", "N03_001"),
        *("prefecture_code", "pref_code", "都道府県コード", "県コード", "pref"),
    ),
    **PLAN_NAMES,
}
POINT = PointColumns("lat", "lon", "position")
_POINT_NAMES = {
    "lat": (*LATITUDE, "y", "y座標"),
    "lon": (*LONGITUDE, "x", "x座標"),
    "position": BOTH,
}
_HINT = Text(
    "（ランファイルの columns で name に対応させることもできます）",
    ", or map one to name under columns in the run file",
)
# 町丁・字等 of a prefecture are some 10,000, 大字 of the country 190,000.
_MOST_ROWS = 250_000
# 地域医療対策協議会, 保険者協議会 and whatever else deals with it: each may have its own column.
_COUNCIL = re.compile(r"協議会|地対協|審議会|council")
_NO_COUNCIL_DAY = re.compile(r"意見|備考|結果|委員|資料|名称|名$|議題|opinion|remark|name")
_SEVERAL = re.compile(r"[、,，;；\n]|及び|および|と(?=[令平RH0-9])")
_SLASH = re.compile(r"[/／]")  # between days, where it is not inside of one: 2026/11/5
_NOT_YET = frozenset({"", "-", "―", "ー", "—", "–", "未", "未定", "未開催", "なし", "無", "none"})
_YES = frozenset(
    {
        *("○", "〇", "◯", "◎", "●", "有", "あり", "有り", "申請", "申請あり", "申請有", "申請有り"),
        *("申請済", "申請済み", "済", "要望", "希望", "はい", "true", "yes", "y", "1", "1.0", "on"),
    }
)
_NO = frozenset(
    {
        *("×", "x", "無", "なし", "無し", "申請なし", "申請無", "申請無し", "未申請", "未"),
        *("いいえ", "false", "no", "n", "0", "0.0", "off"),
    }
)
#: An empty cell, and a dash, say neither that it was applied for nor that it was not.
_BLANK = frozenset({"", "-", "―", "ー", "—", "–"})


@dataclass(frozen=True, slots=True)
class PlanCells:
    """What a row says for the plan.

    Parameters
    ----------
    reason, service, page : str
        設定理由, service, and page of the plan, as written; may be empty.
    councils : tuple of date
        Days of the councils, sorted.
    on_application : bool or None
        Whether its municipality applied for it; None where the row does not say.
    """

    reason: str = ""
    service: str = ""
    page: str = ""
    councils: tuple[date, ...] = ()
    on_application: bool | None = None

    @property
    def filled(self) -> bool:
        """Whether the row says anything of it."""
        return self != PlanCells()


@dataclass(frozen=True, slots=True)
class ListedRow:
    """What a row says beside its ground.

    Parameters
    ----------
    row : int
        Its number in the file.
    name : str
        As written.
    id : str
        Its own code; may be empty.
    municipality : str
        Municipality that the row states, as written; may be empty.
    municipality_code : str
        Five digits that it states; may be empty.
    prefecture_code : str
        Two digits, where a column names the prefecture.
    reason, service, page : str
        設定理由, service, and page of the plan, as written; may be empty.
    councils : tuple of date
        Days of the councils, sorted.
    on_application : bool or None
        Whether its municipality applied for it; None where the row does not say.
    """

    row: int
    name: str
    id: str = ""
    municipality: str = ""
    municipality_code: str = ""
    prefecture_code: str = ""
    reason: str = ""
    service: str = ""
    page: str = ""
    councils: tuple[date, ...] = ()
    on_application: bool | None = None


def listed_vocabulary(
    chosen: Mapping[str, str],
    *,
    points: bool,
    name_by: str | None = None,
    more: Mapping[str, tuple[str, ...]] | None = None,
) -> Vocabulary:
    """Return the columns of such a list.

    Parameters
    ----------
    chosen : mapping of str to str
        Canonical column to the header that the user named; an empty header switches it off.
    points : bool
        Whether rows may have positions.
    name_by : str, optional
        Canonical column whose headers also name the place itself: a list of whole municipalities
        has no other name.
    more : mapping of str to tuple of str, optional
        Headers of further columns.
    """
    names = {**_NAMES, **(more or {})}
    if name_by is not None:
        names["name"] = names[name_by]
    if points:
        names |= _POINT_NAMES
    return Vocabulary(
        names,
        ("name",),
        (POINT,) if points else (),
        brackets=True,
        chosen={column: header for column, header in chosen.items() if column in names},
        hint=_HINT,
        most_rows=_MOST_ROWS,
    )


def of_former_municipalities() -> dict[str, tuple[str, ...]]:
    """Return the headers of a layer of former municipalities that says 市町村名 for their names."""
    return {
        "name": (*_NAMES["name"], *_NAMES["municipality"]),
        "id": (*_NAMES["id"], *_NAMES["municipality_code"]),
        "municipality": (),
        "municipality_code": (),
    }


def unknown_listed_columns(chosen: Mapping[str, str], label: str) -> Iterator[Problem]:
    """Yield an error for each key of ``columns`` that is no column of such a list."""
    known = (*_NAMES, *_POINT_NAMES)
    for column in chosen:
        if column not in known:
            yield error(
                "unknown-column",
                Text("知らない項目名です", "is not a column this program knows"),
                Text(
                    f"次のいずれかにしてください: {', '.join(known)}",
                    f"use one of: {', '.join(known)}",
                ),
                file=label,
                column=column,
            )


def of_councils(header: str) -> bool:
    """Tell whether a header is of the days of a council.

    Examples
    --------
    >>> [of_councils(h) for h in ("地域医療対策協議会 開催日", "council_2", "協議会の意見")]
    [True, True, False]
    """
    key = header_key(header)
    return _COUNCIL.search(key) is not None and _NO_COUNCIL_DAY.search(key) is None


class ListedCells:
    """The rows of a table, read one by one.

    Parameters
    ----------
    table : Table
        A table that was read with `listed_vocabulary`, or for `plan` alone with `PLAN_NAMES`.
    chosen : mapping of str to str
        As there: where the user names the column of the councils, it is the only one.
    """

    def __init__(self, table: Table, chosen: Mapping[str, str]) -> None:
        self._table = table
        self._councils = tuple(self._council_columns("councils" in chosen))

    def read(self, row: Row) -> tuple[ListedRow | None, tuple[Problem, ...]]:
        """Return what a row says, None where it has no name, and what is wrong with it."""
        name = self._text(row, "name")
        if not name:
            return None, (self._problem("name-missing", row, "name", None),)
        code, found = self._municipality_code(row)
        plan, unread = self.plan(row)
        municipality = self._text(row, "municipality")
        listed = ListedRow(
            row=row.number,
            name=name,
            id=nfkc(self._text(row, "id")).removesuffix(".0"),
            municipality="" if nfkc(municipality).removesuffix(".0").isdigit() else municipality,
            municipality_code=code,
            prefecture_code=self._prefecture(row),
            reason=plan.reason,
            service=plan.service,
            page=plan.page,
            councils=plan.councils,
            on_application=plan.on_application,
        )
        return listed, (*found, *unread)

    def plan(self, row: Row) -> tuple[PlanCells, tuple[Problem, ...]]:
        """Return what a row says for the plan, and what of it cannot be read."""
        councils, undated = self._days(row)
        applied, unread = self._application(row)
        cells = PlanCells(
            reason=self._text(row, "reason"),
            service=self._text(row, "service"),
            page=nfkc(self._text(row, "page")).removesuffix(".0"),
            councils=councils,
            on_application=applied,
        )
        return cells, (*undated, *unread)

    def _text(self, row: Row, column: str) -> str:
        """Return a cell on one line and without what nobody sees.

        Excel's Alt+Enter breaks lines inside of cells.
        """
        words = " ".join(self._table.columns.cell(row, column).split())
        return "".join(char for char in words if char.isprintable() or char.isspace())

    def _council_columns(self, named: bool) -> Iterator[int]:
        columns = self._table.columns
        at = columns.index.get("councils")
        if named:
            yield from (at,) if at is not None else ()
            return
        taken = {place for column, place in columns.index.items() if column != "councils"}
        for place, header in enumerate(columns.header):
            if place == at or (place not in taken and of_councils(header)):
                yield place

    def _days(self, row: Row) -> tuple[tuple[date, ...], tuple[Problem, ...]]:
        days: set[date] = set()
        problems: list[Problem] = []
        for at in self._councils:
            text = row.cells[at].strip() if at < len(row.cells) else ""
            for part in _each_day(text):
                day = _day(part)
                if day is not None:
                    days.add(day)
                elif compact(part) not in _NOT_YET:
                    header = self._table.columns.header[at].strip()
                    problems.append(no_date(part.strip(), self._table.label, row.number, header))
        return tuple(sorted(days)), tuple(problems)

    def _application(self, row: Row) -> tuple[bool | None, tuple[Problem, ...]]:
        text = self._text(row, "application")
        word = compact(text)
        if word in _BLANK:
            return None, ()
        if word in _NO:
            return False, ()
        if word in _YES or day_of(text, serial=True) is not None:  # a day, under 申請日
            return True, ()
        return None, (self._problem("application-unread", row, "application", text),)

    def _municipality_code(self, row: Row) -> tuple[str, tuple[Problem, ...]]:
        column, text = "municipality_code", self._text(row, "municipality_code")
        if not text:
            column, text = "municipality", self._text(row, "municipality")
            if not nfkc(text).removesuffix(".0").isdigit():
                return "", ()
        digits = nfkc(text).removesuffix(".0")
        parsed = parse_code(self._prefecture(row) + digits if len(digits) == _SHORT else text)
        if parsed is None:
            return "", (self._problem("bad-municipality-code", row, column, text),)
        if not parsed.repaired:
            return parsed.value, ()
        told = note(
            "code-leading-zero",
            Text(
                f"先頭のゼロが落ちたコードを{parsed.value}と読みました",
                f"the code lost its leading zero and was read as {parsed.value}",
            ),
            Text(
                "元の表ではコードの列を文字列にしてください",
                "keep the column as text in the source",
            ),
            file=self._table.label,
            row=row.number,
            column=self._table.columns.label(column),
            value=text,
        )
        return parsed.value, (told,)

    def _prefecture(self, row: Row) -> str:
        clean = nfkc(self._text(row, "prefecture")).removesuffix(".0")
        if clean.isdecimal():
            return clean.zfill(2) if clean.zfill(2) in PREFECTURES else ""
        return next((c for c, n in PREFECTURES.items() if clean and clean in {n, n[:-1]}), "")

    def _problem(self, code: str, row: Row, column: str, value: str | None) -> Problem:
        message, remedy = _MESSAGES[code]
        label = self._table.columns.label(column)
        return error(
            code,
            message,
            remedy,
            file=self._table.label,
            row=row.number,
            column=label,
            value=value,
        )


def _day(text: str) -> date | None:
    return day_of(text, whole=True, serial=True)


def _each_day(text: str) -> Iterator[str]:
    """Yield the parts of a cell of days, each one day where it can be read."""
    parts = [text] if _day(text) is not None else _SEVERAL.split(text)
    for part in filter(str.strip, parts):
        among = _SLASH.split(part)
        apart = _day(part) is None and all(_day(p) or compact(p) in _NOT_YET for p in among)
        yield from filter(str.strip, among) if apart else (part,)


def either_says(said: Iterable[bool | None]) -> bool | None:
    """Return what several rows about one thing say together: one ○ is enough, blanks say nothing.

    Examples
    --------
    >>> either_says([None, False, True]), either_says([None, False]), either_says([None])
    (True, False, None)
    """
    told = [each for each in said if each is not None]
    return any(told) if told else None


_SHORT = 3  # digits of a municipality's code beside that of its prefecture
_MESSAGES = {
    "name-missing": (
        Text("名称がありません", "has no name"),
        Text("名称を入れるか、行を削除してください", "fill in the name or delete the row"),
    ),
    "application-unread": (
        Text("申請の有無として読めません", "does not say whether it was applied for"),
        Text(
            "○か×、分からなければ空欄にしてください",
            "write ○ or ×, or leave it blank if it is not known",
        ),
    ),
    "bad-municipality-code": (
        Text("市区町村コードとして読めません", "not a municipality code"),
        Text("5桁、または検査数字を含む6桁の数字にしてください", "write five digits, or six"),
    ),
}
