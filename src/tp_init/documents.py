"""Which format a file is read as, by its name."""

from __future__ import annotations

from tp_init.document import Document
from tp_init.formats.json import JsonDocument
from tp_init.formats.npmrc import NpmrcDocument
from tp_init.formats.plain import PlainDocument
from tp_init.formats.yaml import YamlDocument

__all__ = ["read_document"]


def read_document(path: str, text: str) -> Document:
    """Read a file's text as what its name says it is; anything unknown is plain text.

    Raises:
        Refused: the text is not what the name says.
    """
    if path.endswith((".yml", ".yaml")):
        return YamlDocument.read(path, text)
    if path.endswith(".json"):
        return JsonDocument.read(path, text)
    if path.endswith(".toml") or path.rsplit("/", 1)[-1] == ".prototools":
        from tp_init.formats.toml import TomlDocument  # noqa: PLC0415 - few runs read TOML

        return TomlDocument.read(path, text)
    if path.rsplit("/", 1)[-1] == ".npmrc":
        return NpmrcDocument.read(path, text)
    return PlainDocument.read(path, text)
