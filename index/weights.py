"""How much each kind of query term counts.

`tests/bench/fit_query.py` looks for a better point on the development sets and writes it here; from
these values it finds none.
"""

from __future__ import annotations

# Han, Kana and Hangul give single characters and pairs of neighbours; a pair that holds a
# particle or another function character tells less than one that does not.
CHARACTER = 0.7
FUNCTION_PAIR = 0.7
FUNCTION_WORD = 0.3
TITLE = 0.3
