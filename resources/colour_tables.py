#!/usr/bin/env python3
"""Writes core/plot/colour_tables.cpp: 256 colours for each map.

viridis, magma: S. van der Walt, N. Smith (2015); cividis: J. R. Nunez, C. R. Anderton, R. S. Renslow (2018,
PLoS ONE 13, e0199239). All three tables as shipped by matplotlib, released under CC0.
Blue-red: K. Moreland (2009, ISVC, "Diverging Color Maps for Scientific Visualization"), computed here from the
paper's Msh interpolation; its two hues stay apart for red-green and blue-yellow deficient viewers.

Usage: python3 resources/colour_tables.py > core/plot/colour_tables.cpp  (needs matplotlib and numpy)
"""
import matplotlib
import numpy as np

WHITE = np.array([95.047, 100.0, 108.883])
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def rgb_to_msh(rgb):
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    ratio = 100 * TO_XYZ @ linear / WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    lab = np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
    m = np.linalg.norm(lab)
    return np.array([m, np.arccos(lab[0] / m), np.arctan2(lab[2], lab[1])])


def msh_to_rgb(msh):
    m, s, h = msh
    lab = m * np.array([np.cos(s), np.sin(s) * np.cos(h), np.sin(s) * np.sin(h)])
    fy = (lab[0] + 16) / 116
    f = np.array([fy + lab[1] / 500, fy, fy - lab[2] / 200])
    xyz = WHITE * np.where(f**3 > 0.008856, f**3, (f - 16 / 116) / 7.787) / 100
    linear = np.clip(np.linalg.solve(TO_XYZ, xyz), 0, 1)
    return np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)


def adjusted_hue(msh, unsaturated_m):
    if msh[0] >= unsaturated_m:
        return msh[2]
    spin = msh[1] * np.sqrt(unsaturated_m**2 - msh[0] ** 2) / (msh[0] * np.sin(msh[1]))
    return msh[2] + spin if msh[2] > -np.pi / 3 else msh[2] - spin


def blue_red():
    low = rgb_to_msh(np.array([59, 76, 192]) / 255)
    high = rgb_to_msh(np.array([180, 4, 38]) / 255)
    middle = max(low[0], high[0], 88.0)
    colours = []
    for t in np.arange(256) / 255:
        if t < 0.5:
            start, end, u = low, np.array([middle, 0, adjusted_hue(low, middle)]), 2 * t
        else:
            start, end, u = np.array([middle, 0, adjusted_hue(high, middle)]), high, 2 * t - 1
        colours.append(msh_to_rgb((1 - u) * start + u * end))
    return np.array(colours)


def table(name, colours):
    values = np.rint(np.asarray(colours)[:, :3] * 255).astype(int)
    words = [f"0xFF{r:02X}{g:02X}{b:02X}" for r, g, b in values]
    lines = [", ".join(words[i : i + 8]) for i in range(0, 256, 8)]
    return f"constexpr std::array<Rgb, 256> {name} = {{\n    " + ",\n    ".join(lines) + "};\n"


listed = {n: matplotlib.colormaps[n](np.arange(256)) for n in ("viridis", "cividis", "magma")}
print(f"""// Written by resources/colour_tables.py (matplotlib {matplotlib.__version__}); sources and licences are named there.
#include "core/plot/colour_map.h"

namespace zscape {{

namespace {{

// clang-format off""")
print("\n".join(table("k" + n.capitalize(), c) for n, c in listed.items()))
print(table("kBlueRed", blue_red()))
print("""// clang-format on

} // namespace

const std::array<Rgb, 256>& colourTable(ColourMapName name) {
    switch (name) {
    case ColourMapName::Cividis:
        return kCividis;
    case ColourMapName::Magma:
        return kMagma;
    case ColourMapName::BlueRed:
        return kBlueRed;
    case ColourMapName::Viridis:
        break;
    }
    return kViridis;
}

} // namespace zscape""")
