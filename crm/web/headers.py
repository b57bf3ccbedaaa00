"""The headers of every answer: what a browser may load, keep and tell."""

from flask import Flask, Response, current_app, request

from crm.web.redirects import holds_a_word
from crm.web.sessions import ASSET_PATHS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: For what somebody sent: whatever a browser makes of it, it runs nothing and reaches nothing.
SANDBOXED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def register(app: Flask) -> None:
    """Set the headers on every answer, errors and assets included."""
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    """Security headers always; nothing but assets may be kept by a browser or a proxy; a link is told to nobody."""
    sandboxed = response.headers.get("Content-Security-Policy") == SANDBOXED
    for name, value in ALWAYS.items():
        response.headers[name] = value
    if sandboxed:
        response.headers["Content-Security-Policy"] = SANDBOXED
    if holds_a_word(request.path):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    if current_app.config["SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith(ASSET_PATHS):
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
