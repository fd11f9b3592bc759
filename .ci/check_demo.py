"""Fail unless the demo's summary shows the whole loop: documents in, resolved and scored questions out."""

import json
import sys

summary = json.loads(sys.stdin.read())
for count in ("claims", "questions", "forecasts", "arguments", "resolved", "digests"):
    if summary[count] < 1:
        sys.exit(f"the demo ended without {count}: {summary}")
if len(summary["brier"]) != summary["resolved"]:
    sys.exit(f"not every resolved question was scored: {summary}")
print("demo:", {key: value for key, value in summary.items() if key != "brier"})
