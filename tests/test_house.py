"""The house rules that a linter cannot know: who imports whom, who touches what, what agrees."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

import tp_init
from tp_init import check_command, cli, explain_command, rules, tools
from tp_init.questions import questions

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MODULES: Mapping[str, Path] = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((SOURCE / "tp_init").rglob("*.py"))
}

# A piece (a module, or a package as a whole), and all that it may import of tp_init.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "errors": frozenset(),
    "document": frozenset({"errors"}),
    "model": frozenset({"document"}),
    "formats": frozenset({"document", "errors", "registry"}),
    "shell": frozenset({"document", "errors"}),
    "tools": frozenset({"document", "errors", "model", "shell", "versions"}),
    "questions": frozenset({"errors"}),
    "render": frozenset({"document", "documents", "errors", "questions"}),
    "tree": frozenset({"errors", "model", "patterns"}),
    "write": frozenset({"errors", "model"}),
    "git": frozenset({"errors", "model", "printable", "tree"}),
    "next_steps": frozenset({"model"}),
    "terminal": frozenset({"mask", "printable"}),
    "report": frozenset(
        {"checked", "errors", "explain", "mask", "model", "next_steps", "printable", "terminal"}
    ),
    "ask": frozenset({"errors", "model", "printable", "terminal"}),
}

# What stands between discovery and the outcome: none of it may know an edge.
EDGES = frozenset({"ask", "cli", "migrate", "plan", "render", "report", "write"})

# A library, and the only modules that may import it: the edges are thin, and there is one of each.
ONLY_IN: Mapping[str, frozenset[str]] = {
    "copier": frozenset({"render"}),
    "plumbum": frozenset({"render"}),
    "jinja2": frozenset({"questions"}),
    "prompt_toolkit": frozenset({"ask"}),
    "questionary": frozenset({"ask"}),
    "tomlkit": frozenset({"formats"}),
    "yaml": frozenset({"questions", "formats"}),
    "subprocess": frozenset({"demo", "git"}),
    "shutil": frozenset({"demo", "git"}),
    "tempfile": frozenset({"demo", "render"}),
    "pathlib": frozenset({"demo", "git", "questions", "render", "tree", "write"}),
    "os": frozenset({"cli", "demo", "git", "repositories", "terminal", "tree", "write"}),
    "urllib.request": frozenset({"npm_registry"}),
    "urllib.error": frozenset({"npm_registry"}),
    "http": frozenset({"npm_registry"}),
    "socket": frozenset(),
    "ssl": frozenset(),
}

WRITING = frozenset(
    {
        "chmod",
        "copytree",
        "mkdir",
        "rename",
        "rmdir",
        "rmtree",
        "unlink",
        "write_bytes",
        "write_text",
    }
)
DISTRIBUTIONS = {"prompt_toolkit": "prompt-toolkit", "yaml": "pyyaml"}
STREAMS = frozenset({"stdin", "stdout", "stderr"})


@cache
def parsed(name: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported(name: str) -> Iterator[str]:
    """What a module imports anywhere, lazily or for its types too, by full name."""
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                ours = inner.startswith("tp_init.")
                yield str(node.module) if ours and inner not in MODULES else inner


def piece(name: str) -> str:
    """The module, or the package, directly below tp_init that a module belongs to."""
    return name.split(".")[1] if "." in name else name


@cache
def graph() -> Mapping[str, frozenset[str]]:
    """Each piece with the other pieces that it imports."""
    found: dict[str, set[str]] = {piece(name): set() for name in MODULES}
    for name in MODULES:
        ours = {piece(other) for other in imported(name) if other in MODULES}
        found[piece(name)] |= ours - {piece(name), "tp_init"}
    return {name: frozenset(others) for name, others in found.items()}


def calls(name: str) -> Iterator[str]:
    """The names of what a module calls, without what stands before the last dot."""
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


class TestImports:
    def test_they_point_one_way(self) -> None:
        waiting = dict(graph())
        while waiting:
            free = [name for name, others in waiting.items() if not others & waiting.keys()]
            assert free, f"a circle among {sorted(waiting)}"
            for name in free:
                del waiting[name]

    @pytest.mark.parametrize("name", MAY_IMPORT)
    def test_a_piece_knows_only_what_it_needs(self, name: str) -> None:
        assert graph()[name] <= MAY_IMPORT[name]

    @pytest.mark.parametrize("name", ["repo", "workflow", "publishing", "setup", "rules"])
    def test_what_finds_things_out_knows_no_edge(self, name: str) -> None:
        reached, waiting = set[str](), {name}
        while waiting:
            one = waiting.pop()
            reached.add(one)
            waiting |= graph()[one] - reached
        assert not reached & EDGES

    @pytest.mark.parametrize("library", ONLY_IN)
    def test_a_library_is_known_in_one_place(self, library: str) -> None:
        users = {
            piece(name)
            for name in MODULES
            if any(f"{other}.".startswith(f"{library}.") for other in imported(name))
        }
        assert users <= ONLY_IN[library]

    def test_the_dependencies_are_what_is_imported(self) -> None:
        declared = {re.split(r"[<>=]", one)[0] for one in PROJECT["dependencies"]}
        used = {other.partition(".")[0] for name in MODULES for other in imported(name)}
        used -= sys.stdlib_module_names | {"tp_init"}
        assert {DISTRIBUTIONS.get(name, name) for name in used} == declared


class TestEdges:
    def test_only_the_command_line_prints(self) -> None:
        for name in MODULES:
            if name != "tp_init.cli":
                assert "print" not in calls(name), name

    def test_only_the_command_line_takes_the_streams_of_the_process(self) -> None:
        for name in MODULES:
            taken = {
                node.attr
                for node in ast.walk(parsed(name))
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "sys"
            }
            assert name == "tp_init.cli" or not taken & STREAMS, name

    def test_only_the_writer_writes_and_the_demo_copies(self) -> None:
        for name in MODULES:
            if piece(name) not in {"write", "demo"}:
                assert not WRITING & set(calls(name)), name

    def test_nothing_starts_a_shell(self) -> None:
        for name in MODULES:
            for node in ast.walk(parsed(name)):
                assert not (isinstance(node, ast.keyword) and node.arg == "shell"), name


class TestRegistries:
    def test_a_rule_stands_in_a_file_named_like_its_id(self) -> None:
        for name in self.holding("rules", "RULE"):
            rule = importlib.import_module(name).RULE
            assert rule.id == name.rpartition(".")[2].replace("_", "-")

    def test_every_rule_is_listed_once(self) -> None:
        found = {importlib.import_module(name).RULE.id for name in self.holding("rules", "RULE")}
        lists = [value for value in vars(rules).values() if isinstance(value, tuple)]
        ids = [[rule.id for rule in some] for some in lists]
        assert all(len(some) == len(set(some)) for some in ids)
        assert found == set().union(*ids)

    def test_every_tool_is_listed_once(self) -> None:
        found = [importlib.import_module(name).TOOL.id for name in self.holding("tools", "TOOL")]
        # What stands for a program that is not known is no tool that could be recognised.
        listed = [*(tool.id for tool in tools.TOOLS), tools.UNKNOWN.id]
        assert sorted(listed) == sorted(found)

    def test_every_question_has_a_flag_of_its_name_and_in_its_order(self) -> None:
        flags = [flag.replace("-", "_") for flag in cli.QUESTION_OPTIONS]
        assert flags == [question.name for question in questions()]

    @staticmethod
    def holding(package: str, constant: str) -> list[str]:
        """The modules of a package that set a constant, in the order of their names."""
        return [
            name
            for name in MODULES
            if name.startswith(f"tp_init.{package}.")
            and any(
                isinstance(node, ast.Assign)
                and any(ast.unparse(target) == constant for target in node.targets)
                for node in parsed(name).body
            )
        ]


class TestProject:
    def test_the_version_is_said_once(self) -> None:
        assert PROJECT["version"] == tp_init.__version__

    def test_the_first_line_of_a_module_is_a_sentence(self) -> None:
        for name in MODULES:
            docstring = ast.get_docstring(parsed(name)) or ""
            assert docstring.partition("\n")[0].endswith("."), name

    def test_no_tracked_file_names_a_place_on_this_machine(self) -> None:
        if not (ROOT / ".git").exists():
            pytest.skip("not a checkout")
        listed = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z"]
        done = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True)
        here = [str(ROOT).encode(), sys.prefix.encode()]
        for tracked in filter(None, done.stdout.split("\0")):
            path = ROOT / tracked
            if path.is_file():
                content = path.read_bytes()
                assert not any(place in content for place in here), tracked


class TestReadme:
    def commands(self) -> list[str]:
        """The lines of its shell blocks."""
        blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
        return [line for block in blocks for line in block.splitlines()]

    def test_the_test_command_is_what_continuous_integration_runs(self) -> None:
        (command,) = [line for line in self.commands() if "pytest" in line]
        script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        install, test = command.rsplit(" && ", 1)
        assert script.index(install) < script.index(f"check {test}")

    def test_every_command_line_in_it_is_understood(self) -> None:
        lines = [line for line in self.commands() if "tp-init" in line]
        assert lines
        for line in lines:
            arguments = shlex.split(line[line.index("tp-init") :], comments=True)[1:]
            verb = arguments[0] if arguments and arguments[0] in cli.VERBS else ""
            parser = {"check": check_command, "explain": explain_command}.get(verb, cli)._parser()
            parser.parse_args(arguments[1:] if verb else arguments)

    def test_it_names_what_the_schema_names(self) -> None:
        path = SOURCE / "tp_init" / "schemas" / "outcome.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        section = README.partition("## JSON")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert rows == list(schema["properties"])

    def test_its_excerpts_are_what_the_demo_prints(self) -> None:
        command = [sys.executable, str(ROOT / "bench" / "readme.py"), "--check"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_its_links_lead_somewhere(self) -> None:
        for page in (README, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
            for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page):
                assert (ROOT / target).exists(), target


class TestWorkflows:
    """The project's own workflows, under the judges that its template is held against."""

    def tool(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of the judges that the test extra installs beside this interpreter."""
        beside = str(Path(sys.executable).parent)
        program = shutil.which(name, path=beside) or shutil.which(name)
        assert program, f"{name} is not installed: pip install '.[test]'"
        return subprocess.run(
            [program, *map(str, arguments)],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"},
        )

    def test_zizmor_has_no_finding(self) -> None:
        done = self.tool("zizmor", "--offline", "--persona=auditor", "--no-progress", ".github")
        assert done.returncode == 0, done.stdout

    def test_actionlint_has_none(self) -> None:
        done = self.tool("actionlint", "-no-color", *WORKFLOWS)
        assert (done.returncode, done.stdout) == (0, "")

    @pytest.mark.parametrize(
        ("schema", "files"),
        [
            ("vendor.github-workflows", WORKFLOWS),
            ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
        ],
    )
    def test_they_are_valid_against_their_schema(self, schema: str, files: list[Path]) -> None:
        assert files
        done = self.tool("check-jsonschema", "--builtin-schema", schema, *files)
        assert done.returncode == 0, done.stdout

    def test_every_action_is_pinned_and_the_template_pins_the_same(self) -> None:
        own, templates = self.pins(WORKFLOWS), self.pins((ROOT / "template").rglob("*.jinja"))
        assert own.keys() & templates.keys()
        for action in own.keys() & templates.keys():
            assert own[action] == templates[action], action

    def test_continuous_integration_runs_the_script(self) -> None:
        jobs = yaml.safe_load((WORKFLOWS[0]).read_text(encoding="utf-8"))["jobs"]
        assert {"run": ".ci/run"} in jobs["check"]["steps"]

    def test_only_the_upload_holds_the_identity(self) -> None:
        release = yaml.safe_load(WORKFLOWS[1].read_text(encoding="utf-8"))
        assert release["permissions"] == {}
        assert release["jobs"]["build"]["permissions"] == {"contents": "read"}
        publish = release["jobs"]["publish"]
        assert publish["permissions"] == {"id-token": "write"}
        assert publish["environment"]["name"] == "pypi"
        assert not any("run" in step for step in publish["steps"])

    @staticmethod
    def pins(files: Iterator[Path] | list[Path]) -> dict[str, str]:
        """Each action with its commit and its version."""
        found: dict[str, str] = {}
        for path in files:
            for use in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
                pinned = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", use)
                assert pinned, f"{path}: {use}"
                assert found.setdefault(pinned[1], pinned[2]) == pinned[2], use
        return found
