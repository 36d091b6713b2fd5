"""Python's own libraries read the model files: torch.load(weights_only=True) the .pt, numpy the .npz, h5py the .h5.

    python3 python_reads_model.py MODEL_EXPORT

runs MODEL_EXPORT (tests/core/model_export.cpp) and compares what it wrote with the rule it follows. Exits with 77, which
CTest shows as skipped, where torch, numpy or h5py are missing.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
SYSTEM_PYTHON = "/usr/bin/python3"

try:
    import h5py
    import numpy as np
    import torch
    from torch import nn
except Exception as error:  # a broken torch raises more than ImportError
    if os.path.exists(SYSTEM_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    print(f"skipped: {error}")
    sys.exit(SKIPPED)


class ScatterVae(nn.Module):
    """The network of the paper (method.md, section 3), with the released code's tensor names."""

    def __init__(self, inputs, latents, layers, batch_norm):
        super().__init__()

        def block(n_in, n_out):
            norm = [nn.BatchNorm1d(n_out)] if batch_norm else []
            return nn.Sequential(nn.Linear(n_in, n_out), *norm, nn.GELU())

        def mirrored(*after):
            widths = layers[::-1]
            blocks = [block(a, b) for a, b in zip(widths, widths[1:])]
            last = nn.Sequential(nn.Linear(widths[-1], inputs), *after)
            return nn.Sequential(nn.Linear(latents, widths[0]), *blocks, last)

        self.encoder = nn.Sequential(*[block(a, b) for a, b in zip([inputs] + layers, layers)])
        self.mu = nn.Linear(layers[-1], latents)
        self.log_var = nn.Linear(layers[-1], latents)
        self.decoder = mirrored()
        self.scatter = mirrored(nn.Sigmoid())


def ruled(index, name, shape):
    """What model_export.cpp puts into tensor `index`."""
    if name.endswith("num_batches_tracked"):
        return np.int64(1000 + index)
    k = np.arange(int(np.prod(shape)))
    offset = -0.5 if name.endswith("running_var") else 0.5
    return (((31 * index + k) % 97) / np.float32(64) - np.float32(offset)).astype(np.float32).reshape(shape)


def check_checkpoint(path, model):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    assert checkpoint["epoch"] == 4321
    assert checkpoint["zscape_provenance"]["mock_data"] is True
    state = checkpoint["model_state_dict"]
    assert list(state) == list(model.state_dict()), "names or their order differ from PyTorch's own"
    for index, (name, tensor) in enumerate(state.items()):
        assert tensor.dtype == model.state_dict()[name].dtype, name
        assert np.array_equal(tensor.numpy(), ruled(index, name, tensor.shape)), name
    model.load_state_dict(state)
    model.eval()  # and it runs
    inputs = model.encoder[0][0].in_features
    decoded = model.decoder(model.mu(model.encoder(torch.ones(3, inputs))))
    assert decoded.shape == (3, inputs) and torch.isfinite(decoded).all()


def check_normalization(mu, sig, inputs):
    assert np.array_equal(mu, np.arange(inputs) / 7.0)
    assert np.array_equal(sig, 1.0 / (np.arange(inputs) + 1))


def check_native(path, model, preset, layers):
    with h5py.File(path, "r") as file:
        assert file.attrs["format"] == b"zscape-model" and file.attrs["format_version"] == 1
        assert file.attrs["preset"].decode() == preset and file.attrs["epoch"] == 4321
        assert list(file.attrs["layers"]) == layers
        assert file.attrs["input_size"] == model.encoder[0][0].in_features
        assert file.attrs["latent_size"] == model.mu.out_features
        names = list(model.state_dict())
        assert sorted(file["weights"]) == sorted(names)
        for index, name in enumerate(names):
            dataset = file["weights"][name]
            assert np.array_equal(dataset[()], ruled(index, name, dataset.shape)), name
        check_normalization(file["normalization/mu"][:], file["normalization/sig"][:], file.attrs["input_size"])
        assert file["history/validation_loss"][0] == -1.25 and file["history/epoch"][0] == 1
        assert file["provenance"].attrs["catalog_hash"] == b"00ff"
        assert file["provenance"].attrs["seed"] == 42 and file["provenance"].attrs["mock_data"] == 1


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run([sys.argv[1], folder], check=True)
        for preset, sizes in {"released": (110, 6, [90, 70, 50, 30, 10]), "paper": (106, 8, [40, 20])}.items():
            model = ScatterVae(*sizes, batch_norm=preset == "released")
            check_native(folder / f"{preset}.h5", model, preset, sizes[2])
            with np.load(folder / f"{preset}.npz") as arrays:
                check_normalization(arrays["mu"], arrays["sig"], sizes[0])
            check_checkpoint(folder / f"{preset}.pt", model)
    print(f"torch {torch.__version__}, h5py {h5py.__version__}, numpy {np.__version__}: all files read as written")


if __name__ == "__main__":
    main()
