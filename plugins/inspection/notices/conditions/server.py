"""A file server is on record as not read by a campaign under way."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.notices.condition import Condition, Depends, Reader
from inspection.notices.unread_servers import servers_of


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    if reader.campaign_id is None:
        return False
    return any(one.away for one in servers_of(session, reader.campaign_id) if one.host == depends.id)


CONDITION = Condition("server", _holds)


def while_unread(host: str) -> Depends:
    """While shares of a file server are on record as not read by the notice's campaign."""
    return CONDITION.on(host)
