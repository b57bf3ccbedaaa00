"""How much one request may carry (see config.Configuration)."""

from flask import Flask, current_app, request


def register(app: Flask) -> None:
    """Bound what Werkzeug leaves unbounded: a urlencoded form is read in one piece, up to the size of an upload."""
    app.before_request(bound_plain_forms)


def bound_plain_forms() -> None:
    """A form without files has no reason to weigh what a file may."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
