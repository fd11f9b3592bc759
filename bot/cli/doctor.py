"""`crux doctor` and `crux healthcheck`: whether everything is as Crux needs it."""

import http.client
from typing import Annotated

import typer

from bot.cli.host import guarded, load_settings

UNWELL = 1
LOOPBACK, ANSWER_WITHIN_SECONDS = "127.0.0.1", 5


def doctor(
    *, online: Annotated[bool, typer.Option("--online", help="Ask Discord as well, with the token.")] = False
) -> None:
    """Check token, database, disk and extras; one line each with the way out. Exits with 1 if one fails."""
    from bot.doctor import Finding, examine
    from bot.doctor_online import ask_discord

    settings = load_settings()
    findings = guarded(examine(settings))
    if online and findings[0].is_well:
        findings += guarded(ask_discord(settings.database_url, settings.token()))
    else:
        why = "there is no token to ask with" if online else "ask with --online"
        findings.append(Finding(None, f"Discord, intents, rights and clock are skipped: {why}"))
    for finding in findings:
        typer.echo(finding.line)
    if any(finding.is_well is False for finding in findings):
        raise typer.Exit(UNWELL)


def healthcheck() -> None:
    """Ask the bot that runs on this machine whether it serves; exits with 1 if it doesn't."""
    port = load_settings().health_port
    if not port:
        typer.echo("HEALTH_PORT is 0: the health pages are off.", err=True)
        raise typer.Exit(UNWELL)
    is_ready, said = ask_readiness(port)
    typer.echo(said, err=not is_ready)
    if not is_ready:
        raise typer.Exit(UNWELL)


def ask_readiness(port: int) -> tuple[bool, str]:
    """Ask the process on this machine, past any proxy, whether it serves; return that and what it said.

    Nothing else is imported: a container asks twice a minute.
    """
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_WITHIN_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read(1_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return False, f"Nothing answers on {LOOPBACK}:{port}: {str(error) or type(error).__name__}"
    finally:
        connection.close()
    return answer.status == http.client.OK, said
