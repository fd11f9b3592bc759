"""What must not stand in the program at all: read off its own source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bot

ROOT = Path(bot.__file__).parents[1]
PACKAGES = ("bot", "claims", "forecasts", "migrations")
UNPICKLING = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "jsonpickle"}
RUN = {"eval", "exec", "compile", "__import__"}
SQL = {"text", "exec_driver_sql", "execute", "executescript", "executemany", "literal_column"}
PROGRAMS = {"claims/readers/isolated.py", "forecasts/backups.py"}  # each with a list of arguments of our own


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Yield each module of the program with its path."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Yield each call with where it stands and the last part of what is called."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
                yield f"{path}:{node.lineno}", node, name


def imported() -> Iterator[tuple[str, str]]:
    """Yield each module that is imported, with where."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((path, each.name.split(".")[0]) for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield path, node.module.split(".")[0]


def test_nothing_is_unpickled() -> None:
    """A pickle runs what its writer wanted; arrays are read without them, too."""
    assert [found for found in imported() if found[1] in UNPICKLING] == []
    named = [(where, keyword.arg) for where, call, _ in calls() for keyword in call.keywords]
    assert [found for found in named if found[1] == "allow_pickle"] == []


def test_nothing_is_run_that_was_read() -> None:
    """Neither Python nor a shell; YAML builds plain values only."""
    found = [
        where
        for where, call, name in calls()
        if (isinstance(call.func, ast.Name) and name in RUN)
        or any(keyword.arg == "shell" for keyword in call.keywords)
        or (name in {"system", "popen"} and ast.unparse(call.func).startswith("os."))
        or (name in {"load", "load_all", "unsafe_load"} and ast.unparse(call.func).startswith("yaml."))
    ]
    assert found == []


def test_other_programs_are_started_in_two_places_only() -> None:
    """The reader of files, and the database's own backup."""
    assert {path for path, module in imported() if module in {"subprocess", "pty"}} == PROGRAMS


def test_no_statement_is_put_together_from_values() -> None:
    """What stands in braces within SQL is a constant of the module, or a name that a migration lists."""
    wrong = []
    for where, call, name in calls():
        is_own = name == "text" and isinstance(call.func, ast.Name)  # a text of a message
        if name not in SQL or is_own or not call.args:
            continue
        first = call.args[0]
        if isinstance(first, ast.JoinedStr) and not where.startswith("migrations/versions/"):
            inside = [each.value for each in first.values if isinstance(each, ast.FormattedValue)]
            wrong += [where for each in inside if not (isinstance(each, ast.Name) and each.id.isupper())]
        elif isinstance(first, ast.BinOp) or ".format(" in ast.unparse(first):
            wrong.append(where)
    assert wrong == []


def test_the_bot_listens_on_loopback_only() -> None:
    """Its one server is the health page's; there is no other call that would listen."""
    listening = {"TCPSite", "UnixSite", "run_app", "start_server", "create_server", "SockSite"}
    found = [
        (where.split(":")[0], ast.unparse(call.args[1])) for where, call, name in calls() if name in listening
    ]
    assert [each for each in found if each[0] != "bot/demo/page.py"] == [("bot/health.py", "LOOPBACK")]


def test_certificates_are_always_checked() -> None:
    """No connection is made without, and no proxy of the environment is asked."""
    unsafe = {"ssl", "verify_ssl", "verify", "check_hostname", "cert_reqs"}
    found = [
        where
        for where, call, _ in calls()
        for keyword in call.keywords
        if keyword.arg in unsafe or (keyword.arg == "trust_env" and ast.unparse(keyword.value) != "False")
    ]
    assert found == []
