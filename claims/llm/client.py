"""The only door to a model: one answer of a given form, within a time, or a reason why not."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

MOST_BYTES = 200_000
"""Of an answer; a longer one is dropped."""

_ATTEMPTS = 2
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_BAD_REQUEST = (400, 422)
_OFTEN_REFUSED = ("max_tokens", "temperature")  # by endpoints that say so; else it is the schema
_AGAIN = "That was no JSON object of the form asked for. Answer with such an object alone."
_STATUS = {
    401: "it refused the key: check MODEL_KEY",
    403: "it refused the key: check MODEL_KEY",
    404: "it knows no such model or address: check MODEL_NAME and MODEL_URL",
    429: "it takes no more requests for now",
}
_REDIRECT, _SERVER = range(300, 400), range(500, 600)

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class ModelSettings:
    """Which model is asked, and for how long; the key is never shown.

    Attributes
    ----------
    url
        Where the endpoint's API begins, such as ``http://127.0.0.1:11434/v1``; empty turns the model off.
    name
        The model's name there.
    key
        Empty where the endpoint wants none.
    timeout_seconds
        For one answer with all its attempts.

    Raises
    ------
    ValueError
        The URL is none, holds a password or parameters, or comes without a name.

    Examples
    --------
    >>> ModelSettings("http://127.0.0.1:11434/v1", "qwen", "s3cret")
    ModelSettings(url='http://127.0.0.1:11434/v1', name='qwen', timeout_seconds=20)
    """

    url: str = ""
    name: str = ""
    key: str = field(default="", repr=False)
    timeout_seconds: float = 20

    def __post_init__(self) -> None:
        if not self.url:
            return
        try:
            parts = urlsplit(self.url)
            sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
        except ValueError:
            sound = False
        if not sound:
            raise ValueError("MODEL_URL must be an address such as http://127.0.0.1:11434/v1")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("MODEL_URL must hold no password or parameters: the key goes into MODEL_KEY")
        if not self.name:
            raise ValueError("MODEL_URL needs MODEL_NAME: which model to ask there")
        if not (self.key.isascii() and self.key.isprintable()):
            raise ValueError("MODEL_KEY holds characters that no key has: copy it again")


class ModelError(Exception):
    """Why there is no answer, as the end of a sentence; quotes neither the endpoint nor the document."""


class EndpointError(ModelError):
    """The endpoint itself fails, so that asking it again now is useless."""


class Endpoint:
    """Asks the endpoint of some settings; each call opens and closes its own connection.

    Nothing is imported or opened before the first call. Calls may come from several threads, none of which
    runs an event loop.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._refused: frozenset[str] = frozenset()  # options of a request that this endpoint doesn't know
        self._lock = threading.Lock()
        self._running: dict[asyncio.Task[Any], asyncio.AbstractEventLoop] = {}
        self._closed = False

    def ask(
        self, instructions: str, data: dict[str, Any], shape: type[Shape], *, most_tokens: int, seconds: float
    ) -> Shape:
        """Ask once, and once more if the answer is malformed.

        Parameters
        ----------
        instructions
            Ours, to be trusted.
        data
            What it is about, not to be trusted; sent as JSON without a "<", so that it can neither end its
            place nor hold a model's control tokens.
        shape
            What the answer must be.
        most_tokens
            At most this long.
        seconds
            At most this long, all attempts together.

        Raises
        ------
        EndpointError
            It can't be reached, refuses, fails, or takes too long.
        ModelError
            Its answer is of no use.
        """
        if find_spec("openai") is None:
            raise EndpointError("the openai package is missing: install the extra [llm]")
        import openai  # noqa: F401, PLC0415 (so that its slow import takes no part of the time)

        texts = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        messages = [
            {"role": "system", "content": instructions},
            {"role": "user", "content": f"<data>\n{texts}\n</data>"},
        ]
        return asyncio.run(self._within(seconds, messages, shape, most_tokens))

    def close(self) -> None:
        """Stop what is under way in any thread; every later call fails at once."""
        with self._lock:
            self._closed = True
            for task, loop in self._running.items():
                loop.call_soon_threadsafe(task.cancel)

    async def _within(
        self, seconds: float, messages: list[dict[str, str]], shape: type[Shape], most_tokens: int
    ) -> Shape:
        try:
            with self._under_way():
                async with asyncio.timeout(seconds):
                    return await self._ask(messages, shape, most_tokens)
        except TimeoutError:
            raise EndpointError(f"it took longer than {seconds:.3g} seconds") from None
        except asyncio.CancelledError:
            if self._closed:
                raise EndpointError("the program is stopping") from None
            raise

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can ask")
        with self._lock:
            if self._closed:
                raise EndpointError("the program is stopping")
            self._running[task] = asyncio.get_running_loop()
        try:
            yield
        finally:
            with self._lock:
                del self._running[task]

    async def _ask(self, messages: list[dict[str, str]], shape: type[Shape], most_tokens: int) -> Shape:
        import openai  # noqa: PLC0415 (an extra)

        settings = self._settings
        async with openai.AsyncOpenAI(
            base_url=settings.url,
            # Each is given, lest one for another service be taken from the environment and sent here.
            api_key=settings.key or "unused",
            admin_api_key="",
            max_retries=0,
            timeout=settings.timeout_seconds,
            default_headers={"Accept-Encoding": "identity"},
            http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False),
        ) as client:
            for attempt in range(_ATTEMPTS):
                said = await self._answer(client, messages, shape, most_tokens)
                try:
                    return shape.model_validate_json(_bare(said), strict=True)
                except ValidationError:
                    if not attempt:
                        messages = [*messages, {"role": "user", "content": _AGAIN}]
        raise ModelError("its answer was not of the form asked for, twice")

    async def _answer(
        self, client: "AsyncOpenAI", messages: list[dict[str, str]], shape: type[Shape], most_tokens: int
    ) -> str:
        """Send the messages, without the options that the endpoint refuses."""
        from openai import APIStatusError, OpenAIError  # noqa: PLC0415

        refused = self._refused
        while True:
            request = _request(self._settings.name, messages, shape, most_tokens, refused)
            try:
                body = await _body(client, request)
            except APIStatusError as error:
                option = error.param if error.param in _OFTEN_REFUSED else "response_format"
                if error.status_code not in _BAD_REQUEST or option in refused:
                    raise EndpointError(_why(error)) from None
                refused |= {option}
            except ModelError:
                raise
            except OpenAIError:
                raise EndpointError("it can't be reached: check MODEL_URL") from None
            except Exception as error:  # noqa: BLE001 (whatever a broken answer does to the libraries)
                raise EndpointError(f"talking to it failed ({type(error).__name__})") from None
            else:
                self._refused = refused
                return _content(body)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    model_config = ConfigDict(extra="ignore")

    choices: list[_Choice]


def _request(
    model: str,
    messages: list[dict[str, str]],
    shape: type[BaseModel],
    most_tokens: int,
    refused: frozenset[str],
) -> dict[str, Any]:
    schema = shape.model_json_schema()
    form = {"name": shape.__name__.lower(), "strict": True, "schema": schema}
    request: dict[str, Any] = {"model": model, "messages": messages}
    if "temperature" not in refused:
        request["temperature"] = 0
    request["max_completion_tokens" if "max_tokens" in refused else "max_tokens"] = most_tokens
    if "response_format" not in refused:
        return request | {"response_format": {"type": "json_schema", "json_schema": form}}
    system, *rest = messages
    plain = f"{system['content']}\nIts form, as a JSON schema:\n{json.dumps(schema)}"
    return request | {"messages": [{"role": "system", "content": plain}, *rest]}


async def _body(client: "AsyncOpenAI", request: dict[str, Any]) -> bytes:
    body = bytearray()
    async with client.chat.completions.with_streaming_response.create(**request) as response:
        async for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ModelError("its answer was far too long")
    return bytes(body)


def _content(body: bytes) -> str:
    try:
        choice = _Completion.model_validate_json(body).choices[0]
    except (ValidationError, IndexError):
        raise EndpointError("what answers there is no OpenAI-compatible endpoint: check MODEL_URL") from None
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelError("it refused to answer")
    return choice.message.content or ""


def _bare(said: str) -> str:
    """Take off the one fence that models like to put around JSON."""
    fenced = _FENCE.fullmatch(said)
    return fenced[1] if fenced else said


def _why(error: "APIStatusError") -> str:
    status = error.status_code
    if status in _REDIRECT:
        return "it points to another address: put that into MODEL_URL"
    if status in _SERVER:
        return f"it failed with status {status}"
    return _STATUS.get(status, f"it refused the request with status {status}")
