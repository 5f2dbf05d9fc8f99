"""Prints the tables of the model card from the figures of a run.

.venv/bin/python model/training/model_card.py model/candidate/facts.json
"""

import json
import sys
from pathlib import Path

Figures = dict[str, dict]


def _with_interval(figures: dict, name: str) -> str:
    low, high = figures[f"{name}_95"]
    return f"{figures[name]:.3f} [{low:.3f}, {high:.3f}]"


def _source_rows(sources: Figures, slides: str, network: str) -> list[list[str]]:
    rows = [
        [slides, "mitoses / others", "IBM, AP", f"{network}, AP", "sensitivity at IBM's own rate of false positives"]
    ]
    for name, compared in sources.items():
        model, ibm = compared["model"], compared["ibm"]
        rows.append(
            [
                name,
                f"{compared['mitoses']} / {compared['others']}",
                _with_interval(ibm, "average_precision"),
                _with_interval(model, "average_precision"),
                f"{ibm['sensitivity']:.3f} → {model['sensitivity_at_ibm_false_positive_rate']:.3f} "
                f"(rate {ibm['false_positive_rate']:.4f})",
            ]
        )
    return rows


def _field_rows(figures: dict) -> list[list[str]]:
    head = f"{figures['fields']} fields, {figures['mitoses']} mitoses"
    at_threshold = "at its threshold: precision, recall, F1, false positives per field"
    rows = [[head, "best F1", "average precision", at_threshold]]
    for title, name in (("IBM", "ibm"), ("this model", "model")):
        at = figures[name]["at_threshold"]
        rows.append(
            [
                title,
                _with_interval(figures[name], "best_f1"),
                _with_interval(figures[name], "average_precision"),
                f"{at['precision']:.2f}, {at['recall']:.2f}, {at['f1']:.2f}, {at['false_positives_per_field']:.2f}",
            ]
        )
    return rows


def markdown_table(rows: list[list[str]]) -> str:
    """Returns rows as a Markdown table with aligned columns; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("-" * w for w in widths) + " |")
    return "\n".join(lines)


def main() -> int:
    """Prints the tables of the file of the command line; returns the exit code."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    facts = json.loads(Path(sys.argv[1]).read_text())
    held_out = {name: row for name, row in facts["validation_slides"].items() if isinstance(row, dict)}
    sections = {
        "Fields": _field_rows(facts["fields_midesec"]),
        "Validation slides": _source_rows(held_out, "slides not trained on", "this model"),
    }
    if "left_out" in facts:
        sections["Unseen sources"] = _source_rows(facts["left_out"], "source left out", "retrained")
    for title, rows in sections.items():
        print(f"### {title}\n\n{markdown_table(rows)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
