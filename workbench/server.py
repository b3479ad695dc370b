"""Pages and API in one process: routes, middleware and lifespan of the server."""

import asyncio
import base64
import hashlib
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from workbench.api.dialects import PATHS, create_dialects
from workbench.api.limits import BodyLimit, SecurityHeaders
from workbench.api.routes import create_api
from workbench.assembly import build, current, install
from workbench.domain.actors import OWNER
from workbench.domain.errors import WorkbenchError
from workbench.services.workbench import Workbench
from workbench.settings import MIB, Settings

TEND_SECONDS = 30.0
MAIN = Path(__file__).with_name("main.py")
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


async def health(request: Request) -> JSONResponse:
    """Answer that the process is alive; touches no model and no database."""
    return JSONResponse({"status": "ok"})


async def tend(bench: Workbench) -> None:
    """Take up what crashed processes left behind, at the start and now and then."""
    bench.renewal.begin()
    while True:
        try:
            await asyncio.to_thread(bench.jobs.resume)
            await asyncio.to_thread(bench.renewal.catch_up, OWNER)
            await asyncio.to_thread(bench.embedding.catch_up, OWNER)
        except WorkbenchError as error:
            bench.log.write("tending_failed", code=error.code)
        await asyncio.sleep(TEND_SECONDS)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm the model and tend to jobs while the server runs; close when it ends."""
    bench = current()
    bench.log.write("server_started")
    warming = asyncio.create_task(asyncio.to_thread(bench.models.warm))
    tending = asyncio.create_task(tend(bench))
    try:
        yield {}
    finally:
        tending.cancel()
        # Closing ends a model that is still being loaded, which warming would wait for.
        await asyncio.to_thread(bench.close)
        await asyncio.gather(warming, tending, return_exceptions=True)
        bench.log.write("server_stopped")


def create_app(settings: Settings) -> streamlit.App:
    """Return the server: ``/health``, ``/api``, the dialects of other rerankers, and the pages."""
    dialects = create_dialects(current)
    hosts = [*settings.allowed_hosts, settings.host]
    return streamlit.App(
        MAIN,
        routes=[
            Route("/health", health, methods=["GET"]),
            Mount("/api", app=create_api(current)),
            # A page may have the same address: it answers GET, and the dialect POST.
            *(Route(path, dialects, methods=["POST"]) for path in PATHS),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            Middleware(SecurityHeaders, script_hashes=inline_script_hashes()),
            Middleware(BodyLimit, paths=PATHS),
        ],
        lifespan=lifespan,
    )


def inline_script_hashes() -> tuple[str, ...]:
    """Return the hashes of the scripts inside Streamlit's own page, so that an upgrade fits."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    return tuple(
        base64.b64encode(hashlib.sha256(script).digest()).decode()
        for script in _INLINE_SCRIPT.findall(page)
    )


def options(settings: Settings) -> dict[str, Any]:
    """Return the options that safety rests on, whatever a configuration file says."""
    return {
        "server.headless": True,
        "server.address": settings.host,
        "server.port": settings.port,
        "server.maxUploadSize": settings.upload_bytes // MIB,
        "server.fileWatcherType": "none",
        "server.enableAgentApi": False,
        "server.enableXsrfProtection": True,
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,
        "browser.serverAddress": settings.host,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "runner.magicEnabled": False,
        # A full collection after every run holds the server for 150 ms, longer than a key press.
        "runner.postScriptGC": False,
        # A page of passages is set from its queue; the trace of its first setting is no news.
        "global.disableWidgetStateDuplicationWarning": True,
    }


def run(settings: Settings) -> None:
    """Serve until stopped; Ctrl-C and SIGTERM end it in order."""
    # Streamlit takes its theme from the working folder.
    os.chdir(MAIN.parents[1])
    install(build(settings))
    create_app(settings).run(config=options(settings))
