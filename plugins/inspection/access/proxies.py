"""The reverse proxies before the portal: whose word on where a visitor comes from is believed, and nobody else's."""

from __future__ import annotations

from ipaddress import ip_network

from inspection import settings
from inspection.errors import BadSource
from inspection.language import speak


def believed() -> tuple[str, ...]:
    """Each an address or a network, as the settings name them; raises BadSource for what is neither, or everybody."""
    found = tuple(one.strip() for one in settings.get().portal_proxies.split(",") if one.strip())
    for one in found:
        try:
            everybody = ip_network(one).prefixlen == 0
        except ValueError:
            everybody = True
        if everybody:
            raise BadSource(
                speak(
                    f"INSPECTION_PORTAL_PROXIES 之 {one!r} 不是位址或網段",
                    f"{one!r} in INSPECTION_PORTAL_PROXIES is no address or network",
                ),
                remedy=speak("例如 127.0.0.1,172.30.86.1", "give for example 127.0.0.1,172.30.86.1"),
            )
    return found
