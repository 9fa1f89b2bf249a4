"""The claim check's weights, as `tests/bench/fit_claims.py` fitted them; not for editing."""

from __future__ import annotations

WEIGHTS = {
    "stretch": 0.3999,
    "wide_stretch": 0.7312,
    "window": 0.1533,
    "alike": 2.0073,
    "pairs": 0.3695,
    "threes": 0.3225,
    "run": 0.4129,
    "guarded": -0.0761,
    "opposed": -0.7338,
    "": -1.4278,
}
