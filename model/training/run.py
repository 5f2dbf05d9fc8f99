"""The one command: from the shared patches and fields to the exported model and its figures.

python model/training/run.py --shared ../shared --out model/candidate
python model/training/run.py --shared ../shared --out results/quick --quick
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

# Waiting threads must sleep: spinning ones starve the process that augments. Read when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import torch

import calibrate
import evaluate
import export
import facts
import metrics
import mine
import pictures
from data import FOLDS, Patches, checksum, load_fields, load_patches
from ibm import IbmTeacher
from metrics import sigmoid
from network import STUDENT, Network, fold
from pool import UNANNOTATED, Pool, build_pool
from split import is_validation
from train import Settings, Trained, predict, score_pool, train
from views import Views, make_all_views

FINAL = Settings(STUDENT, rounds=6, batches=2500)
LEFT_OUT = replace(FINAL, rounds=3, batches=500)
QUICK = replace(FINAL, rounds=1, batches=150, batch=64)
# How much IBM's opinion counts where a person looked for mitoses, and where nobody did.
_OPINION, _OPINION_UNANNOTATED = 0.3, 0.7
_QUICK_AUC = 0.75
# Share of validation nuclei above the shipped threshold: a field of 1,024 px holds about a thousand, so that
# about two are flagged wrongly in each.
_WANTED_RATE = 0.002


class Log:
    """Lines on the terminal and in a file, with the seconds since the start."""

    def __init__(self, file: Path) -> None:
        self._file, self._started = file.open("w"), time.monotonic()

    def __call__(self, line: str) -> None:
        text = f"[{time.monotonic() - self._started:6.0f} s] {line}"
        print(text, flush=True)
        print(text, file=self._file, flush=True)


def wanted(pool: Pool) -> np.ndarray:
    """What to answer: 1 for mitoses; for others 0, softened by what IBM says."""
    opinion = np.where(pool.annotated, _OPINION, _OPINION_UNANNOTATED)
    return np.where(pool.label > 0.5, 1.0, opinion * sigmoid(pool.ibm)).astype(np.float32)


def train_without(
    pool: Pool, views: Views, patches: Patches, sources: tuple[str, ...], ibm: IbmTeacher, settings: Settings, log: Log
) -> Trained:
    """Train on all slides but the validation slides and those of `sources`."""

    def trainable(p: Pool) -> np.ndarray:
        hidden = (is_validation(p.slide) & p.annotated) | np.isin(p.source, sources)
        return np.flatnonzero(~hidden)

    rows = trainable(pool)
    members = rows[rows < len(patches.images)]

    def miner(network: Network, p: Pool, round_: int) -> Pool:
        return mine.mine(network, p, patches, members, 60, ibm.logits, round_)

    return train(pool, views, trainable, wanted, miner, ibm.logits, settings, log)


def quick(pool: Pool, views: Views, patches: Patches, ibm: IbmTeacher, log: Log) -> int:
    """A short training that must beat chance on held-out slides; the exit code says whether."""
    trained = train_without(pool, views, patches, (), ibm, QUICK, log)
    rows = evaluate.test_rows(pool, is_validation(pool.slide))
    area = metrics.auc(score_pool(fold(trained.network), pool, rows), pool.label[rows])
    log(f"AUC on {len(rows)} windows of held-out slides: {area:.3f} (at least {_QUICK_AUC} is wanted)")
    return 0 if area >= _QUICK_AUC else 1


def leave_out(pool: Pool, views: Views, patches: Patches, ibm: IbmTeacher, log: Log) -> tuple[dict, dict, dict]:
    """Leave-one-source-out: figures, curves to draw and learning curves."""
    figures, drawn, curves = {}, {}, {}
    for name, sources in FOLDS.items():
        log(f"training without {name}")
        trained = train_without(pool, views, patches, sources, ibm, LEFT_OUT, log)
        rows = evaluate.test_rows(pool, np.isin(pool.source, sources))
        logits = score_pool(fold(trained.network), pool, rows)
        figures |= evaluate.by_source(pool, rows, logits, 0.0)
        for s in np.unique(pool.source[rows]):
            at = pool.source[rows] == s
            drawn[str(s)] = pool.label[rows][at], logits[at], pool.ibm[rows][at]
        curves[f"without {name}"] = trained.curve
    return figures, drawn, curves


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="folder of patches, fields and IBM's weights"
    )
    parser.add_argument("--out", type=Path, default=Path("model/candidate"), help="where the model and its figures go")
    parser.add_argument("--threads", type=int, default=1, help="for the network; one more process augments")
    parser.add_argument("--quick", action="store_true", help="two minutes; exit code 1 if no better than chance")
    parser.add_argument("--skip-left-out", action="store_true", help="no leave-one-source-out trainings")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    log = Log(options.out / "training.log")

    shared = options.shared
    patches = load_patches(shared, 600 if options.quick else None)
    fields = load_fields(shared / "fields" / "brecahad")[: 3 if options.quick else None]
    for name in ("patches/amibr", "patches/atnorm_md", "fields/brecahad"):
        log(f"{name}: SHA-256 {checksum(f for f in (shared / name).iterdir() if f.is_file())}")
    hdf5 = shared / "ibm-max" / "deep_histopath_model.hdf5"
    ibm = IbmTeacher(hdf5, Path(tempfile.mkdtemp()), 2)
    pool = build_pool(patches, fields, ibm.logits, 450, seed=1)
    log(f"{len(patches.images)} mitoses, {int((pool.label < 0.5).sum())} others, {len(fields)} fields of {UNANNOTATED}")
    log("asking IBM's network about views of each")
    views = make_all_views(pool, lambda: IbmTeacher(hdf5, Path(tempfile.mkdtemp()), 1).logits, 2, seed=100, log=log)
    if options.quick:
        return quick(pool, views, patches, ibm, log)

    log("training the final network")
    trained = train_without(pool, views, patches, (), ibm, FINAL, log)
    plain = fold(trained.network)
    rows = evaluate.test_rows(pool, is_validation(pool.slide))
    logits, label = predict(plain, pool.windows(rows)), pool.label[rows]
    temperature, bias = calibrate.fit(logits, label)
    error, bins = calibrate.crossed_error(logits, label, pool.slide[rows])
    network = export.calibrated(plain, temperature, bias)
    scaled = logits / temperature + bias
    nuclei = np.flatnonzero(is_validation(pool.slide) & pool.annotated & (pool.label < 0.5))
    threshold = max(0.0, float(np.quantile(score_pool(network, pool, nuclei), 1 - _WANTED_RATE)))
    file = options.out / "mitosis.onnx"
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
    curves = {"final": trained.curve}
    pictures.draw_calibration(bins, error, options.out / "calibration.png")
    pictures.draw_fields(ours, theirs, threshold, options.out / "fields.png")
    (options.out / "facts.json").write_text(json.dumps(result, indent=1) + "\n")
    if not options.skip_left_out:
        left, drawn, more = leave_out(pool, views, patches, ibm, log)
        result["left_out"] = left
        pictures.draw_sources(drawn, options.out / "left-out.png")
        curves |= more
    pictures.draw_learning(curves, options.out / "learning.png")
    (options.out / "facts.json").write_text(json.dumps(result, indent=1) + "\n")
    log("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
