"""Flask, with the guard around every view."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

Guard = Callable[[Callable[[], ResponseReturnValue]], ResponseReturnValue]


class Application(Flask):
    """A Flask whose views run through `guard`; undefined names in templates are faults."""

    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}  # noqa: RUF012  Flask's own

    guard: Guard

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view through the guard; unknown addresses keep Flask's own answer."""
        run: Any = super().dispatch_request
        if request.routing_exception is not None:
            return run()  # type: ignore[no-any-return]  # Flask's own signature
        return self.guard(run)
