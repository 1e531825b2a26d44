"""The sender: a small process beside Airflow that lets parked tasks go on. It holds the service account's password.

It is a loop of rounds and nothing else. What fails in a round is logged and tried in the next one; that it works stands
in the table of stages, where the operators' watch misses it (`operations.runs`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from inspection import clock
from inspection.audit import chain, head
from inspection.campaigns.airflow_answers import AirflowAnswers, is_configured
from inspection.campaigns.lost_answers import LostAnswers
from inspection.campaigns.releases import Releases
from inspection.errors import BadSource, InspectionError
from inspection.language import speak
from inspection.operations.runs import SENDER
from inspection.store.runs import note
from inspection.store.session import session_scope

LOG = logging.getLogger(__name__)
ROUND_SECONDS = 10.0
NOTED_EVERY = timedelta(minutes=10)
SEALED_EVERY = timedelta(minutes=1)
"""An event that is not sealed yet can be taken away unseen: for a minute here, for an hour where no sender runs."""


def send(*, seconds: Callable[[], float], pause: Callable[[float], bool], alive: Path | None = None) -> None:
    """Makes rounds until `pause` says that it is time to end. `alive` is a file touched at each, for a health check.

    Raises BadSource where no service account is set.
    """
    if not is_configured():
        raise BadSource(
            speak("未設定 Airflow 服務帳號", "no service account of Airflow is set"),
            remedy=speak(
                "請設定 INSPECTION_AIRFLOW_URL、INSPECTION_AIRFLOW_USER 及 INSPECTION_AIRFLOW_PASSWORD_FILE",
                "give INSPECTION_AIRFLOW_URL, INSPECTION_AIRFLOW_USER and INSPECTION_AIRFLOW_PASSWORD_FILE",
            ),
        )
    noted: float | None = None
    sealed: float | None = None
    with AirflowAnswers() as airflow:
        releases = Releases(session_scope, airflow, seconds)
        lost = LostAnswers(session_scope, airflow, seconds)
        while True:
            if alive is not None:
                alive.touch()
            well = _round(releases) and _carry_out(lost)
            now = seconds()
            if well and (noted is None or now - noted >= NOTED_EVERY.total_seconds()):
                noted = now if _note(clock.now()) else noted
            if sealed is None or now - sealed >= SEALED_EVERY.total_seconds():
                sealed = now
                _seal(clock.now())
            if pause(releases.rest(ROUND_SECONDS)):
                return


def _round(releases: Releases) -> bool:
    """One round; False where it could not be made, with the reason in the log."""
    try:
        released = releases.round(at=clock.now())
    except InspectionError as error:
        LOG.error(str(error))
        return False
    if released:
        LOG.info(speak("已放行 %d 項", "released %d"), released)
    return True


def _carry_out(lost: LostAnswers) -> bool:
    """Carries out what people answered and no task could; False where that could not be looked at."""
    try:
        taken = lost.carry_out(at=clock.now())
    except InspectionError as error:
        LOG.error(str(error))
        return False
    if taken:
        LOG.info(speak("已補行 %d 項 Airflow 作答", "carried out %d answers given in Airflow"), taken)
    return True


def _seal(at: datetime) -> None:
    """Seals what happened since; a fault of the chain is told by the hourly task that looks through it."""
    try:
        with session_scope(read_only=True) as session:
            if not chain.waits(session):
                return
        with session_scope() as session:
            chain.seal(session, at=at, late=True)
        with session_scope(read_only=True) as session:
            head.remember(session)
    except InspectionError as error:
        LOG.error(str(error))


def _note(at: datetime) -> bool:
    try:
        with session_scope() as session:
            note(session, stage=SENDER, campaign_id=None, door="cli:sender", counts={}, at=at)
    except InspectionError as error:
        LOG.error(str(error))
        return False
    return True
