"""What a mail address of the office's people looks like."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[a-z0-9._%+'-]+@(?P<domain>[a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.ASCII)
"""One address in small letters (RFC 5321 as agencies use it); what stands behind the @ is its group `domain`."""
