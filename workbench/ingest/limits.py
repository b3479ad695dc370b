"""How much one file may cost: bytes, pages, rows, memory and seconds."""

from dataclasses import dataclass

from workbench.domain.errors import UnreadableDocument

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may use; ``memory_bytes`` is address space, ``seconds`` wall time."""

    file_bytes: int = 100 * MIB
    page_limit: int = 3000
    memory_bytes: int = 2048 * MIB
    seconds: int = 900
    row_limit: int = 50_000
    column_limit: int = 1000


def require_size(size: int, limits: Limits) -> None:
    """Return when a file of ``size`` bytes may be read.

    Raises:
        UnreadableDocument: ``empty_file``, or ``too_large`` with ``size`` and ``limit`` in bytes.
    """
    if size == 0:
        raise UnreadableDocument("empty_file")
    if size > limits.file_bytes:
        raise UnreadableDocument("too_large", size=size, limit=limits.file_bytes)


def confine(limits: Limits) -> bool:
    """Return whether this process is now held to the limits' memory and CPU seconds.

    False where the system has no such limits (Windows) or refuses them (macOS, for memory); the
    wall clock of the parent process holds there alone.
    """
    try:
        import resource
    except ImportError:
        return False
    held = True
    seconds = limits.seconds
    for which, soft, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds, seconds + 5),
    ):
        try:
            resource.setrlimit(which, (soft, hard))
        except (ValueError, OSError):
            held = False
    return held
