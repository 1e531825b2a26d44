"""Airflow executes every file under plugins/ by its bare name unless told not to; ours tells it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
_PROGRAM = """
import json, sys
from airflow.sdk import plugins_manager as for_tasks
from airflow import plugins_manager as for_services
_, errors_for_tasks = for_tasks._get_plugins()
for_services.ensure_plugins_loaded()
folder = sys.argv[1]
# what lies directly in the folder, or is imported by its full name, is as it should be
astray = sorted(
    name for name, module in sys.modules.items()
    if "." not in name and (getattr(module, "__file__", None) or "").startswith(folder + "/inspection/")
    and name != "inspection"
)
print(json.dumps({"astray": astray, "errors": {**errors_for_tasks, **for_services.get_import_errors()}}))
"""


def _loaded_by_airflow(folder: Path, home: Path) -> dict[str, object]:
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "INSPECTION_PROFILE": "test",
        "INSPECTION_HOME": str(home),
    }
    outcome = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)], capture_output=True, text=True, check=True, env=environment
    )
    found = json.loads(outcome.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_airflow_executes_nothing_of_the_package_under_a_bare_name(tmp_path: Path) -> None:
    assert _loaded_by_airflow(PLUGINS, tmp_path / "home") == {"astray": [], "errors": {}}


def test_without_the_ignore_file_airflow_would(tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    (folder / "inspection").mkdir(parents=True)
    for name in ("clock.py", "settings.py", "errors.py", "__init__.py"):
        shutil.copy(PLUGINS / "inspection" / name, folder / "inspection" / name)
    loaded = _loaded_by_airflow(folder, tmp_path / "home")
    astray = loaded["astray"]
    assert isinstance(astray, list)
    assert {"clock", "settings"} <= set(astray)

    shutil.copy(PLUGINS / ".airflowignore", folder / ".airflowignore")
    assert _loaded_by_airflow(folder, tmp_path / "home")["astray"] == []


def test_only_the_one_plugin_file_lies_open() -> None:
    assert {path.name for path in PLUGINS.glob("*.py")} <= {"inspection_plugin.py"}
