"""What is remarkable about a partner, and how sure that is: numbers for rules and for the queue."""

from expectations.scoring.chance import adjust_for_many, dispersion, wilson
from expectations.scoring.partners import score_partners
from expectations.scoring.screening import screen_counts, screen_rates
from expectations.scoring.shrinkage import shrink_counts, shrink_rates
from expectations.scoring.standing import stand_among_peers, widen

__all__ = [
    "adjust_for_many",
    "dispersion",
    "score_partners",
    "screen_counts",
    "screen_rates",
    "shrink_counts",
    "shrink_rates",
    "stand_among_peers",
    "widen",
    "wilson",
]
