from mitosis.network.architecture import LAYERS, count_work


def test_parameters_and_work_are_those_of_the_layers():
    # Sides of the maps of a 64 px patch: 31, 15, 13, 11, 5, 3; kernel**2 * inputs * channels weights, and biases.
    weights = [16 * 3 * 16, 9 * 16 * 24, 9 * 24 * 24, 9 * 24 * 32, 9 * 32 * 48, 9 * 48 * 96, 9 * 96]
    biases = [16, 24, 24, 32, 48, 96, 1]
    sides = [31, 15, 13, 11, 5, 3, 1]
    work = sum(w * side**2 for w, side in zip(weights, sides, strict=True))
    assert count_work(LAYERS) == (sum(weights) + sum(biases), work) == (72_721, 3_947_808)
