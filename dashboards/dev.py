"""The app for who works on it: the demo's logins, on this machine alone, anew when a file of its code changes."""

import threading
from dataclasses import replace

from werkzeug._reloader import StatReloaderLoop, reloader_loops
from werkzeug.serving import is_running_from_reloader, run_simple

from dashboards.app import LOOPBACK, create_app, get_ready
from etl.machine.process import check_port
from etl.settings import CHECKOUT, Settings
from etl.store.warehouse import Warehouse

#: What is read beside the Python, which the reloader finds by itself.
WATCHED = ("dashboards/assets/**/[!.]*.*", "dashboards/templates/[!.]*.*", "sql/**/[!.]*.sql")


def watched() -> set[str]:
    """The files that there are of these."""
    return {str(file) for pattern in WATCHED for file in CHECKOUT.glob(pattern)}


class Watch(StatReloaderLoop):
    """The reloader that asks when files changed, and takes one that comes or goes for a change, too."""

    name = "watch"

    def run_step(self) -> None:
        """Look once."""
        if others := self.extra_files ^ watched():
            self.trigger_reload(min(others))
        super().run_step()


reloader_loops[Watch.name] = Watch


def serve(settings: Settings) -> None:
    """Serve the app until Ctrl-C. A first process only watches; a second serves, and is replaced at every change.

    Raises:
        PortTaken: another program listens at the app's port.
    """
    settings = replace(settings, demo=True, proxies=0)
    warehouse = Warehouse.open(settings)
    if is_running_from_reloader():
        threading.Thread(target=get_ready, args=(settings, warehouse), name="get-ready", daemon=True).start()
    else:
        check_port(settings.app_port, "the app", "OVERTONE_APP_PORT")
    run_simple(
        LOOPBACK,
        settings.app_port,
        create_app(settings, warehouse).server,
        threaded=True,
        use_reloader=True,
        reloader_type=Watch.name,
        extra_files=watched(),
    )
