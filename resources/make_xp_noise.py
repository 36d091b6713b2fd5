#!/usr/bin/env python3
"""Makes xp_noise.h5: how noisy Gaia XP coefficients are, and what they look like, for the mock catalogue.

    python3 make_xp_noise.py FIELD_CATALOGUE.h5 [xp_noise.h5]

FIELD_CATALOGUE is a sample of real Gaia DR3 stars in the released layout (ids, phot_g_mean_flux, coeffs, coeff_errs,
GAIAEDR3_PHOT_*_MEAN_MAG). Needs numpy, scipy and h5py. The same input gives the same bytes. Everything is relative to
the star's G flux, so the table has no unit. Credit: ESA/Gaia/DPAC.

    g_mag              [n]        nodes in G [mag]
    ln_error           [n, 110]   median ln(coefficient error / G flux) at BP-RP = `pivot_colour`
    colour_slope       [110]      d ln(error) / d(BP-RP)
    ln_error_common    [n, 2, 2]  covariance of the part that all coefficients of a band (BP, RP) share, star to star
    ln_error_own       [110]      standard deviation of what is left, coefficient by coefficient
    prior_mean         [110]      mean of coefficient / G flux
    prior_factors      [110, k]   L of the covariance L L^T + diag(d^2) of coefficient / G flux, noise removed
    prior_diagonal     [110]      d
"""
import hashlib
import sys

import h5py
import numpy as np
from scipy.optimize import nnls

NODES = np.arange(6.0, 20.01, 0.5)   # the sample is thin below 10 and above 18: there the law below extrapolates
PIVOT_COLOUR = 1.1
COLOUR_RANGE = (0.3, 3.0)
FACTORS = 32


def photon_law(g):
    """Terms of (error / flux)^2: a floor, source photons, background and read-out."""
    return np.stack([np.ones_like(g), 10 ** (0.4 * (g - 15)), 10 ** (0.8 * (g - 15))], axis=1)


def fit_law(g, ln_error):
    """Non-negative least squares of the law to medians in bins of G, in relative error."""
    edges = np.array([6, 10, 11, 12, 12.75, 13.5, 14, 14.5, 15, 15.5, 16, 16.5, 17, 17.4, 18, 20])
    at, value, weight = [], [], []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (g >= low) & (g < high)
        if inside.sum() < 8:
            continue
        at.append(np.median(g[inside]))
        value.append(np.exp(2 * np.median(ln_error[inside])))
        weight.append(np.sqrt(min(inside.sum(), 60)))
    at, value, weight = map(np.asarray, (at, value, weight))
    design = photon_law(at) / value[:, None] * weight[:, None]
    terms, _ = nnls(design, weight)
    return 0.5 * np.log(photon_law(NODES) @ terms), 0.5 * np.log(photon_law(g) @ terms)


def robust_sigma(values, axis=0):
    return 1.4826 * np.median(np.abs(values - np.median(values, axis=axis, keepdims=True)), axis=axis)


def noise_table(g, colour, errors, band_sizes):
    """Medians by the photon law with a colour term, then the spread split into a shared and an own part."""
    count = errors.shape[1]
    ln_error = np.log(errors)
    offset = np.clip(colour, *COLOUR_RANGE) - PIVOT_COLOUR
    table, residual, slopes = np.empty((len(NODES), count)), np.empty_like(ln_error), np.empty(count)
    for j in range(count):
        slope = 0.0
        for _ in range(3):
            table[:, j], model = fit_law(g, ln_error[:, j] - slope * offset)
            left = ln_error[:, j] - model
            keep = np.abs(left - np.median(left)) < 1.0
            slope = np.polyfit(offset[keep], left[keep], 1)[0]
        slopes[j] = slope
        residual[:, j] = left - slope * offset
    bands = np.split(residual, np.cumsum(band_sizes)[:-1], axis=1)
    shared = np.stack([np.median(band, axis=1) for band in bands], axis=1)
    own = robust_sigma(residual - np.repeat(shared, band_sizes, axis=1))
    covariance = np.empty((len(NODES), 2, 2))
    for i, node in enumerate(NODES):
        nearest = np.argsort(np.abs(g - node), kind="stable")[:150]
        sigma = np.minimum(robust_sigma(shared[nearest]), 0.5)
        clipped = np.clip(shared[nearest], -3 * sigma, 3 * sigma)
        correlation = np.corrcoef(clipped.T)[0, 1]
        covariance[i] = np.outer(sigma, sigma) * np.array([[1, correlation], [correlation, 1]])
    return table, slopes, covariance, own


def prior(g, colour, coefficients, errors):
    """Mean and noise-free covariance of coefficient / flux: sample covariance less the mean squared errors."""
    keep = (g < 16.2) & (colour > -0.5) & (colour < 3.5)
    c, e = coefficients[keep], errors[keep]
    mean = c.mean(axis=0)
    deviation = c - mean
    # A few stars with wild high orders (blends, variables) must not set the scale.
    sigma = np.maximum(robust_sigma(c), 1e-12)
    wide = np.maximum(8 * sigma, 8 * np.median(e, axis=0))
    deviation = np.clip(deviation, -wide, wide)
    covariance = deviation.T @ deviation / len(c) - np.diag(np.mean(np.clip(e, 0, 4 * np.median(e, axis=0)) ** 2, axis=0))
    # Factors in units of the noise-free scale, so that high orders count as much as low ones.
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.04 * np.median(e, axis=0) ** 2))
    value, vector = np.linalg.eigh(covariance / np.outer(scale, scale))
    order = np.argsort(value)[::-1][:FACTORS]
    vector = vector[:, order] * np.sign(vector[np.argmax(np.abs(vector[:, order]), axis=0), np.arange(FACTORS)])
    factors = scale[:, None] * vector * np.sqrt(np.maximum(value[order], 0))
    left = np.diag(covariance) - np.sum(factors ** 2, axis=1)
    diagonal = np.sqrt(np.maximum(left, (0.15 * scale) ** 2))
    return mean, factors, diagonal


def main():
    source, target = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "xp_noise.h5"
    with h5py.File(source) as file:
        stars = file["__astropy_table__"][:]
    flux = stars["phot_g_mean_flux"][:, None]
    coefficients, errors = stars["coeffs"] / flux, stars["coeff_errs"] / flux
    g = stars["GAIAEDR3_PHOT_G_MEAN_MAG"]
    colour = stars["GAIAEDR3_PHOT_BP_MEAN_MAG"] - stars["GAIAEDR3_PHOT_RP_MEAN_MAG"]
    good = np.isfinite(coefficients).all(axis=1) & (errors > 0).all(axis=1) & np.isfinite(g + colour)
    coefficients, errors, g, colour = coefficients[good], errors[good], g[good], colour[good]
    band_sizes = [coefficients.shape[1] // 2] * 2
    table, slopes, common, own = noise_table(g, colour, errors, band_sizes)
    mean, factors, diagonal = prior(g, colour, coefficients, errors)
    with h5py.File(target, "w", libver=("earliest", "v110")) as file:
        file.attrs["title"] = "Noise and typical values of Gaia DR3 XP coefficients relative to the G flux"
        file.attrs["credit"] = "ESA/Gaia/DPAC"
        file.attrs["made_by"] = "resources/make_xp_noise.py"
        file.attrs["source_sha256"] = hashlib.sha256(open(source, "rb").read()).hexdigest()
        file.attrs["stars"] = int(good.sum())
        file.attrs["pivot_colour"] = PIVOT_COLOUR
        file.attrs["colour_min"], file.attrs["colour_max"] = COLOUR_RANGE
        for name, values in [("g_mag", NODES), ("ln_error", table), ("colour_slope", slopes),
                             ("ln_error_common", common), ("ln_error_own", own), ("prior_mean", mean),
                             ("prior_factors", factors), ("prior_diagonal", diagonal)]:
            file.create_dataset(name, data=np.asarray(values, np.float32), track_times=False)


if __name__ == "__main__":
    main()
