"""`helpline ui`: Dagster's web server and daemon of one warehouse, on loopback, once at a time.

What they show and start stands in `pipelines.definitions`; on a server the units in `deploy/` start
both instead.
"""

import fcntl
import os
import signal
import socket
import sys

import dagster as dg

from pipelines.errors import CannotRun
from pipelines.guard import end_dead_runs
from pipelines.night import prepare_dagster_home
from pipelines.settings import PROJECT, Settings
from pipelines.writer import current_writer

LOOPBACK = "127.0.0.1"


def serve_ui(settings: Settings, port: int) -> None:
    """Replace this process by Dagster's web server and daemon.

    Raises:
        CannotRun: they run already for this warehouse, or the port is taken.
    """
    prepare_dagster_home(settings)
    refuse_taken_port(port)
    hold_place(settings)
    if current_writer(settings) is None:
        with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
            end_dead_runs(instance)
    os.chdir(PROJECT)
    os.environ["HELPLINE_HOME"] = str(settings.home)
    # A shell that starts this in the background lets it ignore interrupts, and by an interrupt
    # Dagster stops its processes.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", "workspace.yaml"]
    os.execv(sys.executable, [*command, "--host", LOOPBACK, "--port", str(port)])  # noqa: S606 - our own words


def refuse_taken_port(port: int) -> None:
    """Dagster would silently take another port, and nobody would find it.

    Raises:
        CannotRun: something listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} of this machine is taken. Does the UI run already? See "
                f"http://{LOOPBACK}:{port}, or choose another one: helpline ui --port {port + 1}."
            ) from error


def hold_place(settings: Settings) -> None:
    """Hold a lock as long as this process and the one that replaces it live.

    Two daemons of one warehouse would both start the night.

    Raises:
        CannotRun: another UI of this warehouse, or its unit in `deploy/`, holds it.
    """
    place = os.open(settings.dagster_home / "ui.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(place)
        raise CannotRun(
            "The daemon of this warehouse runs already: of its service, or of a UI on another "
            "port. A second one would start every night twice. Use that UI, or stop it first."
        ) from None
    os.set_inheritable(place, True)
