import numpy as np

from mitosis.views.views import Views, choose_look_alikes, plan_views


def test_a_mitosis_has_20_views_and_a_negative_6():
    row = plan_views(np.array([3, 5, 9]), np.float32([1, 0, 0]))
    assert row.tolist() == [3] * 20 + [5] * 6 + [9] * 6


def test_look_alikes_are_half_of_the_negatives_and_no_mitosis():
    label = np.tile(np.float32([1, 0]), 2000)
    chosen = choose_look_alikes(label, np.random.default_rng(0))
    assert (label[chosen] == 0).all()
    assert len(set(chosen)) == len(chosen)
    assert abs(len(chosen) / 2000 - 0.5) < 0.05  # more than four standard deviations


def test_views_of_later_rows_are_found_behind_the_first():
    def views(rows: list[int]) -> Views:
        row = np.array(rows)
        pixels = np.broadcast_to(row[:, None, None, None], (len(row), 64, 64, 3)).astype(np.uint8)
        return Views((pixels,), row, row.astype(np.float32))

    both = views([0, 0, 1]).extended_with(views([2, 2, 2]), views([3]))
    assert both.first.tolist() == [0, 2, 3, 6]
    assert both.count.tolist() == [2, 1, 3, 1]
    chosen = np.array([6, 0, 4, 2])
    assert [int(pixels[0, 0, 0]) for pixels in both.pixels(chosen)] == both.row[chosen].tolist() == [3, 0, 2, 1]
    assert both.ibm_logit[chosen].tolist() == [3, 0, 2, 1]
