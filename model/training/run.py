"""The one command: from the shared patches and fields to the exported model and its figures.

python model/training/run.py --shared ../shared --out model/candidate
python model/training/run.py --shared ../shared --out results/quick --quick
"""

import argparse
import json
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

# Waiting threads must sleep: spinning ones starve the process that augments. Read when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import cv2
import torch

import calibrate
import evaluate
import export
import facts
import metrics
import pictures
from beside import beside
from data import Patches, checksum, load_fields, load_patches
from ibm import IbmTeacher
from left_out import leave_out
from metrics import sigmoid
from network import fold
from pool import UNANNOTATED, Pool, build_pool
from recipe import FINAL, QUICK, train_without
from split import is_validation
from threshold import choose_threshold
from train import predict, score_pool
from views import Views, make_all_views

_QUICK_AUC = 0.75


class Log:
    """Lines on the terminal and in a file, with the seconds since the start."""

    def __init__(self, file: Path) -> None:
        self._file, self._started = file.open("w"), time.monotonic()

    def __call__(self, line: str) -> None:
        text = f"[{time.monotonic() - self._started:6.0f} s] {line}"
        print(text, flush=True)
        print(text, file=self._file, flush=True)


def quick(pool: Pool, views: Views, patches: Patches, ibm: IbmTeacher, log: Log) -> int:
    """A short training that must beat chance on held-out slides; the exit code says whether."""
    trained = train_without(pool, views, patches, (), ibm, QUICK, log)
    rows = evaluate.test_rows(pool, is_validation(pool.slide))
    area = metrics.auc(score_pool(fold(trained.network), pool, rows), pool.label[rows])
    log(f"AUC on {len(rows)} windows of held-out slides: {area:.3f} (at least {_QUICK_AUC} is wanted)")
    return 0 if area >= _QUICK_AUC else 1


def make_final(
    pool: Pool, views: Views, patches: Patches, ibm: IbmTeacher, shared: Path, out: Path, log: Log
) -> tuple[dict, list[tuple[int, float, float]]]:
    """Train, calibrate, export and evaluate what is shipped: its figures and its learning curve."""
    trained = train_without(pool, views, patches, (), ibm, FINAL, log)
    torch.save(trained.network.state_dict(), out / "network.pt")
    plain = fold(trained.network)
    rows = evaluate.test_rows(pool, is_validation(pool.slide))
    logits, label = predict(plain, pool.windows(rows)), pool.label[rows]
    temperature, bias = calibrate.fit(logits, label)
    error, bins = calibrate.crossed_error(logits, label, pool.slide[rows])
    network = export.calibrated(plain, temperature, bias)
    scaled = logits / temperature + bias
    nuclei = np.flatnonzero(is_validation(pool.slide) & pool.annotated & (pool.label < 0.5))
    threshold = choose_threshold(network, pool, nuclei)
    file = out / "mitosis.onnx"
    export.write_onnx(network, file)
    log(f"export differs by {export.check_export(network, file, pool.windows(rows[:200])):.1e} in logits")
    model = export.OnnxNetwork(file)
    result = facts.describe(file, float(sigmoid(threshold)), temperature, bias, shared / "ibm-max")
    test = load_fields(shared / "fields" / "midesec")
    figures, ours, theirs = evaluate.evaluate_fields(test, network, model.logits, ibm.logits, threshold)
    result["fields_midesec"] = figures
    result["validation_slides"] = {
        "all": evaluate.compare(pool, rows, scaled, threshold),
        **evaluate.by_source(pool, rows, scaled, threshold),
        "calibration_error": error,
        "orientation_difference": evaluate.orientation_difference(model.logits, pool.windows(rows)),
    }
    pictures.draw_calibration(bins, error, out / "calibration.png")
    pictures.draw_fields(ours, theirs, threshold, out / "fields.png")
    return result, trained.curve


def write_facts(figures: dict, out: Path) -> None:
    """Put the figures in `facts.json`."""
    (out / "facts.json").write_text(json.dumps(figures, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="folder of patches, fields and IBM's weights"
    )
    parser.add_argument("--out", type=Path, default=Path("model/candidate"), help="where the model and its figures go")
    parser.add_argument("--threads", type=int, default=1, help="for each network; one more process augments for it")
    parser.add_argument("--quick", action="store_true", help="two minutes; exit code 1 if no better than chance")
    parser.add_argument("--skip-left-out", action="store_true", help="no leave-one-source-out trainings")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(0)
    log = Log(options.out / "training.log")

    shared = options.shared
    patches = load_patches(shared, 600 if options.quick else None)
    fields = load_fields(shared / "fields" / "brecahad")[: 3 if options.quick else None]
    for name in ("patches/amibr", "patches/atnorm_md", "fields/brecahad"):
        log(f"{name}: SHA-256 {checksum(f for f in (shared / name).iterdir() if f.is_file())}")
    hdf5 = shared / "ibm-max" / "deep_histopath_model.hdf5"
    ibm = IbmTeacher(hdf5, 2)
    pool = build_pool(patches, fields, ibm.logits, 450, seed=1)
    log(f"{len(patches.images)} mitoses, {int((pool.label < 0.5).sum())} others, {len(fields)} fields of {UNANNOTATED}")
    log("asking IBM's network about views of each")
    views = make_all_views(pool, lambda: IbmTeacher(hdf5, 1).logits, 2, seed=100, log=log)
    if options.quick:
        return quick(pool, views, patches, ibm, log)

    log("training the final network")
    second = beside(lambda: leave_out(pool, views, patches, IbmTeacher(hdf5, 1), log))
    with nullcontext() if options.skip_left_out else second as others:
        result, curve = make_final(pool, views, patches, ibm, shared, options.out, log)
        write_facts(result, options.out)  # kept, should the other trainings fail
        curves = {"final": curve}
        if others:
            result["left_out"], drawn, more = others.result()
            pictures.draw_sources(drawn, options.out / "left-out.png")
            curves |= more
    pictures.draw_learning(curves, options.out / "learning.png")
    write_facts(result, options.out)
    log("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
