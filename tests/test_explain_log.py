"""Reading a log: its forms, its size, and what GitHub echoes of a step."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from tp_init.explain import signals
from tp_init.explain.catalogue import SIGNALS
from tp_init.explain.log import read_log
from tp_init.explain.model import Log
from tp_init.explain.signals import signal

REFUSED = "npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2flogger - Not found"
PUT = signal("put", "404", r"404 Not Found - PUT (?P<url>\S+)")
ECHO = signal("echo", "whoami", r"npm whoami", "echo")


def read(text: str | bytes) -> Log:
    """A log read for two signals."""
    data = text.encode() if isinstance(text, str) else text
    return read_log(io.BytesIO(data), (PUT, ECHO))


class Repeated(io.RawIOBase):
    """A stream of many lines that is nowhere as a whole."""

    def __init__(self, line: bytes, count: int, end: bytes) -> None:
        self._pieces: Iterator[bytes] = self._made(line, count, end)

    @staticmethod
    def _made(line: bytes, count: int, end: bytes) -> Iterator[bytes]:
        block = line * 1000
        for _ in range(count // 1000):
            yield block
        yield end

    def read(self, _: int | None = -1) -> bytes:
        return next(self._pieces, b"")


class TestForms:
    @pytest.mark.parametrize(
        "line",
        [
            REFUSED,
            f"2026-11-22T10:00:00.1234567Z {REFUSED}",
            f"\ufeff2026-11-22T10:00:00Z {REFUSED}",
            f"publish\tPublish to npm\t2026-11-22T10:00:00.1234567Z {REFUSED}",
            f"publish\tUNKNOWN STEP\t\ufeff2026-11-22T10:00:00.1234567Z {REFUSED}",
            REFUSED.replace("error 404", "\x1b[31merror\x1b[39m \x1b[94m404\x1b[0m"),
            REFUSED.replace("Not Found", "Not\x1b]8;;https://a.example\x07 Found"),
            f"##[error]{REFUSED}",
            f"::error file=a.yml::{REFUSED}",
            f"{REFUSED}\r",
        ],
    )
    def test_timestamps_colours_and_prefixes_do_not_hide_a_line(self, line: str) -> None:
        (sighting,) = read(f"before\n{line}\nafter\n").of(PUT)
        assert sighting.line == 2
        assert sighting.text == REFUSED
        assert sighting.values == {"url": "https://registry.npmjs.org/@acme%2flogger"}

    def test_the_job_is_known_where_the_log_says_it(self) -> None:
        log = read(f"build / a\tRun\t2026-11-22T10:00:00Z {REFUSED}\n{REFUSED}\n")
        assert [one.job for one in log.of(PUT)] == ["build / a", ""]
        assert len(log.of(PUT, "build / a")) == 2
        assert len(log.of(PUT, "another")) == 1

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
    def test_what_powershell_writes_is_read(self, encoding: str) -> None:
        assert read(f"{REFUSED}\r\n".encode(encoding)).of(PUT)[0].line == 1

    def test_bytes_that_are_no_text_are_passed_over(self) -> None:
        log = read(b"\xff\x00\xfe\x80\n" * 3 + REFUSED.encode() + b"\n\xc3")
        assert log.of(PUT)[0].line == 4

    def test_a_last_line_without_an_end_counts(self) -> None:
        log = read(REFUSED)
        assert (log.lines, len(log.of(PUT))) == (1, 1)

    def test_an_empty_log_has_no_lines(self) -> None:
        assert read("") == Log()


class TestEchoes:
    STEP = "##[group]Run npm whoami\n{}npm whoami\nshell: bash\n##[endgroup]\n"

    @pytest.mark.parametrize("color", ["", "\x1b[36;1m"])
    def test_the_script_of_a_step_is_an_echo(self, color: str) -> None:
        log = read(self.STEP.format(color))
        assert [one.line for one in log.of(ECHO)] == [1, 2]

    def test_what_a_script_says_is_no_failure(self) -> None:
        assert not read(f"##[group]Run x\n{REFUSED}\n##[endgroup]\n").of(PUT)
        assert not read(f"\x1b[36;1mecho '{REFUSED}'\x1b[0m\n").of(PUT)

    def test_a_group_of_something_else_is_output(self) -> None:
        assert read(f"##[group]npm debug log\n{REFUSED}\n").of(PUT)

    def test_a_group_that_is_never_closed_does_not_hide_the_rest(self) -> None:
        assert read("##[group]Run x\n" + "a\n" * 400 + REFUSED).of(PUT)

    def test_an_echo_is_not_taken_for_output_and_output_not_for_an_echo(self) -> None:
        assert not read("npm whoami\n").of(ECHO)


class TestSize:
    def test_memory_does_not_grow_with_the_log(self) -> None:
        peaks = []
        for count in (20_000, 400_000):
            stream = Repeated(b"2026-11-22T10:00:00Z some output\n", count, REFUSED.encode())
            tracemalloc.start()
            log = read_log(stream, (PUT,))  # type: ignore[arg-type]
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert (log.lines, log.of(PUT)[0].line) == (count + 1, count + 1)
        assert peaks[1] < 2 * peaks[0]

    def test_a_failure_that_repeats_keeps_its_first_lines_and_its_last(self) -> None:
        found = read(f"{REFUSED}\n" * 1000).of(PUT)
        assert len(found) < 50
        assert (found[0].line, found[-1].line) == (1, 1000)

    def test_a_line_without_an_end_is_cut(self) -> None:
        data = b"a" * 3_000_000 + REFUSED.encode() + b"\n" + REFUSED.encode() + b"\n"
        tracemalloc.start()
        log = read_log(io.BytesIO(data), (PUT,))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [one.line for one in log.of(PUT)] == [2]
        assert peak < 1_500_000

    def test_no_signal_takes_long_for_a_hostile_line(self) -> None:
        hostile = ["npm " * 2000, "npm install " * 700, "40" + " - PUT https://" * 500]
        needles = [needle for one in SIGNALS for needle in one.needles]
        hostile += [f"{needle}{'@' * 4000}{needle}" for needle in needles]
        hostile += [needle * (8000 // len(needle)) for needle in needles]
        started = time.process_time()
        read_log(io.BytesIO("\n".join(hostile).encode()), SIGNALS)
        assert time.process_time() - started < 10


class TestSignals:
    def test_every_name_is_used_once(self) -> None:
        by_name: dict[str, object] = {}
        for one in (*SIGNALS, *signals.CONTEXT):
            assert by_name.setdefault(one.name, one) is one

    @pytest.mark.parametrize(
        ("signal_", "line", "version"),
        [
            (signals.NPM_SAYS, "npm info using npm@11.21.2", "11.21.2"),
            (signals.NPM_SAYS, "npm verbose npm  v10.9.9", "10.9.9"),
            (signals.NPM_SAYS, "user-agent: npm/10.8.2 node/v20.1.0 linux x64", "10.8.2"),
            (
                signals.NPM_NOTICE,
                "npm notice New major version of npm available! 10.9.2 -> 11.6.1",
                "10.9.2",
            ),
            (signals.NPM_DETAILS, "npm: 10.9.7", "10.9.7"),
            (signals.NODE_SAYS, "node: v22.22.2", "22.22.2"),
            (
                signals.NODE_SAYS,
                "Found in cache @ /opt/hostedtoolcache/node/22.22.2/x64",
                "22.22.2",
            ),
            (signals.YARN_SAYS, "yarn: 4.9.4", "4.9.4"),
        ],
    )
    def test_versions_are_read(self, signal_: object, line: str, version: str) -> None:
        assert isinstance(signal_, type(PUT))
        (sighting,) = read_log(io.BytesIO(line.encode()), (signal_,)).of(signal_)
        assert sighting.values["version"] == version
