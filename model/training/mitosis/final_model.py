"""Makes the model that is shipped: trains, calibrates, exports and evaluates it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from mitosis.data.fields import load_fields
from mitosis.data.patches import Patches
from mitosis.data.pool import Pool
from mitosis.data.split import is_validation
from mitosis.data.windows import Scorer
from mitosis.evaluate import plots
from mitosis.evaluate.compare_with_ibm import compare_by_source, compare_with_ibm, test_rows
from mitosis.evaluate.metrics import sigmoid
from mitosis.evaluate.whole_fields import evaluate_fields, orientation_difference
from mitosis.export.calibration import cross_validated_error, fit_calibration, fold_calibration
from mitosis.export.facts import describe
from mitosis.export.onnx_file import OnnxNetwork, check_export, write_onnx
from mitosis.export.threshold import choose_threshold
from mitosis.network.network import fold
from mitosis.network.predict import predict, score_pool
from mitosis.train.loop import LearningCurve
from mitosis.train.recipe import FINAL, train_without
from mitosis.views.views import Views


def make_final_model(
    pool: Pool,
    views: Views,
    patches: Patches,
    ibm_logits: Scorer,
    shared: Path,
    out: Path,
    log: Callable[[str], None],
) -> tuple[dict, LearningCurve]:
    """Writes the model, its weights and its pictures to `out`; returns its figures and its learning curve."""
    trained = train_without((), pool, views, patches, ibm_logits, FINAL, log)
    torch.save(trained.network.state_dict(), out / "network.pt")
    uncalibrated = fold(trained.network)

    rows = test_rows(pool, is_validation(pool.slide))
    logits, label = predict(uncalibrated, pool.windows(rows)), pool.label[rows]
    temperature, bias = fit_calibration(logits, label)
    error, bins = cross_validated_error(logits, label, pool.slide[rows])
    network = fold_calibration(uncalibrated, temperature, bias)
    calibrated_logits = logits / temperature + bias
    negatives = np.flatnonzero(is_validation(pool.slide) & pool.annotated & (pool.label < 0.5))
    threshold = choose_threshold(partial(score_pool, network), pool, negatives)

    file = out / "mitosis.onnx"
    write_onnx(network, file)
    log(f"export differs by {check_export(network, file, pool.windows(rows[:200])):.1e} in logits")
    model = OnnxNetwork(file)
    figures = describe(file, float(sigmoid(threshold)), temperature, bias, shared / "ibm-max")

    fields = load_fields(shared / "fields" / "midesec")
    on_fields, detections, ibm_detections = evaluate_fields(fields, network, model.logits, ibm_logits, threshold)
    figures["fields_midesec"] = on_fields
    figures["validation_slides"] = {
        "all": compare_with_ibm(pool, rows, calibrated_logits, threshold),
        **compare_by_source(pool, rows, calibrated_logits, threshold),
        "calibration_error": error,
        "orientation_difference": orientation_difference(model.logits, pool.windows(rows)),
    }
    plots.draw_calibration(bins, error, out / "calibration.png")
    plots.draw_fields(detections, ibm_detections, threshold, out / "fields.png")
    return figures, trained.curve
