"""Known chatter of native libraries kept off stderr; everything else still gets there."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Notices of MediaPipe and TensorFlow Lite at every start; none says that something is wrong.
_CHATTER: Final = re.compile(
    rb"Created TensorFlow Lite XNNPACK delegate"
    rb"|before absl::InitializeLog\(\) is called"
    rb"|inference_feedback_manager\.cc"
    rb"|landmark_projection_calculator\.cc"
    rb"|gl_context"
)
_ONE_AT_A_TIME: Final = threading.Lock()


@contextmanager
def without_chatter() -> Iterator[None]:
    """Within the block, lines of file descriptor 2 that are known chatter are left out.

    The libraries write to the descriptor itself, not to ``sys.stderr``, and take no log level
    from Python; hence the pipe. Lines that are not known pass at once.
    """
    with _ONE_AT_A_TIME:
        try:
            real = os.dup(2)
        except OSError:  # a process without stderr hears no chatter
            yield
            return
        sys.stderr.flush()
        out, into = os.pipe()
        os.dup2(into, 2)
        os.close(into)
        filtering = threading.Thread(target=_pass_on, args=(out, real), daemon=True)
        filtering.start()
        try:
            yield
        finally:
            os.dup2(real, 2)  # closes the pipe's last writing end, which ends the thread
            filtering.join()
            os.close(real)


def _pass_on(out: int, real: int) -> None:
    with os.fdopen(out, "rb") as lines:
        for line in lines:
            if not _CHATTER.search(line):
                os.write(real, line)
