"""A fault of one table hides no other, and calls forth none."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from groundfloor.problems import SpotsError
from spots.job.run_file import read_run_file
from spots.job.run_file_shape import RunFile
from tests.helpers.small_job import RUN, write_job

WHOLE = (
    RUN
    + """
[towns]
file = "base.csv"
[population]
file = "base.csv"
[aliases]
name = ["病院の名前"]
[[identity]]
names = ["甲", "乙"]
same = true
[[units]]
name = "島"
file = "base.csv"
unit = "island"
[[tables]]
name = "高齢化"
file = "base.csv"
[[entries]]
name = "個別"
file = "base.csv"
[indicators]
hospitals = "rotation"
"""
)
#: Each table, and its header in `WHOLE`.
HEADERS = {
    name: f"[[{name}]]" if f"[[{name}]]" in WHOLE else f"[{name}]"
    for name in (f.name for f in fields(RunFile))
    if f"[{name}]" in WHOLE
}


def faults(folder: Path, text: str) -> list[tuple[str, str | None]]:
    run = write_job(folder, {"run.toml": text})
    with pytest.raises(SpotsError) as caught:
        read_run_file(run)
    return [(p.code, p.column) for p in caught.value.problems]


def test_the_whole_is_right(tmp_path: Path) -> None:
    assert read_run_file(write_job(tmp_path, {"run.toml": WHOLE})).settings.towns is not None
    assert len(HEADERS) >= 14


@pytest.mark.slow
@pytest.mark.parametrize("table", HEADERS)
@pytest.mark.parametrize("written", ['zzz = "x"', '"レイヤーの何か" = 1'])
def test_an_unknown_key_of_a_table_is_the_only_fault(
    tmp_path: Path, table: str, written: str
) -> None:
    header = HEADERS[table]
    found = faults(tmp_path, WHOLE.replace(header, f"{header}\n{written}", 1))
    assert len(found) == 1
    assert found[0][0] == ("wrong-type" if table == "aliases" else "unknown-key")
    assert str(found[0][1]).startswith(table)


#: A line of a table, what it becomes, and the only fault of that.
BROKEN = [
    ('preset = "kumamoto"', 'preset = "kumamto"', "unknown-preset", "policy.preset"),
    ('preset = "kumamoto"', "", "policy-choice", "policy"),
    ('preset = "kumamoto"', "preset = 43", "wrong-type", "policy.preset"),
    ('output = "out"', "output = 5", "wrong-type", "run.output"),
    ('output = "out"', "not_given = [9]\nlang = 1", "wrong-value", "run.lang"),
    ('name = "輪番病院"', "name = 1", "wrong-type", "facilities[3].name"),
    ('name = "輪番病院"', "", "missing-key", "facilities[3].name"),
    ('type = "①"', 'type = "④"', "unknown-type", "facilities[1].type"),
    ('type = "①"', "type = 1", "wrong-type", "facilities[1].type"),
    ('list = "rotation"', 'lst = "rotation"', "unknown-key", "facilities[3].lst"),
    ('list = "rotation"', "list = 3", "wrong-type", "facilities[3].list"),
    ('file = "hospitals.csv"', 'path = "hospitals.csv"', None, None),
    ('file = "hospitals.csv"', 'file = "no.csv"', "file-missing", "facilities[3].file"),
    ('file = "municipalities.geojson"', "file = 5", "wrong-type", "municipalities.file"),
    ('file = "areas.csv"', "file = 5", "wrong-type", "medical_areas.file"),
    ('file = "areas.csv"', 'as_of = "来年"\nfile = "areas.csv"', "date-not-understood", None),
    ('file = "index.csv"', "", "missing-key", "physician_index.file"),
    ("shortage_at_most = 179.3", 'shortage_at_most = "179"', "wrong-type", None),
    ('kind = "links"', 'kind = "lines"', "wrong-value", "network.kind"),
    ('file = "links.csv"', "file = 1", "wrong-type", "network.file"),
    ('hospitals = "rotation"', "hospitals = 1", "wrong-type", "indicators.hospitals"),
    ('unit = "island"', 'unit = "islet"', "wrong-value", "units[1].unit"),
    ('names = ["甲", "乙"]', 'names = ["甲"]', "wrong-value", "identity[1].names"),
]


@pytest.mark.parametrize(("line", "written", "code", "key"), BROKEN)
def test_a_broken_table_is_told_alone(
    tmp_path: Path, line: str, written: str, code: str | None, key: str | None
) -> None:
    assert line in WHOLE
    found = faults(tmp_path, WHOLE.replace(line, written, 1))
    if code is None:  # another word for a key that must be there: the two belong together
        assert sorted(found) == [
            ("missing-key", "facilities[3].file"),
            ("unknown-key", "facilities[3].path"),
        ]
        return
    assert [c for c, _ in found] == [code]
    assert key is None or found[0][1] == key


@pytest.mark.parametrize("table", HEADERS)
def test_a_table_that_is_no_table(tmp_path: Path, table: str) -> None:
    header = HEADERS[table]
    start = WHOLE.index(header)
    end = WHOLE.find("\n[", start + 1)
    rest = WHOLE[:start] + (WHOLE[end:] if end > 0 else "")
    while header in rest:  # other entries of the array
        start = rest.index(header)
        end = rest.find("\n[", start + 1)
        rest = rest[:start] + (rest[end:] if end > 0 else "")
    found = faults(tmp_path, f"{table} = 5\n{rest}")
    assert found == [("wrong-type", table)]


def test_faults_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    text = WHOLE
    for line, written in (
        ('kind = "links"', 'kind = "lines"'),
        ('preset = "kumamoto"', 'preset = "kumamto"'),
        ('type = "①"', 'type = "④"'),
        ('file = "areas.csv"', 'file = "no.csv"'),
        ("shortage_at_most = 179.3", 'shortage_at_most = "179"'),
    ):
        text = text.replace(line, written, 1)
    assert sorted(faults(tmp_path, text)) == [
        ("file-missing", "medical_areas.file"),
        ("unknown-preset", "policy.preset"),
        ("unknown-type", "facilities[1].type"),
        ("wrong-type", "physician_index.shortage_at_most"),
        ("wrong-value", "network.kind"),
    ]


def test_a_fault_inside_the_only_list_is_not_followed_by_a_second(tmp_path: Path) -> None:
    head, _, rest = RUN.partition("[[facilities]]")
    tail = rest[rest.index("[municipalities]") :]
    only = '[[facilities]]\nname = "一覧"\nfile = "hospitals.csv"\ntype = "③"\nfilter = "x"\n'
    assert faults(tmp_path, f"{head}{only}{tail}") == [("unknown-key", "facilities[1].filter")]
