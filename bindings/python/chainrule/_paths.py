"""Paths of files as the engine takes them."""

from __future__ import annotations

import os


def file_path(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """The path as text. Text with a null character names no file: the system would open what stands before it."""
    text = os.fsdecode(path)
    if "\0" in text:
        raise ValueError("embedded null byte")
    return text
