"""Tests of workbench.models.download."""

import hashlib
import io
import socket
import urllib.request
from email.message import Message

import pytest

from tests.models.hub import running_hub
from workbench.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from workbench.models import download as module
from workbench.models.download import Patience, SafeRedirects, Watch, download, host_of

DATA = bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()
ONCE = Patience(attempts=1, pause=0)
OFTEN = Patience(attempts=3, pause=0)


@pytest.fixture
def hub():
    with running_hub() as running:
        running.files["/f"] = DATA
        yield running


@pytest.fixture
def target(tmp_path):
    return tmp_path / "model.safetensors"


def left_beside(target) -> set[str]:
    return {path.name for path in target.parent.iterdir()}


def test_a_file_arrives_with_its_progress(hub, target, monkeypatch):
    monkeypatch.setattr(module, "PIECE", 4096)
    seen = []
    watch = Watch(lambda received, expected: seen.append((received, expected)))
    assert download(f"{hub.address}/f", target, sha256=SHA, watch=watch) == 10_240
    assert target.read_bytes() == DATA
    assert seen == [(4096, 10_240), (8192, 10_240), (10_240, 10_240)]
    assert left_beside(target) == {"model.safetensors"}


def test_a_cut_connection_is_taken_up_where_it_broke(hub, target):
    hub.cut_at = [1000, 7000]
    assert download(f"{hub.address}/f", target, sha256=SHA, patience=OFTEN) == 10_240
    assert [wanted for _, wanted in hub.asked] == [None, "bytes=1000-", "bytes=7000-"]
    assert target.read_bytes() == DATA


def test_what_has_arrived_is_kept_for_the_next_call(hub, target):
    hub.cut_at = [1000]
    with pytest.raises(Unavailable) as caught:
        download(f"{hub.address}/f", target, patience=ONCE)
    assert caught.value.code == "fetch_incomplete"
    assert caught.value.params == {
        "file": "model.safetensors",
        "received": 1000,
        "expected": 10_240,
    }
    assert not target.exists()
    assert download(f"{hub.address}/f", target, sha256=SHA, patience=ONCE) == 10_240
    assert hub.asked[-1] == ("/f", "bytes=1000-")
    assert left_beside(target) == {"model.safetensors"}


def test_a_file_that_changed_meanwhile_is_fetched_whole(hub, target):
    hub.cut_at = [1000]
    with pytest.raises(Unavailable):
        download(f"{hub.address}/f", target, patience=ONCE)
    hub.files["/f"] = DATA[::-1]
    download(f"{hub.address}/f", target, patience=ONCE)
    assert target.read_bytes() == DATA[::-1]


def test_a_server_without_ranges_sends_the_whole_file_again(hub, target):
    hub.ranges = False
    hub.cut_at = [1000]
    assert download(f"{hub.address}/f", target, sha256=SHA, patience=OFTEN) == 10_240


def test_a_range_that_begins_elsewhere_is_not_appended(hub, target):
    hub.cut_at, hub.lie = [1000], 5
    assert download(f"{hub.address}/f", target, sha256=SHA, patience=OFTEN) == 10_240
    assert [wanted for _, wanted in hub.asked] == [None, "bytes=1000-", None]


def test_a_part_that_is_complete_needs_no_more(hub, target):
    target.with_name("model.safetensors.part").write_bytes(DATA)
    assert download(f"{hub.address}/f", target, sha256=SHA, patience=ONCE) == 10_240


def test_a_part_longer_than_the_file_is_dropped(hub, target):
    target.with_name("model.safetensors.part").write_bytes(DATA + b"more")
    assert download(f"{hub.address}/f", target, sha256=SHA, patience=OFTEN) == 10_240


def test_a_wrong_hash_leaves_nothing(hub, target):
    with pytest.raises(Unavailable) as caught:
        download(f"{hub.address}/f", target, sha256="0" * 64)
    assert caught.value.code == "hash_mismatch"
    assert caught.value.params["found"] == SHA
    assert left_beside(target) == set()


def test_an_empty_file_is_a_file(hub, target):
    hub.files["/f"] = b""
    assert download(f"{hub.address}/f", target) == 0
    assert target.read_bytes() == b""


def test_cancelling_keeps_what_has_arrived(hub, target, monkeypatch):
    monkeypatch.setattr(module, "PIECE", 4096)
    with pytest.raises(Conflict) as caught:
        download(f"{hub.address}/f", target, watch=Watch(cancelled=lambda: True))
    assert (caught.value.code, caught.value.params["received"]) == ("fetch_cancelled", 4096)
    assert download(f"{hub.address}/f", target, sha256=SHA) == 10_240
    assert hub.asked[-1][1] == "bytes=4096-"


def test_a_missing_file_is_not_found(hub, target):
    with pytest.raises(NotFound) as caught:
        download(f"{hub.address}/missing", target)
    assert caught.value.params == {"file": "model.safetensors", "host": hub.address[7:]}
    assert left_beside(target) == set()


def test_a_refusal_is_said_and_a_busy_hub_tried_again(hub, target):
    hub.statuses = [403]
    with pytest.raises(Unavailable) as caught:
        download(f"{hub.address}/f", target, patience=OFTEN)
    assert (caught.value.code, caught.value.params["status"]) == ("hub_refused", 403)
    hub.statuses = [503, 429]
    assert download(f"{hub.address}/f", target, patience=OFTEN) == 10_240


def test_nobody_there(target):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable) as caught:
        download(f"http://127.0.0.1:{port}/f", target)
    assert caught.value.code == "hub_unreachable"
    assert caught.value.params["host"] == f"127.0.0.1:{port}"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "huggingface.co/x", "http://"])
def test_other_addresses_are_refused(target, url):
    with pytest.raises(InvalidInput, match="hub_invalid"):
        download(url, target)


def test_redirects_are_followed(hub, target):
    hub.redirects["/there"] = f"{hub.address}/f"
    assert download(f"{hub.address}/there", target, sha256=SHA) == 10_240
    hub.redirects["/away"] = "file:///etc/passwd"
    with pytest.raises(Unavailable, match="hub_"):
        download(f"{hub.address}/away", target.with_name("other"), patience=ONCE)


@pytest.mark.parametrize(
    ("source", "to", "followed"),
    [
        ("https://hub.example/f", "http://cdn.example/f", False),
        ("https://hub.example/f", "https://cdn.example/f", True),
        ("http://mirror.local/f", "http://cdn.local/f", True),
        ("http://mirror.local/f", "https://cdn.example/f", True),
    ],
)
def test_encryption_is_never_left(source, to, followed):
    request = urllib.request.Request(source, headers={"Range": "bytes=5-"})
    redirect = (request, io.BytesIO(), 302, "Found", Message(), to)
    if followed:
        following = SafeRedirects().redirect_request(*redirect)
        assert (following.full_url, following.get_header("Range")) == (to, "bytes=5-")
        return
    with pytest.raises(Unavailable) as caught:
        SafeRedirects().redirect_request(*redirect)
    assert caught.value.code == "redirect_unsafe"
    assert caught.value.params == {"host": "hub.example", "to": "cdn.example"}


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(hub, target, monkeypatch):
    usage = module.shutil.disk_usage(target.parent)._replace(free=10_239)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(Unavailable) as caught:
        download(f"{hub.address}/f", target)
    assert caught.value.params == {"needed": 10_240, "free": 10_239}
    assert not target.with_name("model.safetensors.part").exists()


def test_a_host_is_shown_without_a_password():
    assert host_of("https://user:secret@hub.example:8443/x") == "hub.example:8443"
