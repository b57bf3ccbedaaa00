"""Flask, with the guard around every view."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, has_request_context, request, session
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError

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

    def process_response(self, response: Response) -> Response:
        """As Flask does; a page whose new session finds the database busy is answered as busy, not as a fault."""
        try:
            return super().process_response(response)
        except OperationalError as error:
            if request.method not in {"GET", "HEAD"} or session.get("_user_id"):
                raise  # what a form did is done: only its session is lost, and that is a fault to be seen
            answer = self.make_response(self.handle_user_exception(error))
            session.clear()  # nobody is signed in: what the page wanted to remember can wait
            return super().process_response(answer)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view through the guard; unknown addresses keep Flask's own answer."""
        run: Any = super().dispatch_request
        if request.routing_exception is not None:
            return run()  # type: ignore[no-any-return]  # Flask's own signature
        return self.guard(run)
