"""The only file of ours that Airflow loads as a plugin; light, because every process loads it."""

from airflow.plugins_manager import AirflowPlugin


class InspectionPlugin(AirflowPlugin):
    """Names the product in Airflow, and adds nothing to it."""

    name = "inspection"
