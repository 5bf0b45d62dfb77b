"""Read a log of any size: what its lines say, without timestamps, colours and prefixes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from tp_init.explain.model import Log, Sighting, Signal

__all__ = ["read_log"]

_CHUNK = 1 << 16
_LONGEST = 1 << 13  # characters of a line that are looked at: npm's own lines are far shorter
_KEPT = 16  # sightings of one signal: the first of them, and the last of all
_SHOWN = 300  # characters of a line that are kept

# Colours and other terminal controls: CSI, OSC, and two-character escapes.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[@-Z\\^_])"
)
# `gh run view --log` puts the job and the step before each line, with tabs.
_PREFIX = re.compile(r"(?P<job>[^\t]{1,300})\t[^\t]{0,300}\t(?=\ufeff?\d{4}-\d\d-\d\dT)")
_TIMESTAMP = re.compile(r"\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ?")
_COMMAND = re.compile(r"##\[(?P<name>[a-z]+)\]|::(?P<old>error|warning|notice|group)[^:]{0,200}::")
_ECHO_COLOR = "\x1b[36;1m"  # how GitHub colours the script of a step
_LONGEST_ECHO = 300  # lines; a group that was never closed must not hide the rest of a log


def read_log(stream: BinaryIO, signals: Sequence[Signal]) -> Log:
    """Look for signals in a log, whatever its size; memory does not grow with it.

    Args:
        stream: UTF-8, or UTF-16 with a byte order mark (as PowerShell writes it); bytes that are
            neither are replaced.
        signals: what to look for.
    """
    reader = _Reader()
    for text in _chunks(stream):
        reader.read(text, signals)
    sightings = {name: tuple(found) for name, found in reader.sightings.items()}
    return Log(reader.lines, sightings)


def _chunks(stream: BinaryIO) -> Iterator[str]:
    """The log as pieces of whole lines; a line that is too long loses its end."""
    first = stream.read(_CHUNK)
    utf16 = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if utf16 else "utf-8-sig")("replace")
    rest, data = "", first
    while data:
        text = rest + decoder.decode(data)
        whole, newline, rest = text.rpartition("\n")
        if newline:
            yield whole
        rest = rest[:_LONGEST]
        data = stream.read(_CHUNK)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


class _Reader:
    """Where in a log one is: the line, and whether GitHub is echoing a step."""

    def __init__(self) -> None:
        self.lines = 0
        self.sightings: dict[str, list[Sighting]] = {}
        self._echoing = 0  # lines left of the group that echoes a step

    def read(self, text: str, signals: Sequence[Signal]) -> None:
        """Look at some whole lines."""
        # Colours may stand inside what is looked for; what GitHub echoes is known by its colour.
        plain = text if "\x1b" not in text else _ESCAPES.sub("", text)
        here = [
            (needle, signal) for signal in signals for needle in signal.needles if needle in plain
        ]
        if not here and "##[" not in plain and not self._echoing:
            self.lines += text.count("\n") + 1
            return
        for line in text.split("\n"):
            self.lines += 1
            self._line(line[:_LONGEST].rstrip("\r"), here)

    def _line(self, raw: str, wanted: Sequence[tuple[str, Signal]]) -> None:
        job, prefix = "", _PREFIX.match(raw)
        if prefix is not None:
            job, raw = prefix["job"].strip(), raw[prefix.end() :]
        stamp = _TIMESTAMP.match(raw)
        if stamp is not None:
            raw = raw[stamp.end() :]
        colored = raw.startswith(_ECHO_COLOR)
        line = _ESCAPES.sub("", raw) if "\x1b" in raw else raw
        command = _COMMAND.match(line)
        if command is not None:
            line = line[command.end() :]
            group = (command["name"] or command["old"]) == "group"
            self._echoing = _LONGEST_ECHO if group and line.startswith("Run ") else 0
        elif self._echoing:
            self._echoing -= 1
        echoed = colored or bool(self._echoing)
        elsewhere = "output" if echoed else "echo"
        for needle, signal in wanted:
            if needle not in line or signal.where == elsewhere:
                continue
            match = signal.pattern.search(line)
            if match is not None:
                self._keep(signal, line, job, match)

    def _keep(self, signal: Signal, line: str, job: str, match: re.Match[str]) -> None:
        values = {name: value for name, value in match.groupdict().items() if value is not None}
        found = self.sightings.setdefault(signal.name, [])
        if found and found[-1].line == self.lines:
            return  # by another of its needles
        if len(found) == _KEPT:
            found.pop()
        found.append(Sighting(self.lines, line.strip()[:_SHOWN], job, values))
