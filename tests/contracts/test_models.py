"""The one contract that every network passes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehabkit.errors import ModelError
from rehabkit.models import networks
from rehabkit.recording.skeletons import COCO

torch = pytest.importorskip("torch")

FRAMES, JOINTS = 32, 25
SMALL: dict[str, dict[str, Any]] = {
    "stgcn": {"widths": (8, 8, 16), "strides": (1, 1, 2)},
}


def build(name: str, **fields: Any) -> Any:
    torch.manual_seed(0)
    return networks.build(name, length=FRAMES, **{**SMALL[name], **fields}).eval()


def inputs(samples: int = 3, joints: int = JOINTS, frames: int = FRAMES) -> tuple[Any, Any]:
    """Positions and unit quaternions of smooth random movement."""
    torch.manual_seed(1)
    positions = torch.randn(samples, frames, joints, 3).cumsum(dim=1) / 10
    turned = torch.randn(samples, frames, joints, 4)
    return positions, turned / turned.norm(dim=-1, keepdim=True)


@pytest.fixture(params=networks.names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_all_are_tried() -> None:
    assert set(SMALL) == set(networks.names())


@pytest.mark.parametrize(("task", "outputs"), [("classes", 9), ("score", 1), ("score", 3)])
def test_it_gives_one_row_a_sample(name: str, task: str, outputs: int) -> None:
    network = build(name, task=task, outputs=outputs)
    assert network(*inputs()).shape == (3, outputs)


def test_another_skeleton_and_length(name: str) -> None:
    torch.manual_seed(0)
    network = networks.build(name, skeleton=COCO, length=20, **SMALL[name]).eval()
    assert network(*inputs(2, len(COCO), 20)).shape == (2, 1)
    with pytest.raises(ModelError, match=r"expected positions of shape \(N, 20, 17, 3\)"):
        network(*inputs(2))


def test_a_configuration_survives_json(name: str) -> None:
    network = build(name, outputs=3)
    plain = json.loads(json.dumps(networks.to_plain(network)))
    assert networks.from_plain(plain).config == network.config


def test_an_unknown_field_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="has no field 'colour'; it has"):
        networks.build(name, colour="red")


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(ModelError, match="There is no network 'resnet'; there are"):
        networks.build("resnet")
