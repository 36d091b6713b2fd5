#!/usr/bin/env python3
"""Records a short training with PyTorch in float64, for zscape-replay and the tests to repeat.

    python3 record_training.py CATALOGUE.h5 RECORDING.h5 [--preset paper] [--input 24] [--latent 3] [--layers 40,17]
                               [--batch 100] [--steps 20] [--lr 1e-3] [--weight-decay 0.01] [--seed 1]
    python3 record_training.py --synthetic STARS,COEFFICIENTS CATALOGUE.h5

Needs torch, h5py and numpy: on Debian `apt install python3-torch python3-h5py`, run with /usr/bin/python3. CATALOGUE is
in the released layout (ids, phot_g_mean_flux, coeffs, coeff_errs). The second form makes a small one: spectra on a
two-dimensional manifold with noise, so that there is something to learn; it describes no real star. The same arguments
and versions give the same numbers.

The recording's layout:

    attributes         preset, input_dim, latent_dim, layers, learning_rate, betas, eps_adam, weight_decay, catalogue
    mu, sig            [input_dim]  x = (coeffs / phot_g_mean_flux - mu) / sig, err = coeff_errs / phot_g_mean_flux / sig,
                       first input_dim columns
    rows               [steps, batch]          rows of the catalogue, counted from 0, of each step
    eps                [steps, batch, latent]  noise of each step: z = mu + eps exp(log_var / 2)
    initial/NAME       the network before step 0
    gradient_step_0/NAME                       gradients of rec + kl there
    rec, kl            [steps]                 losses in training mode, before the update of the step
    after_N_steps/NAME                         the network after the last of N steps of AdamW at a constant rate

At the end it prints how far PyTorch's own float32 comes out, by zscape-replay's measures: no float32 engine is held to
less than that.
"""
import argparse
import os
import sys

import h5py
import numpy as np
import torch
from torch import nn

TABLE = "__astropy_table__"
BETAS = (0.9, 0.999)
ADAM_EPS = 1e-8


class ScatterVae(nn.Module):
    """Released: Linear, BatchNorm1d, GELU to a block. Paper: the same without the batch norms."""

    def __init__(self, preset, inputs, latents, layers):
        super().__init__()
        self.preset = preset

        def block(a, b):
            return nn.Sequential(*([nn.Linear(a, b)] + ([nn.BatchNorm1d(b)] if preset == "released" else []) + [nn.GELU()]))

        def branch(*end):
            widths = layers[::-1]
            blocks = [block(a, b) for a, b in zip(widths[:-1], widths[1:])]
            return nn.Sequential(nn.Linear(latents, widths[0]), *blocks,
                                 nn.Sequential(nn.Linear(widths[-1], inputs), *end))

        self.encoder = nn.Sequential(*[block(a, b) for a, b in zip([inputs] + layers[:-1], layers)])
        self.mu = nn.Linear(layers[-1], latents)
        self.log_var = nn.Linear(layers[-1], latents)
        self.decoder = branch()
        self.scatter = branch(nn.Sigmoid())

    def losses(self, x, err, eps):
        hidden = self.encoder(x)
        mu, log_var = self.mu(hidden), self.log_var(hidden)
        z = mu + eps * torch.exp(0.5 * log_var)
        variance = err ** 2 + self.scatter(z) ** 2
        rec = (x - self.decoder(z)) ** 2 / variance + torch.log(variance)
        kl = -(1 + log_var - mu ** 2 - torch.exp(log_var))
        if self.preset == "paper":
            return rec.mean(), kl.mean()
        return 0.5 * rec.sum(1).mean(), 0.5 * kl.sum(1).mean()


def numbers(tensors):
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors}


def train(options, initial, data, rows, eps, kind):
    """The recorded steps in one precision: gradients at step 0, losses, and the network afterwards."""
    model = ScatterVae(options.preset, options.input, options.latent, options.layers).to(kind)
    model.load_state_dict({name: torch.from_numpy(np.asarray(value)) for name, value in initial.items()})
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, betas=BETAS, eps=ADAM_EPS,
                                  weight_decay=options.weight_decay)
    x, err = (torch.from_numpy(block).to(kind) for block in data)
    gradients, losses = None, []
    for batch, noise in zip(rows, eps):
        rec, kl = model.losses(x[batch], err[batch], torch.from_numpy(noise).to(kind))
        optimizer.zero_grad()
        (rec + kl).backward()
        if gradients is None:
            gradients = numbers((name, parameter.grad) for name, parameter in model.named_parameters())
        optimizer.step()
        losses.append((rec.item(), kl.item()))
    return gradients, np.array(losses), numbers(model.state_dict().items())


def standardise(path, inputs):
    """x, err and the normalisation, over the rows that are all numbers; also which rows those are."""
    with h5py.File(path) as file:
        table = file[TABLE]
        flux = table["phot_g_mean_flux"].astype(np.float64)[:, None]
        coefficients = table["coeffs"][:, :inputs].astype(np.float64) / flux
        errors = table["coeff_errs"][:, :inputs].astype(np.float64) / flux
    usable = np.flatnonzero(np.isfinite(coefficients).all(1) & np.isfinite(errors).all(1) & (errors > 0).all(1))
    mu, sig = coefficients[usable].mean(0), coefficients[usable].std(0)
    return ((coefficients - mu) / sig, errors / sig), (mu, sig), usable


def relative(ours, theirs):
    difference = np.linalg.norm(ours.astype(np.float64) - theirs)
    return difference / np.linalg.norm(theirs) if difference > 0 else 0.0


def free_biases(model):
    """Biases that a batch norm takes out again: they have no gradient but rounding."""
    free = set()
    for name, part in (("encoder", model.encoder), ("decoder", model.decoder), ("scatter", model.scatter)):
        for i, layer in enumerate(part):
            if not (isinstance(layer, nn.Sequential) and any(isinstance(one, nn.BatchNorm1d) for one in layer)):
                continue
            free.add(f"{name}.{i}.0.bias")
            if i > 0 and isinstance(part[i - 1], nn.Linear):
                free.add(f"{name}.{i - 1}.bias")
    return free


def report_float32(options, exact, single):
    free = free_biases(ScatterVae(options.preset, options.input, options.latent, options.layers))
    if "decoder.0.bias" in free:  # measured with its layer's weights, as kl leaves it a small gradient alone
        for run in (exact, single):
            run[0]["mu.weight"] = np.concatenate([run[0]["mu.weight"].ravel(), run[0].pop("mu.bias")])
    gradient = {name: relative(single[0][name], value) for name, value in exact[0].items() if name not in free}
    state = {name: relative(single[2][name], value) for name, value in exact[2].items()
             if name not in free and not name.endswith(("running_mean", "num_batches_tracked"))}
    totals = [np.column_stack([run[1].sum(1), run[1]]) for run in (exact, single)]
    scale = np.maximum(np.abs(totals[0]), 0.1 * np.abs(totals[0]).max(0))
    print(f"PyTorch's own float32: gradients {max(gradient.values()):.1e} ({max(gradient, key=gradient.get)}), "
          f"losses {np.max(np.abs(totals[1] - totals[0]) / scale):.1e}, "
          f"state {max(state.values()):.1e} ({max(state, key=state.get)})")


def record(options):
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    data, normalization, usable = standardise(options.catalogue, options.input)
    if options.batch > len(usable):
        sys.exit(f"{options.catalogue} has {len(usable)} usable stars, fewer than a batch of {options.batch}")
    rows = np.stack([random.choice(usable, options.batch, replace=False) for _ in range(options.steps)])
    eps = random.standard_normal((options.steps, options.batch, options.latent))
    model = ScatterVae(options.preset, options.input, options.latent, options.layers).double()
    initial = numbers(model.state_dict().items())
    exact = train(options, initial, data, rows, eps, torch.float64)
    with h5py.File(options.recording, "w", libver="latest") as file:
        file.attrs.update({
            "preset": options.preset, "input_dim": options.input, "latent_dim": options.latent,
            "layers": np.array(options.layers), "learning_rate": options.lr, "betas": np.array(BETAS),
            "eps_adam": ADAM_EPS, "weight_decay": options.weight_decay,
            "catalogue": os.path.basename(options.catalogue),
            "provenance": f"PyTorch {torch.__version__} float64, resources/record_training.py, seed {options.seed}"})
        file["mu"], file["sig"] = normalization
        file["rows"], file["eps"] = rows, eps
        file["rec"], file["kl"] = exact[1].T
        groups = {"initial": initial, "gradient_step_0": exact[0], f"after_{options.steps}_steps": exact[2]}
        for group, tensors in groups.items():
            for name, value in tensors.items():
                file[f"{group}/{name}"] = value
    report_float32(options, exact, train(options, initial, data, rows, eps, torch.float32))


def synthesise(path, stars, coefficients, seed):
    random = np.random.default_rng(seed)
    order = np.arange(coefficients)
    a, b = random.standard_normal((2, stars, 1))
    flux = 10 ** random.uniform(2, 5, stars)
    errors = 0.02 * np.exp(0.3 * random.standard_normal((stars, coefficients))) / (1 + order / 8)
    shape = (np.sin(a + order) + 0.5 * b * np.cos(order)) / (1 + order / 4) + 0.3
    table = np.zeros(stars, dtype=[("ids", "<i8"), ("phot_g_mean_flux", "<f8"), ("coeffs", "<f4", (coefficients,)),
                                   ("coeff_errs", "<f4", (coefficients,))])
    table["ids"] = np.arange(1, stars + 1)
    table["phot_g_mean_flux"] = flux
    table["coeffs"] = (shape + errors * random.standard_normal(errors.shape)) * flux[:, None]
    table["coeff_errs"] = errors * flux[:, None]
    with h5py.File(path, "w", libver="latest") as file:
        file[TABLE] = table
        file[TABLE].attrs["mock"] = True


def main():
    def sizes(text):
        return [int(part) for part in text.split(",")]

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue")
    parser.add_argument("recording", nargs="?")
    parser.add_argument("--synthetic", type=sizes, help="STARS,COEFFICIENTS: make CATALOGUE instead")
    parser.add_argument("--preset", choices=["released", "paper"], default="released")
    parser.add_argument("--input", type=int, default=110, help="the first so many coefficients")
    parser.add_argument("--latent", type=int, default=6)
    parser.add_argument("--layers", type=sizes, default=[90, 70, 50, 30, 10])
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.synthetic:
        synthesise(options.catalogue, *options.synthetic, options.seed)
    elif options.recording:
        record(options)
    else:
        parser.error("name the recording to write")


if __name__ == "__main__":
    main()
