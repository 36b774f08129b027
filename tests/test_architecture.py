"""The structure that the design promises: who may import what, how long things may be, what is documented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted([*(ROOT / "ingest").rglob("*.py"), *(ROOT / "graph").rglob("*.py"), ROOT / "app.py"])
MODULE_LINES, FUNCTION_LINES, PAGE_LINES, APP_LINES = 400, 60, 150, 80

# (package that is meant, what it must not import, where it is allowed all the same)
RULES = [
    ("graph", "ingest", ()),
    ("graph", "app", ()),
    ("ingest", "app", ()),
    ("graph", "spacy", ()),
    ("graph", "streamlit", ("graph/ui/",)),
    ("ingest", "streamlit", ()),
    ("graph", "kglite", ("graph/stores/",)),
    ("graph", "neo4j", ("graph/stores/",)),
    ("ingest", "kglite", ()),
    ("ingest", "neo4j", ()),
    ("graph", "sqlalchemy", ("graph/ledger/",)),
    ("graph", "alembic", ("graph/ledger/",)),
    ("ingest", "sqlalchemy", ()),
    ("graph", "rdflib", ("graph/export/rdf.py",)),
    ("graph", "socket", ("graph/ui/serve.py",)),
    ("ingest", "socket", ("ingest/fetch.py",)),
    ("ingest", "urllib3", ("ingest/fetch.py",)),
    ("ingest", "http.client", ("ingest/fetch.py",)),
    ("ingest", "requests", ()),
    ("graph", "requests", ()),
]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)}:{node.lineno}: relative import"
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize(("package", "forbidden", "allowed"), RULES)
def test_imports_go_one_way(package: str, forbidden: str, allowed: tuple[str, ...]) -> None:
    wrong = [
        f"{_name(path)}:{line} imports {module}"
        for path in SOURCES
        if _name(path).startswith(package + "/") and not _name(path).startswith(allowed or ("\0",))
        for line, module in _imports(path)
        if module == forbidden or module.startswith(forbidden + ".")
    ]
    assert not wrong, "\n".join(wrong)


def test_nobody_imports_a_bare_top_level_package() -> None:
    # `import graph` binds a name that variables called graph would hide.
    wrong = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) and any(a.name in {"graph", "ingest"} for a in node.names)
    ]
    assert not wrong, "\n".join(wrong)


def test_modules_and_functions_stay_short() -> None:
    wrong = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        name = _name(path)
        cap = APP_LINES if name == "app.py" else PAGE_LINES if "/ui/pages/" in name else MODULE_LINES
        if (lines := len(text.splitlines())) > cap:
            wrong.append(f"{name}: {lines} lines, at most {cap}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    wrong.append(f"{name}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}")
    assert not wrong, "\n".join(wrong)


def test_every_public_name_has_a_docstring() -> None:
    wrong = []
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree):
            wrong.append(f"{_name(path)}: module")
        scopes: list[ast.Module | ast.ClassDef] = [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))]
        for scope in scopes:
            for node in scope.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                    overload = any(getattr(d, "id", "") == "overload" for d in node.decorator_list)
                    if not ast.get_docstring(node) and not overload:
                        wrong.append(f"{_name(path)}:{node.lineno}: {node.name}")
    assert not wrong, "\n".join(wrong)


def test_library_code_prints_only_through_the_command_line() -> None:
    wrong = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        if path.name != "cli.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert not wrong, "\n".join(wrong)


def test_no_file_names_the_machine_that_it_was_written_on() -> None:
    machine = re.compile(r"/(?:work|root|home/\w+)/(?!\.\.\.)|\b(?:10|192\.168|172\.16)(?:\.\d+){2,3}:\d+")
    suffixes = {".py", ".md", ".yml", ".toml", ".cypher", ".txt", ".java", ".xml", ".json"}
    wrong = []
    for folder in ("ingest", "graph", "queries", "tests", "."):
        files = (ROOT / folder).glob("*") if folder == "." else (ROOT / folder).rglob("*")
        for path in files:
            if (
                path.suffix in suffixes
                and path.is_file()
                and "node_modules" not in path.parts
                and "lib" not in path.parts
            ):
                found = machine.search(path.read_text("utf-8", "replace"))
                if found and path != Path(__file__).resolve():
                    wrong.append(f"{_name(path)}: {found[0]}")
    assert not wrong, "\n".join(wrong)
