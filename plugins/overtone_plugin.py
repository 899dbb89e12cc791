"""Put a link to Overtone's status page into Airflow's menu, and our door before its pages.

A link only: a page of our own inside Airflow would be a route that is open to anyone who reaches the port.
"""

from airflow.plugins_manager import AirflowPlugin

from etl.settings import Settings
from plugins.door import Door


class OvertonePlugin(AirflowPlugin):
    """The menu entry, and the door."""

    name = "overtone"
    external_views = [  # noqa: RUF012  (Airflow's own declaration is a plain list)
        {
            "name": "Overtone",
            "href": f"http://127.0.0.1:{Settings.from_env().app_port}/status",
            "destination": "nav",
        }
    ]
    fastapi_root_middlewares = [{"name": "door", "middleware": Door}]  # noqa: RUF012
