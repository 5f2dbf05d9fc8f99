import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from mitosis.export.calibration import fit_calibration, fold_calibration

# Of windows with logit 1 three in four are mitoses, of those with -1 one in four: ln 3 = 1 / temperature + bias and
# -ln 3 = -1 / temperature + bias.
LOGITS = np.array([1.0, 1, 1, 1, -1, -1, -1, -1])
LABEL = np.array([1.0, 1, 1, 0, 1, 0, 0, 0])


def test_calibrated_probabilities_are_the_shares_of_mitoses():
    temperature, bias = fit_calibration(LOGITS, LABEL)
    assert temperature == pytest.approx(1 / np.log(3), abs=1e-4)
    assert bias == pytest.approx(0, abs=1e-4)


def test_mitoses_and_negatives_count_alike_whatever_their_numbers():
    negative = LABEL < 0.5
    logits = np.concatenate([LOGITS, np.tile(LOGITS[negative], 9)])
    label = np.concatenate([LABEL, np.tile(LABEL[negative], 9)])
    assert fit_calibration(logits, label) == pytest.approx(fit_calibration(LOGITS, LABEL), abs=1e-4)


def test_the_last_layer_takes_up_temperature_and_bias():
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.ReLU(), torch.nn.Conv2d(2, 1, 1)).eval()
    x = torch.rand(2, 3, 4, 4)
    with torch.inference_mode():
        before = network(x)
        folded = fold_calibration(network, 0.8, 1.5)(x)
        assert torch.allclose(folded, before / 0.8 + 1.5, atol=1e-6)
        assert torch.equal(network(x), before)
