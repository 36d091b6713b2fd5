#!/usr/bin/env python3
"""Fits the polynomials of core/model/kernels/vector_math.h and of GELU's slope in core/train/kernels/train_blocks.h (needs numpy and scipy). Prints the float32 coefficients,
lowest order first, and the largest weighted error. Each fit minimises that error by linear programming."""
import numpy as np
from scipy.optimize import linprog
from scipy.special import log_ndtr, ndtr


def minimax(x, y, weight, degree, fixed_constant=None):
    scale = 1e6  # the solver's tolerances are absolute
    powers = np.vander(x / np.abs(x).max(), degree + 1, increasing=True)
    if fixed_constant is not None:
        y, powers = y - fixed_constant, powers[:, 1:]
    rows = weight[:, None] * powers * scale
    bound = -np.ones((len(x), 1))
    solution = linprog(np.r_[np.zeros(powers.shape[1]), 1],
                       A_ub=np.block([[rows, bound], [-rows, bound]]),
                       b_ub=np.r_[weight * y, -weight * y] * scale,
                       bounds=[(None, None)] * powers.shape[1] + [(0, None)], method="highs-ipm").x
    first = 0 if fixed_constant is None else 1
    coefficients = solution[:-1] / np.abs(x).max() ** np.arange(first, degree + 1)
    return [float(c) for c in coefficients.astype(np.float32)], solution[-1] / scale


u = 5 * (1 - np.cos(np.linspace(0, np.pi, 6000)))
# gelu(x) = max(x, 0) - u 2^p(u), u = |x|: the weight turns an error of p into one of gelu; a floor holds the far tail.
gelu_weight = np.maximum(np.maximum(u, 1e-3) * ndtr(-u) * np.log(2), 3e-8)
print("log2 Phi(-u), 0 <= u <= 10:", *minimax(u, log_ndtr(-u) / np.log(2), gelu_weight, 8))
# gelu'(x) = r below zero and 1 - r above, r = Phi(-u) - u phi(u) = Phi(-u) q(u).
hazard = np.exp(-u * u / 2 - log_ndtr(-u)) / np.sqrt(2 * np.pi)
print("1 - u phi(u) / Phi(-u), 0 <= u <= 10:", *minimax(u, 1 - u * hazard, np.maximum(ndtr(-u), 1e-9), 8))
f = np.cos(np.linspace(0, np.pi, 2000)) / 2
print("2^f, |f| <= 1/2, relative:", *minimax(f, np.exp2(f), np.exp2(-f), 5, fixed_constant=1.0))
