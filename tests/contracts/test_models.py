"""The one contract that every network passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rehabkit.errors import ModelError
from rehabkit.models import networks, weights
from rehabkit.recording.joints import other_side
from rehabkit.recording.skeleton import CANONICAL_SKELETON
from rehabkit.recording.skeletons import COCO

torch = pytest.importorskip("torch")

FRAMES, JOINTS = 32, len(CANONICAL_SKELETON)
BLOCKS: dict[str, Any] = {"widths": (8, 8, 16), "strides": (1, 1, 2)}
SMALL: dict[str, dict[str, Any]] = {
    "stgcn": BLOCKS,
    "unik": BLOCKS,
    "stgcn-rehab": {"width": 8, "scale_width": 8, "recurrent": (8, 6)},
    "egcn": BLOCKS,
    "d2sta": {**BLOCKS, "head": 8, "hidden": 8, "groups": 3},
    "skeleton-transformer": {"width": 16, "feed_forward": 32, "layers": 2, "heads": 4},
    "lite": {"filters": 4, "kernel": 16, "lengths": (2, 4, 8)},
}
# Other layers than the defaults build, which must keep the contract too.
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "stgcn without importance": ("stgcn", {"importance": False, "centre": "pelvis"}),
    "unik without joint bias": ("unik", {"joint_bias": False, "heads": 4}),
    "egcn, features": ("egcn", {"ensemble": "feature", "hidden": 8}),
    "egcn, data": ("egcn", {"ensemble": "data"}),
    "d2sta, one stage": ("d2sta", {"stages": 1, "divide": True}),
    "d2sta, positions": ("d2sta", {"motion": "positions", "partitions": "one"}),
    "d2sta, plain": ("d2sta", {"attention": "plain"}),
    "d2sta, none": ("d2sta", {"attention": "none"}),
    "d2sta, one stream": ("d2sta", {"streams": 1}),
    "d2sta, doubled": ("d2sta", {"streams": 1, "doubled": True}),
    "transformer, both": ("skeleton-transformer", {"orientations": True}),
    "lite of one channel's filters": ("lite", {"multivariate": False}),
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in networks.names()},
    **VARIANTS,
}


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def build(kind: str, **fields: Any) -> Any:
    name, changed = KINDS[kind]
    torch.manual_seed(0)
    return networks.build(name, **{"length": FRAMES, **SMALL[name], **changed, **fields}).eval()


def inputs(samples: int = 3, joints: int = JOINTS, frames: int = FRAMES) -> tuple[Any, Any]:
    """Positions and unit quaternions of smooth random movement."""
    torch.manual_seed(1)
    positions = torch.randn(samples, frames, joints, 3).cumsum(dim=1) / 10
    turned = torch.randn(samples, frames, joints, 4)
    return positions, turned / turned.norm(dim=-1, keepdim=True)


def test_every_network_is_tried() -> None:
    assert set(SMALL) == set(networks.names())


@pytest.mark.parametrize(("task", "outputs"), [("classes", 9), ("score", 1), ("score", 3)])
def test_it_gives_one_row_a_sample(kind: str, task: str, outputs: int) -> None:
    network = build(kind, task=task, outputs=outputs)
    scores = network(*inputs())
    assert scores.shape == (3, outputs)
    assert scores.dtype == torch.float32
    assert scores.isfinite().all()


def test_another_skeleton_and_length(kind: str) -> None:
    centre = {"centre": "nose"} if KINDS[kind][1].get("centre") else {}
    network = build(kind, skeleton=COCO, length=20, **centre)
    assert network(*inputs(2, len(COCO), 20)).shape == (2, 1)
    with pytest.raises(ModelError, match=r"expected positions of shape \(N, 20, 17, 3\)"):
        network(*inputs(2))


def test_a_gradient_reaches_every_parameter(kind: str) -> None:
    # In evaluation: in training a bias before a batch norm is taken out again, rightly.
    network = build(kind, outputs=2)
    (network(*inputs()) ** 2).sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        # A bias of UNIK's queries drops out of the softmax, as in its authors' network.
        assert parameter.grad.abs().sum() > 0 or name.endswith("queries.bias"), name


def test_it_learns_four_samples(kind: str) -> None:
    network = build(kind).train()
    for part in network.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    given, wanted = inputs(4), torch.tensor([[0.0], [1.0], [0.0], [1.0]])
    steps = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for _ in range(25):
        steps.zero_grad()
        loss = ((network(*given) - wanted) ** 2).mean()
        loss.backward()
        steps.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_evaluation_is_deterministic(kind: str) -> None:
    network = build(kind)
    torch.testing.assert_close(network(*inputs()), network(*inputs()), rtol=0, atol=0)


def test_a_sample_does_not_depend_on_its_batch(kind: str) -> None:
    network = build(kind)
    positions, turned = inputs(4)
    together = network(positions, turned)
    alone = torch.cat([network(positions[i : i + 1], turned[i : i + 1]) for i in range(4)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_inputs_are_left_alone(kind: str) -> None:
    given, kept = inputs(), inputs()
    build(kind).train()(*given)
    for one, other in zip(given, kept, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_weights_survive_a_file(kind: str, tmp_path: Path) -> None:
    network = build(kind).train()
    network(*inputs())  # moves the running means of batch norms
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    weights.write(tmp_path / "network.safetensors", arrays, networks.to_plain(network))
    read, facts = weights.read(tmp_path / "network.safetensors")
    again = networks.from_plain(facts)
    again.load_state_dict({name: torch.from_numpy(array) for name, array in read.items()})
    found, expected = again.eval()(*inputs()), network.eval()(*inputs())
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


def test_a_configuration_survives_json(kind: str) -> None:
    network = build(kind, outputs=3)
    plain = json.loads(json.dumps(networks.to_plain(network)))
    assert networks.from_plain(plain).config == network.config


def test_a_mirrored_movement_is_another_movement(kind: str) -> None:
    network = build(kind)
    names = CANONICAL_SKELETON.joints
    swap = [names.index(other_side(name)) for name in names]
    positions, turned = inputs()
    mirrored = positions[:, :, swap] * torch.tensor([-1.0, 1.0, 1.0])
    turned_too = turned[:, :, swap] * torch.tensor([1.0, 1.0, -1.0, -1.0])
    scores, other = network(positions, turned), network(mirrored, turned_too)
    assert other.isfinite().all()
    assert not torch.equal(scores, other)


def test_only_networks_of_two_streams_use_orientations(kind: str) -> None:
    network = build(kind)
    positions, turned = inputs()
    same = torch.equal(network(positions, turned), network(positions, turned.flip(1)))
    assert same != network.takes_orientations
    if network.takes_orientations:
        assert networks.entry(KINDS[kind][0]).two_streams
        with pytest.raises(ModelError, match=r"expected orientations \(N, T, J, 4\) .* found none"):
            network(positions)
        with pytest.raises(ModelError, match="as many orientations as positions, found 2 and 3"):
            network(positions, turned[:2])
        with pytest.raises(ModelError, match="expected orientations of shape"):
            network(positions, turned[..., :3])
    else:
        torch.testing.assert_close(network(positions), network(positions, turned), rtol=0, atol=0)


@pytest.mark.parametrize(
    "shape", [(2, 31, 25, 3), (2, 32, 24, 3), (2, 32, 25, 2), (32, 25, 3), (2, 32, 75)]
)
def test_a_wrong_shape_is_refused(kind: str, shape: tuple[int, ...]) -> None:
    message = r"expected positions of shape \(N, 32, 25, 3\) .* found \(" + ", ".join(
        map(str, shape)
    )
    with pytest.raises(ModelError, match=message):
        build(kind)(torch.zeros(shape), inputs()[1])


def test_an_unknown_field_is_refused(kind: str) -> None:
    with pytest.raises(ModelError, match="has no field 'colour'; it has"):
        build(kind, colour="red")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"outputs": 0}, "outputs: expected at least 1, found 0"),
        ({"task": "rank"}, "task: expected one of 'classes', 'score', found 'rank'"),
        ({"joints": ("head", "head")}, "joints of different names"),
    ],
)
def test_a_wrong_field_is_refused(kind: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build(kind, **fields)
