#!/usr/bin/env python3
"""Makes the data that tests hold the random forest to: made-up stars of two overlapping classes, and what scikit-learn's
RandomForestClassifier, as it is by default, makes of the second half of them when it has learnt from the first.

usage: make_forest_data.py STARS.csv REFERENCE.csv
Needs numpy and scikit-learn.
"""
import sys

import numpy as np
from sklearn.ensemble import RandomForestClassifier

STARS = 2400
SEEDS = 60
SETS = {"one": "a", "three": "abc", "all": "abcdef"}


def make_stars(random):
    """Three in ten are of class 1. As with labels and latents no feature parts the classes alone."""
    label = (random.random(STARS) < 0.3).astype(int)
    x = random.normal(size=(STARS, 6))
    x[:, 0] += 0.9 * label  # like [M/H]: rounded, so that many stars share a value
    x[:, 1] *= 1 + 0.7 * label
    x[:, 2] += 0.8 * label * np.sign(x[:, 3])
    x[:, 4] += 0.3 * label
    x[:, 5] = np.round(x[:, 5])
    x[:, 0] = np.round(x[:, 0], 2)
    return np.round(x, 4).astype(np.float32), label


def main(stars_path, reference_path):
    x, label = make_stars(np.random.default_rng(14))
    with open(stars_path, "w") as file:
        file.write("# Made-up stars for tests, by resources/make_forest_data.py\na,b,c,d,e,f,label\n")
        for row, one in zip(x, label):
            file.write(",".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in row) + f",{one}\n")
    # What was written is what is learnt from.
    x = np.loadtxt(stars_path, delimiter=",", skiprows=2, dtype=np.float32)[:, :6]
    half = STARS // 2
    with open(reference_path, "w") as file:
        file.write("# scikit-learn's RandomForestClassifier on that file, mean and spread over seeds, by "
                   "resources/make_forest_data.py\nset,features,seeds,quantity,mean,spread\n")
        for name, letters in SETS.items():
            columns = ["abcdef".index(letter) for letter in letters]
            rows = []
            for seed in range(SEEDS):
                forest = RandomForestClassifier(random_state=seed).fit(x[:half][:, columns], label[:half])
                guess, true = forest.predict(x[half:][:, columns]), label[half:]
                rows.append((np.mean(guess == true), np.mean(guess[true == 0] == 0), np.mean(guess[true == 1] == 1)))
            for quantity, values in zip(("accuracy", "recall0", "recall1"), np.array(rows).T):
                file.write(f"{name},{letters},{SEEDS},{quantity},{values.mean():.6f},{values.std(ddof=1):.6f}\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
