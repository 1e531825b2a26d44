"""File servers a campaign could not read: told to the operators once, and once more when they were read after all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection.notices.conditions.server import while_unread
from inspection.notices.outbox import Letter, write_all
from inspection.notices.unread_servers import CampaignServer, servers_of
from inspection.operations.runs import operators
from inspection.store import notices

MAY_COME_BACK = timedelta(minutes=20)
"""A listing is tried for ten minutes: of a server that answers again by then nobody is told."""


def away(session: Session) -> list[CampaignServer]:
    """The file servers on record as not read, of campaigns under way."""
    return [one for one in servers_of(session) if one.away]


def watch_servers(session: Session, *, at: datetime) -> dict[str, int]:
    """Tells the operators of each server a campaign could not read, once, and of its end where it was read after all;
    counts. A word that was not needed any more before it left is none: the next time is told."""
    found = servers_of(session)
    told = 0
    for server in found:
        before = notices.not_withdrawn(session, _prefix("unread", server))
        if server.away and not before:
            told += _tell_unread(session, server, at=at)
        elif server.is_read and before:
            told += _tell_read(session, server, {one.person_id for one in before if one.sent_at}, at=at)
    return {"servers_unread": sum(bool(one.away) for one in found), "servers_told": told}


def _tell_unread(session: Session, server: CampaignServer, *, at: datetime) -> int:
    values = {
        "campaign_number": server.campaign_id,
        "server": server.host,
        "share_count": len(server.away),
        "refused": server.refuses,
    }
    letters = [
        Letter(
            f"{_prefix('unread', server)}{at:%Y%m%dT%H%M}:{person.id}",
            "server_unread",
            person.id,
            values,
            server.campaign_id,
            still_wanted=while_unread(server.host),
            not_before=at + MAY_COME_BACK,
        )
        for person in operators(session, at=at)
    ]
    return write_all(session, letters, at=at)


def _tell_read(session: Session, server: CampaignServer, person_ids: set[str], *, at: datetime) -> int:
    values = {"campaign_number": server.campaign_id, "server": server.host}
    letters = [
        Letter(f"{_prefix('read', server)}{person}", "server_read", person, values, server.campaign_id)
        for person in sorted(person_ids)
    ]
    return write_all(session, letters, at=at)


def _prefix(what: str, server: CampaignServer) -> str:
    return f"server-{what}:{server.campaign_id}:{server.host}:"
