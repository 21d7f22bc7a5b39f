"""Networks against their authors' layer lists, and the registry without PyTorch."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from rehabkit.errors import ModelError
from rehabkit.models import networks

torch = pytest.importorskip("torch")

JOINTS, COORDINATES = 25, 3
WIDTHS = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
STRIDES = (1, 1, 1, 1, 2, 1, 1, 2, 1, 1)


def parameters(name: str, **fields: Any) -> int:
    return sum(p.numel() for p in networks.build(name, **fields).parameters())


def convolution(channels: int, width: int, kernel: int = 1) -> int:
    return channels * width * kernel + width


def norm(width: int) -> int:
    return 2 * width


def lstm(channels: int, units: int, biases: int = 2) -> int:
    return 4 * units * (channels + units + biases)


def blocks() -> list[tuple[int, int, bool, bool]]:
    """(channels, width, whether it has a residual, whether that needs a convolution)."""
    before = (COORDINATES, *WIDTHS[:-1])
    rows = enumerate(zip(before, WIDTHS, STRIDES, strict=True))
    return [(c, w, i > 0, i > 0 and (c != w or s > 1)) for i, (c, w, s) in rows]


def stgcn_of_its_authors(classes: int) -> int:
    total = norm(JOINTS * COORDINATES) + convolution(256, classes)
    for channels, width, _, shortcut in blocks():
        total += 3 * JOINTS**2 + convolution(channels, 3 * width) + norm(width)
        total += convolution(width, width, 9) + norm(width)
        total += (convolution(channels, width) + norm(width)) * shortcut
    return total


def unik_of_its_authors(classes: int, heads: int, people: int = 1) -> int:
    total = norm(people * JOINTS * COORDINATES) + convolution(256, classes)
    for number, (channels, width, _, shortcut) in enumerate(blocks()):
        some = heads if number else 3
        total += some * JOINTS**2 + JOINTS + some * 2 * convolution(channels, width // 4)
        total += some * convolution(channels, width) + norm(width)
        total += (convolution(channels, width) + norm(width)) * (channels != width)
        total += convolution(width, width, 9) + norm(width)
        total += (convolution(channels, width) + norm(width)) * shortcut
    return total


def stgcn_rehab_of_its_authors(biases: int) -> int:
    total, channels = 0, COORDINATES
    for _ in range(3):
        joined = channels + 64
        total += convolution(channels, 64, 9)
        total += 2 * (convolution(joined, 64) + lstm(64, JOINTS, biases))
        total += convolution(128, 16, 9) + convolution(16, 16, 15) + convolution(16, 16, 20)
        channels = 48
    sizes = (48 * JOINTS, 80, 40, 40, 80)
    total += sum(lstm(a, b, biases) for a, b in pairwise(sizes))
    return total + convolution(80, 1)


def test_st_gcn_has_its_authors_parameters() -> None:
    found = parameters("stgcn", outputs=60, task="classes")
    assert found == stgcn_of_its_authors(60) == 3_098_832


@pytest.mark.parametrize(("heads", "expected"), [(3, 3_469_610), (4, 3_802_883)])
def test_unik_has_its_authors_parameters(heads: int, expected: int) -> None:
    found = parameters("unik", outputs=60, task="classes", heads=heads)
    assert found == unik_of_its_authors(60, heads) == expected
    assert unik_of_its_authors(60, heads, people=2) == expected + 150


def test_stgcn_rehab_has_its_authors_parameters_and_pytorch_s_second_biases() -> None:
    found = parameters("stgcn-rehab")
    assert found == stgcn_rehab_of_its_authors(2) == stgcn_rehab_of_its_authors(1) + 1560


def test_lite_has_its_authors_parameters() -> None:
    channels, first = 75, 3 * 32 + 17
    learned = 32 * channels * (40 + 20 + 10)
    rest = norm(first) + first * (20 + 32) + norm(32) + 32 * (10 + 32) + norm(32)
    found = parameters("lite", outputs=2, task="classes", multivariate=False)
    assert found == learned + rest + convolution(32, 2)


def test_graph_convolution_is_equation_10() -> None:
    torch.manual_seed(0)
    network: Any = networks.build("stgcn")
    graph = network.blocks[1].graph
    torch.nn.init.uniform_(graph.importance, 0.5, 1.5)
    x = torch.randn(2, 5, JOINTS, 64)
    edges = graph.partitions * graph.importance
    expected = sum(
        torch.einsum("vw,ntvc->ntwc", edges[k], x @ graph.weight[k] + graph.bias[k])
        for k in range(3)
    )
    torch.testing.assert_close(graph(x), expected, rtol=1e-4, atol=1e-5)


def test_unik_s_unit_is_its_equation() -> None:
    torch.manual_seed(0)
    network: Any = networks.build("unik", length=8).eval()
    unit = network.blocks[1].spatial
    torch.nn.init.uniform_(unit.norm.weight)
    torch.nn.init.uniform_(unit.joint_bias)
    x = torch.randn(2, 8, JOINTS, 64)
    total = 0
    for head in range(3):
        part = slice(16 * head, 16 * (head + 1))
        asking, asked = unit.queries(x)[..., part], unit.keys(x)[..., part]
        alike = torch.einsum("ntvi,ntwi->nvw", asking, asked) / (16 * 8)
        edges = unit.dependencies[head] + alike.softmax(dim=1)
        gathered = torch.einsum("nvw,ntvc->ntwc", edges, x)
        total = total + gathered @ unit.weight[head] + unit.bias[head]
    total = unit.norm((total + unit.joint_bias[:, None]).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    torch.testing.assert_close(unit(x), torch.relu(total + x), rtol=1e-4, atol=1e-5)


def test_hop_attention_reaches_neighbours_alone() -> None:
    torch.manual_seed(0)
    network: Any = networks.build("stgcn-rehab", length=10)
    for hop, most in zip(network.layers[0].hops, (1, 2), strict=True):
        shares = hop.weights(torch.randn(2, 10, JOINTS, 64)).detach().numpy()
        assert shares.shape == (2, 10, JOINTS, JOINTS)
        np.testing.assert_allclose(shares.sum(axis=-1), 1, rtol=1e-5)
        near = hop.near.numpy()
        assert near.sum(axis=1).max() == {1: 5, 2: 9}[most]  # around the chest
        assert (shares[..., ~near] == 0).all()
        assert (shares[..., near] > 0).all()


WITHOUT = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name="torch")
sys.meta_path.insert(0, Blocked())
from rehabkit.errors import MissingExtra
from rehabkit.models import networks
for name in networks.names():
    networks.config(name, outputs=2).to_plain()
    try:
        networks.build(name)
    except MissingExtra as error:
        assert "pip install 'rehabkit[learn]'" in str(error), error
    else:
        raise SystemExit(f"{name} was built")
"""


def test_without_pytorch_building_says_what_to_install() -> None:
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_naming_networks_loads_no_pytorch() -> None:
    code = "import sys; from rehabkit.models import networks; networks.names(); "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(ModelError, match="There is no network 'resnet'; there are 'd2sta'"):
        networks.build("resnet")


def test_a_plain_configuration_needs_the_network_s_name() -> None:
    with pytest.raises(ModelError, match="a network's name under 'network', found 'outputs'"):
        networks.from_plain({"outputs": 2})


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("stgcn", {"widths": (8, 8)}, "as many strides as widths, found 10 and 2"),
        ("stgcn", {"temporal_kernel": 4}, "temporal_kernel: expected an odd number, found 4"),
        ("unik", {"widths": (2,), "strides": (1,)}, "at least the reduction, 4, found 2"),
        ("stgcn-rehab", {"scales": ()}, r"scales: expected numbers from 1 on, found \[\]"),
        ("egcn", {"ensemble": "vote"}, "one of 'data', 'feature', 'model', found 'vote'"),
        ("skeleton-transformer", {"heads": 7}, "heads: expected a divisor of 512, found 7"),
        ("lite", {"lengths": (3,)}, r"expected even numbers from 2 on, found \[3\]"),
    ],
)
def test_a_wrong_field_is_refused(name: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        networks.build(name, **fields)
