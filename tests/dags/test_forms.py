"""The forms people fill: one sent as it stands is taken, and what may stay empty is not demanded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.airflow


def forms() -> Iterator[tuple[str, str, Any]]:
    """Each field people are asked for, by DAG (or gate) and name."""
    from airflow.dag_processing.dagbag import DagBag

    from inspection.settings import REPOSITORY

    bag = DagBag(dag_folder=str(REPOSITORY / "dags"))
    assert not bag.import_errors
    for dag in bag.dags.values():
        for owner, params in ((dag.dag_id, dag.params), *((task.task_id, task.params) for task in dag.tasks)):
            for name in params:
                yield owner, name, params.get_param(name)


def test_every_field_left_as_it_stands_is_taken(airflow_metadata: Path) -> None:
    found = list(forms())
    assert {name for _, name, _ in found} >= {"first_day", "opened_by", "remark", "decided_on", "on"}
    for owner, name, param in found:
        if name == "window_id":  # nothing can be opened without one, and the page says so
            assert param.schema["minLength"] == 1
            continue
        param.resolve()  # raises where the value shown would be refused
        kinds = param.schema["type"] if isinstance(param.schema["type"], list) else [param.schema["type"]]
        # Airflow's page demands a text of everything that may not be null, however empty its default is
        assert param.value not in ("", []), f"{owner}.{name} shows an empty value that may not stay empty"
        assert (param.value is None) == ("null" in kinds), f"{owner}.{name}"
