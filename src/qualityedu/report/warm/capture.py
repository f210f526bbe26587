"""What a cell writes, in the order in which it wrote it: by `print`, from C and from the processes it starts."""

from __future__ import annotations

import codecs
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Message", "Written"]

Message = dict[str, Any]

# As often as ipykernel sends on what was printed.
_EVERY = 0.2


class _Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook."""

    encoding = "UTF-8"
    errors = None

    def __init__(self, name: str, descriptor: int, written: Written) -> None:
        self.name = f"<{name}>"
        self._as = name
        self._descriptor = descriptor
        self._written = written

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if text:
            self._written.text(self._as, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class _Descriptor:
    """A file descriptor that ends in a file without a name, and how far that has been read."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._kept = os.dup(number)
        with tempfile.TemporaryFile(prefix="qe-") as file:
            self._file = os.dup(file.fileno())
        os.set_inheritable(self._file, False)
        # Several processes may write: each must write to the end.
        _append(self._file)
        os.dup2(self._file, number)
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def new(self) -> str:
        size = os.fstat(self._file).st_size
        if size <= self._read:
            return ""
        raw = os.pread(self._file, size - self._read, self._read)
        self._read += len(raw)
        return self._decoder.decode(raw)

    def close(self) -> None:
        os.dup2(self._kept, self.number)
        os.close(self._kept)
        os.close(self._file)


def _append(descriptor: int) -> None:
    import fcntl

    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)


class Written:
    """Takes over both streams of this process, and passes on what is written as messages of a kernel.

    What Python writes is put together from its pieces and sent when the other stream is written to, when something
    is displayed, or after a fifth of a second. What arrives at the descriptors is read before each of these.
    """

    def __init__(self) -> None:
        self.heard: Callable[[Message], None] = lambda message: None
        self._pieces: list[str] = []
        self._name = ""
        self._since = 0.0
        self._streams = sys.stdout, sys.stderr
        for stream in self._streams:
            stream.flush()
        self._descriptors = {"stdout": _Descriptor(1), "stderr": _Descriptor(2)}
        sys.stdout = _Stream("stdout", 1, self)
        sys.stderr = _Stream("stderr", 2, self)

    def text(self, name: str, text: str) -> None:
        """What Python wrote to a stream."""
        self._from_descriptors()
        self._add(name, text)
        if time.monotonic() - self._since > _EVERY:
            self.flush()

    def message(self, message: Message) -> None:
        """Something displayed: after all that was written before it."""
        self.flush()
        self.heard(message)

    def flush(self) -> None:
        """Send what is waiting."""
        self._from_descriptors()
        self._send()

    def close(self) -> None:
        """Give both streams back."""
        self.flush()
        sys.stdout, sys.stderr = self._streams
        for descriptor in self._descriptors.values():
            descriptor.close()

    def _from_descriptors(self) -> None:
        for name, descriptor in self._descriptors.items():
            if text := descriptor.new():
                self._add(name, text)

    def _add(self, name: str, text: str) -> None:
        if name != self._name:
            self._send()
            self._name = name
        if not self._pieces:
            self._since = time.monotonic()
        self._pieces.append(text)

    def _send(self) -> None:
        if not self._pieces:
            return
        text, self._pieces = "".join(self._pieces), []
        self.heard(message_of("stream", {"name": self._name, "text": text}))


def message_of(kind: str, content: dict[str, Any]) -> Message:
    """A message as a kernel would send it."""
    return {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {}, "metadata": {}, "content": content}
