"""The table of commands; a command's module is imported when it is called or described."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

# Each module has ``app``, with one command or a group of them, and imports nothing heavy.
COMMANDS: Final = {
    "analyze": "rehabkit.cli.analyze",
    "demo": "rehabkit.cli.demo",
    "convert": "rehabkit.cli.convert",
    "sync": "rehabkit.cli.sync",
    "snippets": "rehabkit.cli.snippets",
    "compare": "rehabkit.cli.compare",
    "reliability": "rehabkit.cli.reliability",
    "cohort": "rehabkit.cli.cohort",
    "progress": "rehabkit.cli.progress",
    "exercises": "rehabkit.cli.exercises",
    "datasets": "rehabkit.cli.datasets",
    "templates": "rehabkit.cli.templates",
    "train": "rehabkit.cli.train",
    "bench": "rehabkit.cli.bench",
    "doctor": "rehabkit.cli.doctor",
    "version": "rehabkit.cli.version",
}


class LazyGroup(TyperGroup):
    """A group whose commands are imported one by one, when asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all commands, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        del ctx
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            command = get_command(import_module(COMMANDS[cmd_name]).app)
            command.name = cmd_name
            self.commands[cmd_name] = command
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant; a mistyped one is answered with the nearest name."""
        if args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from rehabkit import __version__

        typer.echo(f"rehabkit {__version__}")
        raise typer.Exit


@app.callback()
def rehabkit(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Turn a recording of a rehabilitation exercise into a report.

    Support for a professional's judgement and for research; it makes no diagnosis.
    """
    del version
