"""Fail unless the demo's summary shows the whole loop: documents in, resolved and scored questions out."""

import json
import sys

summary = json.loads(sys.stdin.read())
COUNTS = (
    "claims", "questions", "forecasts", "arguments", "ratings", "moves", "theses", "cruxes", "shift_cards",
    "resolved", "digests",
)  # fmt: skip
for count in COUNTS:
    if summary[count] < 1:
        sys.exit(f"the demo ended without {count}: {summary}")
if summary["first_to_last"] is None:
    sys.exit(f"fewer than ten questions were debated to their end: {summary}")
if len(summary["brier"]) != summary["resolved"]:
    sys.exit(f"not every resolved question was scored: {summary}")
print("demo:", {key: value for key, value in summary.items() if key != "brier"})
