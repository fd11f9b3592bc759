"""A model's endpoint on loopback that answers as it is told, badly too, and remembers what it was sent."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from claims.draft import draft_question
from claims.links import Link
from claims.llm.client import ModelSettings
from claims.pipeline import Claim

MAY = date(2026, 5, 4)
PASSAGE = "Bitcoin will hit $200,000 by year-end, whatever the banks say."
OURS = draft_question(Claim("a.txt", 0, 62, PASSAGE, PASSAGE, 0.8, 0.7, (), None), today=MAY)
LINK = Link("related", 0.6, "both about rents")
A, B = "Rents are rising in the old town.", "Tenants find rents falling."
KEY = "sk-a-key-that-nobody-may-see"

Reply = tuple[int, bytes]


@dataclass
class Stub:
    """What it says, one after the other (the last again and again), and the requests that came."""

    replies: list[Reply | Callable[[], Reply]]
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def settings(self, timeout_seconds: float = 20, key: str = KEY) -> ModelSettings:
        """Point at it."""
        return ModelSettings(f"{self.url}/v1", "small", key, timeout_seconds)

    def hang(self) -> Reply:
        """Say nothing before the test is over."""
        self.release.wait(30)
        return 200, b""


def completion(content: str | None, finish: str = "stop", refusal: str | None = None) -> Reply:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "small", "choices": [choice]}
    return 200, json.dumps(body).encode()


def says(answer: Mapping[str, Any]) -> Reply:
    return completion(json.dumps(answer))


def fails(status: int, param: str | None = None) -> Reply:
    """Answer with an error whose text holds the key, as some endpoints do."""
    error = {"message": f"Incorrect API key provided: {KEY}", "type": "error", "param": param, "code": None}
    return status, json.dumps({"error": error}).encode()


@contextmanager
def stub(*replies: Reply | Callable[[], Reply]) -> Iterator[Stub]:
    told = Stub(list(replies))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            told.raw.append(raw)
            told.bodies.append(json.loads(raw))
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            told.paths.append(self.path)
            told.arrived.set()
            reply = told.replies.pop(0) if len(told.replies) > 1 else told.replies[0]
            status, body = reply() if callable(reply) else reply
            try:
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", f"{told.url}/elsewhere")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                pass  # who asked has gone, as it should after a timeout

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
