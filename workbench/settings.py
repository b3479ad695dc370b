"""The environment as one frozen value; every field with its unit and default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.errors import InvalidInput

MIB = 1024 * 1024


def _default_home() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or (Path.home() / ".local" / "share")
    return Path(base) / "instruction-workbench"


@dataclass(frozen=True, slots=True)
class Settings:
    """Deployment settings; a workbench is built from exactly one of these."""

    home: Path = field(default_factory=_default_home)
    """Folder that holds everything the workbench keeps (WORKBENCH_HOME)."""
    host: str = "127.0.0.1"
    """Address to listen on (WORKBENCH_HOST)."""
    port: int = 7860
    """Port to listen on (WORKBENCH_PORT)."""
    language: str = ""
    """zh or en; empty follows the browser or the terminal (WORKBENCH_LANG)."""
    samples: Path = field(default_factory=lambda: Path(__file__).parents[1] / "sample_corpora")
    """Folder with the sample libraries (WORKBENCH_SAMPLES)."""
    reranker: str = ""
    """qwen3, embedding, lexical, remote, a folder, or owner/model (WORKBENCH_RERANKER)."""
    model_path: str = ""
    """Folder with Qwen3-Reranker weights; empty looks in the known places (WORKBENCH_MODEL)."""
    model_name: str = "Qwen/Qwen3-Reranker-0.6B"
    """Name under which weights are looked for and fetched (WORKBENCH_MODEL_NAME)."""
    embedder: str = ""
    """Folder or owner/model of a Qwen3-Embedding; empty: the built-in one (WORKBENCH_EMBEDDER)."""
    hub: str = "https://huggingface.co"
    """Hub or mirror that ``model fetch`` contacts (HF_ENDPOINT)."""
    remote_url: str = ""
    """Address of a reranking server, up to its path; empty means none (WORKBENCH_REMOTE_URL)."""
    remote_dialect: str = "jina"
    """jina, cohere, vllm, tei, sglang or predict (WORKBENCH_REMOTE_DIALECT)."""
    remote_model: str = ""
    """Model that the server is asked for; empty where it has one only (WORKBENCH_REMOTE_MODEL)."""
    remote_key: str = field(default="", repr=False)
    """Key that is sent to the server in a header, and nowhere else (WORKBENCH_REMOTE_KEY)."""
    threads: int = 0
    """Threads of the model host; 0 means the cores of this machine (WORKBENCH_THREADS)."""
    max_length: int = 8192
    """Longest prompt in tokens of the reranker (WORKBENCH_MAX_LENGTH)."""
    document_tokens: int = 0
    """Most tokens of a document to be reranked; 0 sets no limit (WORKBENCH_DOCUMENT_TOKENS)."""
    upload_bytes: int = 100 * MIB
    """Largest file, in bytes (WORKBENCH_UPLOAD_MB, in MiB)."""
    page_limit: int = 3000
    """Most pages of one PDF (WORKBENCH_PAGE_LIMIT)."""
    read_memory_bytes: int = 2048 * MIB
    """Address space of a reading worker, in bytes (WORKBENCH_READ_MEMORY_MB, in MiB)."""
    read_seconds: int = 900
    """Longest time one file may be read, in seconds (WORKBENCH_READ_SECONDS)."""
    answer_seconds: int = 600
    """Longest time an answer may take, in seconds (WORKBENCH_ANSWER_SECONDS)."""
    score_cache_bytes: int = 256 * MIB
    """Most bytes of kept scores on disk; 0 keeps none (WORKBENCH_SCORE_CACHE_MB, in MiB)."""
    bm25: str = "postings"
    """postings, or rank_bm25 for the reference implementation (WORKBENCH_BM25)."""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    """Host headers that are answered (WORKBENCH_ALLOWED_HOSTS, comma-separated)."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings that the environment asks for.

        Raises:
            InvalidInput: ``setting_not_a_number`` where a number was expected.
        """
        env = os.environ if environ is None else environ
        given: dict[str, object] = {name: env[key] for name, key in _TEXTS.items() if env.get(key)}
        for name, (key, unit) in _NUMBERS.items():
            if env.get(key):
                given[name] = _number(key, env[key]) * unit
        if env.get("WORKBENCH_HOME"):
            given["home"] = Path(env["WORKBENCH_HOME"]).expanduser().absolute()
        if env.get("WORKBENCH_SAMPLES"):
            given["samples"] = Path(env["WORKBENCH_SAMPLES"]).expanduser().absolute()
        if env.get("WORKBENCH_ALLOWED_HOSTS"):
            hosts = tuple(h.strip() for h in env["WORKBENCH_ALLOWED_HOSTS"].split(",") if h.strip())
            given["allowed_hosts"] = hosts
        return cls(**given)  # type: ignore[arg-type]


_TEXTS = {
    "host": "WORKBENCH_HOST",
    "language": "WORKBENCH_LANG",
    "reranker": "WORKBENCH_RERANKER",
    "embedder": "WORKBENCH_EMBEDDER",
    "model_path": "WORKBENCH_MODEL",
    "model_name": "WORKBENCH_MODEL_NAME",
    "hub": "HF_ENDPOINT",
    "bm25": "WORKBENCH_BM25",
    "remote_url": "WORKBENCH_REMOTE_URL",
    "remote_dialect": "WORKBENCH_REMOTE_DIALECT",
    "remote_model": "WORKBENCH_REMOTE_MODEL",
    "remote_key": "WORKBENCH_REMOTE_KEY",
}
_NUMBERS = {
    "port": ("WORKBENCH_PORT", 1),
    "threads": ("WORKBENCH_THREADS", 1),
    "max_length": ("WORKBENCH_MAX_LENGTH", 1),
    "document_tokens": ("WORKBENCH_DOCUMENT_TOKENS", 1),
    "upload_bytes": ("WORKBENCH_UPLOAD_MB", MIB),
    "page_limit": ("WORKBENCH_PAGE_LIMIT", 1),
    "read_memory_bytes": ("WORKBENCH_READ_MEMORY_MB", MIB),
    "read_seconds": ("WORKBENCH_READ_SECONDS", 1),
    "answer_seconds": ("WORKBENCH_ANSWER_SECONDS", 1),
    "score_cache_bytes": ("WORKBENCH_SCORE_CACHE_MB", MIB),
}


def _number(key: str, text: str) -> int:
    if not text.strip().isdecimal():
        raise InvalidInput("setting_not_a_number", name=key, value=text)
    return int(text)
