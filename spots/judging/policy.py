"""The policy: a prefecture's rule for 医師少数スポット as data, and nothing but data.

It comes from a preset (``spots/presets``, with the meaning of each setting beside it), from a TOML
file, or from Python, and is checked the same way. A `Policy` is whole and free of contradictions,
or there is none.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from boundaries.codes import PREFECTURES
from groundfloor.arguments import of_kind
from groundfloor.disk import write_whole
from groundfloor.frozen import frozen
from groundfloor.problems import ProblemWarning, Text
from groundfloor.settings import written
from groundfloor.toml import KeyPath, TomlDocument, parse_toml, read_toml, toml_text
from spots.judging.criteria import CriterionKind, Facts, PolicyFacts
from spots.judging.policy_changes import changed_tables, flat, plain_tables
from spots.judging.policy_files import checked_tables, preset_document, preset_names
from spots.judging.policy_short_names import ShortNames
from spots.judging.policy_tables import MADE_IN_PYTHON, NO_RULE, RULE_TABLES, Cut, PolicyTables
from spots.telling.borrowed_words import borrowed_in_python
from spots.types.ground_units import UnitKind

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False, init=False)
class Policy(ShortNames):
    """A prefecture's rule, checked however it was made: from a preset, a file or in Python.

    The fields are the tables of a policy file, and what can mean one setting only has a short name
    (``policy.radius_m``). A policy is immutable, hashable, and equal to one of the same settings.

    Parameters
    ----------
    prefecture : str or int
        Its name or code: ``"宮崎県"``, ``"45"``.
    title, source : str, Text or mapping of language to str
        What is designated, for readers, and where the rule is written; a `str` stands for both
        languages.
    valid_from, valid_to : str or date
        First and last day of the designation.
    name : str, optional
        What the policy is called; by default the prefecture.
    **settings
        As `changed` takes them. A rule is ``any``, ``all`` or ``none`` of criteria, which may stand
        in it: a type alone (``{"type": "①"}``), or a type on a list with a threshold in minutes.
        It needs ``radius_m`` (metres); what is not given of cuts, scope, travel and words is as in
        the preset ``kumamoto``. Ground is ``select`` and ``result``, in the words of
        ``docs/ground.md``.

    Raises
    ------
    TypeError
        A name is none of a setting; the one that may be meant is suggested.
    UsageError
        A setting is missing, of a wrong type, out of range or no choice there is, or settings
        contradict each other; all of them are named, with the codes of a policy file.

    Examples
    --------
    >>> import spots as ss
    >>> miyazaki = ss.Policy(
    ...     prefecture="宮崎県",
    ...     title="宮崎県 医師少数スポット（案）",
    ...     source="第8次宮崎県医療計画",
    ...     valid_from="2024-04-01",
    ...     valid_to="2027-03-31",
    ...     any=[{"type": "①"}, {"type": "③", "list": "輪番", "threshold_min": 25}],
    ...     radius_m=5000,
    ...     exclude_municipality={"45201": "宮崎市"},
    ... )
    >>> miyazaki.criterion["2"].heading.ja
    '他の二次救急病院まで25分以上の二次救急病院'
    """

    def __init__(self, **settings: Any) -> None:
        """Check all settings, and take what is given in short for what it means."""
        tables = changed_tables({"policy": {"version": 1}}, settings, "Policy")
        head = tables["policy"]
        if isinstance(head, dict) and (called := PREFECTURES.get(str(head.get("prefecture")))):
            head.setdefault("name", called)
        _hold(self, checked_tables(TomlDocument(MADE_IN_PYTHON, tables, {})))

    # --- where policies come from

    @classmethod
    def preset(cls, name: str) -> Self:
        """Return a policy that comes with the package.

        Parameters
        ----------
        name : str
            One of `presets`.

        Raises
        ------
        UsageError
            There is none of that name.

        Examples
        --------
        >>> import spots as ss
        >>> ss.Policy.preset("kumamoto")
        Policy('kumamoto', prefecture='43', threshold_min=30, radius_m=4000, ...)
        """
        return cls.from_document(preset_document(name))

    @staticmethod
    def presets() -> tuple[str, ...]:
        """Return the names of the policies that come with the package."""
        return preset_names()

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a policy file (TOML, UTF-8).

        Raises
        ------
        MissingFileError
            It is not there.
        UsageError
            With every unknown, missing or wrong key, by file and line.
        """
        return cls.from_document(read_toml(Path(path)))

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Return the policy that a TOML text holds, as `to_toml` writes it.

        Raises
        ------
        UsageError
            With every unknown, missing or wrong key, by line.
        """
        return cls.from_document(parse_toml(text, MADE_IN_PYTHON))

    @classmethod
    def from_dict(cls, tables: Mapping[str, Any]) -> Self:
        """Return the policy of tables made in Python, in the words of a policy file.

        Parameters
        ----------
        tables : mapping of str to mapping or list of mapping
            As `to_dict` returns them. A sentence may be one text for both languages, a type its
            mark (``"③"``), the prefecture its name.

        Raises
        ------
        UsageError
            With every unknown, missing or wrong key.
        """
        of_kind(tables, Mapping, "tables", _TABLES)
        return cls.from_document(TomlDocument(MADE_IN_PYTHON, plain_tables(tables), {}))

    @classmethod
    def from_document(
        cls,
        document: TomlDocument,
        override: Mapping[str, Any] | None = None,
        override_document: TomlDocument | None = None,
        override_prefix: KeyPath = (),
    ) -> Self:
        """Return the policy of a TOML document; see `checked_tables`."""
        made = cls.__new__(cls)
        _hold(made, checked_tables(document, override, override_document, override_prefix))
        return made

    def changed(self, **settings: Any) -> Self:
        """Return the policy with some settings changed.

        Parameters
        ----------
        **settings
            By short name where that means one setting (``threshold_min``, ``radius_m``, ``list``,
            ``tolls``, …), dotted (``**{"criterion.3.threshold_min": 20}``,
            ``**{"select.clinics.radius_m": 4000}``; entries of lists by id, or as ``select[1]``),
            or by table: tables are laid over those here, lists of tables and the rule replace
            them. ``any``, ``all`` and ``none`` are the rule's, see `Policy`.
            ``exclude_municipality`` may be codes with names: ``{"45201": "宮崎市"}``.

        Raises
        ------
        TypeError
            A name is none of a setting; the one that may be meant is suggested.
        UsageError
            A value is wrong, or a short name means several settings of this policy.

        Warns
        -----
        ProblemWarning
            The prefecture is another one, and title or source still those of the plan before.

        Examples
        --------
        >>> import spots as ss
        >>> kumamoto = ss.Policy.preset("kumamoto")
        >>> kumamoto.changed(threshold_min=20, radius_m=6000).diff(kumamoto)
                             setting  this other
        0  criterion.3.threshold_min    20    30
        1            circle.radius_m  6000  4000
        """
        tables = changed_tables(self.to_dict(), settings, "Policy.changed")
        other = self.from_document(TomlDocument(MADE_IN_PYTHON, tables, {}))
        if other.prefecture != self.prefecture:
            left = [k for k in ("title", "source") if getattr(other, k) == getattr(self, k)]
            if left:
                told = borrowed_in_python(PREFECTURES[self.prefecture], left)
                warnings.warn(told.en, ProblemWarning, stacklevel=2)
        return other

    # --- what policies are turned into

    def to_dict(self) -> dict[str, Any]:
        """Return the tables of the policy as a file has them; what is as by default is left out."""
        tables = written(self)
        if self.judges_facilities:
            tables |= {name: written(getattr(self, name)) for name in RULE_TABLES}
        return {each.name: tables[each.name] for each in fields(self) if each.name in tables}

    def to_toml(self, path: str | Path | None = None) -> str:
        """Return the policy as the text of a policy file, which reads back to an equal one.

        Parameters
        ----------
        path : str or Path, optional
            Where it is written too, in UTF-8; a file there is replaced.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        text = toml_text(self.to_dict())
        if path is not None:
            write_whole(Path(path), text, force=True)
        return text

    def diff(self, other: Policy) -> pd.DataFrame:
        """Return the settings in which two policies differ.

        Returns
        -------
        DataFrame
            RangeIndex; columns ``setting`` (string, the dotted name), ``this`` and ``other``
            (object: the values as a file has them, None where one has no such setting).
        """
        import pandas as pd  # noqa: PLC0415 (a policy itself needs none)

        of_kind(other, Policy, "other", _OTHER)
        ours, theirs = flat(self.to_dict()), flat(other.to_dict())
        keys = [k for k in dict.fromkeys((*ours, *theirs)) if ours.get(k) != theirs.get(k)]
        return pd.DataFrame(
            {
                "setting": pd.Series(keys, dtype="string"),
                "this": pd.Series([ours.get(k) for k in keys], dtype=object),
                "other": pd.Series([theirs.get(k) for k in keys], dtype=object),
            }
        )

    def __repr__(self) -> str:
        """Return name and prefecture, and what is asked most."""
        told = [f"prefecture={self.prefecture!r}"]
        settings = flat(self.to_dict())
        times = [k for k in settings if k.endswith(".threshold_min")]
        if self.judges_facilities:
            short = {k: "threshold_min" if len(times) == 1 else k for k in times}
            told += [f"{short[k]}={settings[k]:g}" for k in times]
            told.append(f"radius_m={self.radius_m}")
        if self.result:
            told.append(f"result={[_clipped(r.id) for r in self.result[:_RESULTS_SHOWN]]}")
        return f"Policy({_clipped(self.name)!r}, {', '.join(told)}, ...)"

    def _repr_html_(self) -> str:
        """Return the settings as a table, for notebooks."""
        from spots.telling.html_tables import html_of  # noqa: PLC0415 - numpy is slow

        settings = flat(self.to_dict()).items()
        return html_of(self.title.ja, ((key, _shown(value)) for key, value in settings))

    # --- what it asks for

    @property
    def judges_facilities(self) -> bool:
        """Whether facilities are judged by ``[rule]``."""
        return self.rule != NO_RULE

    @property
    def needs_candidates(self) -> bool:
        """Whether institutions themselves are judged, not only looked at from elsewhere."""
        return self.judges_facilities or any(s.unit is UnitKind.FACILITY for s in self.select)

    @property
    def needs_areas(self) -> bool:
        """Whether medical areas matter: their class, their index, or their ground."""
        return self.needs_index or any(
            s.unit is UnitKind.MEDICAL_AREA or any(c.area for c in s.conditions())
            for s in self.select
        )

    @property
    def needs_index(self) -> bool:
        """Whether the class or the index of medical areas matters."""
        by_rule = self.judges_facilities and bool(self.scope.moot_area_classes)
        cuts = (*self.circle.cut, *(c for r in self.result for c in r.cut))
        asked = (c for s in self.select for c in s.conditions())
        return (
            by_rule
            or Cut.SHORTAGE_AREAS in cuts
            or any(r.moot for r in self.result)
            or any(c.area_class or c.index for c in asked)
        )

    @property
    def selects_by_road(self) -> bool:
        """Whether a selection asks for a drive, so that a road network is needed."""
        return any(s.needs_roads for s in self.select)

    @property
    def needs_people(self) -> bool:
        """Whether a selection asks for the population."""
        return any(s.needs_people for s in self.select)

    @property
    def criteria(self) -> tuple[tuple[int, CriterionKind], ...]:
        """Criteria by ascending number, those that the rule names.

        The others are not judged: leaving a number out of the rule switches a criterion off.
        """
        used = self.rule.numbers()
        return tuple((n, self.criterion[str(n)]) for n in sorted(used) if str(n) in self.criterion)

    def over(self, facts: Facts) -> PolicyFacts:
        """Return `facts` with what this policy, and no other, says of them."""
        return PolicyFacts(
            facilities=facts.facilities,
            places=facts.places,
            lists=facts.lists,
            roads=facts.roads,
            named_lists=facts.named_lists,
            regions=facts.regions,
            not_given=facts.not_given,
            straight=facts.straight,
            not_measured=facts.not_measured,
            cut_off=facts.cut_off,
            memory=facts.memory,
            prefecture=self.policy.prefecture,
            radius_m=self.circle.radius_m,
            travel=self.travel,
        )


def _hold(policy: Policy, tables: PolicyTables) -> None:
    """Put checked tables into a policy that is just being made."""
    for each in fields(tables):
        object.__setattr__(policy, each.name, frozen(getattr(tables, each.name)))


_LONGEST = 40  # of a name in a line
_TABLES = Text(
    "`Policy.to_dict()` のような辞書を渡してください", "give a dict, as Policy.to_dict() has it"
)
_OTHER = Text(
    '`Policy.preset("…")` などの Policy を渡してください',
    'give a Policy, such as Policy.preset("kumamoto")',
)
_RESULTS_SHOWN = 5


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _shown(value: object) -> object:
    return ", ".join(map(str, value)) or "[]" if isinstance(value, list) else value
