"""A vendor on loopback: a real HTTP server with threads that speaks each interface, and misbehaves on command."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import ssl
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fetch import graphs, lists
from tests.fetch.answers import KEY, PAGE, SIGNATURE, Answer, Rows, Seen, Trick, as_json


class Vendor:
    """The data of a company, day by day, on a server. `tricks` are asked first, each as often as its number says."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.days: dict[str, dict[dt.date, Rows]] = {}
        self.seats: Rows = []
        self.users: dict[str, str] = {}
        self.people: Rows = []
        self.identities: Rows = []
        self.provider = "samlIdentityProvider"
        """Of which the identities are."""
        self.points, self.cost = 5_000, 1
        """What is left to be asked for over GraphQL, and what a question costs."""
        self.page = 100
        """Seats, people and identities a page at most, whatever a client asks for."""
        self.seen: list[Seen] = []
        self.tricks: list[tuple[Trick, list[float]]] = []
        self.down = False
        self.signed = 0
        """How many envelopes were given: a link carries the number, and only the newest ones are good."""
        self.expire_links = 0
        """So many links are over as soon as they are given."""
        self.parts = 2
        self.key = KEY
        self.elsewhere = ""
        """Where the interface has moved to, for tricks that move it."""
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def once(self, trick: Trick, times: float = 1) -> None:
        """Play a trick on the next requests."""
        self.tricks.append((trick, [times]))

    def counted(self) -> Counter[str]:
        return Counter(f"{one.method} {one.path}" for one in self.seen)

    def answer(self, seen: Seen) -> Answer:
        with self._lock:
            self.seen.append(seen)
            tricks = [one for one in self.tricks if one[1][0] > 0]
        for trick, left in tricks:
            if (played := trick(seen)) is not None:
                left[0] -= 1
                return played
        if self.down:
            return Answer(503)
        return self.spoken(seen)

    def spoken(self, seen: Seen) -> Answer:
        if seen.path.startswith("/signed/"):
            return self._part(seen)
        if not _may(seen, self.key):
            return as_json({"error": "bad key"}, 401)
        ways = {
            "/usage_report/claude_code": lambda: self._by_cursor(seen, "claude-code", seen.query["starting_at"]),
            "/analytics/users": lambda: self._by_cursor(seen, "claude-enterprise", seen.query["date"]),
            "/workspaces/ws-1/usage": lambda: self._by_cursor(
                seen, "codex", str(_of_seconds(int(seen.query["start_time"])))
            ),
            "/copilot/metrics/reports/users-1-day": lambda: self._envelope(seen),
            "/enterprises/acme/copilot/billing/seats": lambda: self._seats(seen),
            "/scim/v2/enterprises/acme/Users": lambda: lists.people(self, seen),
            graphs.GRAPHQL: lambda: graphs.answer(self, seen),
            "/teams/daily-usage-data": lambda: self._cursor(seen, "cursor", "data"),
            "/teams/filtered-usage-events": lambda: self._cursor(seen, "cursor-events", "usageEvents"),
            "/settings/billing/ai_credit/usage": lambda: self._bill(seen),
            "/settings/billing/premium_request/usage": lambda: self._bill(seen),
            "Analytics": lambda: self._windsurf(seen),
        }
        if seen.path.startswith(lists.LOGS):
            return lists.logs(self, seen)
        found = next((way for end, way in ways.items() if seen.path.endswith(end)), None)
        return found() if found else as_json({"message": "Not Found"}, 404)

    def _rows(self, source: str, day: str) -> Rows:
        return self.days.get(source, {}).get(dt.date.fromisoformat(day), [])

    def _by_cursor(self, seen: Seen, source: str, day: str) -> Answer:
        rows, start = self._rows(source, day), int(seen.query.get("page", "page-0").removeprefix("page-"))
        more = start + PAGE < len(rows)
        page = {
            "data": rows[start : start + PAGE],
            "has_more": more,
            "next_page": f"page-{start + PAGE}" if more else None,
        }
        return as_json(page)

    def _envelope(self, seen: Seen) -> Answer:
        day = seen.query["day"]
        rows = self._rows("copilot-users", day)
        if not rows:
            return Answer(404)
        self.signed += 1
        expires = int(self.expire_links > 0)
        self.expire_links -= expires
        links = [
            f"{self.base}/signed/{day}/part-{number}.ndjson?se={SIGNATURE}&until={self.signed - expires}"
            for number in range(self.parts)
        ]
        return as_json({"download_links": links, "report_day": day})

    def _part(self, seen: Seen) -> Answer:
        if "authorization" in seen.headers:
            return Answer(400, b"a signed link came with a key")
        if seen.query["se"] != SIGNATURE or int(seen.query["until"]) < self.signed:
            return Answer(403, b"<Error>Signature expired</Error>")
        if "/log-" in seen.path:
            return lists.log_file(self, seen)
        _, _, day, name = seen.path.split("/")
        number = int(name.removeprefix("part-").removesuffix(".ndjson"))
        rows = self._rows("copilot-users", day)[number :: self.parts]
        return Answer(200, "".join(json.dumps(row) + "\n" for row in rows).encode())

    def _seats(self, seen: Seen) -> Answer:
        number, size = int(seen.query["page"]), int(seen.query["per_page"])
        size = min(size, self.page)
        start = (number - 1) * size
        return as_json({"total_seats": len(self.seats), "seats": self.seats[start : start + size]})

    def _bill(self, seen: Seen) -> Answer:
        when = {name: int(seen.query[name]) for name in ("year", "month", "day")}
        user = seen.query.get("user")
        rows = self._rows("copilot-billing-users" if user else "copilot-billing", str(dt.date(**when)))
        rows = [{name: value for name, value in row.items() if name != "of"} for row in rows if row.get("of") == user]
        said = {"timePeriod": when, "enterprise": "acme", "usageItems": rows} | ({"user": user} if user else {})
        return as_json(said) if rows else Answer(404)

    def _cursor(self, seen: Seen, source: str, name: str) -> Answer:
        rows = self._rows(source, str(_of_seconds(seen.body["startDate"] // 1000)))
        pages = max(1, -(-len(rows) // PAGE))
        number = seen.body["page"]
        said = {"page": number, "pageSize": PAGE, "numPages": pages, "hasNextPage": number < pages}
        page = {name: rows[(number - 1) * PAGE : number * PAGE], "pagination": said}
        return as_json(page | ({"totalUsageEventsCount": len(rows)} if name == "usageEvents" else {}))

    def _windsurf(self, seen: Seen) -> Answer:
        name = seen.path.rsplit("/", 1)[-1]
        if name == "UserPageAnalytics":
            return as_json(
                {"userTableStats": [{"name": "N", "email": mail, "apiKey": key} for key, mail in self.users.items()]}
            )
        if name == "Analytics":
            query = seen.body["query_requests"][0]
            day, chat = query["filters"][0]["value"], "CHAT" in query["data_source"]
            rows = [
                row
                for row in self._rows("windsurf", day)
                if ("sum_num_chats_received" in row) == chat and "day" not in row
            ]
            return as_json({"queryResults": [{"responseItems": [{"item": row} for row in rows]}]})
        (mail,) = seen.body["emails"]
        key = {mail: key for key, mail in self.users.items()}[mail]
        days = self.days.get("windsurf", {}).values()
        runs = [row for rows in days for row in rows if "messagesSent" in row and row["of"] == key]
        runs = [{name: value for name, value in row.items() if name != "of"} for row in runs]
        return as_json(
            {"queryResults": [{"cascadeLines": {"cascadeLines": []}}, {"cascadeRuns": {"cascadeRuns": runs}}]}
        )


def _may(seen: Seen, key: str) -> bool:
    basic = base64.b64encode(f"{key}:".encode()).decode()
    given = (seen.headers.get("x-api-key"), seen.headers.get("authorization"))
    of_body = seen.body.get("service_key") if isinstance(seen.body, dict) else None
    return key in given or f"Bearer {key}" in given or f"Basic {basic}" in given or of_body == key


def _of_seconds(seconds: int) -> dt.date:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).date()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    vendor: Vendor

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        url = urlsplit(self.path)  # a proxy is asked for the whole address
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.loads(raw) if raw else None
        self._send(self.vendor.answer(Seen(self.command, url.path, query, headers, body, headers.get("host", ""))))

    do_POST = do_GET  # noqa: N815 - the name that the base class calls

    def _send(self, answer: Answer) -> None:
        if answer.drop:
            self.close_connection = True
            return
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            sent = answer.body if answer.cut is None else answer.body[: answer.cut]
            self.wfile.write(sent)
            self.wfile.flush()
            time.sleep(answer.stall)
            self.close_connection = answer.cut is not None or bool(answer.stall)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"vendor": vendor})


# tricks


def always(answer: Answer, path: str = "") -> Trick:
    """The same answer to whatever path holds `path`."""
    return lambda seen: answer if path in seen.path else None


def gzipped(rows: Rows) -> bytes:
    return gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
