#!/usr/bin/env python3
"""Regenerates xp_tables.h5: the Gaia DR3 XP instrument tables that Zscape embeds.

    python3 -m pip install gaiaxpy==2.1.5 h5py numpy
    python3 resources/make_xp_tables.py [OUT.h5]

Everything is read from the config files of the installed GaiaXPy package (BSD-3-Clause, LICENSE.GaiaXPy) and stored
unchanged in float64; GaiaXPy's code is not run. The same package, h5py and zlib give the same bytes. Layout: README.md.
"""

import argparse
import csv
import hashlib
import importlib.metadata
from pathlib import Path
from xml.etree import ElementTree

import h5py
import numpy as np

FOLDER = Path(__file__).resolve().parent
CALIBRATE = "XpFilter_v375wiv142r.xml"
PHOTOMETRY = "XpFilter_GaiaDr3Vega_v375wiv142r.xml"
MODELS = {"bp": "bpC03_v375wi", "rp": "rpC03_v142r"}
CONVERT = "OptimisedCalibratedBases_BpId32_RpId37_withNormalisation.xml"
BANDS = ("bp", "rp")
# GaiaXPy core/satellite.py: with one band alone, flux is given above RP_WL.low or below BP_WL.high [nm].
RP_LOW_NM, BP_HIGH_NM = 635.0, 643.0


def array(root, path):
    return np.array([float(value.text) for value in root.find(path)])


def sampled_bases(root, band):
    """The design matrix, coefficients x samples (the file has it sample by sample)."""
    element = root.find(f"XpSampling/{band}SampledBases")
    values = np.array([float(value.text) for value in element])
    return np.ascontiguousarray(values.reshape(-1, int(element.attrib["dimension"])).T)


def write(group, name, values, unit):
    """Shuffle, gzip and a checksum (damage is then an error, not a wrong flux); no times, so bytes are reproducible."""
    dataset = group.create_dataset(name, data=values, dtype="<f8", chunks=values.shape, shuffle=True,
                                   compression="gzip", compression_opts=9, fletcher32=True, track_times=False)
    dataset.attrs["unit"] = unit


def write_default_grid(file, root):
    grid = array(root, "XpMerge/sampleMeanWavelengths")
    group = file.create_group("calibrate/default")
    write(group, "wavelength_nm", grid, "nm")
    inside = {"bp": grid < BP_HIGH_NM, "rp": grid > RP_LOW_NM}
    for band in BANDS:
        weight = array(root, f"XpMerge/{band}Weights")
        design = sampled_bases(root, band)
        assert design.shape[1] == grid.size and weight.size == grid.size
        assert not weight[~inside[band]].any(), "the weight reaches beyond the single-band range"
        columns = np.flatnonzero(inside[band])
        assert (np.diff(columns) == 1).all()
        band_group = group.create_group(band)
        write(band_group, "weight", weight, "")
        write(band_group, "design", np.ascontiguousarray(design[:, columns]), "W nm**-1 m**-2 / (electron s**-1)")
        band_group["design"].attrs["first_column"] = np.int64(columns[0])


def write_photometry(file, root):
    names = [item.text for item in root.find("bands")]
    assert names == ["G", "BP", "RP"]
    # GaiaXPy adds fluxBias to the flux of standardised systems only, and weights the bands; here both must be neutral.
    assert not array(root, "fluxBias").any()
    assert all((array(root, f"XpMerge/{band}Weights") == 1).all() for band in BANDS)
    group = file.create_group("photometry/gaia_dr3_vega")
    group.attrs["filters"] = ",".join(names)
    write(group, "pivot_wavelength_nm", array(root, "XpMerge/sampleMeanWavelengths"), "nm")
    write(group, "zero_point", array(root, "zeropoints"), "mag")
    for band in BANDS:
        write(group.create_group(band), "design", sampled_bases(root, band), "flux / (electron s**-1)")


def write_models(file, config):
    """What a design matrix on any wavelength grid is made of."""
    group = file.create_group("calibrate/model")
    for band in BANDS:
        band_group = group.create_group(band)
        for name in ("dispersion", "response"):
            x, y = ([float(value) for value in line.split(",")]
                    for line in (config / f"{MODELS[band]}_{name}.csv").read_text().split())
            write(band_group, name, np.array([x, y]), "nm, pseudo-wavelength" if name == "dispersion" else "nm, 1")
        with open(config / f"{MODELS[band]}_bases.csv", encoding="utf-8", newline="") as stream:
            header, row = csv.reader(stream)
        bases = dict(zip(header, row))
        for name, first, second in (("inverseBasesCoefficients", "nBases", "nInverseBasesCoefficients"),
                                    ("transformationMatrix", "nBases", "nTransformedBases")):
            values = np.array([float(value) for value in bases[name].strip("()").split(",")])
            write(band_group, {"i": "inverse_bases", "t": "transformation"}[name[0]],
                  values.reshape(int(bases[first]), int(bases[second])), "")
        write_ranges(band_group, [float(bases[name]) for name in
                                  ("pwlRangeMin", "pwlRangeMax", "normRangeMin", "normRangeMax")])


def write_ranges(group, ranges):
    """The pseudo-wavelengths and the arguments of the Hermite functions that correspond: from, to, from, to."""
    group.attrs["ranges"] = np.array(ranges, dtype=np.float64)


def write_convert(file, root):
    """The bases of internally calibrated spectra."""
    group = file.create_group("convert")
    for band in BANDS:
        config = next(element for element in root.iter(f"{band}Config"))
        size = int(config.find("dimension").text), int(config.find("transformedSetDimension").text)
        band_group = group.create_group(band)
        write(band_group, "transformation", array(config, "transformationMatrix").reshape(size), "")
        write_ranges(band_group, [float(config.find(name).attrib[end]) for name in ("range", "normalizedRange")
                                  for end in ("from", "to")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", type=Path, default=FOLDER / "xp_tables.h5")
    out = parser.parse_args().out

    distribution = importlib.metadata.distribution("gaiaxpy")
    config = Path(distribution.locate_file("gaiaxpy/config"))
    filters = config / "filters"
    names = [f"filters/{name}" for name in (CALIBRATE, PHOTOMETRY)] + [CONVERT]
    names += [f"{MODELS[band]}_{part}.csv" for band in BANDS for part in ("dispersion", "response", "bases")]
    sources = [f"sha256:{hashlib.sha256((config / name).read_bytes()).hexdigest()} gaiaxpy/config/{name}"
               for name in names]
    with h5py.File(out, "w", libver=("earliest", "v110")) as file:
        file.attrs["format"] = "zscape-xp-tables"
        file.attrs["format_version"] = np.int64(1)
        file.attrs["gaiaxpy_version"] = distribution.version
        file.attrs["sources"] = "\n".join(sources)
        file.attrs["licence"] = (FOLDER / "LICENSE.GaiaXPy").read_text(encoding="utf-8")
        write_default_grid(file, ElementTree.parse(filters / CALIBRATE).getroot())
        write_photometry(file, ElementTree.parse(filters / PHOTOMETRY).getroot())
        write_models(file, config)
        write_convert(file, ElementTree.parse(config / CONVERT).getroot())
    print(f"{out}: {out.stat().st_size} bytes, GaiaXPy {distribution.version}")


if __name__ == "__main__":
    main()
