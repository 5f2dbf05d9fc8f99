import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from mitosis.network.architecture import LAYERS
from mitosis.network.network import IMITATION_SCALE, Network, fold


@pytest.fixture(scope="module")
def network() -> "Network":
    torch.manual_seed(0)
    network = Network(LAYERS)
    for _ in range(3):  # gives the norms statistics of their own
        network(torch.rand(4, 3, 64, 64) * 2 - 1)
    return network.eval()


def test_turned_and_mirrored_patches_get_the_same_logits(network):
    patch = torch.rand(1, 3, 64, 64) * 2 - 1
    turned = [torch.rot90(patch, k, (2, 3)) for k in range(4)]
    turned += [t.flip(3) for t in turned]
    with torch.inference_mode():
        logits = network(torch.cat(turned)).flatten(1)
    assert logits.shape == (8, 2)
    assert (logits - logits[0]).abs().max() < 1e-5


def test_the_folded_network_gives_the_mean_of_both_logits(network):
    patches = torch.rand(5, 3, 64, 64) * 2 - 1
    with torch.inference_mode():
        label, imitation = network(patches).flatten(1).unbind(1)
        folded = fold(network)(patches).flatten()
    assert torch.allclose(folded, (label + IMITATION_SCALE * imitation) / 2, atol=1e-5)


def test_one_pass_over_a_field_gives_what_its_windows_give_alone(network):
    field = torch.rand(1, 3, 80, 72) * 2 - 1
    with torch.inference_mode():
        one_pass = network(field)
        assert one_pass.shape == (1, 2, 3, 2)
        for row, column in np.ndindex(3, 2):
            window = field[:, :, row * 8 : row * 8 + 64, column * 8 : column * 8 + 64]
            assert torch.allclose(network(window).flatten(), one_pass[0, :, row, column], atol=1e-5)
