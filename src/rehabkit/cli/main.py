"""``main``: runs the command line and turns errors into a message and an exit status.

0: done, also where the gate says "not usable". 2: refused, the reason on stderr. 130: stopped
with Ctrl-C; files are written whole or not at all, so nothing half-written is left.
"""

from __future__ import annotations

import sys

from rehabkit.errors import RehabkitError

REFUSED = 2
STOPPED = 130


def main() -> int:
    """Run the command that ``sys.argv`` names and return its exit status."""
    try:
        from rehabkit.cli.app import app

        app()
    except RehabkitError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(f"{error.filename or 'the system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return STOPPED
    return 0


def refuse(reason: str) -> int:
    """Print why on stderr, and give the exit status of a refusal."""
    print(f"rehabkit: {reason}", file=sys.stderr)  # noqa: T201 - the reason belongs on stderr
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
