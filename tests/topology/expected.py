"""What must be so of each service, whatever the compose file says: who it is, what it holds, and whom it reaches.

Written by hand from the manual and decisions 0004, 0031 and 0035, and never read from the compose file.
"""

from __future__ import annotations

OFFICE_USER = 50000
USERS = {
    "postgres": 999, "domain-grants": 999, "redis": 999, "samba": 50001, "mail": 50002,
}  # fmt: skip
# everything else is the office's own

DATABASES = {"postgres", "redis"}
# what keeps Airflow going, and what runs or reads our DAG files
CORE = {"airflow-migrate", "airflow-account", "api-server", "scheduler", "triggerer"}
AIRFLOW = CORE | {"dag-processor", "worker"}
HOUSE = {"domain-migrate", "domain-grants", "sender", "portal", "backup", "restore"}
DEMO = {"samba", "mail"}
ALL = DATABASES | AIRFLOW | HOUSE | DEMO | {"keys"}
LASTING = {
    "postgres", "redis", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "sender", "portal", "samba",
    "mail",
}  # fmt: skip

# who meets whom, by network; whoever is in `doors` or `office` reaches the world, nobody else does
MEETING = {
    "data": DATABASES | AIRFLOW | HOUSE,
    "doors": {"api-server", "portal"},
    "office": {"worker", "portal", "samba", "mail"},
}
OUTWARD = MEETING["doors"] | MEETING["office"]
PUBLISHED = {"api-server": {8080: 8080}, "portal": {8601: 8601}}
LISTENING = {
    "postgres": 5432, "redis": 6379, "api-server": 8080, "portal": 8601, "samba": 1445, "mail": 8025,
}  # fmt: skip

_AIRFLOW_SECRETS = {
    "airflow_database_url", "airflow_fernet_key", "airflow_jwt_secret", "airflow_api_secret", "celery_broker_url",
    "celery_result_backend",
}  # fmt: skip
_HOUSE_SECRETS = {"domain_database_url", "inspection_secret_key", "smtp_url"}
SECRETS = {
    "postgres": {"postgres_password", "airflow_db_password", "owner_db_password", "office_db_password"},
    "redis": {"redis_password"},
    **dict.fromkeys(CORE, _AIRFLOW_SECRETS),
    "airflow-account": _AIRFLOW_SECRETS | {"airflow_sender_password"},
    "dag-processor": _AIRFLOW_SECRETS | _HOUSE_SECRETS,
    "worker": _AIRFLOW_SECRETS | _HOUSE_SECRETS | {"imap_url"},
    "domain-migrate": _HOUSE_SECRETS | {"domain_owner_url"},
    "domain-grants": {"owner_db_password"},
    "sender": _HOUSE_SECRETS | {"airflow_sender_password"},
    "portal": _HOUSE_SECRETS,
    "backup": _HOUSE_SECRETS,
    "restore": {"domain_owner_url", "inspection_secret_key", "smtp_url"},
    "keys": {"inspection_secret_key", "airflow_fernet_key"},
    "samba": {"demo_smb_password"},
    "mail": set(),
}

# made without content: what an agency may set and need not
EMPTY_SECRETS = {"imap_url"}

_HOME = {"/var/lib/inspection": "inspection-home", "/var/lib/inspection/drop": "inspection-drop"}
_LOGS = {"/var/log/airflow": "airflow-logs"}
# folders that outlive a container, by place: what is laid there by one is found there by all that name the same
KEPT = {
    **dict.fromkeys(CORE, _LOGS),
    **dict.fromkeys(AIRFLOW - CORE, _LOGS | _HOME),
    **dict.fromkeys(("sender", "portal"), _HOME),
    "postgres": {"/var/lib/postgresql/data": "postgres-data"},
    "redis": {"/data": "redis-data"},
    "samba": {"/srv/share": "demo-share"},
    "mail": {"/var/mail/sink": "demo-mail"},
    "restore": _HOME,
}
READ_ONLY = {
    **dict.fromkeys((AIRFLOW - CORE) | {"sender", "portal"}, frozenset({"/etc/inspection/rules"})),
    "backup": {"/var/lib/inspection", "/var/lib/inspection/drop", "/etc/inspection/rules"},
    "restore": {"/backup"},
    "postgres": {"/docker-entrypoint-initdb.d/10-roles.sh"},
    "domain-grants": {"/grants.sql"},
}
# gone with the container
_OFFICE_FLEETING = frozenset({"/tmp", "/run/airflow", "/home/office"})
FLEETING = {
    **dict.fromkeys(AIRFLOW | (HOUSE - {"domain-grants"}) | {"keys"}, _OFFICE_FLEETING),
    "postgres": {"/tmp", "/var/run/postgresql"},
    "redis": {"/run/redis"},
    "samba": {"/tmp", "/run/samba", "/run/lock", "/var/log/samba"},
    "mail": {"/tmp"},
}
QUEUES = {"default", "crawl"}
