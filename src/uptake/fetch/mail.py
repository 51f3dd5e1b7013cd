"""Alerts by mail: plain text over a connection that is safe before a password or a word of it travels."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from uptake.errors import WrongUsage
from uptake.fetch.channel import NotTold, secret_of, trust
from uptake.fetch.transport import LOOPBACK
from uptake.settings.sending import Mail

TABLE = "alerts.mail"


class Letterbox:
    """A session with the mail server."""

    def __init__(self, server: smtplib.SMTP, mail: Mail) -> None:
        self._server, self._mail = server, mail

    def put(self, subject: str, text: str, reference: str) -> None:
        """Hand over one mail. `reference`: what mails of one alert share, so that programs show them together.

        Raises:
            NotTold: the server does not take it.
        """
        letter = EmailMessage()
        domain = self._mail.sender.rpartition("@")[2]
        letter["Subject"], letter["From"], letter["To"] = subject, self._mail.sender, ", ".join(self._mail.recipients)
        letter["Date"], letter["Message-ID"] = formatdate(), make_msgid(domain=domain)
        letter["References"] = f"<{reference}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        with _in_our_words():
            refused = self._server.send_message(letter)
        if refused:
            raise NotTold(f"the mail server refuses {len(refused)} of {len(self._mail.recipients)} recipients")


@contextlib.contextmanager
def opened(mail: Mail, timeout: float) -> Iterator[Letterbox]:
    """A session, signed in where the settings say so.

    Raises:
        NotTold: there is no safe connection, or the server does not let us in.
        WrongUsage: the settings cannot be used.
    """
    checked(mail)
    password = secret_of(mail.password, mail.password_file, TABLE, "password")
    context = trust(mail.ca_file, TABLE)
    with _in_our_words():
        if mail.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=timeout)
    try:
        with _in_our_words():
            if mail.security == "starttls":
                server.starttls(context=context)
            if mail.user:
                server.login(mail.user, password)
            server.noop()
        yield Letterbox(server, mail)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def checked(mail: Mail) -> None:
    """Refuse settings under which a mail could not be sent, or would travel in the open.

    Raises:
        WrongUsage: it names the key.
    """
    if mail.security == "none" and mail.host not in LOOPBACK:
        raise WrongUsage(
            "`security` of [alerts.mail] cannot be used",
            why="mails would travel in the open",
            next_step="Set starttls or tls; none is for a relay on this machine",
        )
    for key, given in (("sender", (mail.sender,)), ("recipients", mail.recipients)):
        if not given or not all(_is_address(one) for one in given):
            raise WrongUsage(f"`{key}` of [alerts.mail] cannot be used", next_step="Write it as team@example.org")


def _is_address(text: str) -> bool:
    name, mark, domain = text.rpartition("@")
    return bool(mark and name and domain) and text.isascii() and text.isprintable() and not set(text) & set(' ,;<>"')


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    """What the library raises, without what the server said: its answers may hold addresses."""
    try:
        yield
    except smtplib.SMTPNotSupportedError:
        raise NotTold("the mail server offers no safe connection, or no way to sign in") from None
    except smtplib.SMTPAuthenticationError:
        raise NotTold("the mail server refuses the name or the password") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotTold("the mail server refuses every recipient") from None
    except smtplib.SMTPResponseException as error:
        raise NotTold(f"the mail server answers {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # The library words a time-out while it reads as a connection that was closed.
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            raise NotTold("the mail server took too long to answer") from None
        raise NotTold("no safe connection to the mail server could be made") from None
