"""Postings of doctors, by pseudonymous key: where somebody served, from when to when, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from groundfloor.day_spans import DaySpan


class PostingStatus(StrEnum):
    """What a posting is."""

    WORK = "work"  # 勤務
    CLINICAL_TRAINING = "clinical_training"  # 臨床研修
    SPECIALTY_TRAINING = "specialty_training"  # 専門研修
    LEAVE = "leave"  # 休業・休暇
    STOP = "stop"  # 義務の中断


class LeaveReason(StrEnum):
    """Why somebody is on leave, or an obligation stands still."""

    BIRTH = "birth"  # 妊娠・出産
    CHILDCARE = "childcare"  # 育児
    ILLNESS = "illness"  # 傷病
    CARE = "care"  # 介護
    DISASTER = "disaster"  # 災害
    STUDY = "study"  # 大学院・留学
    ELSEWHERE = "elsewhere"  # 対象外の勤務
    SHORT = "short"  # 短期休暇
    OTHER = "other"  # その他


@dataclass(frozen=True, slots=True)
class Posting:
    """A row of the list of postings.

    Parameters
    ----------
    row : int
        One-based row, as a spreadsheet shows it.
    person : str
        Pseudonymous key. It goes into no message.
    institution : str
        As `InstitutionClasses` call it; may be empty for leave and stops.
    span : DaySpan
        Its days; without an end where it still goes on.
    hours : float or None
        Hours a week; None where the list has none.
    status : PostingStatus
        What it is.
    reason : str
        A `LeaveReason`; empty where the list has none.
    short_hours : bool
        Whether it is 短時間勤務 for childcare or care.
    open : bool
        Whether the list has no last day.
    """

    row: int
    person: str
    institution: str
    span: DaySpan
    hours: float | None
    status: PostingStatus
    reason: str = ""
    short_hours: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A person of whom postings are listed.

    Parameters
    ----------
    person : str
        Pseudonymous key. It goes into no message.
    cohort : str
        Id of the cohort in the programme.
    licensed : date or None
        Day of the licence; None where the list has none.
    """

    person: str
    cohort: str
    licensed: date | None = None
