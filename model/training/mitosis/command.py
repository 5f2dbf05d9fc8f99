"""Trains the default model: reads the shared data, and writes the model, its figures and its pictures.

.venv/bin/python model/training/run.py --shared ../shared --out model/candidate
.venv/bin/python model/training/run.py --shared ../shared --out results/quick --quick
"""

import argparse
import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import cv2
import torch

from mitosis.data.collect import collect_pool
from mitosis.data.fields import load_fields
from mitosis.data.images import checksum
from mitosis.data.patches import Patches, load_patches
from mitosis.data.pool import UNANNOTATED, Pool
from mitosis.data.split import is_validation
from mitosis.data.windows import Scorer
from mitosis.evaluate import metrics, plots
from mitosis.evaluate.compare_with_ibm import test_rows
from mitosis.final_model import make_final_model
from mitosis.network.ibm_teacher import IbmTeacher
from mitosis.network.network import fold
from mitosis.network.predict import score_pool
from mitosis.train.background import in_background
from mitosis.train.leave_one_source_out import leave_one_source_out
from mitosis.train.recipe import QUICK, train_without
from mitosis.views.make_views import make_all_views
from mitosis.views.views import Views

_MIN_QUICK_AUC = 0.75
_QUICK_PATCHES, _QUICK_FIELDS = 600, 3
_MAX_NUCLEI_PER_FIELD = 450


class Log:
    """Writes lines to the terminal and to a file, each with the seconds since the start."""

    def __init__(self, file: Path) -> None:
        self._file, self._started = file.open("w"), time.monotonic()

    def __call__(self, line: str) -> None:
        text = f"[{time.monotonic() - self._started:6.0f} s] {line}"
        print(text, flush=True)
        print(text, file=self._file, flush=True)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="folder of patches, fields and IBM's weights"
    )
    parser.add_argument("--out", type=Path, default=Path("model/candidate"), help="folder to write to")
    parser.add_argument(
        "--threads", type=int, default=1, help="threads of each training; one more process makes its batches"
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"train for a minute; exit code 1 if the AUC is below {_MIN_QUICK_AUC}"
    )
    parser.add_argument("--skip-left-out", action="store_true", help="do not train without each source in turn")
    return parser.parse_args()


def _check_quickly(pool: Pool, views: Views, patches: Patches, ibm_logits: Scorer, log: Callable[[str], None]) -> int:
    """Trains shortly; returns the exit code, 1 if the AUC on validation slides is below 0.75."""
    trained = train_without((), pool, views, patches, ibm_logits, QUICK, log)
    rows = test_rows(pool, is_validation(pool.slide))
    area = metrics.auc(score_pool(fold(trained.network), pool, rows), pool.label[rows])
    log(f"AUC on {len(rows)} windows of validation slides: {area:.3f} (at least {_MIN_QUICK_AUC} is wanted)")
    return 0 if area >= _MIN_QUICK_AUC else 1


def _write_facts(figures: dict, out: Path) -> None:
    (out / "facts.json").write_text(json.dumps(figures, indent=1) + "\n")


def main() -> int:
    """Runs the command with the options of the command line; returns its exit code."""
    options = _parse_options()
    shared, out = options.shared, options.out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(0)
    log = Log(out / "training.log")

    patches = load_patches(shared, _QUICK_PATCHES if options.quick else None)
    fields = load_fields(shared / "fields" / "brecahad")[: _QUICK_FIELDS if options.quick else None]
    for name in ("patches/amibr", "patches/atnorm_md", "fields/brecahad"):
        log(f"{name}: SHA-256 {checksum(f for f in (shared / name).iterdir() if f.is_file())}")
    hdf5 = shared / "ibm-max" / "deep_histopath_model.hdf5"
    ibm_logits = IbmTeacher(hdf5, threads=2).logits
    pool = collect_pool(patches, fields, ibm_logits, _MAX_NUCLEI_PER_FIELD, seed=1)
    negatives = int((pool.label < 0.5).sum())
    log(f"{len(patches.images)} mitoses, {negatives} negatives, {len(fields)} fields of {UNANNOTATED}")
    log("making views and scoring them with IBM's network")
    views = make_all_views(pool, lambda: IbmTeacher(hdf5, threads=1).logits, processes=2, seed=100, log=log)
    if options.quick:
        return _check_quickly(pool, views, patches, ibm_logits, log)

    log("training the final network")
    second = in_background(lambda: leave_one_source_out(pool, views, patches, IbmTeacher(hdf5, threads=1).logits, log))
    with nullcontext() if options.skip_left_out else second as left_out:
        figures, curve = make_final_model(pool, views, patches, ibm_logits, shared, out, log)
        _write_facts(figures, out)  # so that they are kept if a training without a source fails
        curves = {"final": curve}
        if left_out:
            figures["left_out"], scores, more_curves = left_out.result()
            plots.draw_sources(scores, out / "left-out.png")
            curves |= more_curves
    plots.draw_learning(curves, out / "learning.png")
    _write_facts(figures, out)
    log("done")
    return 0
