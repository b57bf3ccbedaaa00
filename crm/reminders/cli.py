"""Commands."""

import click


@click.command("scheduler")
def scheduler() -> None:
    """Stub."""


@click.group("reminders")
def reminders_group() -> None:
    """Stub."""
