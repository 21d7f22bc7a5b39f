"""D2STA as its text is read, and its options."""

from __future__ import annotations

from typing import Any

import pytest

from rehabkit.bench import learning
from rehabkit.errors import ModelError
from rehabkit.models import networks
from rehabkit.models.d2sta import PAPER_RECIPE, UI_PRMD_RECIPE, Attention, spread

torch = pytest.importorskip("torch")


def build(**fields: Any) -> Any:
    torch.manual_seed(0)
    return networks.build("d2sta", **fields).eval()


def movement(samples: int = 2, frames: int = 100) -> tuple[Any, Any]:
    torch.manual_seed(1)
    positions = torch.randn(samples, frames, 25, 3).cumsum(dim=1) / 10
    turned = torch.randn(samples, frames, 25, 4)
    return positions, turned / turned.norm(dim=-1, keepdim=True)


def test_streams_join_to_512_channels_of_25_frames() -> None:
    with torch.no_grad():
        assert build().features(*movement()).shape == (2, 25, 25, 512)


def test_the_mask_is_a_share_of_each_of_six_groups() -> None:
    with torch.no_grad():
        mask = build().mask(*movement())
    assert mask.shape == (2, 25, 6)
    torch.testing.assert_close(mask.sum(dim=-1), torch.ones(2, 25))
    assert (mask > 0).all()


def test_where_it_looks_is_what_its_forward_pass_weighs_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, given = build(), movement()
    used: list[Any] = []
    weights = Attention.weights

    def kept(self: Attention, asking: Any, asked: Any) -> Any:
        used.append(weights(self, asking, asked))
        return used[-1]

    monkeypatch.setattr(Attention, "weights", kept)
    with torch.no_grad():
        network(*given)
        space, time = used
        mask, over_joints, over_time = network.looked_at(*given)
        torch.testing.assert_close(mask, network.mask(*given))
    torch.testing.assert_close(over_joints, space.mean(dim=-3))  # over heads
    torch.testing.assert_close(over_time, time.mean(dim=-3))


def test_the_mask_of_positions_sees_the_range_of_motion_alone() -> None:
    network = build(motion="positions")
    positions, turned = movement()
    with torch.no_grad():
        mask = network.mask(positions, turned)
        elsewhere = network.mask(positions + 5, turned.flip(0))
        wider = network.mask(positions * 3, turned)
    torch.testing.assert_close(mask, elsewhere, rtol=1e-3, atol=1e-4)
    assert not torch.allclose(mask, wider, atol=1e-3)


def test_the_range_of_motion_is_the_standard_deviation_over_time() -> None:
    moved = torch.zeros(1, 4, 2, 3)
    moved[0, :, 1, 0] = torch.tensor([3.0, -3.0, 3.0, -3.0])
    moved[0, :, 1, 1] = torch.tensor([4.0, 4.0, -4.0, -4.0])
    each, whole = spread(moved, each=True), spread(moved, each=False)
    torch.testing.assert_close(each[0, 1], torch.tensor([3.0, 4.0, 1e-4]))
    torch.testing.assert_close(whole[0, :, 0], torch.tensor([1e-4, 5.0]))


def test_grouped_attention_is_the_one_written_down() -> None:
    network = build(stages=1, heads=2, groups=3)
    module = network.groups
    x = torch.randn(2, 4, 25, 512)
    mask = module.grouping(x)
    groups = torch.einsum("njg,ntjd->ntgd", mask, x)
    queries, keys = module.space.queries(groups), module.space.keys(x)
    values, heads = module.space.values(x), []
    for part in (slice(256), slice(256, 512)):
        alike = queries[..., part] @ keys[..., part].transpose(2, 3) / (512 / 2) ** 0.5
        heads.append(alike.softmax(dim=-1) @ values[..., part])
    expected = x + torch.einsum("njg,ntgd->ntjd", mask, torch.cat(heads, dim=-1))
    torch.testing.assert_close(module(x, x), expected, rtol=1e-4, atol=1e-5)


def test_attention_s_weights_are_those_it_uses() -> None:
    attention = build().groups.space
    asking, asked = torch.randn(2, 6, 512), torch.randn(2, 25, 512)
    weights = attention.weights(asking, asked)  # (N, H, G, J)
    assert weights.shape == (2, 8, 6, 25)
    values = attention.values(asked).reshape(2, 25, 8, 64).transpose(1, 2)
    expected = (weights @ values).transpose(1, 2).flatten(2)
    torch.testing.assert_close(attention(asking, asked), expected, rtol=1e-4, atol=1e-5)


def test_dividing_makes_a_group_a_mean() -> None:
    seen: list[Any] = []
    for divide in (False, True):
        module = build(stages=1, divide=divide).groups
        module.space.queries.register_forward_hook(lambda _, given, __: seen.append(given[0]))
        x = torch.ones(1, 2, 25, 512)
        module(x, x)
    sums, means = seen  # what asks: of 25 joints of ones, 25 shared by six groups, and ones
    torch.testing.assert_close(sums.sum(dim=2), torch.full((1, 2, 512), 25.0))
    torch.testing.assert_close(means, torch.ones(1, 2, 6, 512))


@pytest.mark.parametrize(
    ("fields", "joined"),
    [({}, 512), ({"streams": 1}, 256), ({"streams": 1, "doubled": True}, 512)],
)
def test_the_head_takes_all_streams(fields: dict[str, Any], joined: int) -> None:
    network = build(**fields)
    assert [network.head[0].in_features, network.head[0].out_features] == [joined, 128]
    assert network.head[2].out_features == 1


@pytest.mark.parametrize("groups", range(2, 9))
def test_the_paper_s_numbers_of_groups(groups: int) -> None:
    with torch.no_grad():
        assert build(groups=groups).mask(*movement(1)).shape == (1, 25, groups)


@pytest.mark.parametrize("heads", [1, 2, 4, 8])
def test_heads_divide_512(heads: int) -> None:
    assert build(heads=heads).groups.space.heads == heads


@pytest.mark.parametrize("heads", [0, 3, 5, 6, 7])
def test_other_heads_are_refused(heads: int) -> None:
    with pytest.raises(ModelError, match=f"heads: expected a divisor of 512, found {heads}"):
        build(heads=heads)


def test_ablations_take_parts_away() -> None:
    count = {
        kind: sum(p.numel() for p in build(attention=kind).parameters())
        for kind in ("grouped", "plain", "none")
    }
    mask = 512 * 64 + 64 + 64 * 6 + 6
    attentions = 2 * (3 * 512 * 512 + 2 * 512)
    assert count["grouped"] - count["plain"] == mask
    assert count["plain"] - count["none"] == attentions


def test_without_groups_there_is_no_mask() -> None:
    with pytest.raises(ModelError, match="attention='plain', which has no mask"):
        build(attention="plain").mask(*movement(1))


def test_the_recipe_holds_the_paper_s_values() -> None:
    assert PAPER_RECIPE["rate"] == PAPER_RECIPE["decay"] == 1e-4
    assert (PAPER_RECIPE["optimiser"], PAPER_RECIPE["schedule"]) == ("adamw", "cosine")
    assert (PAPER_RECIPE["epochs"], PAPER_RECIPE["batch"], PAPER_RECIPE["seed"]) == (100, 32, 3407)
    assert (UI_PRMD_RECIPE["optimiser"], UI_PRMD_RECIPE["rate"]) == ("sgd", 0.1)
    assert (UI_PRMD_RECIPE["batch"], UI_PRMD_RECIPE["decay"]) == (1, 0)
    assert "seed" not in UI_PRMD_RECIPE


def test_the_training_loop_takes_the_recipe() -> None:
    assert learning.Settings(**PAPER_RECIPE) == learning.D2STA
    assert learning.Settings(**UI_PRMD_RECIPE).rate == 0.1
