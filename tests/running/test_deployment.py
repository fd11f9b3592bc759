"""What the container, the compose file and the systemd unit promise; no image is built here."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Settings

ROOT = Path(__file__).parents[2]
SETTINGS = {name.upper() for name in Settings.model_fields}
SECRET = re.compile(r"(?:TOKEN|PASSWORD|KEY|SECRET)\w*[=:]\s*+(?!\$\{|/|%|-\})\S", re.IGNORECASE)


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, continued lines joined, without comments."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [
        (word, rest.strip())
        for line in joined.splitlines()
        if line
        for word, _, rest in [line.partition(" ")]
    ]


def final_stage() -> list[tuple[str, str]]:
    found = instructions()
    last = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    return found[last:]


def given(word: str) -> list[str]:
    return [rest for name, rest in final_stage() if name == word]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Read the compose file."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    """Read the unit's [Service] section; a name may stand there several times."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "docs" / "crux.service").read_text().split("[Service]")[1].splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_image_runs_as_nobody_in_particular() -> None:
    """By number, so that a cluster can see that it isn't root."""
    (user,) = given("USER")
    assert user == "10001:10001"


def test_what_the_container_writes_is_in_its_volume() -> None:
    """The database, and its backups beside it."""
    (environment,) = given("ENV")
    values = dict(word.split("=", 1) for word in shlex.split(environment))
    assert given("VOLUME") == given("WORKDIR") == ["/data"]
    assert values["DATABASE_URL"] == "sqlite+aiosqlite:////data/crux.db"
    assert values["MPLCONFIGDIR"].startswith("/tmp/")  # noqa: S108 (a tmpfs of the container's own)
    assert set(values) - SETTINGS <= {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "MPLCONFIGDIR"}


def test_the_image_installs_from_the_lock_with_its_hashes() -> None:
    """Every download is checked; our own package takes nothing along."""
    installs = re.findall(r"pip install [^&\n]*", "\n".join(rest for _, rest in instructions()))
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert {"--no-deps", "--no-build-isolation", "."} <= set(installs[1].split())


def test_nothing_to_test_or_install_with_stays_in_the_image() -> None:
    """What the [dev] and [demo] extras bring by name, what installs in turn, and pip of both environments."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = {re.split(r"[\[>=<]", each)[0] for each in [*extras["dev"], *extras["demo"]]} - {"crux"}
    removed = re.findall(r"pip uninstall ([^&\n]*)", "\n".join(rest for _, rest in instructions()))
    words = {word for each in removed for word in each.split() if not word.startswith("-")}
    assert words == named | {"pip", "nodeenv", "virtualenv"}
    assert not any("apt-get" in rest for _, rest in instructions())


def test_only_the_program_is_copied() -> None:
    """Each source is there; neither tests nor settings nor a whole folder with whatever lies in it."""
    sources = [word for name, rest in instructions() if name == "COPY" and "--from" not in rest
               for word in rest.split()[:-1]]  # fmt: skip
    assert set(sources) == {"requirements.lock", "pyproject.toml", "README.md", "LICENSE",
                            "forecasts", "claims", "migrations", "bot"}  # fmt: skip
    assert [source for source in sources if not (ROOT / source).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == set(sources)
    assert ignored[1] == "*"


def test_the_image_tells_its_health_and_runs_the_bot() -> None:
    """In exec form: the signal to stop reaches the program, not a shell."""
    (check,) = given("HEALTHCHECK")
    assert check.endswith('CMD ["crux", "healthcheck"]')
    assert (given("ENTRYPOINT"), given("CMD")) == (['["crux"]'], ['["run"]'])


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "docs/crux.service"])
def test_no_secret_is_written_down(name: str) -> None:
    """A variable, a path or a credential, never a value."""
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if SECRET.search(line) and not line.lstrip().startswith("#")] == []


def test_the_bot_s_container_is_closed(compose: dict[str, Any]) -> None:
    """Read-only but for its volume and a scratch folder, without capabilities, and no port is published."""
    bot = compose["services"]["crux"]
    assert (bot["read_only"], bot["tmpfs"], bot["cap_drop"]) == (True, ["/tmp"], ["ALL"])  # noqa: S108
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["volumes"] == ["data:/data"]
    assert [name for name, service in compose["services"].items() if "ports" in service] == []
    assert set(compose["volumes"]) == {"data", "postgres"}


def test_stopping_the_container_leaves_the_bot_its_eight_seconds(compose: dict[str, Any]) -> None:
    """Docker would kill after ten by default."""
    assert compose["services"]["crux"]["stop_grace_period"] == "15s"


def test_postgresql_is_a_profile_and_waited_for(compose: dict[str, Any]) -> None:
    """Without the profile the bot starts alone, on SQLite."""
    bot, server = compose["services"]["crux"], compose["services"]["postgres"]
    assert "profiles" not in bot
    assert server["profiles"] == ["postgres"]
    assert bot["depends_on"]["postgres"] == {"condition": "service_healthy", "required": False}
    assert "pg_isready" in server["healthcheck"]["test"][1]
    assert bot["environment"]["DATABASE_URL"].startswith("${DATABASE_URL:-sqlite+aiosqlite:////data/")


def test_the_unit_s_settings_exist(unit: dict[str, list[str]]) -> None:
    """Each variable is one of ours, or matplotlib's."""
    names = {value.split("=", 1)[0] for value in unit["Environment"]}
    assert names <= SETTINGS | {"MPLCONFIGDIR"}
    assert unit["ExecStart"] == ["/opt/crux/.venv/bin/crux run"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DynamicUser", "yes"),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("StateDirectory", "crux"),
        ("Restart", "on-failure"),
        ("UMask", "0077"),
    ],
)
def test_the_unit_is_hardened(unit: dict[str, list[str]], name: str, value: str) -> None:
    """No rights, no one else's files; it comes back after a failure, not after a stop."""
    assert unit[name] == [value]


def test_systemd_takes_the_unit() -> None:
    """Its own check, but for the program, which isn't in /opt here."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd isn't installed here")
    done = subprocess.run(  # noqa: S603 (our own arguments)
        [verify, "verify", str(ROOT / "docs" / "crux.service")], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in done.stderr.splitlines() if line.startswith("crux.service")]
    assert [line for line in about_ours if "is not executable" not in line] == []
