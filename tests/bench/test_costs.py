"""Operations of networks, worked out by hand."""

from __future__ import annotations

import warnings

import pytest

from rehabkit.bench import costs

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("onednn", [True, False])
def test_operations_of_an_lstm_are_counted_once(*, onednn: bool) -> None:
    """Four gates of 5 from 3 + 5 numbers in each of 7 frames; then 2 from 5. Two a product."""

    class Last(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(3, 5, batch_first=True)
            self.head = torch.nn.Linear(5, 2)

        def forward(self, given):  # type: ignore[no-untyped-def]
            return self.head(self.lstm(given)[0][:, -1])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with torch.backends.mkldnn.flags(enabled=onednn):
            found = costs.operations(Last().eval(), [torch.zeros(1, 7, 3)])
    assert found == 2 * 7 * 4 * 5 * (3 + 5) + 2 * 5 * 2
