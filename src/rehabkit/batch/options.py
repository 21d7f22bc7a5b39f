"""What ``analyze`` was told, the same for every recording; the one home of an option."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

from rehabkit.batch import addresses
from rehabkit.errors import RehabkitError
from rehabkit.report import PARTS

_NOT_THE_PIPELINES: Final = frozenset({"reading", "overlay", "blur_faces", "parts"})


@dataclass(frozen=True)
class Options:
    """What ``analyze`` was told.

    A field that is added here goes to :func:`rehabkit.pipeline.analyze` under its own name and
    into the key that says whether a recording is done already; nothing else needs to know it.

    Files that it names (``exercise`` where it ends in .toml, ``errors``, ``template``, options of
    the reader) are of this machine. ``reading`` goes to the reader; ``overlay`` asks for a video
    with the skeleton drawn in; ``blur_faces`` has nothing to do, and does no harm, where a
    recording has no pictures; ``parts`` are those of the report that are written beside
    ``analysis.json``.
    """

    exercise: str | None = None
    height_m: float | None = None
    mirrored: Literal["auto", "yes", "no"] = "auto"
    format: str | None = None
    reading: tuple[tuple[str, Any], ...] = ()
    overlay: bool = False
    blur_faces: bool = False
    parts: tuple[str, ...] = PARTS
    errors: str | Path | None = None
    template: str | Path | None = None
    one_repetition: bool = False

    def for_pipeline(self) -> dict[str, Any]:
        """The arguments of ``pipeline.analyze`` besides the reader's options."""
        names = (field.name for field in fields(self))
        return {name: getattr(self, name) for name in names if name not in _NOT_THE_PIPELINES}

    def files(self) -> list[Path]:
        """Files that options name: what stands in them counts, not their names."""
        named = [self.exercise, self.errors, self.template, *(v for _, v in self.reading)]
        paths = (Path(value) for value in named if isinstance(value, str | Path))
        return [path for path in paths if path.suffix and path.is_file()]

    def from_folder(self, base: Path) -> Options:
        """The same with relative names of files made absolute, for workers that stand elsewhere."""
        return replace(
            self,
            exercise=_from(base, self.exercise),
            errors=_from(base, self.errors),
            template=_from(base, self.template),
            reading=tuple((name, _from(base, value)) for name, value in self.reading),
        )

    def check_files(self) -> None:
        """Refuse an address where a file is needed: its content is part of the key.

        Raises
        ------
        RehabkitError
            Naming the option.
        """
        for name in ("exercise", "errors", "template"):
            given = getattr(self, name)
            if given is not None and addresses.is_remote(given):
                raise RehabkitError(
                    f"--{name}: expected a file of this machine, found the address {given}. "
                    "Fetch it and give its path."
                )


def _from(base: Path, value: Any) -> Any:
    """``value`` below ``base`` where it names a file there; anything else as it is."""
    if not isinstance(value, str | Path) or not Path(value).suffix:
        return value
    return str(base / value) if (base / value).is_file() else value
