"""Passerelle: the partnership CRM of French structures d'insertion. Importing this package does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config import Configuration
    from crm.web.application import Application

__version__ = "0.1.0"


def create_app(configuration: Configuration | None = None) -> Application:
    """
    Build the application; the imports wait until somebody asks for one.

    Raises config.ConfigurationError when the settings are unsafe for their environment.
    """
    from crm.assembly import assemble

    return assemble(configuration)
