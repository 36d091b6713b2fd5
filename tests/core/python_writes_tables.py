"""Writes tables and arrays with numpy, astropy and h5py, and checks value by value what our readers make of them.

usage: python_writes_tables.py TABLE_DUMP; exit code 77 where these packages are not installed.
"""
import json
import os
import subprocess
import sys
import tempfile

SYSTEM_PYTHON = "/usr/bin/python3"

try:
    import h5py
    import numpy as np
    from astropy.io import fits
    from astropy.table import MaskedColumn, Table
except ImportError as error:
    if os.path.exists(SYSTEM_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    print(f"skipped: {error}")
    sys.exit(77)

ROWS = 4
MASK = [False, True, False, True]


def plain(value):
    """What table_dump prints for a value."""
    if value is np.ma.masked or value is None:
        return None
    if isinstance(value, np.ma.MaskedArray):
        return [plain(one) for one in value]
    if isinstance(value, (np.ndarray, list)):
        return [plain(one) for one in value]
    if isinstance(value, (bytes, np.bytes_)):
        return value.decode()
    if isinstance(value, (str, np.str_)):
        return str(value)
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return int(value)
    value = float(value)
    if np.isnan(value):
        return None
    return value if np.isfinite(value) else ("inf" if value > 0 else "-inf")


def same(found, expected, where):
    assert found == expected, f"{where}: {found} is read where {expected} was written"


def dump(tool, files):
    out = subprocess.run([tool, *files], check=True, capture_output=True, text=True).stdout
    return dict(zip(files, map(json.loads, out.splitlines()), strict=True))


def columns():
    """Every type that tables of stars have, with the extremes of each, and some of them masked."""
    return {
        "source_id": np.array([1, 5853498713190525696, 2**63 - 1, 7], dtype="i8"),
        "f4": np.array([1 / 3, -3.4028235e38, 1e-45, 0.1], dtype="f4"),
        "f8": np.array([1 / 3, -1.7976931348623157e308, 5e-324, np.nan], dtype="f8"),
        "i2": np.array([-32767, 32767, 0, 1], dtype="i2"),
        "i4": np.array([-(2**31) + 1, 2**31 - 1, 0, 1], dtype="i4"),
        "flag": np.array([True, False, True, False]),
        "name": np.array(["a, \"b\"", "two words", "x" * 100, "#c"]),
        "list4": np.array([[1, 2, np.nan], [4, 5, 6], [-0.0, 1e-30, 7], [8, 9, 10]], dtype="f4"),
        "list8": np.arange(ROWS * 2, dtype="f8").reshape(ROWS, 2) / 3,
        "mf4": MaskedColumn(np.array([1.5, 2, 2.5, 3], dtype="f4"), mask=MASK),
        "mf8": MaskedColumn(np.array([1 / 7, 2, 2.5, 3], dtype="f8"), mask=MASK),
        "mi2": MaskedColumn(np.array([5, 2, -3, 4], dtype="i2"), mask=MASK),
        "mi8": MaskedColumn(np.array([2**62 + 1, 2, -3, 4], dtype="i8"), mask=MASK),
        "mname": MaskedColumn(np.array(["one", "two", "three", "four"]), mask=MASK),
    }


def table(without=()):
    made = Table({name: values for name, values in columns().items() if name not in without})
    made["f8"].unit = "W / (m2 nm)"
    made["f4"].unit = "K"
    made["f4"].description = "a temperature, \"quoted\" & more"
    return made


def expected(name, values, texts_missing_are_empty=True):
    result = [plain(value) for value in values]
    if name == "mname" and texts_missing_are_empty:
        result = ["" if value is None else value for value in result]  # a missing text is an empty one
    return result


def check(said, made, where, skip=()):
    assert "error" not in said, f"{where}: {said}"
    for name in made.colnames:
        if name in skip:
            continue
        assert name in said["columns"], f"{where}: {name} is not read; {said['notices']}"
        same(said["columns"][name]["values"], expected(name, made[name]), f"{where}, column {name}")


def astropy_files(folder):
    made = table()
    flat = table(without=("list4", "list8"))
    files = {}

    def write(file, what, **options):
        path = f"{folder}/{file}"
        what.write(path, overwrite=True, **options)
        files[path] = what

    write("a.fits", made)
    write("a.fits.gz", made)
    for form in ("tabledata", "binary2"):
        write(f"{form}.vot", made, format="votable", tabledata_format=form)
    # BINARY has no place for a missing integer.
    write("binary.vot", table(without=("mi2", "mi8")), format="votable", tabledata_format="binary")
    write("a.ecsv", made, format="ascii.ecsv")
    write("blank.ecsv", made, format="ascii.ecsv", delimiter=" ")
    write("comma.ecsv", made, format="ascii.ecsv", delimiter=",")
    write("a.csv", flat, format="ascii.csv")
    # Without masks: HDF5 has none, and astropy writes them as columns of their own.
    bare = table(without=("mf4", "mf8", "mi2", "mi8", "mname"))
    write("a.h5", bare, path="stars")
    write("meta.h5", bare, path="stars", serialize_meta=True)
    write("packed.h5", bare, path="group/stars", compression=True)
    return files


def h5py_files(folder):
    """A group with a dataset a column: both byte orders, chunks, compression, filters, texts of fixed and any length."""
    made = columns()
    path = f"{folder}/columns.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("stars")
        group["source_id"] = made["source_id"].astype(">i8")
        group["f4"] = made["f4"].astype(">f4")
        group.create_dataset("f8", data=made["f8"], compression="gzip", shuffle=True, chunks=(3,))
        group.create_dataset("i2", data=made["i2"].astype(">i2"), fletcher32=True, chunks=(2,))
        group["i4"] = made["i4"]
        group["list4"] = made["list4"].astype(">f4")
        group.create_dataset("list8", data=made["list8"], compression="gzip")
        group["name"] = made["name"].astype("S")
        group.create_dataset("flag", data=made["flag"])
        group.create_dataset("text", data=["a", "bb", "", "d"], dtype=h5py.string_dtype())
    bare = Table({name: made[name] for name in ("source_id", "f4", "f8", "i2", "i4", "list4", "list8", "name", "flag")})
    bare["text"] = ["a", "bb", "", "d"]
    return {path: bare}


def fits_arrays(folder):
    """Lists of any length, scaled integers and unsigned ones, as FITS has them."""
    lists = np.empty(ROWS, dtype=object)
    lists[:] = [np.array([1.5]), np.array([], dtype="f8"), np.arange(5) / 3, np.array([np.nan])]
    hdu = fits.BinTableHDU.from_columns(
        [
            fits.Column("source_id", "K", array=np.arange(1, ROWS + 1)),
            fits.Column("lists", "PD()", array=lists),
            fits.Column("longer", "QE()", array=lists),
            fits.Column("scaled", "I", array=np.array([1, 2, -20, -200], dtype="i2")),
            fits.Column("unsigned", "J", bzero=2**31, array=np.array([0, 2**32 - 1, 5, 2**31], dtype="u4")),
            fits.Column("null", "I", null=-9, array=np.array([-9, 1, 2, -9], dtype="i2")),
        ]
    )
    hdu.header["TSCAL4"], hdu.header["TZERO4"] = 0.5, 100
    path = f"{folder}/arrays.fits"
    hdu.writeto(path)
    return path, {
        "lists": [plain(one) for one in lists],
        "longer": [plain(one.astype("f4")) for one in lists],
        "scaled": [100.5, 101, 90, 0],
        "unsigned": [0, 2**32 - 1, 5, 2**31],
        "null": [None, 1, 2, None],
    }


def numpy_files(folder):
    values = np.array([[1 / 3, -2.5, 65504], [0.25, 1e-3, 7]])
    arrays = {}
    for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"):
        for order in ("<", ">") if kind not in ("i1", "u1", "?") else ("|",):
            for layout in ("C", "F"):
                with np.errstate(all="ignore"):
                    array = np.asarray(np.abs(values) if kind[0] in "u?" else values)
                    array = array.clip(-100, 100) if kind in ("i1", "i2", "u1", "u2") else array
                    array = np.array(array.astype(kind), dtype=order + kind, order=layout)
                arrays[f"{kind}{'b' if order == '>' else 'l'}{layout}"] = array
    arrays["cube"] = np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4))
    arrays["none"] = np.zeros((0, 5), dtype="f8")
    arrays["one"] = np.array(2.5)
    files = {}
    for name, array in arrays.items():
        files[f"{folder}/{name}.npy"] = array
        np.save(f"{folder}/{name}.npy", array)
    np.savez(f"{folder}/all.npz", **arrays)
    np.savez_compressed(f"{folder}/packed.npz", **arrays)
    return files, arrays


def same_array(said, array, where):
    assert "error" not in said, f"{where}: {said}"
    same(said["shape"], list(array.shape), where)
    same(said["values"], [float(value) for value in np.asarray(array, dtype="f8").ravel(order="C")], where)


def main():
    tool = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        files = astropy_files(folder) | h5py_files(folder)
        path, arrays = fits_arrays(folder)
        npys, npz = numpy_files(folder)
        packs = [f"{folder}/all.npz", f"{folder}/packed.npz"]
        said = dump(tool, [*files, path, *npys, *packs])
        for file, made in files.items():
            check(said[file], made, os.path.basename(file))
        for name, values in arrays.items():
            same(said[path]["columns"][name]["values"], values, f"arrays.fits, column {name}")
        for file in ("a.fits", "binary.vot", "tabledata.vot", "binary2.vot", "a.ecsv"):
            found = said[f"{folder}/{file}"]["columns"]
            assert found["f4"]["unit"] == "K" and found["f8"]["unit"], (file, found["f4"], found["f8"])
        for file in ("binary2.vot", "a.ecsv"):
            found = said[f"{folder}/{file}"]["columns"]["f4"]
            assert found["description"] == 'a temperature, "quoted" & more', (file, found)
        h5py_only = f"{folder}/lzf.h5"
        with h5py.File(h5py_only, "w") as file:
            file.create_dataset("source_id", data=np.arange(5000), compression="lzf")
        error = dump(tool, [h5py_only])[h5py_only].get("error", "")
        assert "compressed with the filter 'lzf', which HDF5 lacks here" in error, error
        for file, array in npys.items():
            same_array(said[file], array, os.path.basename(file))
        for pack in packs:
            same(sorted(said[pack]), sorted(npz), pack)
            for name, array in npz.items():
                same_array(said[pack][name], array, f"{os.path.basename(pack)}, {name}")
    print(f"{len(files) + 1} tables and {len(npys) + len(packs)} files of arrays are read as they were written")


main()
