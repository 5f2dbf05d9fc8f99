import numpy as np

from mitosis.data.negatives import choose_negatives, far_from_mitoses, searchable_area

MIDDLE = np.array([(64, 64)])
NOWHERE = np.empty((0, 2), int)


def test_a_negative_is_30_px_or_more_from_the_mitosis():
    # 18, 24, 30 is a right triangle; 17 and 24 give 29.4 px.
    points = np.array([(64, 64), (93, 64), (94, 64), (82, 88), (81, 88), (64, 34), (64, 35)])
    assert far_from_mitoses(points, MIDDLE).tolist() == [[94, 64], [82, 88], [64, 34]]


def test_a_further_mitosis_counts_like_the_one_in_the_middle():
    mitoses = np.array([(64, 64), (110, 64)])
    points = np.array([(94, 64), (34, 64), (110, 94)])
    assert far_from_mitoses(points, mitoses).tolist() == [[34, 64], [110, 94]]


def test_negatives_lie_10_px_inside_the_bounds_of_the_slide():
    area = searchable_area(np.float32([0, 20, 128, 128]))
    assert area.tolist() == [10, 30, 118, 118]
    nuclei = np.array([(9, 100), (10, 100), (20, 29), (20, 30), (118, 100), (117, 100), (100, 118), (100, 117)])
    assert choose_negatives(nuclei, NOWHERE, area, MIDDLE).tolist() == [[10, 100], [20, 30], [117, 100], [100, 117]]


def test_the_eight_darkest_nuclei_are_kept_and_then_the_random_places():
    area = searchable_area(np.float32([0, 0, 128, 128]))
    too_near = [(64, 70)]
    nuclei = np.array(too_near + [(12 + i, 20) for i in range(10)])
    random_places = np.array([(60, 60), (110, 110)])
    chosen = choose_negatives(nuclei, random_places, area, MIDDLE)
    assert chosen.tolist() == [[12 + i, 20] for i in range(8)] + [[110, 110]]
