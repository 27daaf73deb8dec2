"""What is told to people when a night stops: one line in the journal, and a message if configured.

The line names checks, steps and counts; it never holds a value of a record, because the messages
of `pipelines.errors` never do.
"""

import json
import smtplib
import urllib.request
from email.message import EmailMessage
from http.client import HTTPException

from pipelines.errors import WrongUse
from pipelines.journal import note
from pipelines.room import DISK_FULL
from pipelines.settings import Settings

LONGEST = 600
PATIENCE_S = 10


def raise_alarm(settings: Settings, text: str) -> None:
    """Write the line, then post or mail it; what cannot be sent is written down too.

    Raises nothing: the night has its own reason to stop, which must not be hidden by another.
    """
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    if line != DISK_FULL:  # the last bytes are for what is said on the screen
        note(settings, f"stopped: {line}")
    for name, send in (("webhook", post), ("mail", mail)):
        try:
            send(settings, line)
        except WrongUse as error:
            note(settings, f"alarm: {error}")
        except (OSError, ValueError, HTTPException, smtplib.SMTPException) as error:
            note(settings, f"alarm: the {name} could not be reached ({type(error).__name__})")


def post(settings: Settings, line: str) -> None:
    """Post `{"text": line}`, which chat systems take, if HELPLINE_ALARM_WEBHOOK is set.

    Raises:
        WrongUse: it is no web address. OSError: nobody answers there.
    """
    address = settings.alarm_webhook
    if address is None:
        return
    if not address.startswith(("https://", "http://")):
        raise WrongUse("HELPLINE_ALARM_WEBHOOK is no web address (https://…).")
    request = urllib.request.Request(  # noqa: S310 - its scheme was just looked at
        address,
        data=json.dumps({"text": f"helpline: {line}"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S):  # noqa: S310 - the same address
        pass


def mail(settings: Settings, line: str) -> None:
    """Mail the line if HELPLINE_ALARM_MAIL is set.

    Raises:
        OSError, smtplib.SMTPException: HELPLINE_ALARM_SMTP does not take it.
    """
    if settings.alarm_mail is None:
        return
    message = EmailMessage()
    message["Subject"] = "helpline: the night stopped"
    message["From"] = message["To"] = settings.alarm_mail
    message.set_content(line)
    host, _, port = settings.alarm_smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=PATIENCE_S) as server:
        server.send_message(message)
