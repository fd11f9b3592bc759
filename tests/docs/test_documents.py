"""The documents say what is true: commands, links, settings and numbers."""

import ast
import doctest
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

import pytest
import typer
from discord import app_commands

from bot.__main__ import app
from bot.client import CruxBot
from bot.config import Settings
from bot.demo.page import DemoCog
from forecasts.database import Database
from forecasts.scoring.question import QuestionScores, score_question

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
DOCUMENTS = [*GUIDES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = ("bot", "claims", "forecasts", "migrations", "tests")
MODULES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if path.parent.name != "versions"  # Alembic writes a migration as one function
]
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
# Put together, so that this file doesn't hold what it looks for.
INDEX_HOST = re.compile(
    "|".join(["pypi" + r"\.(?:org|python)", "python" + "hosted", "--(?:extra-)?index-url="])
)
MACHINE_PATH = re.compile(r"(?<![\w.~)}>-])/(?:root|home|work|farm|Users)/\w")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SLASH = re.compile(r"`/([a-z]+(?: [a-z]+){0,2})((?: [a-z]+:\S+)*)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
SETTING = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)
SCORE_ROW = re.compile(r"^\| (heron|otter|finch) \| ([\d.]+) \| (\d+) % \| ([+-][\d.]+) \|$", re.MULTILINE)
DAY = 86_400_000_000  # microseconds


def ids(path: Path) -> str:
    """Name a test by the file it is about."""
    return str(path.relative_to(ROOT))


def code_blocks(document: Path, language: str) -> Iterator[str]:
    for found in FENCE.finditer(document.read_text(encoding="utf-8")):
        if found[1] == language:
            yield found[2]


def shell_commands() -> list[tuple[str, ...]]:
    lines = [line for path in DOCUMENTS for block in code_blocks(path, "sh") for line in block.splitlines()]
    return [words for line in lines if (words := tuple(shlex.split(line, comments=True)))]


def check_crux(words: tuple[str, ...]) -> None:
    """Raise unless ``crux`` has the command, and every option that is given to it."""
    command = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest != ["--help"]:
        command = command.commands.get(rest.pop(0))
        assert command is not None, words
    options = {"--help", *(name for parameter in command.params for name in parameter.opts)}
    assert {word for word in rest if word.startswith("--")} <= options


def check_files(words: tuple[str, ...]) -> None:
    """Raise unless every path among the words is there, but for what a command above writes into ``var``."""
    paths = [word for word in words if "/" in word and not word.startswith("var/")]
    assert [path for path in paths if not list(ROOT.glob(path))] == []


@pytest.mark.parametrize("words", shell_commands(), ids=" ".join)
def test_a_documented_command_exists(words: tuple[str, ...]) -> None:
    """Make targets, ``crux`` commands with their options, modules, tools and files of every shell block."""
    program, *rest = words
    match program.removeprefix(".venv/bin/"):
        case "make":
            targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
            assert rest[0] in targets
        case "crux":
            check_crux(tuple(rest))
            check_files(tuple(rest))
        case "python" if rest[0] != "-m":
            check_files(tuple(rest))
        case "python":
            assert find_spec(rest[1]) is not None
            check_files(tuple(rest[2:]))
        case "pytest":
            check_files(tuple(rest))
        case "cp":
            assert (ROOT / rest[0]).is_file()
        case "chmod":
            assert rest == ["600", ".env"]
        case other:
            assert other == ".ci/run"
            assert (ROOT / other).is_file()


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_a_command_named_in_a_sentence_exists(path: Path) -> None:
    """The same for ``crux ...`` and tools of the environment between backticks."""
    for named in re.findall(r"`((?:\.venv/bin/|crux |make )[^`]+)`", path.read_text(encoding="utf-8")):
        program, *rest = shlex.split(named.removeprefix(".venv/bin/"))
        if program == "crux" and rest:
            check_crux(tuple(rest))
        elif program == "make":
            assert f"\n{rest[0]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
        else:
            assert shutil.which(program, path=str(Path(sys.executable).parent))


@pytest.fixture
async def slash_commands(tmp_path: Path) -> dict[str, app_commands.Command]:
    """Return every slash command of the bot and of the demo, by its whole name."""
    bot = CruxBot(Database(f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"))
    await bot.setup_hook()
    commands = [*bot.tree.walk_commands(), *DemoCog(None).walk_app_commands()]
    return {each.qualified_name: each for each in commands if isinstance(each, app_commands.Command)}


async def test_documented_slash_commands_exist(slash_commands: dict[str, app_commands.Command]) -> None:
    """Each one between backticks is in the command tree and has the options it is shown with."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    named = SLASH.findall(text)
    assert named
    for name, options in named:
        assert name in slash_commands
        known = {parameter.display_name for parameter in slash_commands[name].parameters}
        assert {option.partition(":")[0] for option in options.split()} <= known


async def test_every_slash_command_is_in_the_readme(slash_commands: dict[str, app_commands.Command]) -> None:
    """Whoever adds a command says so."""
    named = {name for name, _ in SLASH.findall(GUIDES[0].read_text(encoding="utf-8"))}
    assert set(slash_commands) - named == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_relative_links_resolve(path: Path) -> None:
    """Every link that isn't a web address leads to a file beside the document."""
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_named_files_and_names_of_the_code_exist(path: Path) -> None:
    """Between backticks: `forecasts/scoring/` is there, and `bot.client.FEATURES` can be imported."""
    text = path.read_text(encoding="utf-8")
    files = re.findall(rf"`((?:{'|'.join(PACKAGES)}|docs)/[^`]*)`", text)
    assert [name for name in files if not (ROOT / name).exists()] == []
    for name in re.findall(rf"`((?:{'|'.join(PACKAGES)})\.(?!csv`|jsonl`)[\w.]+)`", text):
        resolve_name(name)


def test_the_tree_of_the_readme_is_there() -> None:
    """Each line of "The house" begins with a folder of the repository."""
    (tree,) = code_blocks(GUIDES[0], "")
    assert [line for line in tree.splitlines() if not (ROOT / line.split()[0]).is_dir()] == []


def test_the_example_file_names_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """``.env.example`` has the names of the settings, in their order, and reads as if it weren't there."""
    names = [name.upper() for name in Settings.model_fields]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    example = ROOT / ".env.example"
    given = SETTING.findall(example.read_text(encoding="utf-8"))
    defaults = Settings(_env_file=None)
    assert [name for name, _ in given] == names
    assert Settings(_env_file=example) == defaults
    # An empty line means the default, so only what is empty by default may stand there empty.
    empty = [name for name in names if str(getattr(defaults, name.lower())) in {"", "None"}]
    assert [name for name, value in given if not value] == empty


def test_every_setting_is_in_the_readme() -> None:
    """A host finds all of them in one table."""
    text = GUIDES[0].read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in text] == []


def example() -> QuestionScores:
    """Score the worked question: heron (1) .6, from day 4 .8; otter (2) .4; finch (3) .9 from day 5; YES."""
    return score_question(
        [1, 2, 1, 3], [0, 0, 4 * DAY, 5 * DAY], [0.6, 0.4, 0.8, 0.9], opens_at=0, end=10 * DAY, outcome=1
    )


@pytest.mark.parametrize("path", [ROOT / "README.md", ROOT / "docs" / "scores.md"], ids=ids)
def test_the_worked_example_is_what_the_engine_says(path: Path) -> None:
    """For heron (4 * .16 + 6 * .04) / 10 = .088; the tables hold the engine's numbers."""
    scores = example()
    rows = SCORE_ROW.findall(path.read_text(encoding="utf-8"))
    assert rows == [
        (name, f"{brier:.3f}", f"{100 * coverage:.0f}", f"{points:+.2f}")
        for name, brier, coverage, points in zip(
            ("heron", "otter", "finch"), scores.brier, scores.coverage, scores.peer_brier, strict=True
        )
    ]


def test_the_scores_page_runs() -> None:
    """Its Python examples give what it says they give."""
    result = doctest.testfile(str(ROOT / "docs" / "scores.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0


def test_the_changelog_has_an_unreleased_section_with_scores() -> None:
    """What changes a score has a line of its own."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    assert "\n### Scores\n" in text


def test_every_decision_is_in_the_index_and_has_its_parts() -> None:
    """Context, decision, consequences; numbers without a gap."""
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        headings = re.findall(r"^## (\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"]
        assert f"]({page.name})" in index


def files_for_git() -> list[Path]:
    """Return what is in git or about to be: everything that isn't ignored."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listing = subprocess.run(  # noqa: S603 (our own arguments)
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("secret", [INDEX_HOST, MACHINE_PATH], ids=["package index", "machine path"])
def test_no_file_names_where_it_was_made(secret: re.Pattern[str]) -> None:
    """Neither the host of a package index nor an absolute path of a machine is in git."""
    found = [
        f"{ids(path)}: {hit[0]}"
        for path in files_for_git()
        for hit in secret.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_the_lock_holds_no_address() -> None:
    """Not any other host either: pins and hashes only."""
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["see /wo" + "rk/main", "'/ro" + "ot/x'", "(/ho" + "me/a)"])
def test_a_machine_path_would_be_noticed(text: str) -> None:
    """The search above isn't blind."""
    assert MACHINE_PATH.search(text)


def test_no_module_is_too_long() -> None:
    """At most 400 lines, tests included."""
    lengths = {ids(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert lengths
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_is_too_long() -> None:
    """At most 60 lines with its docstring."""
    long = [
        f"{ids(path)}: {node.name} has {lines} lines"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_FUNCTION_LINES
    ]
    assert long == []
