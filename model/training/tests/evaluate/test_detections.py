import numpy as np
import pytest

from mitosis.data.fields import Field
from mitosis.evaluate.detections import Detections, detect, suppress


def field(*mitoses: tuple[float, float]) -> Field:
    return Field("field", np.zeros((64, 64, 3), np.uint8), np.array(mitoses, float).reshape(-1, 2))


def test_scores_within_30_px_of_a_higher_one_are_suppressed():
    # Windows 8 px apart: 3 windows are 24 px and 4 are 32 px.
    centers, scores = suppress(np.array([[1.0, 9.0, 2.0, 3.0, 4.0, 5.0, 0.0]]))
    assert centers.tolist() == [[40, 32], [72, 32]]
    assert scores.tolist() == [9.0, 5.0]


def test_suppression_measures_along_the_diagonal():
    scores = np.zeros((8, 8))
    scores[0, 0], scores[2, 2], scores[3, 3] = 9, 8, 7  # 22.6 and 33.9 px from the first
    centers, _ = suppress(scores)
    assert centers[:2].tolist() == [[32, 32], [56, 56]]


@pytest.mark.parametrize(("distance", "hit"), [(30, True), (30.1, False)])
def test_a_detection_finds_a_mitosis_within_30_px(distance, hit):
    assert detect([field((32 + distance, 32))], [np.array([[1.0]])]).hit.tolist() == [hit]


def test_a_mitosis_is_found_once():
    # Detections at x = 32 and 64, one mitosis between them: the higher one finds it.
    detections = detect([field((48, 32))], [np.array([[1.0, 0.0, 0.0, 0.0, 2.0]])])
    assert detections.score.tolist() == [2.0, 1.0]
    assert detections.hit.tolist() == [True, False]
    assert detections.annotated.tolist() == [1]


@pytest.fixture
def detections() -> Detections:
    """Two fields with three annotated mitoses, of which two are found."""
    return Detections(
        score=np.array([4.0, 2.0, 3.0, 1.0]),
        hit=np.array([True, True, False, False]),
        field=np.array([0, 0, 1, 1]),
        annotated=np.array([2, 1]),
    )


def test_best_f1_is_over_all_thresholds(detections):
    # Best first: found 1, 1, 2, 2 with 3 annotated: 2/4, 2/5, 4/6, 4/7.
    assert detections.best_f1() == (pytest.approx(4 / 6), 2.0)


def test_average_precision_counts_missed_mitoses(detections):
    assert detections.average_precision() == pytest.approx((1 + 2 / 3) / 3)


def test_figures_at_a_threshold(detections):
    assert detections.at(3.0) == pytest.approx(
        {"precision": 1 / 2, "recall": 1 / 3, "f1": 2 / 5, "false_positives_per_field": 1 / 2}
    )


def test_a_field_can_be_taken_twice(detections):
    taken = detections.take(np.array([1, 1]))
    assert taken.score.tolist() == [3.0, 1.0, 3.0, 1.0]
    assert taken.field.tolist() == [0, 0, 1, 1]
    assert taken.annotated.tolist() == [1, 1]
