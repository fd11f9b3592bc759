"""Buttons, views and modals that survive a restart: ids say what they do, the database decides.

Every button and menu of every message is an :class:`ActionItem`, a dynamic item. Its id is
``action:v1:id:id`` and holds ids only; which function an action calls is looked up in the running
bot. A modal's id ends in the id of the interaction that opened it, so that two never cross.
Buttons and modals only draw: the bot takes every click and every form by its id.
"""

import inspect
import io
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ButtonStyle, ui

from bot.ui import limits

if TYPE_CHECKING:
    from bot.client import CruxBot  # noqa: F401 (named in the string below)

VERSION = "v1"
MODAL_LIFETIME_SECONDS = limits.INTERACTION_TOKEN_MINUTES * 60
# Component ids below this are Discord's own numbering; above it stands an outbox row's id.
MARKER_BASE = 1_000_000
LARGEST_ID = 2**63 - 1  # of a key in the database

Interaction = discord.Interaction["CruxBot"]
# Called with the interaction and the ids in the id; a form also with what was typed.
ButtonHandler = Callable[..., Awaitable[None]]
ModalHandler = Callable[..., Awaitable[None]]


def custom_id(action: str, *ids: int) -> str:
    """Return the id of a component: versioned, and holding nothing but ids.

    Examples
    --------
    >>> custom_id("forecast", 12, 70)
    'forecast:v1:12:70'
    """
    return ":".join([action, VERSION, *(str(number) for number in ids)])


def parsed(custom_id: str) -> tuple[str, tuple[int, ...]] | None:
    """Read an id back: its action and its ids, or None if no such id was ever made.

    Examples
    --------
    >>> parsed("forecast:v1:12:70"), parsed("forecast:v0:12:70")
    (('forecast', (12, 70)), None)
    """
    match = ActionItem.__discord_ui_compiled_template__.fullmatch(custom_id)
    if match is None:
        return None
    ids = tuple(int(number) for number in match["ids"].split(":") if number)
    return None if any(abs(number) > LARGEST_ID for number in ids) else (match["action"], ids)


def fits(handler: Callable[..., Any], given: int) -> bool:
    """Whether a handler takes so many arguments: an id with one too few or too many was made up."""
    parameters = inspect.signature(handler).parameters.values()
    wanted = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return len(wanted) == given


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a menu: its value, what it is called, and a quieter second line."""

    value: str
    label: str
    detail: str = ""


class ActionItem(
    ui.DynamicItem[ui.Item[Any]], template=r"(?P<action>[a-z][a-z-]*):v1(?P<ids>(?::-?\d{1,20})*)"
):
    """A button or menu that stands for the action in its id; :meth:`CruxBot.on_interaction` calls it."""

    def __init__(self, item: ui.Item[Any]) -> None:
        super().__init__(item)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Wrap the button or menu; its id is read elsewhere."""
        del interaction
        if not isinstance(item, ui.Button | ui.Select):
            msg = f"{match[0]} is neither a button nor a menu"
            raise TypeError(msg)
        return cls(item)


def button(
    action: str,
    *ids: int,
    label: str,
    style: ButtonStyle = ButtonStyle.secondary,
    disabled: bool = False,
) -> ActionItem:
    """Return a button that calls an action with ids."""
    item: ui.Button[Any] = ui.Button(
        label=limits.truncate(label, limits.BUTTON_LABEL),
        style=style,
        disabled=disabled,
        custom_id=custom_id(action, *ids),
    )
    return ActionItem(item)


def menu(action: str, *ids: int, hint: str, options: Sequence[Option], most: int = 1) -> ActionItem:
    """Return a menu that calls an action with ids and, last, the list of the values chosen.

    Parameters
    ----------
    options
        At most 25; their texts are plain, Discord renders no markdown in them.
    most
        How many may be chosen.
    """
    item: ui.Select[Any] = ui.Select(
        custom_id=custom_id(action, *ids),
        placeholder=limits.truncate(hint, limits.PLACEHOLDER),
        max_values=min(most, len(options)),
        options=[
            discord.SelectOption(
                label=limits.truncate(each.label, limits.OPTION_TEXT),
                value=each.value,
                description=limits.truncate(each.detail, limits.OPTION_TEXT) or None,
            )
            for each in options
        ],
    )
    return ActionItem(item)


def link(label: str, url: str) -> ui.Button[Any]:
    """Return a button that opens a page."""
    return ui.Button(label=limits.truncate(label, limits.BUTTON_LABEL), url=url)


def row(*buttons: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Return a row of at most five buttons."""
    return ui.ActionRow(*buttons)


class CruxView(ui.LayoutView):
    """A message's layout, built anew for each message and never kept.

    Parameters
    ----------
    *items
        Texts, rows and separators, from top to bottom.
    accent
        A colour bar beside them; it repeats what the words say.
    marker
        The outbox row this message comes from, found again in the channel's history by it.
    """

    def __init__(self, *items: ui.Item[Any], accent: int | None = None, marker: int | None = None) -> None:
        super().__init__(timeout=None)
        if marker is not None:
            first = next(item for item in items if isinstance(item, ui.TextDisplay))
            first.id = MARKER_BASE + marker
        if accent is None:
            for item in items:
                self.add_item(item)
        else:
            self.add_item(ui.Container(*items, accent_colour=accent))
        for item in self.walk_children():
            # A view of static and dynamic items would unregister the dynamic ones for everybody.
            if item.is_dispatchable() and not isinstance(item, ui.DynamicItem):
                msg = f"{item!r} is not a dynamic item"
                raise TypeError(msg)
        self.stop()  # or discord.py keeps each ephemeral one for a quarter of an hour


def text(*lines: str) -> ui.TextDisplay[Any]:
    """Return a text of several lines; empty ones given as None are left out by the caller."""
    return ui.TextDisplay("\n".join(lines))


def picture_of(png: bytes, name: str, alt: str) -> tuple[ui.MediaGallery[Any], discord.File]:
    """Return a picture for a view, with words for those who can't see it, and the file to send along."""
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{name}", description=limits.truncate(alt, limits.ALT_TEXT))
    return gallery, discord.File(io.BytesIO(png), filename=name)


def modal(
    action: str, *ids: int, opened_by: discord.Interaction[Any], title: str, fields: Sequence[ui.Label[Any]]
) -> ui.Modal:
    """Return a modal that only draws; its submission is taken by id (see :func:`submitted`)."""
    form = ui.Modal(
        title=limits.truncate(title, limits.MODAL_TITLE),
        custom_id=custom_id(action, *ids, opened_by.id),
        timeout=MODAL_LIFETIME_SECONDS,
    )
    for field in fields:
        form.add_item(field)
    return form


def field(
    name: str,
    label: str,
    *,
    hint: str = "",
    value: str = "",
    long: bool = False,
    required: bool = True,
    most: int = limits.TEXT_INPUT,
) -> ui.Label[Any]:
    """Return one labelled text input of a modal."""
    entry: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        placeholder=limits.truncate(hint, limits.PLACEHOLDER) if hint else None,
        default=limits.truncate(value, most) if value else None,
        required=required,
        max_length=most,
    )
    return ui.Label(text=limits.truncate(label, limits.MODAL_LABEL), component=entry)


def submitted(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Return what was typed into a modal, by the name of the field; a missing one is empty."""
    data: dict[str, Any] = dict(interaction.data or {})
    values: dict[str, str] = defaultdict(str)
    for label in data.get("components", []):
        entry = label.get("component", {})
        values[str(entry.get("custom_id", ""))] = str(entry.get("value") or "")
    return values
