"""Decides on which device and in which number format a model runs."""

from dataclasses import dataclass
from pathlib import Path

import torch

from workbench.domain.errors import InvalidInput, Unavailable

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_FAST_BFLOAT16 = {"amx_bf16", "avx512_bf16"}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model runs and in which format, by the names that are shown and stored."""

    device: str
    dtype: str

    @property
    def torch_dtype(self) -> torch.dtype:
        """Return the format as torch names it."""
        return DTYPES[self.dtype]


def place(device: str | None = None, dtype: str | None = None) -> Placement:
    """Return the placement asked for, with what was left open chosen for this machine.

    CUDA: bfloat16 where the card has it, else float16. Apple: float16. CPU: float32, or bfloat16
    where the processor multiplies it in hardware; elsewhere it is ten times as slow as float32.

    Raises:
        InvalidInput: ``dtype_unknown`` or ``device_unknown``.
        Unavailable: ``device_missing`` where torch cannot reach the device.
    """
    if dtype is not None and dtype not in DTYPES:
        raise InvalidInput("dtype_unknown", dtype=dtype, known=", ".join(DTYPES))
    chosen = device or best_device()
    _require_device(chosen)
    return Placement(chosen, dtype or best_dtype(chosen))


def best_device() -> str:
    """Return cuda, mps or cpu: the first of them that torch can use here."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def best_dtype(device: str) -> str:
    """Return the fastest number format that keeps scores usable on ``device``."""
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    if device.startswith("mps"):
        return "float16"
    return "bfloat16" if processor_flags() & _FAST_BFLOAT16 else "float32"


def card_name(device: str) -> str:
    """Return what the card of ``device`` is called; empty where it is none of CUDA's."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else ""


def processor_flags(source: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the processor's feature flags; none where the system does not list them."""
    if not source.is_file():
        return frozenset()
    for line in source.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, flags = line.partition(":")
        if name.strip() in {"flags", "Features"}:
            return frozenset(flags.split())
    return frozenset()


def _require_device(name: str) -> None:
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InvalidInput("device_unknown", device=name) from error
    reachable = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not reachable.get(device.type, False):
        raise Unavailable("device_missing", device=name)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether the error says that memory did not suffice, on a card or in the machine."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
    )


def release_memory(device: str) -> None:
    """Give back to the card what torch keeps for later."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device.startswith("mps"):
        torch.mps.empty_cache()
