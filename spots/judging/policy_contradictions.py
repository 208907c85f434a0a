"""What contradicts itself in a policy whose settings are each right in themselves.

Stands apart: a policy made in Python and one read from a file are asked the same, with lines or
without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from boundaries.codes import is_ward
from groundfloor.problems import Problem, Text, error
from groundfloor.settings import Bilingual
from groundfloor.toml import KeyPath, TomlDocument, key_name
from spots.judging.policy_tables import NO_RULE, PolicyTables
from spots.telling.findings import COMMON_WORDS, OLD_WORDS
from spots.telling.wording import SLOT


@dataclass(frozen=True, slots=True)
class _Finding:
    """A contradiction: the key it stands at, what is the matter, what to do."""

    path: KeyPath
    message: Text
    remedy: Text
    value: str | None = None


def contradictions(
    policy: PolicyTables, document: TomlDocument, prefix: KeyPath = ()
) -> tuple[Problem, ...]:
    """Return everything that contradicts itself in a policy whose types are right.

    Parameters
    ----------
    policy : PolicyTables
        The policy.
    document : TomlDocument
        The file to name.
    prefix : tuple
        Where the policy's tables stand in it.
    """
    found = (
        *_rule(policy),
        *_validity(policy),
        *_sentences(policy),
        *_exclusions(policy),
        *_manual(policy),
    )
    return tuple(
        error(
            "policy-contradiction",
            f.message,
            f.remedy,
            file=document.file,
            row=document.line_of((*prefix, *f.path)),
            column=key_name((*prefix, *f.path)),
            value=f.value,
        )
        for f in found
    )


def _rule(policy: PolicyTables) -> Iterator[_Finding]:
    if policy.select and policy.rule == NO_RULE:
        return
    if not policy.rule.well_formed():
        yield _Finding(
            ("rule",),
            Text(
                "any・all・none のうち一つだけを書きます（入れ子の中も同じです）",
                "needs exactly one of any, all and none, also in rules inside it",
            ),
            Text("any = [1, 2, 3] のように書いてください", "write it like any = [1, 2, 3]"),
        )
    have = sorted(policy.criterion, key=int)
    for number in sorted(policy.rule.numbers()):
        if str(number) not in policy.criterion:
            yield _Finding(
                ("rule",),
                Text("この番号の基準がありません", "names a criterion that is not there"),
                Text(
                    f"基準は {', '.join(have)} です。番号を直すか基準を書き加えてください",
                    f"there are {', '.join(have)}; mend the number or add a criterion",
                ),
                str(number),
            )


def _validity(policy: PolicyTables) -> Iterator[_Finding]:
    first, last = policy.validity.valid_from, policy.validity.valid_to
    if last < first:
        yield _Finding(
            ("validity", "valid_to"),
            Text(f"終了日が開始日（{first}）より前です", f"lies before valid_from ({first})"),
            Text("日付を直してください", "mend the dates"),
            str(last),
        )


def _sentences(policy: PolicyTables) -> Iterator[_Finding]:
    for key, setting in policy.criterion.items():
        for name, sentence, allowed in setting.sentences:
            yield from _slots(("criterion", key, name), sentence, allowed)
    for n, exclusion in enumerate(policy.exclude_municipality):
        path: KeyPath = ("exclude_municipality", n, "reason")
        yield from _slots(path, exclusion.reason, COMMON_WORDS)
    for n, decision in enumerate(policy.manual):
        yield from _slots(("manual", n, "reason"), decision.reason, COMMON_WORDS)


def _slots(path: KeyPath, sentence: Bilingual, allowed: frozenset[str]) -> Iterator[_Finding]:
    for lang, text in (("ja", sentence.ja), ("en", sentence.en)):
        unknown = sorted({m[0] for m in SLOT.finditer(text) if m[1] not in allowed})
        stray = ["{ }"] if re.search(r"[{}]", SLOT.sub("", text)) else []
        for slot in (*unknown, *stray):
            yield _Finding(
                (*path, lang),
                Text("この文では使えない差し込み語です", "is not a placeholder of this sentence"),
                _instead(slot, allowed),
                slot,
            )


def _instead(slot: str, allowed: frozenset[str]) -> Text:
    """Return what to write in the place of a placeholder that a sentence cannot use."""
    listed = ", ".join(f"{{{w}}}" for w in sorted(allowed))
    usable = Text(f"使えるのは {listed} です", f"use these: {listed}")
    now = OLD_WORDS.get(slot.strip("{}"))
    if now not in allowed:
        return usable
    old, new = slot, f"{{{now}}}"
    return Text(
        f"{old}分 を {new} に書き換えてください（34分55秒 のように単位も入ります）。{usable.ja}",
        f"write {new} for it, without a unit: it brings its own (34 min 55 s); {usable.en}",
    )


def _exclusions(policy: PolicyTables) -> Iterator[_Finding]:
    seen: set[str] = set()
    for n, exclusion in enumerate(policy.exclude_municipality):
        path, code = ("exclude_municipality", n, "code"), exclusion.code
        if code in seen:
            yield _Finding(
                path,
                Text("同じ市区町村が二度書かれています", "stands here twice"),
                Text("一つにまとめてください", "make it one entry"),
                code,
            )
        seen.add(code)
        if not code.startswith(policy.policy.prefecture):
            yield _Finding(
                path,
                Text(
                    f"都道府県 {policy.policy.prefecture} の市区町村ではありません",
                    f"is no municipality of prefecture {policy.policy.prefecture}",
                ),
                Text(
                    "コードを直すか、除く所がなければ exclude_municipality = [] としてください",
                    "mend the code, or write exclude_municipality = [] to exclude none",
                ),
                code,
            )
        if policy.scope.merge_wards and is_ward(code):
            # Wards are gone from the map then, and the exclusion would hit nothing.
            yield _Finding(
                path,
                Text(
                    "merge_wards = true のときは区を単位にできません",
                    "is a ward, but merge_wards = true makes one city of the wards",
                ),
                Text(
                    "市のコードを書くか、merge_wards = false にしてください",
                    "write the city's code, or set merge_wards = false",
                ),
                code,
            )


def _manual(policy: PolicyTables) -> Iterator[_Finding]:
    seen: set[str] = set()
    for n, decision in enumerate(policy.manual):
        if decision.facility in seen:
            yield _Finding(
                ("manual", n, "facility"),
                Text("同じ医療機関の決定が二度書かれています", "is decided twice"),
                Text("一つにしてください", "keep one of them"),
                decision.facility,
            )
        seen.add(decision.facility)
        if decision.overrides and decision.decision == "exclude":
            yield _Finding(
                ("manual", n, "overrides"),
                Text('decision = "exclude" では使えません', "has no meaning where one is excluded"),
                Text("この行を消してください", "take this line out"),
                decision.facility,
            )
