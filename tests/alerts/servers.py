"""A real mail server and a real HTTP host on loopback, which misbehave when told to."""

from __future__ import annotations

import pathlib
import ssl
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "uptake-alerts", "correct horse battery"


class MailServer:
    """Takes mails over STARTTLS or TLS, from who signs in. `answer`: what it says to a mail instead of taking it."""

    def __init__(self, pem: pathlib.Path | None, *, tls: bool = False, sign_in: bool = True, port: int = 0) -> None:
        self.letters: list[str] = []
        self.signed_in: list[bool] = []
        self.answer = ""
        context = None
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
        self._controller = _Controller(self, context, tls=tls, sign_in=sign_in, port=port)
        self._controller.start()
        self.port = self._controller.server.sockets[0].getsockname()[1]

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - the library looks for this name
        self.signed_in.append(bool(session.authenticated))
        if self.answer:
            return self.answer
        self.letters.append(envelope.content.decode())
        return "250 OK"

    def subjects(self) -> list[str]:
        return [
            line.removeprefix("Subject: ").strip()
            for one in self.letters
            for line in _unfolded(one)
            if line.startswith("Subject: ")
        ]

    def stop(self) -> None:
        if self._controller.server is not None:
            self._controller.stop()


def _unfolded(letter: str) -> list[str]:
    return letter.replace("\r\n ", " ").split("\r\n")


class _Controller(Controller):
    def __init__(self, box: MailServer, context: ssl.SSLContext | None, *, tls: bool, sign_in: bool, port: int) -> None:
        self._context, self._tls, self._sign_in = context, tls, sign_in
        super().__init__(box, hostname="127.0.0.1", port=port, ssl_context=context if tls else None)

    def factory(self):
        with warnings.catch_warnings(
            action="ignore"
        ):  # it warns of a server that lets people sign in in the open, as is meant here
            return SMTP(
                self.handler, hostname="mail.example", tls_context=None if self._tls else self._context,
                require_starttls=self._context is not None and not self._tls, auth_required=self._sign_in, authenticator=_who,
                auth_require_tls=not self._tls and self._context is not None,
            )  # fmt: skip

    def _trigger_server(self) -> None:
        """The library connects once to see that it listens; port 0 is a number by now."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _who(_server, _session, _envelope, _mechanism, given) -> AuthResult:
    good = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good)


class Hook:
    """An HTTP host. `answers`: codes of the next answers; then 200."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers), body))
                code = outer.answers.pop(0) if outer.answers else 200
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?key=in-the-address"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
