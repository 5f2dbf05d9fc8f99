import json
import sys
from pathlib import Path

import pytest

import compare

SHIPPED = {
    "validation_slides": {
        "all": {"slides": 30, "model": {"average_precision": 0.9, "average_precision_95": [0.8, 0.95]}},
        "one source": {"slides": 9, "model": {"average_precision": 0.9, "average_precision_95": [0.89, 0.91]}},
    },
    "fields": {"ibm": {"best_f1": 0.7, "best_f1_95": [0.6, 0.8]}},
}


@pytest.mark.parametrize(("value", "code"), [(0.8, 0), (0.95, 0), (0.79, 1), (0.96, 1)])
def test_the_exit_code_tells_whether_figures_lie_in_the_intervals(tmp_path: Path, monkeypatch, capsys, value, code):
    retrained = {"validation_slides": {"all": {"model": {"average_precision": value}}}}
    files = [tmp_path / "shipped.json", tmp_path / "retrained.json"]
    for file, figures in zip(files, (SHIPPED, retrained), strict=True):
        file.write_text(json.dumps(figures))
    monkeypatch.setattr(sys, "argv", ["compare.py", *map(str, files)])
    assert compare.main() == code
    # IBM's figures and intervals over fewer than ten slides are left out.
    assert f"{code} figures lie outside" in capsys.readouterr().out
