"""Tables of postings and persons, a programme's list, and the command that counts them."""

from __future__ import annotations

from pathlib import Path

INSTITUTIONS = (
    "医療機関名,市町村,種別\n"
    "健生病院,弘前市,病院\n"
    "藤代健生病院,弘前市,病院\n"
    "はちのへ内科,八戸市,診療所\n"
    "むつの病院,むつ市,病院\n"
)
POSTINGS_HEAD = "個人番号,勤務先,開始日,終了日,週勤務時間,区分,理由\n"
PERSONS_HEAD = "整理番号,対象者区分,免許取得日\n"
#: Four years in むつ for six of eight, of whom one also was on leave, and two who began.
POSTINGS = POSTINGS_HEAD + "".join(
    f"{key},むつの病院,R5.4.1,{last},40,勤務,\n"
    for key, last in (
        *((f"K-{n}", "令和9年3月31日") for n in range(1, 7)),
        ("K-7", ""),
        ("K-8", "２０２４／３／３１"),
    )
)
PERSONS = PERSONS_HEAD + "".join(
    f"K-{n},修学資金の貸与を受ける地域枠,R3.4.1\n" for n in range(1, 9)
)


def write_tables(
    folder: Path, postings: str = POSTINGS, persons: str = PERSONS, encoding: str = "cp932"
) -> list[object]:
    """Write tables and return the arguments of ``spots service`` without ``--out``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"postings.csv": postings, "persons.csv": persons, "list.csv": INSTITUTIONS}
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    return [
        *("service", folder / "postings.csv", "--persons", folder / "persons.csv"),
        *("--programme", "aomori", "--institutions", folder / "list.csv"),
        *("--rules", "aomori", "--on", "2027-03-31"),
    ]
