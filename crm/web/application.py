"""Flask, with the guard around every view."""

from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

from crm.web.rendering import Addresses, PageEnvironment

Guard = Callable[[Callable[[], ResponseReturnValue]], ResponseReturnValue]


class Application(Flask):
    """A Flask whose views run through `guard`; undefined names in templates are faults."""

    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}  # noqa: RUF012  Flask's own

    jinja_environment = PageEnvironment
    guard: Guard

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses = Addresses(super().url_for)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """Flask's own; those that the screens write by hundreds are put together from halves (see Addresses)."""
        if has_request_context():
            return self.addresses.of(endpoint, values)
        return super().url_for(endpoint, **values)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view through the guard; unknown addresses keep Flask's own answer."""
        run: Any = super().dispatch_request
        if request.routing_exception is not None:
            return run()  # type: ignore[no-any-return]  # Flask's own signature
        return self.guard(run)
