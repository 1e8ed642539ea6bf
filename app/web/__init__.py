"""HTTP for the whole house: the unit of work of a request, security headers, errors, what every template gets.

A page that htmx refreshes in part keeps one template and one view. The part is a Jinja block, and the view answers with
it alone when htmx asks: `render_block("people/list.html", "rows", …)` of `jinja2_fragments.flask`, with the same values
that `render_template` gets. Without JavaScript the same address gives the whole page.
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, make_response, render_template, request, session, url_for
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from app import db
from app.accounts import sessions
from app.accounts.permissions import PUBLIC, gate, need_of, needs, plugin_here
from app.errors import IntranetError, NotFound, StepUpNeeded
from app.plugins import plugins_of
from app.web import drafts, i18n, times, uploads

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
LARGEST_REQUEST = 2 * 1024 * 1024  # bytes; more for a view that takes files, see app.web.uploads
WITHOUT_UNIT = {"static", "web.healthz", "web.readyz"}  # these answer when the database does not
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def set_up(app: Flask) -> None:
    """In this order: what is registered first closes last."""
    app.request_class = uploads.Request
    app.config["SECRET_KEY"] = app.extensions["key_store"].house_key("web")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    app.config["WTF_CSRF_SSL_STRICT"] = False  # no Referer is sent; SameSite=Strict and the token guard
    if app.config["SETTINGS"].secure:  # TLS ends at a proxy in front of us, which says who asks
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    app.after_request(close)
    app.after_request(sessions.save_session)
    app.after_request(drafts.forget_sent)
    app.after_request(security_headers)
    app.after_request(compressed)
    app.before_request(come_again)
    app.before_request(open_unit)
    app.teardown_request(lambda _error: db.finish(ok=False))
    i18n.set_up(app)
    app.before_request(gate)
    CSRFProtect(app)
    app.context_processor(in_every_template)
    for name in ("day", "weekday", "due", "hour", "instant", "ago"):
        app.jinja_env.filters[name] = getattr(times, name)
    app.jinja_env.globals |= {"asset": asset, "once": once}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_error_handler(IntranetError, show_error)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(IntegrityError, show_faster)
    app.register_error_handler(Exception, show_crash)
    app.view_functions["static"] = needs(PUBLIC)(app.view_functions["static"])


def come_again() -> Response | None:
    """She follows a link from elsewhere (a mail): SameSite=Strict keeps her cookie back, and a new one would sign her
    out. Our own empty page asks for the address again, and the cookie comes along.
    """
    from app.web.views import local_path

    asked = {name: request.headers.get(f"Sec-Fetch-{name}") for name in ("Site", "Mode")}
    if asked != {"Site": "cross-site", "Mode": "navigate"} or request.method != "GET" or request.cookies:
        return None
    response = make_response("")
    response.headers["Refresh"] = f"0; url={local_path(request.full_path.rstrip('?'))}"
    return response


def open_unit() -> None:
    """One request, one transaction; one that writes takes the write lock before its first query (law 7)."""
    g.plugin_notices = set()
    if request.endpoint in WITHOUT_UNIT:
        return
    need = need_of(request.endpoint)
    uploads.allow_files(current_app.view_functions.get(request.endpoint or ""))
    readable = _received()
    db.begin(write=request.method not in SAFE_METHODS and need is not None and need.lock)
    sessions.load_session()
    if "\0" in request.path:
        raise NotFound
    if not readable:
        raise BadRequest


def _received() -> bool:
    """Read what is sent before a lock is taken: a slow line holds up nobody. Whether every database takes its letters:
    PostgreSQL refuses one.
    """
    try:
        return not any("\0" in text for _name, texts in request.values.lists() for text in texts)
    except RequestEntityTooLarge:  # who needs it reads it again, and says so
        uploads.drain()
        return True


def close(response: Response) -> Response:
    """Commit or roll back, and keep the journal, before the answer leaves: no entry, no answer."""
    db.finish(ok=response.status_code < 400)
    return response


def security_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SETTINGS"].secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if (request.endpoint or "").endswith("static") and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Cookie, HX-Request"
    return response


def compressed(response: Response) -> Response:
    """Static files leave compressed, each compressed once and kept in memory; pages are the reverse proxy's."""
    kind = response.mimetype or ""
    text = kind.startswith("text/") or kind in {"image/svg+xml", "application/javascript"}
    if not (request.endpoint or "").endswith("static") or response.status_code != 200 or not text:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        known: dict[tuple[str, Any], bytes] = current_app.extensions.setdefault("compressed", {})
        key = request.path, response.get_etag()
        response.direct_passthrough = False
        if key not in known:
            known[key] = gzip.compress(response.get_data(), 9)
        response.close()
        response.set_data(known[key])
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


def in_every_template() -> dict[str, Any]:
    from app.web.frame import frame, notices

    if "frame" not in g:
        g.frame = frame()
    drawn: dict[str, Any] = g.frame | {"plugin_notices": notices()}
    return drawn


def asset(path: str, plugin: str | None = None) -> str:
    """The address of a static file, with its content's fingerprint, so that it can be kept for ever."""
    known: dict[tuple[str, str | None], str] = current_app.extensions.setdefault("assets", {})
    if (path, plugin) not in known:
        folder = current_app.blueprints[plugin].static_folder if plugin else current_app.static_folder
        version = hashlib.sha256((Path(str(folder)) / path).read_bytes()).hexdigest()[:10]
        known[path, plugin] = url_for(f"{plugin}.static" if plugin else "static", filename=path, v=version)
    return known[path, plugin]


def once(template: str) -> Markup:
    """A part of the frame that is the same for everybody, drawn once for each language."""
    known: dict[tuple[str, str], Markup] = current_app.extensions.setdefault("drawn", {})
    key = template, i18n.language()
    if key not in known:
        known[key] = Markup(current_app.jinja_env.get_template(template).render())  # noqa: S704
    return known[key]


# --- errors ----------------------------------------------------------------------------------------------------------


def show_error(error: IntranetError) -> Any:
    if isinstance(error, StepUpNeeded):
        return sessions.send_to_step_up()
    return page(error.status, str(error), error.heading())


def show_http_error(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    if isinstance(error, CSRFError):
        return drafts.form_expired()
    answer = make_response(page(error.code or 500))
    answer.headers.extend({n: v for n, v in error.get_headers() if n in {"Allow", "Retry-After"}})
    return answer


def show_faster(_error: IntegrityError) -> Any:
    """Two wrote the same thing at one instant. PostgreSQL answers nothing more in that transaction: it is over."""
    db.finish(ok=False)
    sessions.look_again()
    return page(409)


def show_crash(error: Exception) -> Any:
    """Never a stack trace on screen; in the log, where it happened but not what it said: that could hold content."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    current_app.logger.error("crash", extra={"kind": type(error).__name__, "at": " ".join(places[-6:])})
    if current_app.testing:
        raise error
    if plugin := plugin_here():
        plugins_of(current_app).fault(plugin, "page", type(error).__name__)
    return page(500)


def page(status: int, text: str = "", heading: str = "") -> tuple[str, int]:
    """A page that says what happened and what to do next. After a fault of ours it asks nothing of the database."""
    from app.web.frame import error_texts

    g.bare = status >= 500 or request.endpoint in WITHOUT_UNIT
    title, fallback = error_texts(status)
    shown = render_template("error.html", status=status, title=heading or title, text=text or fallback)
    if g.bare:
        session.modified = False  # no row to write
    return shown, status
