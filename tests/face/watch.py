"""Reads every request the bot makes, as it makes it: Discord's limits, mentions, and the sealed rule."""

import json
import re
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simcord import HttpLogEntry

from bot.questions.card import LADDER
from bot.ui import limits

EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15
TEXT, BUTTON, MENU, ROW, LABEL, TEXT_INPUT = 10, 2, 3, 1, 18, 4
MESSAGE, UPDATE, CHOICES, MODAL = 4, 7, 8, 9
ON_BUTTONS = {50, *(rung for line in LADDER for rung in line)}
OF_A_QUESTION = re.compile(
    r"^(?:forecast|nudge|exact|mine|criteria|cruxes|argue|arguments|follow|undo|result|held-up"
    r"|reply|add-anyway|rate|rate-one|rate-again|rate-stop|moved|quote|agree|decline):v1:(\d+)",
    re.MULTILINE,
)
SEALED_SIGNS = ("█", "median", "middle half", "▲", "▼", "points**", "Brier")
AGREE = re.compile(r"(?:agree:v1:\d+:[01]|agree-document:v1):\d+:(\d+)")
WITH_MENTIONS = {"tell", "prompt"}  # errands to members who asked for them
TALLY = re.compile(r"\d\W*(?:readers?|raters?|convinced|of \d+ readers)\b")
OPTION_TEXTS = {"label", "value", "description"}
URL_LENGTH = 512
PIECE = 15  # characters of an argument that nobody else would write by chance


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every component with all that is nested in it."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        yield from walk([component[name] for name in ("accessory", "component") if component.get(name)])


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a payload: what is shown, and ids."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


class Watch(list[HttpLogEntry]):
    """The log of requests; ``problems`` are sentences about those that break a rule.

    Parameters
    ----------
    backend
        The simulated Discord whose log this replaces.
    database
        The bot's file, read beside it to know what is sealed at that moment.
    """

    def __init__(self, backend: Any, database: Path) -> None:
        super().__init__()
        self.backend = backend
        self.database = database
        self.problems: list[str] = []
        self._file = sqlite3.connect(f"file:{database}?mode=ro", uri=True)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def append(self, entry: HttpLogEntry) -> None:
        """Keep a request and judge it."""
        super().append(entry)
        body = entry.json if isinstance(entry.json, dict) else {}
        match entry.path.strip("/").split("/"):
            case ["channels", _, "messages", _, "threads"]:
                pass  # a thread made from a message is no message
            case ["channels", channel_id, "messages", *_] if entry.method in {"POST", "PATCH"}:
                channel = self.backend.channels.get(int(channel_id))
                alone = channel.recipient_ids if channel is not None else []  # in a direct message
                viewer = alone[0] if alone else None
                self._message(entry, body, viewer=viewer, posted=entry.method == "POST")
            case ["interactions", interaction_id, _, "callback"]:
                self._callback(entry, body, self.backend.interactions[int(interaction_id)])
            case ["webhooks", _, token, *_] if entry.method in {"POST", "PATCH"}:
                record = self.backend.interactions[self.backend.interaction_tokens[token]]
                hidden = body.get("flags", 0) & EPHEMERAL or record.ephemeral
                self._message(entry, body, viewer=record.user_id if hidden else None)

    def _callback(self, entry: HttpLogEntry, body: dict[str, Any], record: Any) -> None:
        data = body.get("data") or {}
        match body["type"]:
            case kind if kind == MESSAGE:
                hidden = data.get("flags", 0) & EPHEMERAL
                self._message(entry, data, viewer=record.user_id if hidden else None)
            case kind if kind == UPDATE:
                source = self.backend.get_message(record.channel_id, record.source_message_id)
                self._message(entry, data, viewer=record.user_id if source.is_ephemeral else None)
            case kind if kind == MODAL:
                self._modal(entry, data)
                self._sealed(entry, data, record.user_id)
            case kind if kind == CHOICES:
                self._choices(entry, data["choices"])
                self._sealed(entry, data, None)

    def _require(self, holds: object, entry: HttpLogEntry, sentence: str) -> None:
        if not holds:
            self.problems.append(f"{entry.method} {entry.path}: {sentence}")

    def _message(
        self, entry: HttpLogEntry, body: dict[str, Any], *, viewer: int | None, posted: bool = False
    ) -> None:
        parts = list(walk(body.get("components") or []))
        texts = [part["content"] for part in parts if part["type"] == TEXT]
        ids = [part["custom_id"] for part in parts if part.get("custom_id")]
        self._require(texts, entry, "a message says nothing")
        self._require(all(texts), entry, "a text is empty")
        self._require(not body.get("content") and not body.get("embeds"), entry, "content beside components")
        self._require(len(parts) <= limits.LAYOUT_COMPONENTS, entry, f"{len(parts)} components")
        length = sum(map(limits.utf16_length, texts))
        self._require(length <= limits.LAYOUT_TEXT, entry, f"{length} units of text")
        self._require(len(ids) == len(set(ids)), entry, f"an id twice: {ids}")
        for part in parts:
            self._component(entry, part)
        self._mentions(entry, body, ids)
        if posted:
            self._require(len(body.get("nonce") or "") in range(1, limits.NONCE + 1), entry, "no nonce of 25")
            self._require(body.get("enforce_nonce"), entry, "the nonce is not enforced")
        self._sealed(entry, body, viewer)
        self._anonymous(entry, body)

    def _mentions(self, entry: HttpLogEntry, body: dict[str, Any], ids: list[str]) -> None:
        """Let nobody be mentioned but who wants it, and who is asked whether their words may be used."""
        allowed = body.get("allowed_mentions") or {}
        self._require(allowed.get("parse") == [], entry, "mentions are not switched off")
        self._require(not allowed.get("roles"), entry, "a role is mentioned")
        self._require(not allowed.get("replied_user"), entry, "whoever is answered is mentioned")
        users = [int(user) for user in allowed.get("users") or []]
        asked = [int(found[1]) for each in ids if (found := AGREE.fullmatch(each))]
        errand = self._file.execute("SELECT kind FROM outbox_message WHERE key = ?", [body.get("nonce")])
        if (errand.fetchone() or [""])[0] not in WITH_MENTIONS:
            self._require(users == asked, entry, f"mentions {users}, may mention {asked}")

    def _anonymous(self, entry: HttpLogEntry, body: dict[str, Any]) -> None:
        """Until the last call is over no argument stands beside its author, and nobody's tally anywhere."""
        sent = "\n".join(strings(body))
        debated = self._file.execute(
            "SELECT argument.text, user_id FROM argument JOIN member ON member.id = member_id "
            "JOIN question ON question.id = question_id "
            "WHERE phase IN ('debate', 'final') AND user_id IS NOT NULL"
        )
        for words, user in debated:
            if words[:PIECE] in sent:
                self._require(f"<@{user}>" not in sent, entry, f"who wrote “{words}” in {sent}")
                self._require(not TALLY.search(sent), entry, f"a tally of “{words}” in {sent}")

    def _component(self, entry: HttpLogEntry, part: dict[str, Any]) -> None:
        self._require(len(part.get("custom_id", "")) <= limits.CUSTOM_ID, entry, "a custom id is too long")
        if part["type"] == BUTTON:
            length = limits.utf16_length(part.get("label", ""))
            self._require(1 <= length <= limits.BUTTON_LABEL, entry, f"a label of {length}")
            self._require(len(part.get("url", "")) <= URL_LENGTH, entry, "a link is too long")
        if part["type"] == MENU:
            values = [option["value"] for option in part["options"]]
            self._require(1 <= len(values) <= limits.SELECT_OPTIONS, entry, f"a menu of {len(values)}")
            self._require(len(values) == len(set(values)), entry, f"a value twice: {values}")
            self._require(part.get("max_values", 1) <= len(values), entry, "more to choose than there is")
            for text in (option[key] for option in part["options"] for key in option if key in OPTION_TEXTS):
                length = limits.utf16_length(text or "-")
                self._require(1 <= length <= limits.OPTION_TEXT, entry, f"an option's text of {length}")
        if part["type"] == ROW:
            self._require(1 <= len(part["components"]) <= limits.ROW_BUTTONS, entry, "a row of too many")

    def _modal(self, entry: HttpLogEntry, data: dict[str, Any]) -> None:
        parts = list(walk(data["components"]))
        labels = [part["label"] for part in parts if part["type"] == LABEL]
        self._require(1 <= limits.utf16_length(data["title"]) <= limits.MODAL_TITLE, entry, "a form's title")
        self._require(len(data["custom_id"]) <= limits.CUSTOM_ID, entry, "a form's id is too long")
        self._require(1 <= len(data["components"]) <= limits.MODAL_LABELS, entry, "a form of too many fields")
        for label in labels:
            self._require(limits.utf16_length(label) <= limits.MODAL_LABEL, entry, f"a long label: {label}")
        for part in parts:
            if part["type"] == TEXT_INPUT:
                most = part.get("max_length", limits.TEXT_INPUT)
                hint, value = part.get("placeholder") or "", part.get("value") or ""
                self._require(1 <= most <= limits.TEXT_INPUT, entry, "a field takes too much")
                self._require(limits.utf16_length(hint) <= limits.PLACEHOLDER, entry, "a hint is too long")
                self._require(limits.utf16_length(value) <= most, entry, "a field is full beyond its limit")

    def _choices(self, entry: HttpLogEntry, choices: list[dict[str, Any]]) -> None:
        self._require(len(choices) <= limits.AUTOCOMPLETE_CHOICES, entry, f"{len(choices)} choices")
        for choice in choices:
            for text in (choice["name"], choice["value"]):
                length = limits.utf16_length(text)
                self._require(1 <= length <= limits.CHOICE_NAME, entry, f"a choice of {length}")

    def _sealed(self, entry: HttpLogEntry, body: dict[str, Any], viewer: int | None) -> None:
        """Search what is sent for what is sealed at this moment from whoever reads it."""
        sent = "\n".join(strings(body))
        sealed = self._file.execute(
            "SELECT id, preset FROM question WHERE revealed_at IS NULL AND number IS NOT NULL"
        ).fetchall()
        for question_id, preset in sealed:
            rows = self._file.execute(
                "SELECT user_id, probabilities FROM forecast JOIN member ON member.id = member_id "
                "WHERE question_id = ? AND probabilities IS NOT NULL",
                [question_id],
            ).fetchall()
            said = [(user, json.loads(numbers)[0] * 100) for user, numbers in rows]
            own = {round(number, 1) for user, number in said if user == viewer}
            if preset == "rolling" and own:
                continue  # who has forecast sees the numbers in an answer only they see
            for number in _secrets(said, viewer) - own - ON_BUTTONS:
                written = re.escape(f"{number:g}")
                found = re.search(rf"(?<!\d)(?<!\d\.){written}(?!\d|\.\d)", sent)
                self._require(not found, entry, f"sealed #{question_id}: {number:g} in {sent}")
            about_it = str(question_id) in OF_A_QUESTION.findall(sent)
            if about_it:
                for sign in SEALED_SIGNS:
                    self._require(sign not in sent, entry, f"sealed #{question_id}: {sign} in {sent}")
            for words in self._arguments(question_id, viewer, about_it=about_it):
                for piece in (words[:PIECE], words[-PIECE:]):
                    self._require(piece not in sent, entry, f"sealed #{question_id}: “{piece}” in {sent}")

    def _arguments(self, question_id: int, viewer: int | None, *, about_it: bool) -> set[str]:
        """Return what others wrote, without what the reader wrote in the same words.

        What documents say is no secret, only that it is an argument: it may not stand where the question
        does, but for what the question says itself.
        """
        rows = self._file.execute(
            "SELECT text, user_id, origin, quote || title || criteria FROM argument "
            "JOIN question ON question.id = question_id "
            "LEFT JOIN member ON member.id = member_id WHERE question_id = ?",
            [question_id],
        ).fetchall()
        own = {text for text, user, *_ in rows if user == viewer and user is not None}
        known = {
            text
            for text, _, origin, question in rows
            if origin == "document"
            and (not about_it or any(piece in question for piece in (text[:PIECE], text[-PIECE:])))
        }
        return {text for text, *_ in rows} - own - known


def _secrets(said: list[tuple[int, float]], viewer: int | None) -> set[float]:
    """Return others' numbers, and the middle and quartiles of all, in percent."""
    numbers = [number for _, number in said]
    secret = {round(number, 1) for user, number in said if user != viewer}
    if len(numbers) > 1 and secret:
        secret |= {round(cut, 1) for cut in statistics.quantiles(numbers, n=4, method="inclusive")}
    return secret
