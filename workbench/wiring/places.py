"""Where weights are looked for: the settings, and the folders of the tools that own caches."""

from collections.abc import Mapping
from pathlib import Path

from workbench.models.weights import Places
from workbench.settings import Settings


def places(settings: Settings, environ: Mapping[str, str]) -> Places:
    """Return where weights are looked for, as the settings and the caches' owners have it."""

    def folder(key: str) -> Path | None:
        return Path(environ[key]).expanduser().absolute() if environ.get(key) else None

    return Places(
        home=settings.home,
        user_home=Path.home(),
        explicit=(
            Path(settings.model_path).expanduser().absolute() if settings.model_path else None
        ),
        hf_hub_cache=folder("HF_HUB_CACHE"),
        hf_home=folder("HF_HOME"),
        modelscope_cache=folder("MODELSCOPE_CACHE"),
    )
