"""Trains the default model; see `mitosis/command.py` for what it does and `--help` for its options."""

import os
import sys

# OpenMP reads this when torch loads. Waiting threads must sleep: spinning ones take the core from the process that
# makes the batches.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from mitosis.command import main

if __name__ == "__main__":
    sys.exit(main())
