"""File paths for the engine."""

from __future__ import annotations

import os


def file_path(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """The path as text. Refuses a null character: the system would open the part before it."""
    text = os.fsdecode(path)
    if "\0" in text:
        raise ValueError("embedded null byte")
    return text
