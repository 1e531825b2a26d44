"""The compose file keeps the rules of the house: valid, hardened, watched, pinned, and without a secret in it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import runpy
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
import yaml

from inspection.checklists import proof_reading
from inspection.crawling import rapidocr, tesseract
from inspection.portal import threads
from inspection.roster.importing import KEY_OF
from inspection.sandbox.pool import PoolLimits
from inspection.store import migrate
from servers.postgres import PostgresServer
from servers.process import ServerProcess, free_port
from servers.redis import RedisServer

REPOSITORY = Path(__file__).resolve().parents[2]
# the Compose Specification's own schema (Apache-2.0), as docker-compose 1.29.2 ships it
SCHEMA = json.loads((Path(__file__).parent / "compose_spec.json").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
LASTING = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}
# looked at and not imported: an Airflow that is set up before its tables are there finds none in the tests that follow
AIRFLOW = Path(str(importlib.util.find_spec("airflow").origin)).parent  # type: ignore[union-attr]
_ABOUT_CELERY = runpy.run_path(str(AIRFLOW / "providers" / "celery" / "get_provider_info.py"))
CELERY: dict[str, Any] = _ABOUT_CELERY["get_provider_info"]()
DEMO = {"samba", "mail"}
KEEPING = {"backup", "restore", "keys"}


def test_the_file_follows_the_compose_schema() -> None:
    jsonschema.Draft7Validator(SCHEMA).validate(COMPOSE)


def test_the_schema_refuses_what_compose_would_refuse() -> None:
    broken = {**COMPOSE, "services": {**SERVICES, "portal": {**SERVICES["portal"], "helthcheck": {}}}}
    with pytest.raises(jsonschema.ValidationError, match="helthcheck"):
        jsonschema.Draft7Validator(SCHEMA).validate(broken)


def test_all_parts_of_the_installation_are_there() -> None:
    airflow = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
    assert set(LASTING) == {"postgres", "redis", "portal", "sender", *airflow, *DEMO}
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["demo"]} == DEMO
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["keeping"]} == KEEPING


def test_backups_and_keys_are_made_with_no_more_than_they_need() -> None:
    folders = {name: [one for one in SERVICES[name]["volumes"] if "}" in one] for name in KEEPING}
    folders = {name: [one for one in found if "backup" in one or "keys" in one] for name, found in folders.items()}
    assert "inspection-home:/var/lib/inspection:ro" in SERVICES["backup"]["volumes"]
    assert SERVICES["keys"]["network_mode"] == "none"
    assert "domain_owner_url" not in SERVICES["backup"]["secrets"]
    assert folders["restore"] == [f"{folders['backup'][0]}:ro"]
    assert folders["keys"][0].rpartition(":")[0] != folders["backup"][0].rpartition(":")[0]
    assert all(SERVICES[name]["restart"] == "no" for name in KEEPING)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert str(service["user"]).split(":")[0] not in {"", "0", "root"}
    assert "privileged" not in service
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_to_a_version(name: str) -> None:
    assert re.search(r":\d+\.\d+(\.\d+)?(-bookworm)?$", SERVICES[name]["image"])


def test_images_we_build_on_are_pinned_to_a_version() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", DOCKERFILE, flags=re.MULTILINE))
    assert all(base in stages or re.search(r":\d+\.\d+", base) for base in bases)
    assert {service["build"]["target"] for name, service in SERVICES.items() if name in DEMO} <= stages
    assert bases[-1] == "office", "the last stage is what `build: .` makes"


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_is_watched(name: str) -> None:
    assert LASTING[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_the_databases_are_not_called_healthy_while_they_are_being_made() -> None:
    # the first start makes them with a server that answers on its socket alone
    asked = SERVICES["postgres"]["healthcheck"]["test"]
    assert asked[asked.index("--host") + 1] == "127.0.0.1"


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_environment(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(
            r"PASSWORD|SECRET|TOKEN|FERNET|_KEY|DATABASE_URL|(?:SMTP|IMAP)_URL|BROKER|BACKEND|ALCHEMY", variable
        ):
            assert variable.endswith(("_FILE", "_CMD")), variable
            assert "/run/secrets/" in str(value)
        assert not re.search(r"://[^/@\s]*:[^/@\s]*@", str(value))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reads_only_the_secrets_it_was_given(name: str) -> None:
    told = set(re.findall(r"/run/secrets/(\w+)", json.dumps(SERVICES[name])))
    given = set(SERVICES[name].get("secrets", []))
    assert told <= given
    assert given <= set(COMPOSE["secrets"])


CORE = ("airflow-migrate", "airflow-account", "api-server", "scheduler", "triggerer")
"""What keeps Airflow going and runs no line of a DAG file."""
NAMES_OF_OURS = {
    "airflow-account": {"INSPECTION_AIRFLOW_USER", "INSPECTION_AIRFLOW_PASSWORD_FILE"},
    "api-server": {"INSPECTION_PORTAL_URL"},  # where the link of a task leads to
}
OURS = [one for one in LASTING if LASTING[one]["image"].startswith("inspection:") and one not in CORE]


@pytest.mark.parametrize("name", OURS)
def test_whoever_makes_or_reads_a_document_has_the_one_folder_of_them(name: str) -> None:
    told = SERVICES[name]["environment"]
    assert {f"inspection-home:{told['INSPECTION_HOME']}"} <= set(SERVICES[name]["volumes"])
    inside = [volume.removesuffix(":ro").rpartition(":")[2] for volume in SERVICES[name]["volumes"]]
    assert {told["INSPECTION_RULES_DIR"], f"{told['INSPECTION_HOME']}/drop"} <= set(inside)
    assert f"install -d {told['INSPECTION_RULES_DIR']}" in DOCKERFILE, "where none is mounted there is an empty one"
    assert COMPOSE["volumes"]["inspection-home"] == {}, "a named volume, one for all"


@pytest.mark.parametrize("name", CORE)
def test_what_runs_no_dag_is_given_no_secret_and_no_folder_of_the_house(name: str) -> None:
    service = SERVICES[name]
    told = {one for one in service["environment"] if one.startswith("INSPECTION_")}
    assert told == NAMES_OF_OURS.get(name, set())
    house = {"domain_database_url", "domain_owner_url", "inspection_secret_key", "smtp_url", "imap_url"}
    assert set(service["secrets"]) & house == set()
    assert service["volumes"] == ["airflow-logs:/var/log/airflow"]


# AIRFLOW__SECTION__OPTION: what Airflow's own description of its settings and its providers' calls sensitive
SENSITIVE = {
    f"AIRFLOW__{section.upper()}__{option.upper()}"
    for told in (yaml.safe_load((AIRFLOW / "config_templates" / "config.yml").read_text("utf-8")), CELERY["config"])
    for section, described in told.items()
    for option, meaning in described["options"].items()
    if meaning.get("sensitive")
}
# one for the whole installation, or another in each container: then no part would know what another has written
SHARED = {
    "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND",
}  # fmt: skip


@pytest.mark.parametrize("name", [*CORE, "dag-processor", "worker"])
def test_what_airflow_calls_sensitive_is_read_from_files_and_stands_in_no_environment(name: str) -> None:
    told = SERVICES[name]["environment"]
    assert SHARED <= SENSITIVE
    assert set(told) & SENSITIVE == set(), "a task, and `docker inspect`, would see it"
    by_command = {one: str(told[f"{one}_CMD"]) for one in SENSITIVE if f"{one}_CMD" in told}
    assert set(by_command) == SHARED
    read = {re.fullmatch(r"cat /run/secrets/(\w+)", command) for command in by_command.values()}
    assert {one[1] for one in read if one} <= set(SERVICES[name]["secrets"]) and None not in read


MIB = 1 << 20
# docs/benchmarks.md, MB: a worker at rest, what each task adds to it, LibreOffice at a paper; pages that were large
AT_REST, A_TASK, LIBREOFFICE, A_PORTAL = 449, 109, 400, 514


def _bytes(limit: str) -> int:
    """A limit as compose reads it; of `${NAME:-value}` the value."""
    told = re.fullmatch(r"(?:\$\{[A-Z_]+:-)?(\d+)([mg])\}?", limit)
    assert told is not None, limit
    return int(told[1]) * (MIB << (10 if told[2] == "g" else 0))


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_takes_the_whole_machine(name: str) -> None:
    service = SERVICES[name]
    assert 0 < _bytes(str(service["mem_limit"])) < 16 << 30, "the machine the manual asks for"
    assert 0 < int(service["pids_limit"]) <= 1024


def test_a_worker_holds_as_many_readers_as_it_has_tasks_each_up_to_its_wall() -> None:
    """So that a reader ends at its own wall, as an unread file, and never the worker with all it was doing."""
    tasks = int(COMPOSE["x-airflow-alone"]["AIRFLOW__CELERY__WORKER_CONCURRENCY"].split(":-")[1][:-1])
    recogniser = max(rapidocr.MEMORY_BYTES, tesseract.MEMORY_BYTES)  # one at a time: dags/recognise_pictures.py
    walls = tasks * max(PoolLimits().memory_bytes, proof_reading.MEMORY_BYTES) + recogniser
    needed = (AT_REST + tasks * A_TASK + LIBREOFFICE) * MIB + walls
    assert _bytes(SERVICES["worker"]["mem_limit"]) >= needed


def test_the_portal_holds_what_its_processes_may_look_at_at_once() -> None:
    processes = int(SERVICES["portal"]["environment"]["INSPECTION_PORTAL_WORKERS"].split(":-")[1][:-1])
    walls = max(PoolLimits().memory_bytes, proof_reading.MEMORY_BYTES)
    needed = processes * (A_PORTAL * MIB + threads.EXAMINING * walls)
    assert _bytes(SERVICES["portal"]["mem_limit"]) >= needed


def test_the_sender_alone_answers_in_airflow_and_reaches_it() -> None:
    named = "INSPECTION_AIRFLOW_PASSWORD_FILE"
    knowing = {name for name, service in SERVICES.items() if "airflow_sender_password" in service.get("secrets", [])}
    assert knowing == {name for name, service in SERVICES.items() if named in service.get("environment", {})}
    assert knowing == {"sender", "airflow-account"}
    sender, worker, api = SERVICES["sender"], SERVICES["worker"], SERVICES["api-server"]
    told = {sender["environment"][name] for name in ("INSPECTION_AIRFLOW_URL", "INSPECTION_AIRFLOW_USER")}
    known = {worker["environment"][name] for name in ("INSPECTION_AIRFLOW_URL", "INSPECTION_AIRFLOW_USER")}
    assert told == known, "a gate knows by the name that an answer only passes on what was decided"
    assert sender["environment"]["INSPECTION_AIRFLOW_URL"] == f"http://api-server:{api['command'][-1]}"
    assert set(sender["networks"]) & set(api["networks"])
    assert sender["networks"] == ["data"], "it speaks to nobody outside"


def test_the_account_may_answer_for_each_dag_of_campaigns_and_for_no_other() -> None:
    account = runpy.run_path(str(REPOSITORY / "docker" / "airflow_account.py"))
    files = {path.stem: path.read_text(encoding="utf-8") for path in (REPOSITORY / "dags").glob("*.py")}
    assert set(account["DAGS"]) == {name for name, text in files.items() if "tags=[CAMPAIGNS]" in text}
    assert {part for _, part in account["MAY"]} == {"HITL Detail", *(f"DAG:{dag}" for dag in account["DAGS"])}


def test_the_worker_serves_each_queue_a_task_may_be_put_into() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "dags").glob("*.py")]
    named = {name for text in texts for name in re.findall(r'^\w*QUEUE = "(\w+)"', text, flags=re.MULTILINE)}
    assert named == {"crawl"}
    command = SERVICES["worker"]["command"]
    assert set(command[command.index("--queues") + 1].split(",")) == {"default", *named}


def test_dag_files_that_do_not_change_are_not_read_twice_a_minute() -> None:
    interval = SERVICES["dag-processor"]["environment"]["AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL"]
    assert int(interval) >= 300
    assert "COPY dags " in DOCKERFILE
    mounted = [volume for service in SERVICES.values() for volume in service.get("volumes", []) if "dags" in volume]
    assert mounted == [], "a DAG file that is mounted may change at any time"


def test_the_scheduler_does_not_look_at_every_waiting_run_each_second() -> None:
    pause = float(SERVICES["scheduler"]["environment"]["AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME"])
    assert 5 <= pause <= 10, "a campaign that waits costs a look each round; a released one must go on within a minute"


def test_the_probe_of_a_worker_tells_one_that_answers_from_others(redis: RedisServer, tmp_path: Path) -> None:
    broker = tmp_path / "broker"
    broker.write_text(redis.url, encoding="ascii")
    node = f"celery@probe{os.getpid()}"
    probe = [sys.executable, str(REPOSITORY / "docker" / "worker-answers")]
    began = ["worker", "--hostname", node, "--pool", "solo", "--loglevel", "INFO", "--without-gossip"]

    def answers(where: Path, name: str) -> int:
        return subprocess.run([*probe, str(where), name], check=False, capture_output=True).returncode

    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "--broker", redis.url, *began]
    with ServerProcess(command, log=log) as worker:
        deadline = time.monotonic() + 60
        while " ready." not in log.read_text(encoding="utf-8") and time.monotonic() < deadline and worker.running:
            time.sleep(0.2)
        assert answers(broker, node) == 0, log.read_text(encoding="utf-8")
        assert answers(broker, "celery@another") == 1
    broker.write_text(f"redis://127.0.0.1:{free_port()}/0", encoding="ascii")
    assert answers(broker, node) == 1
    assert SERVICES["worker"]["healthcheck"]["test"] == ["CMD", "worker-answers", "/run/secrets/celery_broker_url"]


def test_the_portal_reaches_what_it_speaks_to_and_believes_the_proxy_alone() -> None:
    portal, mail = SERVICES["portal"], SERVICES["mail"]
    assert set(portal["networks"]) & set(mail["networks"]), "it sends sign-in codes itself"
    assert set(portal["networks"]) & set(SERVICES["postgres"]["networks"])
    reached = [name for name in portal["networks"] if not (COMPOSE["networks"][name] or {}).get("internal")]
    gateways = {
        str(next(ip_network(str(COMPOSE["networks"][name]["ipam"]["config"][0]["subnet"]).split(":-")[1][:-1]).hosts()))
        for name in reached
    }
    believed = re.fullmatch(
        r"\$\{INSPECTION_PORTAL_PROXIES:-(.+)\}", portal["environment"]["INSPECTION_PORTAL_PROXIES"]
    )
    assert believed is not None
    assert set(believed[1].split(",")) == gateways


def test_every_file_named_exists() -> None:
    binds = [volume for service in SERVICES.values() for volume in service.get("volumes", []) if volume[0] == "."]
    copies = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
        for source in line.split()[:-1]
        if not source.startswith("--")
    ]
    assert binds and copies
    for name in [volume.split(":")[0] for volume in binds] + copies:
        assert (REPOSITORY / name).exists(), name


def _make_secrets(folder: Path) -> dict[str, str]:
    subprocess.run([REPOSITORY / "docker" / "make-secrets", folder], check=True, capture_output=True)
    return {path.name: path.read_text(encoding="ascii") for path in folder.iterdir()}


def test_every_secret_is_made_at_random_once_and_kept(tmp_path: Path) -> None:
    first = _make_secrets(tmp_path / "one")
    assert set(first) == {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert (tmp_path / "one").stat().st_mode & 0o077 == 0
    assert _make_secrets(tmp_path / "one") == first
    other = _make_secrets(tmp_path / "two")
    assert {name for name in first if first[name] == other[name]} == {"smtp_url", "imap_url"}
    assert len(first["inspection_secret_key"]) >= 32


@pytest.fixture
def office_database(postgres: PostgresServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The databases as the container makes them at its first start; passwords by secret name."""
    made = _make_secrets(tmp_path / "secrets")
    environment = {
        **os.environ,
        "SECRETS": str(tmp_path / "secrets"),
        "POSTGRES_USER": "office",
        "PGHOST": postgres.host,
        "PGPORT": str(postgres.port),
        "PGPASSWORD": postgres.password,
    }
    subprocess.run(["bash", REPOSITORY / "docker" / "postgres-init.sh"], check=True, env=environment)
    yield made
    for database in ("airflow", "inspection"):
        postgres.drop_database(database)
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE airflow, inspection, inspection_owner")


DELETES = {
    "campaigns/amend.py": {"campaign_unit"},
    "documents/storage.py": {"document"},
    "projects/content.py": {"project_share"},
    "roster/importing.py": {one.__tablename__ for one in KEY_OF if not hasattr(one, "active")},
    "roster/moving.py": {"role_grant", "deputy"},
    "store/crawls.py": {"hit"},
    "store/retention.py": {"hit", "crawled_file", "crawl_folder", "stage_run"},
    "store/server_leases.py": {"server_turn"},
    "store/old_rows.py": {"stage_run", "sign_in_code", "portal_session", "daily_count"},
}
"""The tables each room takes rows from; whoever adds one adds it to docker/grants.sql."""


def test_rows_are_deleted_where_the_grants_say_and_nowhere_else() -> None:
    package = REPOSITORY / "plugins" / "inspection"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"(?:\bsession\.|\W)delete\(|DELETE FROM", path.read_text(encoding="utf-8"))
    }
    assert found == set(DELETES)


def test_the_office_s_role_deletes_only_where_the_program_does(
    postgres: PostgresServer, office_database: dict[str, str]
) -> None:
    owner = postgres.url("inspection", role="inspection_owner", password=office_database["owner_db_password"])
    migrate.upgrade(owner)
    with psycopg.connect(owner.replace("+psycopg", "")) as connection:
        # as an earlier set of grants left it
        connection.execute("GRANT DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO inspection")
        connection.execute((REPOSITORY / "docker" / "grants.sql").read_bytes())
        may = (
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND has_table_privilege('inspection', oid, %s)"
        )
        deletable = {name for (name,) in connection.execute(may, ("DELETE",))}
        emptied = {name for (name,) in connection.execute(may, ("TRUNCATE",))}
    assert deletable == set().union(*DELETES.values())
    assert emptied == set()


def test_the_office_s_role_adds_events_and_changes_none(
    postgres: PostgresServer, office_database: dict[str, str]
) -> None:
    owner = postgres.url("inspection", role="inspection_owner", password=office_database["owner_db_password"])
    migrate.upgrade(owner)
    grants = (REPOSITORY / "docker" / "grants.sql").read_bytes()
    with psycopg.connect(owner.replace("+psycopg", "")) as connection:
        connection.execute(grants)
    office = postgres.url("inspection", role="inspection", password=office_database["office_db_password"])
    with psycopg.connect(office.replace("+psycopg", ""), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
        assert connection.execute("UPDATE unit SET name = name").rowcount == 0
        allowed = "SELECT has_table_privilege('inspection', %s, 'INSERT')"
        assert connection.execute(allowed, ("event",)).fetchone() == (True,)
        for refused in (
            "UPDATE event SET id = id",
            "DELETE FROM event_seal",
            "TRUNCATE event",
            "DELETE FROM inspection_version",
            "DROP TABLE unit",
            "CREATE TABLE stray (n integer)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)
    elsewhere = postgres.url("airflow", role="inspection", password=office_database["office_db_password"])
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(elsewhere.replace("+psycopg", ""))


class _Airflow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
        if self.path == "/health":
            self.wfile.write(b'{"scheduler": {"status": "healthy"}, "triggerer": {"status": "unhealthy"}}')

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.mark.parametrize(
    ("path", "component", "status"),
    [
        ("/health", "", 0),
        ("/health", "scheduler", 0),
        ("/health", "triggerer", 1),
        ("/health", "dag_processor", 1),
        ("/elsewhere", "", 1),
    ],
)
def test_the_probe_tells_a_healthy_service_from_others(path: str, component: str, status: int) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Airflow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    command = [sys.executable, str(REPOSITORY / "docker" / "healthy"), url, *([component] if component else [])]
    try:
        assert subprocess.run(command, check=False, capture_output=True).returncode == status
    finally:
        server.shutdown()
        server.server_close()


def test_the_probe_finds_a_silent_port_unhealthy() -> None:
    command = [sys.executable, str(REPOSITORY / "docker" / "healthy"), "http://127.0.0.1:1/health"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1
