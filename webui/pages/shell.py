"""What a browser keeps for when the server is away: an empty form, and the worker that shows it.

Nothing of a person is in it. The page is asked for without cookies, holds no token, and is the same
for everyone; the worker stores it with the files that it needs, and never stores an answer. What is
filled in there is sent as any form is: without a token it comes back as the form with every answer
in place and a token of its own, as a page does that was open for too long.
"""

from __future__ import annotations

import json
from hashlib import sha256

from flask import Blueprint, Response, render_template, request, url_for

from webui.access.headers import FRESH
from webui.delivery.assets import SCREEN, assets
from webui.knowledge import knowledge
from webui.show import fragments
from webui.words.texts import text

blueprint = Blueprint("shell", __name__)
MANIFEST = "application/manifest+json"
NEEDED = (
    SCREEN,
    "repair-planner.js",
    "drafts.js",
    "entering.js",
    "times.js",
    "session.js",
    "away.js",
    "govuk/govuk-frontend.js",
    "mark.svg",
)
"""The files that the page without a network uses."""
ICONS = (("icons/icon-192.png", "192x192", "any"), ("icons/icon-512.png", "512x512", "any"),
         ("icons/maskable-512.png", "512x512", "maskable"))  # fmt: skip
WORKER = "worker.js"


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a device shows where someone puts Repair Planner on its home screen."""
    begin = url_for("planning.enter")
    told = {
        "name": text("site_name"),
        "short_name": text("site_name"),
        "description": text("site_about"),
        "lang": text("language"),
        "id": begin,
        "start_url": begin,
        "scope": begin,
        "display": "standalone",
        "background_color": "#f6f4ef",
        "theme_color": "#123f3c",
        "icons": [
            {"src": url_for("static", filename=name), "sizes": sizes, "type": "image/png",
             "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }  # fmt: skip
    return _shared(json.dumps(told), MANIFEST)


@blueprint.get("/offline")
def offline() -> Response:
    """The empty form as it is shown while the server is away; the same for everyone."""
    return _shared(_page(), "text/html; charset=utf-8")


@blueprint.get("/sw.js")
def worker() -> Response:
    """The worker, with the addresses that it keeps; another release has another name for them."""
    page = _page()
    told = {
        "name": f"repair-planner-{sha256(page.encode()).hexdigest()[:16]}",
        "page": url_for("shell.offline"),
        "files": [url_for("static", filename=name) for name in NEEDED],
    }
    script = assets().files[WORKER].content.decode()
    return _shared(f"const kept = {json.dumps(told)}\n{script}", "text/javascript; charset=utf-8")


def _page() -> str:
    """The page, written once for each place where the application is mounted."""
    return fragments.written_once("offline", _written)


def _written() -> str:
    """The page around every question of the form, without a token: making one sets a cookie."""
    form = knowledge().form(formdata=None, meta={"csrf": False})
    questions = fragments.empty_questions(lambda: render_template("_sections.html", form=form))
    return render_template("offline.html", questions=questions)


def _shared(content: str, kind: str) -> Response:
    """An answer that is the same for everyone, asked for anew each time."""
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = FRESH
    response.add_etag()
    response.make_conditional(request)
    return response
