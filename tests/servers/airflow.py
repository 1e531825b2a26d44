"""Airflow's metadata database for tests that run DAGs inside the test process, without any service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path


def point_airflow_at(home: Path, *, repository: Path, environment: MutableMapping[str, str]) -> None:
    """Gives Airflow a home of its own and this repository's DAGs and plugins.

    Must happen before anything imports `airflow`, which reads the environment and makes its home at import time.
    """
    for name in [name for name in environment if name.startswith("AIRFLOW")]:
        del environment[name]
    environment.update(
        {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(repository / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(repository / "plugins"),
            "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Taipei",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        }
    )


def migrate_metadata() -> Path:
    """Brings the metadata database of the home in the environment to Airflow's newest shape; about 7 s."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return Path(os.environ["AIRFLOW_HOME"]) / "airflow.db"
