"""The tables of the model card, from the figures of a run.

python model/training/card.py model/candidate/facts.json
"""

import json
import sys
from pathlib import Path

Figures = dict[str, dict]


def _with_interval(figures: dict, name: str) -> str:
    low, high = figures[f"{name}_95"]
    return f"{figures[name]:.3f} [{low:.3f}, {high:.3f}]"


def _sources(sources: Figures) -> list[list[str]]:
    rows = [["source", "mitoses / others", "AP, IBM", "AP, this model", "sensitivity at IBM's rate of false positives"]]
    for name, compared in sources.items():
        ours, ibm = compared["model"], compared["ibm"]
        rows.append(
            [
                name,
                f"{compared['mitoses']} / {compared['others']}",
                _with_interval(ibm, "average_precision"),
                _with_interval(ours, "average_precision"),
                f"{ibm['sensitivity']:.3f} -> {ours['sensitivity_at_ibm_false_positive_rate']:.3f} "
                f"(at {ibm['false_positive_rate']:.4f})",
            ]
        )
    return rows


def _fields(figures: dict) -> list[list[str]]:
    rows = [["", "best F1", "average precision", "at threshold: precision, recall, F1, false positives a field"]]
    for title, name in (("IBM", "ibm"), ("this model", "model")):
        at = figures[name]["at_threshold"]
        rows.append(
            [
                title,
                _with_interval(figures[name], "best_f1"),
                _with_interval(figures[name], "average_precision"),
                f"{at['precision']:.3f}, {at['recall']:.3f}, {at['f1']:.3f}, {at['false_positives_per_field']:.2f}",
            ]
        )
    return rows


def table(rows: list[list[str]]) -> str:
    """Rows as a Markdown table, its columns aligned; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("-" * w for w in widths) + " |")
    return "\n".join(lines)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    facts = json.loads(Path(sys.argv[1]).read_text())
    held_out = {name: row for name, row in facts["validation_slides"].items() if isinstance(row, dict)}
    sections = {"Fields": _fields(facts["fields_midesec"]), "Validation slides": _sources(held_out)}
    if "left_out" in facts:
        sections["Unseen sources"] = _sources(facts["left_out"])
    for title, rows in sections.items():
        print(f"### {title}\n\n{table(rows)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
