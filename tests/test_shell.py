"""Shell scripts are read as bash reads them, and lose what they should lose and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest

from tp_init import shell
from tp_init.shell.lexer import MAX_COMMANDS, MAX_DEPTH
from tp_init.shell.script import MAX_LENGTH

BASH = shutil.which("bash")


def names(text: str) -> list[str]:
    script = shell.parse(text)
    assert script.error is None
    return [command.name for command in script.commands]


def only(text: str) -> shell.Command:
    script = shell.parse(text)
    assert script.error is None
    (command,) = script.commands
    return command


def argv(command: shell.Command) -> list[str]:
    return [word.resolved for word in command.argv]


def delete(text: str, spans: tuple[shell.Span, ...]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


# Commands


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a remark\n\n", []),
        ("npm ci\nnpm publish\n", ["npm", "npm"]),
        ("npm ci && npm test || echo no; npm publish", ["npm", "npm", "echo", "npm"]),
        ("if [ -f a ]; then b; elif c; then d; else e; fi", ["[", "b", "c", "d", "e"]),
        ("for p in one two; do\n  build $p\ndone", ["build"]),
        ("for ((i = 0; i < 3; i++)); do build; done", ["build"]),
        ("while read -r l; do a; done < <(b)", ["read", "a", "b"]),
        ("until a; do b; done", ["a", "b"]),
        ("select x in 1 2; do a; done", ["a"]),
        ("case $x in\n  a|b) c ;;\n  (d) e ;;\n  *) ;;\nesac", ["c", "e"]),
        ("f() { a; }\nfunction g { b; }\nfunction h() ( c )\nf", ["a", "b", "c", "f"]),
        ("(cd x && a) | b |& c", ["cd", "a", "b", "c"]),
        ("{ a; b; } > log", ["a", "b"]),
        ("! a\ntime b\ntime -p { c; }", ["a", "b", "c"]),
        ("a & b", ["a", "b"]),
        ('v=$(a "$(b)") c `d`', ["c", "a", "b", "d"]),
        ('echo "$(a | b)" $((1 + $(c)))', ["echo", "a", "b", "c"]),
        ("[[ $x =~ ^(a|b)$ && -n $(y) ]] && z", ["y", "z"]),
        ("((x++)); ((a); (b))", ["a", "b"]),
        ("cat <<A <<B | c\n$(d)\nA\n$(e)\nB\nf", ["cat", "c", "d", "e", "f"]),
        ("cat <<'A'\n$(no)\nA\nb", ["cat", "b"]),
        ("cat > f <<< word\nb", ["cat", "b"]),
        ("a \\\n  --b \\\n  c\nd", ["a", "d"]),
        ("a=(1 $(b) 3)\nc", ["b", "c"]),
        ("echo a#b #c\nd", ["echo", "d"]),
        ("bash -eo pipefail -c 'a && b'", ["bash", "a", "b"]),
        ('bash -c "a \\"x y\\" && b"', ["bash", "a", "b"]),
        ('bash -c "$(a)"', ["bash", "a"]),
        ("eval 'a; b'", ["eval", "a", "b"]),
        ("npx -p one -c 'two three'", ["npx", "two"]),
    ],
)
def test_every_command_is_seen(text: str, expected: list[str]) -> None:
    found = [name for name in names(text) if name != ""]
    assert sorted(found) == sorted(expected)


def test_commands_come_in_source_order_with_their_places() -> None:
    text = "e=é\necho “${{ github.ref_name }}” && npm publish $(pick a)\n"
    script = shell.parse(text)
    assert [text[c.start : c.end] for c in script.commands] == [
        "echo “${{ github.ref_name }}”",
        "npm publish $(pick a)",
        "pick a",
    ]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("x", ()),
        ("if x; then :; fi", ("condition",)),
        ("if :; then x; fi", ("if",)),
        ("if :; then :; else x; fi", ("if",)),
        ("for a in 1; do x; done", ("loop",)),
        ("case a in a) x;; esac", ("case",)),
        ("f() { x; }", ("function", "group")),
        ("(x)", ("subshell",)),
        (": && x", ("and",)),
        (": || x", ("or",)),
        (": $(x)", ("substitution",)),
        ("sh -c 'x'", ("script",)),
    ],
)
def test_a_command_knows_what_it_stands_in(text: str, within: tuple[str, ...]) -> None:
    command = next(c for c in shell.parse(text).commands if c.name == "x")
    assert command.within == within
    assert command.in_substitution == ("substitution" in within)
    assert command.conditional == bool({"if", "loop", "case", "and", "or"} & set(within))


@pytest.mark.parametrize(
    ("text", "expected", "wrappers"),
    [
        ("npm publish", "npm publish", ()),
        ("env A=b C=d npm publish", "npm publish", ("env",)),
        ("env -u A npm publish", "npm publish", ("env",)),
        ("sudo -u me env A=b npm publish", "npm publish", ("sudo", "env")),
        ("exec npm publish", "npm publish", ("exec",)),
        ("command npm publish", "npm publish", ("command",)),
        ("command -v npm", "command -v npm", ()),
        ("/usr/bin/time -f %e npm publish", "npm publish", ("time",)),
        ("npx semantic-release --dry-run", "semantic-release --dry-run", ("npx",)),
        ("npx --yes -p npm@11 -- npm publish", "npm publish", ("npx",)),
        ("bunx np", "np", ("bunx",)),
        ("bun x np", "np", ("bun x",)),
        ("pnpm dlx np", "np", ("pnpm dlx",)),
        ("pnpm --filter a -r exec npm publish", "npm publish", ("pnpm exec",)),
        ("pnpm publish --filter exec", "pnpm publish --filter exec", ()),
        ("yarn exec np", "np", ("yarn exec",)),
        ("yarn workspace a npm publish", "yarn npm publish", ("yarn workspace",)),
        (
            "yarn workspaces foreach -A --no-private npm publish",
            "yarn npm publish",
            ("yarn workspaces foreach",),
        ),
        ("npm exec --package=x -- np", "np", ("npm exec",)),
        ("corepack npm publish", "npm publish", ("corepack",)),
        ("corepack enable", "corepack enable", ()),
        ("retry -t 3 -- npm publish", "npm publish", ("retry",)),
        ("retry 3 npm publish", "npm publish", ("retry",)),
        ("timeout -k 5 60 npm publish", "npm publish", ("timeout",)),
        ("xargs -n1 npm publish", "npm publish", ("xargs",)),
        ("find . -name x -exec npm publish {} \\;", "npm publish {}", ("find",)),
        ("doppler run -- npm publish", "npm publish", ("doppler run",)),
        ("doppler run npm", "doppler run npm", ()),
        ("npx $FLAGS np", "$FLAGS np", ("npx",)),
        ("npx", "npx", ()),
    ],
)
def test_wrappers_are_looked_through(text: str, expected: str, wrappers: tuple[str, ...]) -> None:
    command = only(text)
    assert " ".join(argv(command)) == expected
    assert command.wrappers == wrappers


def test_the_string_of_a_shell_is_a_script_with_places_in_the_outer_text() -> None:
    text = "sudo bash -lc 'cd a && npm publish'\n"
    script = shell.parse(text)
    inner = script.commands[-1]
    assert text[inner.start : inner.end] == "npm publish"
    assert inner.wrappers == ("sudo", "bash -c")
    assert inner.within == ("script", "and")


def test_a_string_with_escapes_gives_its_commands_the_place_of_the_string() -> None:
    text = 'sh -c "npm publish --tag \\"next\\""'
    inner = shell.parse(text).commands[-1]
    assert argv(inner) == ["npm", "publish", "--tag", "next"]
    assert text[inner.start : inner.end] == text[6:]


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("npx np@10.2.0 --yes", "np", "10.2.0"),
        ("npx @changesets/cli@^2 publish", "@changesets/cli", "^2"),
        ("npx @changesets/cli publish", "@changesets/cli", ""),
        ("./node_modules/.bin/semantic-release", "semantic-release", ""),
        ("/usr/local/bin/npm publish", "npm", ""),
        ("./scripts/release.sh", "./scripts/release.sh", ""),
        ("'npm' publish", "npm", ""),
        ("$TOOL publish", "", ""),
        ("${{ inputs.tool }} publish", "", ""),
    ],
)
def test_a_program_is_named_without_folder_and_version(text: str, name: str, version: str) -> None:
    command = only(text)
    assert (command.name, command.version) == (name, version)


# Words


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("plain", "plain"),
        ("'single $x'", "single $x"),
        ('"double \\"q\\" \\$x \\n"', 'double "q" $x \\n'),
        ("a\\ b", "a b"),
        ("a'b'\"c\"d", "abcd"),
        ("$'tab\\t\\x41\\'\\u00e9'", "tab\tA'é"),
        ('$"text"', "text"),
        ("''", ""),
        ('""', ""),
        ("a\\\nb", "ab"),
        ("\\${X}", "${X}"),
        ("'//r/:_authToken'=x", "//r/:_authToken=x"),
        ("~/.npmrc", "~/.npmrc"),
        ("a=$", "a=$"),
        ("$X", None),
        ('"${X:-d}"', None),
        ("a$(b)c", None),
        ("`b`", None),
        ("$((1 + 2))", None),
        ("<(b)", None),
        ("${{ matrix.x }}", None),
        ("'${{ matrix.x }}'", None),
    ],
)
def test_a_word_has_a_value_if_it_is_fixed(word: str, value: str | None) -> None:
    last = shell.parse(f"echo {word}").commands[0].words[-1]
    assert (last.text, last.value) == (word, value)


def test_a_word_names_what_it_depends_on() -> None:
    text = 'npm config set "//r/:_authToken=${NPM_TOKEN:-$OTHER}" ${{ secrets.T }}$(cat $F)'
    *_, first, second = shell.parse(text).commands[0].words
    assert first.variables == ("OTHER", "NPM_TOKEN")
    assert first.resolved == "//r/:_authToken=${NPM_TOKEN:-$OTHER}"
    assert [part.kind for part in first.parts] == ["text", "variable"]
    assert second.expressions == ("${{ secrets.T }}",)
    assert second.variables == ("F",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ a }}", ["${{ a }}"]),
        ("x ${{ format('{0}}}', b) }} y ${{ c }}", ["${{ format('{0}}}', b) }}", "${{ c }}"]),
        ("${{ a\n  || b }}", ["${{ a\n  || b }}"]),
        ("${{ it's }} ${{ b }}", ["${{ it's }}", "${{ b }}"]),
        ("${{ never", []),
        ("${{ '", []),
    ],
)
def test_expressions_are_found_and_hidden_from_the_shell(text: str, expected: list[str]) -> None:
    script = shell.parse(text)
    assert [text[span.start : span.end] for span in script.expressions] == expected


def test_an_expression_with_quotes_does_not_upset_the_script() -> None:
    text = "npm publish --tag ${{ startsWith(github.ref, 'refs/tags/v') && 'latest' || \"x\" }}\n"
    assert argv(only(text))[-1].startswith("${{ startsWith")


def test_every_use_of_a_variable_is_listed() -> None:
    text = (
        "A=$X cmd \"${Y#z}\" <<E\n$Z\nE\n[[ -n $W ]]\nsh -c '$V'\nfor i in $U; do :; done $(( $T ))"
    )
    uses = shell.parse(text.removesuffix(" $(( $T ))")).uses
    assert [use.name for use in uses] == ["X", "Y", "Z", "W", "V", "U"]


# Assignments, redirections, options


def test_assignments_are_statements_prefixes_or_arguments() -> None:
    script = shell.parse("A=1\nexport B=$X C\ndeclare -x D=2\nlocal E=3\nF=4 G='5' cmd\n")
    assert [(a.name, a.exported) for a in script.assignments] == [
        ("A", False),
        ("B", True),
        ("D", True),
        ("E", False),
    ]
    prefixes = script.commands[-1].assignments
    assert [(a.name, a.value.value if a.value else None) for a in prefixes] == [
        ("F", "4"),
        ("G", "5"),
    ]


def test_the_variables_of_env_count_as_prefixes() -> None:
    (assignment,) = only('env "NPM_TOKEN=$T" npm publish').assignments
    assert assignment.name == "NPM_TOKEN"
    assert assignment.value is not None
    assert assignment.value.resolved == "$T"


@pytest.mark.parametrize(
    ("text", "operator", "target", "output"),
    [
        ("a > b", ">", "b", True),
        ("a >>b", ">>", "b", True),
        ("a 2> b", ">", "b", False),
        ("a 2>&1", ">&", "1", False),
        ("a >& b", ">&", "b", True),
        ("a &> b", "&>", "b", True),
        ("a < b", "<", "b", False),
        ("a <<< b", "<<<", "b", False),
        ("> b", ">", "b", True),
    ],
)
def test_redirections(text: str, operator: str, target: str, *, output: bool) -> None:
    (redirect,) = only(text).redirects
    assert (redirect.operator, redirect.target.text) == (operator, target)
    assert redirect.takes_output is output


def test_options_are_read_as_npm_reads_them() -> None:
    text = "npm publish --access=public --tag next -w a -ry --dry-run false ./x.tgz --x -- --y"
    command = only(text)
    found = shell.options(command.argv, {"--tag", "--access", "-w"})
    assert [(o.name, o.value) for o in found.flags] == [
        ("--access", "public"),
        ("--tag", "next"),
        ("-w", "a"),
        ("-r", None),
        ("-y", None),
        ("--dry-run", "false"),
        ("--x", None),
    ]
    assert [word.text for word in found.positionals] == ["npm", "publish", "./x.tgz", "--y"]
    assert "--tag" in found
    assert "--otp" not in found


def test_the_last_of_two_options_counts_and_a_dynamic_value_is_none() -> None:
    found = shell.options(only("npm publish --tag a --tag=$T").argv, {"--tag"})
    last = found.last("--tag")
    assert last is not None
    assert last.value is None
    assert last.words[0].variables == ("T",)


# What is written to files


@pytest.mark.parametrize(
    ("text", "target", "lines"),
    [
        ('echo "//r/:_authToken=$T" > .npmrc', ".npmrc", ["//r/:_authToken=$T"]),
        ("echo //r/:_authToken=\\${T} >> ~/.npmrc", "~/.npmrc", ["//r/:_authToken=${T}"]),
        ("echo -e 'a\\nb' > f", "f", ["a", "b"]),
        ("echo -n a b > f", "f", ["a b"]),
        ("printf '//r/:_authToken=%s\\n' \"$T\" > f", "f", ["//r/:_authToken=$T"]),
        ("printf '%s\\n' a b > f", "f", ["a", "b"]),
        ("printf -- 'a%%\\n' > f", "f", ["a%"]),
        ("cat <<EOF > f\na $X\n\\$Y\nEOF\n", "f", ["a $X", "$Y"]),
        ("cat > f <<-'EOF'\n\ta\n\t$X\n\tEOF\n", "f", ["a", "$X"]),
        ("cat <<< a > f", "f", ["a"]),
        ("tee -a f <<EOF\na\nEOF\n", "f", ["a"]),
        ("echo a | tee f > /dev/null", "f", ["a"]),
        ("echo a | sudo tee -a f", "f", ["a"]),
        ("{ echo a; } > f", "f", ["a"]),
        ("{ echo a; } | tee f", "f", ["a"]),
        ("if x; then echo a; fi >> f", "f", ["a"]),
        ("(printf 'a\\n') > f", "f", ["a"]),
        ("for i in 1; do echo a; done > f", "f", ["a"]),
        ('echo "a\nb" > f', "f", ["a", "b"]),
        ("> f", "f", []),
        ("node gen.js > f", "f", None),
        ("cat other > f", "f", None),
        ("gen | tee f", "f", None),
    ],
)
def test_written_text_is_seen(text: str, target: str, lines: list[str] | None) -> None:
    (write,) = shell.parse(text).file_writes
    assert write.target.text == target
    assert (None if write.lines is None else [line.text for line in write.lines]) == lines


def test_each_line_has_its_place_and_what_it_depends_on() -> None:
    text = "cat <<EOF > .npmrc\nregistry=x\n//r/:_authToken=\\${A}$B${{ secrets.C }}\nEOF\n"
    (write,) = shell.parse(text).file_writes
    assert write.lines is not None
    line = write.lines[1]
    assert text[line.start : line.end] == "//r/:_authToken=\\${A}$B${{ secrets.C }}\n"
    assert set(line.variables) == {"A", "B"}
    assert line.expressions == ("${{ secrets.C }}",)


def test_nothing_is_written_by_a_message_or_to_nowhere() -> None:
    assert shell.parse("echo a\necho b >&2\necho c > /dev/null\nx 2> err").file_writes == ()


@pytest.mark.parametrize(
    "text",
    [
        'echo "A=$X" >> $GITHUB_ENV',
        'echo "A=$X" >> "$GITHUB_ENV"',
        "echo A=$X >> ${GITHUB_ENV}",
        "echo A=$X >> ${{ github.env }}",
        'echo "A=$X" | tee -a $GITHUB_ENV',
        "printf 'A=%s\\n' \"$X\" >> $GITHUB_ENV",
        "cat >> $GITHUB_ENV <<EOF\nA=$X\nEOF\n",
        "{ echo A=$X; } >> $GITHUB_ENV",
        'echo "A<<E" >> $GITHUB_ENV\necho "$X" >> $GITHUB_ENV\necho "E" >> $GITHUB_ENV\n',
    ],
)
def test_variables_for_later_steps_are_seen(text: str) -> None:
    (write,) = shell.parse(text).environment_writes
    assert (write.name, write.value, write.variables) == ("A", "$X", ("X",))
    assert text[write.start : write.end].startswith(("echo", "printf", "cat"))


def test_every_line_of_a_group_is_a_variable_of_its_own() -> None:
    script = shell.parse('{\n  echo "A=1"\n  echo "B=2"\n} >> "$GITHUB_ENV"\n')
    assert [(w.name, w.value) for w in script.environment_writes] == [("A", "1"), ("B", "2")]


# Removal: T stands for what goes


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("a\nT\nb\n", "a\nb\n"),
        ("a\nT", "a"),
        ("T\n", ""),
        ("a\n\nT\n\nb\n", "a\n\nb\n"),
        ("a\n\nT\n", "a\n"),
        ("T\n\nb\n", "b\n"),
        ("a # c\nT # c\nb\n", "a # c\nb\n"),
        ("T \\\n  --x \\\n  y\nb\n", "b\n"),
        ("T; b", "b"),
        ("a; T", "a"),
        ("a; T; b", "a; b"),
        ("T &\nb\n", "b\n"),
        ("time T\nb\n", "b\n"),
        ("T && b", "b"),
        ("a && T && b", "a && b"),
        ("a &&\n  T &&\n  b\n", "a &&\n  b\n"),
        ("cd x && T", "cd x"),
        ("npm ci && T", "npm ci"),
        ("a && T || b", "a || b"),
        ("T || exit 1\nb\n", "b\n"),
        ("T || { echo no; exit 1; }\nb\n", "b\n"),
        ("T 2>/dev/null || true\nb\n", "b\n"),
        ('[ -n "$X" ] && T\nb\n', "b\n"),
        ("[[ -n $X ]] && T || true\nb\n", "[[ -n $X ]] || true\nb\n"),
        ("if [ x ]; then\n  T\nfi\nb\n", "b\n"),
        ("if [ x ]; then\n  T\nelse\n  T\nfi\nb\n", "b\n"),
        ("if x; then\n  T\n  a\nfi\n", "if x; then\n  a\nfi\n"),
        ("if x; then T; a; fi", "if x; then a; fi"),
        ("if x; then a; T; fi", "if x; then a; fi"),
        ("if x; then\n  a\nelse\n  T\nfi\n", "if x; then\n  a\nfi\n"),
        ("for i in 1 2; do\n  T $i\ndone\nb\n", "b\n"),
        ("(cd x && T)\nb\n", "(cd x)\nb\n"),
        ("{ T; }\nb\n", "b\n"),
        ("{ a; T; } > f", "{ a; } > f"),
        ("case x in\n  a) T ;;\n  b) c ;;\nesac\n", "case x in\n  a)  ;;\n  b) c ;;\nesac\n"),
        ("T <<EOF\nx\nEOF\nb\n", "b\n"),
        ("if x; then\n  T <<EOF\nx\nEOF\n  b\nfi\n", "if x; then\n  b\nfi\n"),
        ("cd x && T <<EOF\nx\nEOF\nb\n", "cd x\nb\n"),
        ("T <<EOF && b\nx\nEOF\nc\n", "b\nc\n"),
        ("f() {\n  cd a\n  T\n}\n", "f() {\n  cd a\n}\n"),
        ("cd x && a\nT\n", "cd x && a\n"),
        ("[ -f x ] && a || b\nT\n", "[ -f x ] && a || b\n"),
        ("[ -f x ] && a\nT\nb\n", "[ -f x ] && a\nb\n"),
        ("f() {\n  T\n  a\n}\n", "f() {\n  a\n}\n"),
    ],
)
def test_a_removed_command_leaves_the_rest_as_it_was(text: str, rest: str) -> None:
    script = shell.parse(text)
    targets = [command for command in script.commands if command.name == "T"]
    spans = shell.removal(script, *targets)
    assert spans is not None
    assert delete(text, spans) == rest


@pytest.mark.parametrize(
    "text",
    [
        "T | b",
        "a | T",
        "a $(T)",
        "a `T`",
        "! T",
        "a && ! T",
        "f() { a; T; }",
        "{ a; T; } || b",
        "[ -f x ] && a\nT\n",
        "if x; then [ y ] && a; fi\nT\n",
        "sh -c 'T; b'",
        "if T; then b; fi",
        "while T; do b; done",
        "if x; then\n  T\nfi",
        "if [ x ]; then\n  T\nelse\n  b\nfi",
        "if [ x ]; then a; elif [ y ]; then T; fi",
        "a || T",
        "grep -q x f && T",
        "npm view x && T",
        "git diff --quiet && T",
        "T || b",
        "T\nif [ $? -ne 0 ]; then b; fi",
        "T\nexit $?",
        "f() { T; }\nf",
        "while read -r l; do T; done < f",
        "T\nif",
    ],
)
def test_what_cannot_go_without_a_change_of_meaning_stays(text: str) -> None:
    script = shell.parse(text)
    targets = [command for command in script.commands if command.name == "T"]
    assert targets
    assert shell.removal(script, *targets) is None


def test_writes_go_with_the_pipe_that_carries_them() -> None:
    text = 'a\necho "//r/:_authToken=$T" | sudo tee -a ~/.npmrc > /dev/null\nb\n'
    script = shell.parse(text)
    spans = shell.removal(script, *script.file_writes)
    assert spans is not None
    assert delete(text, spans) == "a\nb\n"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("cat <<E > f\na\nT=1\nb\nE\nx\n", "cat <<E > f\na\nb\nE\nx\n"),
        ("cat <<E > f\nT=1\nT=2\nE\nx\n", "x\n"),
        ('echo "a\nT=1" > f\nx\n', 'echo "a" > f\nx\n'),
        ('echo "T=1\na" > f\nx\n', 'echo "a" > f\nx\n'),
        ("printf 'a\\nT=1\\n' > f\nx\n", "printf 'a\\n' > f\nx\n"),
        ("{ echo T=1; echo a; } > f\nx\n", "{ echo a; } > f\nx\n"),
        ("echo T=1 > f\nx\n", "x\n"),
    ],
)
def test_a_removed_line_leaves_the_other_lines(text: str, rest: str) -> None:
    script = shell.parse(text)
    lines = [
        line
        for write in script.file_writes
        for line in write.lines or ()
        if line.text.startswith("T")
    ]
    spans = shell.removal(script, *lines)
    assert spans is not None
    assert delete(text, spans) == rest


def test_a_variable_for_later_steps_goes_with_all_its_statements() -> None:
    text = (
        'echo "A<<E" >> $GITHUB_ENV\necho "$X" >> $GITHUB_ENV\necho E >> $GITHUB_ENV\n'
        "echo B=2 >> $GITHUB_ENV\n"
    )
    script = shell.parse(text)
    spans = shell.removal(script, script.environment_writes[0])
    assert spans is not None
    assert delete(text, spans) == "echo B=2 >> $GITHUB_ENV\n"


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("npm publish --provenance", "--provenance", "npm publish"),
        ("npm publish \\\n  -x \\\n  -y\n", "-x", "npm publish \\\n  -y\n"),
        ("npm publish \\\n  -x \\\n  -y\n", "-y", "npm publish \\\n  -x\n"),
        ("T=$X npm publish", "T=$X", "npm publish"),
        ("A=1 T=$X npm publish", "T=$X", "A=1 npm publish"),
        ("env T=$X npm publish", "T=$X", "env npm publish"),
        ("export A=1 T=$X", "T=$X", "export A=1"),
        ("export T=$X\nnpm publish\n", "T=$X", "npm publish\n"),
        ("T=$X\nnpm publish\n", "T=$X", "npm publish\n"),
        ("a $(b -x c)", "-x", "a $(b c)"),
    ],
)
def test_a_removed_word_takes_its_blank_along(text: str, word: str, rest: str) -> None:
    script = shell.parse(text)
    things: list[shell.Word | shell.Assignment] = [*script.assignments]
    for command in script.commands:
        things += [*command.words, *command.assignments]
    candidates = [thing for thing in things if text[thing.start : thing.end] == word]
    spans = shell.removal(script, candidates[0])
    assert spans is not None
    assert delete(text, spans) == rest


def test_the_name_of_a_command_is_no_word_to_remove() -> None:
    script = shell.parse("npm publish")
    assert shell.removal(script, script.commands[0].words[0]) is None


def test_what_empties_a_branch_together_goes_together() -> None:
    text = 'if [ "$NEW" = true ]; then\n  echo T=$X >> f\n  echo U=$X >> f\nfi\nb\n'
    script = shell.parse(text)
    one, two = script.file_writes
    assert shell.removal(script, one) is not None
    spans = shell.removal(script, one, two)
    assert spans is not None
    assert delete(text, spans) == "b\n"


def test_nothing_to_remove_is_nothing_removed() -> None:
    assert shell.removal(shell.parse("a\n\n\nb\n")) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("T\n", False),
        ("set -euo pipefail\ncd x\nT\n", False),
        ("# about T\necho done\nT\n", False),
        ("X=1\nexport Y=2\nT\n", False),
        ("T\nnpm ci\n", True),
        ("T\necho a >> $GITHUB_ENV\n", True),
        ("T\nX=$(npm view x)\n", True),
        ("T\nexit 1\n", True),
    ],
)
def test_whether_a_step_does_anything_else(text: str, *, left: bool) -> None:
    script = shell.parse(text)
    spans = shell.removal(script, next(c for c in script.commands if c.name == "T"))
    assert spans is not None
    assert shell.remaining(script, spans) is left


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ('[ -n "$T" ] || exit 1', ("T",)),
        ("[[ -z $T ]] && { echo no >&2; exit 1; }", ("T",)),
        ('if [ -z "${T:-}" ]; then\n  echo no\n  exit 1\nfi', ("T",)),
        ('if test -z "$T"; then exit 0; fi', ("T",)),
        (': "${T:?is missing}"', ("T",)),
        ("${T:?}", ("T",)),
    ],
)
def test_a_guard_is_told_from_work(text: str, variables: tuple[str, ...]) -> None:
    script = shell.parse(f"a\n{text}\nb\n")
    (guard,) = shell.guards(script)
    assert guard.variables == variables
    spans = shell.removal(script, guard)
    assert spans is not None
    assert delete(script.text, spans) == "a\nb\n"


def test_a_guard_names_its_expressions() -> None:
    (guard,) = shell.guards(shell.parse('if [ -z "${{ secrets.T }}" ]; then exit 1; fi'))
    assert guard.expressions == ("${{ secrets.T }}",)


@pytest.mark.parametrize(
    "text",
    [
        '[ -n "$T" ] && npm publish',
        'if [ -n "$T" ]; then npm publish; fi',
        'if [ -z "$T" ]; then echo no; fi',
        'if [ -z "$T" ]; then exit 1; else npm publish; fi',
        'if [ -z "$T" ]; then echo no > f; exit 1; fi',
        "if npm whoami; then exit 1; fi",
        ': "${T:=default}"',
    ],
)
def test_work_is_no_guard(text: str) -> None:
    assert shell.guards(shell.parse(text)) == ()


def test_scripts_are_compared_and_hashed_by_their_text() -> None:
    one, two = shell.parse("cat <<E\nx\nE\n"), shell.parse("cat <<E\nx\nE\n")
    assert one == two
    assert len({one, two, shell.parse("")}) == 2


# Syntax


@pytest.mark.parametrize(
    "text",
    [
        "if a; then b",
        "fi",
        "a &&",
        "a | | b",
        "( a",
        "a )",
        "{ a; ",
        "}",
        "{ }",
        "echo 'x",
        'echo "x',
        "echo `x",
        "echo $(x",
        "echo ${x",
        "cat <<EOF\nx\n",
        "case x in a) b",
        "for x in a; b; done",
        "a > ",
        "a ;; b",
        "; a",
        "in",
        "f() a",
        "f() g() { a; }",
        "[[ a",
        "((1",
        "coproc { a; }",
        "a[ b",
        "a=(b",
        "<<< 2>f",
        "`a \\`b\\``",
        "bash -c 'if'",
        'bash -c "a \\"x\\" && fi"',
        "(Get-Content a).Replace('x', 'y')",
        "def f():\n  return 1",
    ],
)
def test_what_is_no_shell_is_an_error_with_a_place(text: str) -> None:
    script = shell.parse(text)
    assert script.error is not None
    assert 0 <= script.error <= len(text)
    assert shell.removal(script, *script.commands) is None
    assert shell.remaining(script, ())


def test_what_came_before_an_error_is_still_seen() -> None:
    assert [c.name for c in shell.parse("npm publish\nif\n").commands] == ["npm"]


@pytest.mark.parametrize("opening", ["$(", "(", "{ ", '"$(', "${a:-", "$((", "if a; then ", "f() "])
def test_deep_nesting_is_an_error_not_a_crash(opening: str) -> None:
    assert shell.parse(opening * 5_000).error is not None


def test_nesting_within_the_bound_is_read() -> None:
    depth = MAX_DEPTH - 1
    assert shell.parse("$(" * depth + "a" + ")" * depth).error is None
    assert shell.parse("$(" * (depth + 1) + "a" + ")" * (depth + 1)).error is not None


def test_a_text_that_is_too_long_is_not_read() -> None:
    assert shell.parse("a " * (MAX_LENGTH // 2)).error is None
    assert shell.parse("a " * (MAX_LENGTH // 2) + "a").error == 0


def test_too_many_commands_are_an_error() -> None:
    assert shell.parse("a\n" * MAX_COMMANDS).error is None
    assert shell.parse("a\n" * (MAX_COMMANDS + 1)).error is not None


@pytest.mark.parametrize(
    "piece",
    [
        "a|",
        "a=(",
        '"$x',
        "'",
        '"',
        "`",
        "$((",
        "((a) ",
        "<<A ",
        "cat <<A\n",
        "${{",
        "${{'}}",
        "\\",
        "#",
        "[[ ",
        "case x in ",
        "npx ",
        "find -exec ",
        "bash -c '",
        "a@(",
        "\x01",
        "\x00é",
    ],
)
def test_hostile_text_is_read_or_refused_soon(piece: str) -> None:
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]
    start = time.process_time()
    script = shell.parse(text)
    assert script.file_writes is not None
    # A second on an idle machine is the promise; the margin is for a busy one.
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, True),
        ("bash", True),
        ("sh", True),
        ("bash -e {0}", True),
        ("bash --noprofile --norc -eo pipefail {0}", True),
        ("/bin/bash -l {0}", True),
        ("pwsh", False),
        ("powershell", False),
        ("cmd", False),
        ("python", False),
        ("node {0}", False),
        ("shx {0}", False),
        ("${{ matrix.shell }}", False),
    ],
)
def test_which_shells_are_read(name: str | None, *, expected: bool) -> None:
    assert shell.supported(name) is expected


@pytest.mark.skipif(BASH is None, reason="no bash to compare with")
def test_what_is_read_is_what_bash_reads() -> None:
    # One script each of what is easily read wrongly; bash must accept what the parser accepts.
    texts = [
        "time { a; } | b",
        "a <<A <<B\n1\nA\n2\nB\n",
        "cmd 2>&1 > f <<< x",
        "a=$(cat <<E\n)\nE\n)",
        "if a\nthen b\nfi | c",
        "((a); (b))",
        "[[ a =~ ^(x|y) ]] && b",
        "case x in (a) b;; c) esac",
        "f () { a; } > g",
        "x=1 y=(2 3) z+=4",
    ]
    for text in texts:
        assert shell.parse(text).error is None, text
        done = subprocess.run(
            [str(BASH), "-n"], input=text.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, text
