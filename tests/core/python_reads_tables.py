"""Reads with astropy what table_export writes (tests/support/sample_table.h), value by value.

usage: python_reads_tables.py TABLE_EXPORT; exit code 77 where astropy is not installed.
"""
import os
import subprocess
import sys
import tempfile

SYSTEM_PYTHON = "/usr/bin/python3"

try:
    import h5py
    import numpy as np
    from astropy.table import Table
    from astropy.units import Unit
except ImportError as error:
    if os.path.exists(SYSTEM_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    print(f"skipped: {error}")
    sys.exit(77)

IDS = [9223372036854775807, 5, -9007199254740993]
TEFF = [1.0 / 3.0, 5000.0, np.nan]
FLAGS = [7, None, -1]
BIG = [1, 9007199254740993, None]
NAME = ['a, "b"', "", "#\u03b1 Cen"]
MU = np.array([[0.1, -2.5], [np.nan, 1e-20], [3, 4]], dtype=np.float32)
FLUX = np.array([[1, -np.inf], [3, 4], [5e-324, 6]])
LONG = "x" * 150 + " <&> 'quoted'"


def same(found, expected):
    assert np.array_equal(np.ma.filled(found, np.nan), expected, equal_nan=True), (found, expected)


def optional(column):
    return [None if value is np.ma.masked else int(value) for value in column]


def check(table, times, arrays, path):
    assert table["source_id"].tolist() == IDS * times, path
    same(np.asarray(table["teff"], dtype=float), np.array(TEFF * times))
    assert optional(table["flags"]) == FLAGS * times, (path, list(table["flags"]))
    assert optional(table["big"]) == BIG * times, (path, list(table["big"]))
    names = ["" if value is np.ma.masked else value for value in table["name"]]
    names = [value.decode() if isinstance(value, bytes) else str(value) for value in names]
    assert names == NAME * times, (path, names)
    if arrays:
        same(np.asarray(table["mu"]), np.tile(MU, (times, 1)))
        same(np.asarray(table["flux"]), np.tile(FLUX, (times, 1)))
    else:
        for k in range(2):
            same(np.asarray(table[f"mu_{k + 1}"], dtype=np.float32), np.tile(MU, (times, 1))[:, k])
            same(np.asarray(table[["flux_336", "flux_338.5"][k]]), np.tile(FLUX, (times, 1))[:, k])


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        for kind, times in (("whole", 1), ("pieces", 3)):
            path = f"{folder}/{kind}"
            check(Table.read(path + ".csv", format="ascii.csv"), times, False, "csv")
            ecsv = Table.read(path + ".ecsv", format="ascii.ecsv")
            check(ecsv, times, False, "ecsv")
            assert ecsv["teff"].unit == "K" and ecsv["flags"].dtype == np.int32 and ecsv["mu_1"].dtype == np.float32
            assert ecsv["teff"].description == 'Effective temperature, "as <given>" & kept'
            assert ecsv["teff"].meta["ucd"] == "phys.temperature.effective"
            assert ecsv.meta["a long key"] == LONG and ecsv.meta["wavelength_nm"] == [336, 338.5]

            fits = Table.read(path + ".fits", hdu=1)
            fits["name"] = [value.decode() if isinstance(value, bytes) else value for value in fits["name"]]
            check(fits, times, True, "fits")
            assert fits["teff"].unit == "K" and fits["flux"].unit == Unit("W m-2 nm-1")
            assert fits.meta["ZSCAPE A LONG KEY"] == LONG, fits.meta
            assert Table.read(path + ".fits", hdu=2)["wavelength_nm"].tolist() == [336, 338.5]

            for ending in (".vot", ".xml"):
                vot = Table.read(path + ending, format="votable")
                check(vot, times, True, ending)
                assert vot["flux"].unit == Unit("W m-2 nm-1") and vot["teff"].unit == "K"
                assert vot["flux"].meta["ucd"] == "phot.flux.density;em.wl"
                assert vot["teff"].description == 'Effective temperature, "as <given>" & kept'

            with h5py.File(path + ".h5") as file:
                assert file["source_id"][:].tolist() == IDS * times
                assert file["flags"][:].tolist()[:3] == [7, file["flags"].attrs["missing_value"], -1]
                assert file["big"][:].tolist()[:3] == [1, 9007199254740993, file["big"].attrs["missing_value"]]
                assert [value.decode() for value in file["name"][:]] == NAME * times
                same(file["flux"][:], np.tile(FLUX, (times, 1)))
                same(file["mu"][:], np.tile(MU, (times, 1)))
                assert file["flux"].attrs["unit"] == "W.m**-2.nm**-1"
                assert file["wavelength_nm"][:].tolist() == [336, 338.5] and file.attrs["a long key"] == LONG
    print("astropy reads every format")


main()
