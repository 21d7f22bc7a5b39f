"""What ``analyze`` was told, the same for every recording; the one home of an option."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal

from rehabkit.report import PARTS

_NOT_THE_PIPELINES: Final = frozenset({"reading", "overlay", "blur_faces", "parts"})


@dataclass(frozen=True)
class Options:
    """What ``analyze`` was told.

    A field that is added here goes to :func:`rehabkit.pipeline.analyze` under its own name and
    into the key that says whether a recording is done already; nothing else needs to know it.

    ``reading`` goes to the reader; ``overlay`` asks for a video with the skeleton drawn in;
    ``blur_faces`` has nothing to do, and does no harm, where a recording has no pictures;
    ``parts`` are those of the report that are written beside ``analysis.json``.
    """

    exercise: str | None = None
    height_m: float | None = None
    mirrored: Literal["auto", "yes", "no"] = "auto"
    format: str | None = None
    reading: tuple[tuple[str, Any], ...] = ()
    overlay: bool = False
    blur_faces: bool = False
    parts: tuple[str, ...] = PARTS
    errors: Path | None = None

    def for_pipeline(self) -> dict[str, Any]:
        """The arguments of ``pipeline.analyze`` besides the reader's options."""
        names = (field.name for field in fields(self))
        return {name: getattr(self, name) for name in names if name not in _NOT_THE_PIPELINES}

    def files(self) -> list[Path]:
        """Files that options name: what stands in them counts, not their names."""
        named = [self.exercise, self.errors, *(value for _, value in self.reading)]
        paths = (Path(value) for value in named if isinstance(value, str | Path))
        return [path for path in paths if path.suffix and path.is_file()]
