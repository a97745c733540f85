"""How much honest partners differ beyond chance: the weight of the prior that their rates share."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from expectations.scoring.peers import Floats

# How far the odds of partners of one kind lie apart, as a standard deviation of their logarithms: a
# half-normal distribution of this scale, usual for studies of one question (Röver et al. 2021), has
# 95 % of its mass below 1, odds 2.7 times as high. Many peers overrule it; few cannot make one of
# their own, and three customers of one small partner would be a spread in which nobody stands out.
USUAL_SPREAD = 0.5
_SPREADS = np.geomspace(0.02, 4.0, 40)


def usual_weight(size: Floats, means: Floats) -> float:
    """The weight that `USUAL_SPREAD` has around these means."""
    mean = float((means * size).sum() / size.sum())
    return 1 / (mean * (1 - mean) * USUAL_SPREAD**2)


def fit_weight(hits: Floats, size: Floats, means: Floats) -> float:
    """The beta prior's weight in trials, by the posterior mean of 1 ÷ (weight + 1).

    One element a partner, `size` > 0, 0 < `means` < 1 (what each would have as an ordinary one).
    A spread s of the log odds has the weight 1 ÷ (m (1 − m) s²) around the mean rate m.
    """
    mean = float((means * size).sum() / size.sum())
    weights = 1 / (mean * (1 - mean) * _SPREADS**2)
    likelihood = np.array([_log_likelihood(hits, size, means, weight) for weight in weights])
    # The grid is even in log s, so each of its points stands for a stretch as long as s.
    log = likelihood - (_SPREADS / USUAL_SPREAD) ** 2 / 2 + np.log(_SPREADS)
    belief = np.exp(log - log.max())
    correlation = float((belief / (weights + 1)).sum() / belief.sum())
    return 1 / correlation - 1


def _log_likelihood(hits: Floats, size: Floats, means: Floats, weight: float) -> float:
    """Of the beta-binomial, less what does not depend on the weight."""
    alpha, beta = means * weight, (1 - means) * weight
    made = gammaln(hits + alpha) + gammaln(size - hits + beta) - gammaln(size + weight)
    prior = gammaln(alpha) + gammaln(beta) - gammaln(weight)
    return float((made - prior).sum())
