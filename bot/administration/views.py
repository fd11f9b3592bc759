"""Settings, help, privacy and the first greeting, in words."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from discord import ButtonStyle, ui

from bot.ui import limits
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import safe, timestamp
from forecasts.models import Community

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
MEMBERS_PART, MODERATORS_PART = 2_400, 1_600  # together within one message
FOR_MODERATORS = "For moderators."
WHAT_IT_DOES = (
    "Crux finds claims worth debating in documents; the community forecasts them, argues, and is scored on "
    "what happens."
)
STEPS = (
    "1. `/settings`: choose channels, the time zone and a moderator role.",
    "2. `/claims add`: give it a document; it lists the claims worth debating and drafts questions.",
    "3. `/question new`: or write a question yourself.",
    "4. `/question approve`: open the draft. Its card appears, and everybody can forecast with one click.",
)


def settings_view(community: Community, problems: Sequence[str]) -> CruxView:
    """Show the settings, and what the bot lacks in the channels that are set."""
    approval = "the channel of the first approval"
    notes = _channel(community.notes_channel_id, "a direct message to whoever approved the question")
    digest = _channel(community.digest_channel_id, "where questions appear")
    role = f", and <@&{community.moderator_role_id}>" if community.moderator_role_id else ""
    hour = f"{WEEKDAYS[community.digest_weekday]} {community.digest_hour}:00"
    due = f", next {timestamp(community.digest_due_at, 'f')}" if community.digest_due_at else ""
    window = f"for {community.challenge_hours} hours" if community.challenge_hours else "not at all"
    lines = [
        "### Settings",
        f"**Questions** appear in {_channel(community.questions_channel_id, approval)}",
        f"**Weekly digest** in {digest}, {hour}{due}",
        f"**Notes to moderators** in {notes}",
        f"**Moderators** are those who may manage the server{role}",
        f"**Time zone** {safe(community.zone)}",
        f"**Rounds** of new questions: {community.preset}",
        f"**A proposed resolution** can be challenged {window}",
        *(f"⚠️ {problem}" for problem in problems),
        "-# To change one, choose its option: /settings zone:Europe/Berlin",
    ]
    return CruxView(text(*lines))


def _channel(channel_id: int | None, otherwise: str) -> str:
    return f"<#{channel_id}>" if channel_id is not None else f"{otherwise} (not set)"


def help_view(commands: Mapping[str, str], *, with_moderators: bool) -> CruxView:
    """Show what members do, and to moderators what they do.

    Parameters
    ----------
    commands
        Names of slash commands and their descriptions; a moderator's ends in "For moderators."
    """
    members = [line for line in commands.items() if not line[1].endswith(FOR_MODERATORS)]
    lines = [
        "### Crux",
        WHAT_IT_DOES,
        "🔒 **Sealed**: tap a number on the card. Nobody sees anybody's, moderators included.",
        "💬 **Open for debate**: read the numbers and the arguments, add yours, change your mind.",
        "✅ **Resolved**: see your score. Brier score: 0 is best, always 50 % gets 0.25.",
        *(_command(*line) for line in sorted(members)),
        "A message's menu, **Apps**: Add as argument",
    ]
    parts = [text(limits.truncate("\n".join(lines), MEMBERS_PART))]
    if with_moderators:
        own = [line for line in commands.items() if line[1].endswith(FOR_MODERATORS)]
        lines = [
            "### For moderators",
            *(_command(*line) for line in sorted(own)),
            "A message's menu, **Apps**: Make this a question, Add to claims",
        ]
        parts.append(text(limits.truncate("\n".join(lines), MODERATORS_PART)))
    return CruxView(*parts)


def _command(name: str, description: str) -> str:
    return f"`/{name}` {description.removesuffix(FOR_MODERATORS).strip()}"


def privacy_view() -> CruxView:
    """Say what is stored, who sees it, for how long, and how to get and erase it."""
    return CruxView(
        text(
            "### What Crux stores about you",
            "Your Discord id, your forecasts, arguments and answers on cruxes with their times, which "
            "arguments you were shown and what you said of them, which questions you want to be told about, "
            "your scores, and what you decide as a moderator; "
            "documents that moderators add, in full. A message of yours, with your name, only if you agreed "
            "to it; nothing else that you write here.",
            "**Who sees it**",
            "While a question is sealed: nobody, moderators included, only how many forecasts are in. "
            "Afterwards the group's numbers as a whole, and arguments under aliases that differ from "
            "question to question. Results and leaderboards name members with their scores; whoever proposes "
            "an outcome is named with their forecast. Who hosts the bot can read its database.",
            "**For how long**",
            "Until you delete it; 30 days after Crux has left the server all of it is deleted. Nothing you "
            "write is used to train anything.",
            "**Your data**",
            "`/mydata export` gives you all of it as a file.",
            "`/mydata hide` leaves you out of leaderboards, digests and results.",
            "`/mydata named` shows your name beside your arguments after the last call; off at first.",
            "`/mydata feedback` sends you a note after a last call: what readers made of your arguments.",
            "`/mydata delete` erases your id and your texts at once, with documents made of your messages "
            "and their claims. Your numbers stay, linked to nobody, so that other people's scores don't "
            "shift. Posts that are in the channel already stay there.",
        )
    )


def export_view(filename: str) -> CruxView:
    """Hand over the file with a member's data."""
    return CruxView(
        text("Everything stored about you on this server. Only you see this."),
        ui.File(f"attachment://{filename}"),
    )


def deletion_view() -> CruxView:
    """Ask whether somebody's data shall really be deleted."""
    return CruxView(
        text(
            "**Delete your data on this server?** This can't be undone.",
            "Your Discord id is removed, your arguments' texts and the documents made of your messages are "
            "deleted, and you are told of nothing any more. Your numbers stay without you, so that other "
            "people's scores don't shift.",
        ),
        row(button("delete-data", label="Delete my data", style=ButtonStyle.danger)),
    )


def greeting_view(missing: Sequence[str]) -> CruxView:
    """Greet a new server: what Crux does, and four steps for a moderator."""
    lines = [
        "### Crux",
        WHAT_IT_DOES,
        "To begin, a moderator (who may manage this server) uses:",
        *STEPS,
    ]
    if missing:
        lines.append(f"⚠️ In this channel Crux lacks: **{', '.join(missing)}**.")
    lines.append("-# Everybody: /help · /privacy")
    return CruxView(text(*lines))
