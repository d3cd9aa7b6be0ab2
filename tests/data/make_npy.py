"""Writes the NPY files of this folder with numpy, which defines the format. Needs numpy."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
TABLE = np.arange(6).reshape(2, 3) / 2

np.save(FOLDER / "f8.npy", TABLE)
np.save(FOLDER / "f4_big_endian.npy", TABLE.astype(">f4"))
np.save(FOLDER / "f8_fortran.npy", np.asfortranarray(TABLE))
np.save(FOLDER / "bool.npy", np.array([True, False, True]))
np.save(FOLDER / "object.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
np.save(FOLDER / "structured.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
for version in (2, 3):
    with open(FOLDER / f"f8_version_{version}.npy", "wb") as file:
        np.lib.format.write_array(file, TABLE, version=(version, 0))
