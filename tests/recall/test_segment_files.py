from pathlib import Path

import numpy as np
import pytest

from workbench.domain.errors import Unavailable
from workbench.recall.segment_files import load_arrays, save_arrays

ARRAYS = {
    "empty": np.empty(0, dtype=np.int32),
    "small": np.arange(5, dtype=np.uint8),
    "large": np.arange(400_000, dtype=np.int64),
}


def test_arrays_come_back_and_large_ones_are_mapped(tmp_path: Path) -> None:
    files = save_arrays(tmp_path / "s", ARRAYS)
    assert files["small.npy"].size == (tmp_path / "s" / "small.npy").stat().st_size
    found = load_arrays(tmp_path / "s", files)
    for name, values in ARRAYS.items():
        assert found[name].dtype == values.dtype
        assert np.array_equal(found[name], values)
    assert isinstance(found["large"].base, np.memmap)
    assert not isinstance(found["small"].base, np.memmap)


@pytest.mark.parametrize("harm", ["cut", "flip", "gone", "pickle", "empty"])
def test_a_harmed_file_is_not_usable(tmp_path: Path, harm: str) -> None:
    files = save_arrays(tmp_path / "s", ARRAYS)
    path = tmp_path / "s" / "large.npy"
    data = bytearray(path.read_bytes())
    if harm == "cut":
        path.write_bytes(data[:-1])
    elif harm == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif harm == "gone":
        path.unlink()
    elif harm == "pickle":
        with path.open("wb") as file:
            np.save(file, np.array([{}], dtype=object), allow_pickle=True)
    else:
        path.write_bytes(b"")
    with pytest.raises(Unavailable) as caught:
        load_arrays(tmp_path / "s", files)
    assert (caught.value.code, caught.value.params) == ("index_not_usable", {"reason": "damaged"})
