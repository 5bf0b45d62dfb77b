"""Whatever the script: reading it never fails, and a removal changes nothing that still runs."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tp_init import shell

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="no bash to compare with")
slow = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

PIECES = st.sampled_from(
    """a;b ;x=1;X=(1 2);'";`;$(;);(;{ ;};if ;then ;else ;elif ;fi;for i in ;do ;done;while ;case x
in;esac;[[ ; ]];((;));$((;${x:-;$';$x;\\;# ;<;>;>>;2>&1;<<<;f() ;function ;export A=b ;npx ;env
time ;bash -c 'a';${{ x }};${{;}};é;\x01;!;!! ;echo ;tee ;printf '%s\\n' ;> $GITHUB_ENV;[ -n $x ]
|;|&;||;&&;|&;"x";<<-'E';&;in """.replace("\n", ";").split(";")
).flatmap(lambda piece: st.sampled_from([piece, piece, piece, "\n", ";", ";;", "<<E\n", "\nE\n"]))
SOUP = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


# Statements that bash runs without harm: `ok` and `no` print their argument and succeed or fail.
# The tests hold, since a test goes together with the only thing that it decided.
SIMPLE = st.sampled_from(
    ["ok 1", "ok 2", "no 3", "echo 4", "T 5", "T 6", "T 7", "X=8", "[ a ]", "! no 8"]
) | st.sampled_from(
    ["T 9 <<E\nbody\nE\n", "T 10 \\\n  word", "T 11 2>/dev/null", "ok $(ok 12)", "ok $(T 13)"]
)
SEPARATOR = st.sampled_from([";", "\n", " ; ", "\n\n", " # remark\n", "\n  "])


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(st.tuples(inner, SEPARATOR), min_size=1, max_size=3).map(
        lambda pairs: "".join(f"{statement}{separator}" for statement, separator in pairs)
    )
    return st.one_of(
        st.builds("{} && {}".format, inner, inner),
        st.builds("{} || {}".format, inner, inner),
        st.builds("{} && {} || {}".format, inner, inner, inner),
        st.builds("! {}".format, st.sampled_from(["T 5", "ok 1", "{ no 3; T 5; }"])),
        st.builds("{} | {}".format, inner, inner),
        st.builds("{{ {} }}".format, some),
        st.builds("( {} )".format, some),
        st.builds("if {}\nthen {}\nfi".format, inner, some),
        st.builds("if {}; then\n{}else {}fi".format, inner, some, some),
        st.builds("if {}\nthen {}elif {}\nthen {}\nfi".format, inner, some, inner, some),
        st.builds("for i in 1 2; do {} done".format, some),
        st.builds("case a in a) {}\n;; b) {}\n;; esac".format, inner, some),
        st.builds("f() {{ {} }}; f".format, some),
    )


SCRIPTS = st.lists(
    st.tuples(st.recursive(SIMPLE, compound, max_leaves=8), SEPARATOR), min_size=1, max_size=4
).map(lambda pairs: "".join(f"{statement}{separator}" for statement, separator in pairs))

PRELUDE = """set -e
ok() { cat /dev/null; echo "ok $*"; }
no() { echo "no $*"; return 1; }
T() { while [ "$1" = - ] && read -r _; do :; done; echo "T $1" >&2; }
"""


def delete(text: str, spans: tuple[shell.Span, ...]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


def bash(*arguments: str, text: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(BASH), *arguments],
        input=text.encode("utf-8", "surrogatepass"),
        capture_output=True,
        check=False,
        timeout=10,
    )


@given(SOUP)
@settings(deadline=None)
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    script = shell.parse(text)
    assert script.error is None or 0 <= script.error <= len(text)
    for command in script.commands:
        assert 0 <= command.start <= command.end <= len(text)
        if "script" in command.within:
            continue
        places = [(word.start, word.end) for word in command.words]
        places += [(redirect.start, redirect.end) for redirect in command.redirects]
        places += [(given.start, given.end) for given in command.assignments]
        assert all(command.start <= start <= end <= command.end for start, end in places)
        for word in command.words:
            assert text[word.start : word.end] == word.text
            for part in word.parts:
                assert word.start <= part.start <= part.end <= word.end
    for use in script.uses:
        assert 0 <= use.start < use.end <= len(text)
    for write in script.file_writes:
        for line in write.lines or ():
            assert 0 <= line.start <= line.end <= len(text)
    for setting in script.environment_writes:
        assert 0 <= setting.start <= setting.end <= len(text)


@given(SOUP)
@settings(deadline=None)
def test_any_one_thing_can_be_asked_to_go(text: str) -> None:
    script = shell.parse(text)
    targets: list[shell.Target] = [*script.commands, *script.assignments, *script.file_writes]
    targets += [word for command in script.commands for word in command.words]
    targets += [line for write in script.file_writes for line in write.lines or ()]
    targets += shell.guards(script)
    for target in targets[:10]:
        spans = shell.removal(script, target)
        if spans is None:
            continue
        rest = shell.parse(delete(text, spans))
        assert rest.error is None
        assert len(rest.commands) <= len(script.commands)
        assert [s.start for s in spans] == sorted(s.start for s in spans)


@needs_bash
@given(st.one_of(SCRIPTS, st.lists(PIECES, max_size=8).map("".join)))
@slow
def test_what_the_parser_accepts_bash_accepts(text: str) -> None:
    if shell.parse(text).error is None:
        done = bash("-n", text=text.replace("\x01", "x").replace("${{", "$x").replace("}}", "x"))
        assert done.returncode == 0, done.stderr


@needs_bash
@given(SCRIPTS)
@slow
def test_without_what_was_removed_the_script_does_the_same(text: str) -> None:
    script = shell.parse(text)
    assume(script.error is None)
    removed = [command for command in script.commands if command.name == "T"]
    spans = shell.removal(script, *removed)
    assume(spans)
    assert spans is not None
    rest = delete(text, spans)
    assert [c.name for c in shell.parse(rest).commands if c.name == "T"] == []
    before, after = bash(text=PRELUDE + text), bash(text=PRELUDE + rest)
    assert after.stdout == before.stdout
    assert after.returncode == before.returncode
