"""The inspection of official secrets: what a campaign is, told room by room.

assess -> plan -> approve -> crawl and collect -> triage -> findings -> reports -> fixes -> escalation.
`docs/architecture.md` is the map of the rooms; this package never imports Airflow.
"""

__version__ = "0.2.0"
