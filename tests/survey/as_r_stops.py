"""R's figures where R stops short of the answer: its own steps from the package's likelihoods, ended where R ends them.

The package goes on to the maximum, or to the root, so that its own figures are beside R's by what R left undone. That
nothing else parts the two is shown by these steps: they end at R's figures. Nothing here is offered to users. Sources:
``glm.fit``, ``spline(method = "fmm")`` and ``optim(method = "BFGS")`` of R 4.2.2, ``svyglm`` and ``confint.svyglm`` of
its package survey, ``ltm`` and ``rasch`` of ltm 1.2.
"""

import numpy as np
from scipy import special, stats

ENOUGH = 1e-8  # glm.control's epsilon and, nearly, optim's reltol


def logistic(model, y, weight):
    """``glm.fit``: coefficients, and residuals and weights of the last two steps as its result mixes them."""

    def deviance(mean):
        return 2 * weight @ (special.rel_entr(y, mean) + special.rel_entr(1 - y, 1 - mean))

    eta = special.logit((weight * y + 0.5) / (weight + 1))
    last = deviance(special.expit(eta))
    while True:
        mean = special.expit(eta)
        slope = mean * (1 - mean)
        root = np.sqrt(weight * slope)
        beta = np.linalg.lstsq(model * root[:, None], root * (eta + (y - mean) / slope), rcond=None)[0]
        eta = model @ beta
        mean = special.expit(eta)
        now = deviance(mean)
        if abs(now - last) / (abs(now) + 0.1) < ENOUGH:
            return beta, (y - mean) / (mean * (1 - mean)), weight * slope
        last = now


def regression(sample, model, y):
    """``svyglm`` with the family quasibinomial: coefficients and standard errors."""
    beta, residual, weight = logistic(model, y, sample.weights / sample.weights.mean())
    moves = (model * (residual * weight)[:, None]) @ np.linalg.inv(model.T @ (model * weight[:, None]))
    everyone = sample.domains(None)
    totals = np.hstack([sample.totals(move / sample.weights, everyone) for move in moves.T])
    q = sample.deviations(sample.stages[0], totals)
    return beta, np.sqrt((q**2).sum(axis=0))


def likelihood_limits(y, weight, df, se, dispersion):
    """``confint.svyglm(method = "likelihood")`` of the share of ``y`` when its logit has the standard error ``se``.

    Some ten points of the profile, a spline through them, straight lines between thrice as many points of the spline.
    """
    n = len(y)
    (centre,), _, last = logistic(np.ones((n, 1)), y, weight * n / weight.sum())
    p = special.expit(centre)
    cut = stats.t.isf(0.025, df) * se * np.sqrt(last.sum())
    largest = np.sqrt(stats.f.isf(stats.norm.sf(cut) / 2, 1, n - 1))
    points = [(centre, 0.0)]
    for sign in (-1, 1):
        for step in range(1, 10):
            at = centre + sign * step * largest / 5 * se
            mean = special.expit(at)
            fall = 2 * n * (special.rel_entr(p, mean) + special.rel_entr(1 - p, 1 - mean)) / dispersion
            points.append((at, sign * np.sqrt(fall)))
            if np.sqrt(fall) >= largest:
                break
    x, z = np.array(sorted(points, key=lambda point: point[1])).T
    fine = np.linspace(x[0], x[-1], 3 * len(x))
    return special.expit(np.interp([-cut, cut], spline(x, z, fine), fine))


def spline(x, y, at):
    """The cubic spline of Forsythe, Malcolm and Moler: third derivatives at the ends from cubics through four points."""
    n, h = len(x), np.diff(x)
    slope = np.diff(y) / h
    third = [np.polyfit(x[k] - x[k][0], y[k], 3)[0] for k in (slice(0, 4), slice(-4, None))]
    matrix, right = np.zeros((n, n)), np.zeros(n)
    matrix[0, :2], right[0] = (-h[0], h[0]), h[0] ** 2 * third[0]
    matrix[-1, -2:], right[-1] = (h[-1], -h[-1]), -(h[-1] ** 2) * third[1]
    for k in range(1, n - 1):
        matrix[k, k - 1 : k + 2], right[k] = (h[k - 1], 2 * (h[k - 1] + h[k]), h[k]), slope[k] - slope[k - 1]
    c = np.linalg.solve(matrix, right)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    b = slope - h * (c[1:] + 2 * c[:-1])
    d = np.diff(c) / h
    away = at - x[k]
    return y[k] + away * (b[k] + away * (3 * c[k] + away * d[k]))


# how ltm's functions make an item's two coefficients from the free ones, and the free ones' gradient from theirs
MODELS = {
    "ltm rasch1": (lambda b: np.column_stack([b, np.ones(len(b))]), lambda g: g[:, 0]),
    "ltm rasch": (
        lambda b: np.column_stack([b[:-1], np.full(len(b) - 1, abs(b[-1]))]),
        lambda g: np.append(g[:, 0], g[:, 1].sum()),
    ),
    "ltm 2pl": (lambda b: b.reshape(2, -1).T, lambda g: g.T.ravel()),
}


def item_response(answers, func):
    """``ltm`` and ``rasch``: a logistic regression an item to start, forty EM steps (``ltm`` alone), BFGS.

    Difficulty and discrimination of each item.
    """
    right = answers.to_numpy(dtype=float)
    rank = np.unique(right.sum(axis=1), return_inverse=True)[1]
    score = np.column_stack([np.ones(len(rank)), np.linspace(-3, 3, rank.max() + 1)[rank]])
    beta = np.array([logistic(score, y, np.ones(len(y)))[0] for y in right.T])
    nodes, mass = np.polynomial.hermite_e.hermegauss(21)
    line = np.column_stack([np.ones(21), nodes])

    def at(beta):
        """Log-likelihood, its gradient (items × 2), chances (nodes × items) and θ's posterior (people × nodes)."""
        chance = np.clip(special.expit(line @ beta.T), 1e-300, 1 - 1e-16)
        joint = np.exp(right @ np.log(chance).T + (1 - right) @ np.log(1 - chance).T) * mass / mass.sum()
        total = joint.sum(axis=1, keepdims=True)
        post = joint / total
        return (
            np.log(total).sum(),
            (post.T @ right - post.sum(axis=0)[:, None] * chance).T @ line,
            chance,
            post,
        )

    if func == "ltm 2pl":
        for _ in range(40):
            _, scores, chance, post = at(beta)
            spread = chance * (1 - chance) * post.sum(axis=0)[:, None]
            hessians = np.einsum("kp,ki,kq->ipq", line, spread, line)
            beta = beta + np.linalg.solve(hessians, scores[:, :, None])[:, :, 0]
    start = {
        "ltm rasch1": beta[:, 0],
        "ltm rasch": np.append(beta[:, 0], beta[:, 1].mean()),
        "ltm 2pl": beta.T.ravel(),
    }
    full, free = MODELS[func]
    found = full(bfgs(start[func], lambda b: -at(full(b))[0], lambda b: -free(at(full(b))[1])))
    return -found[:, 0] / found[:, 1], found[:, 1]


def bfgs(at, value, gradient):
    """``vmmin``: Nash (1990), Compact Numerical Methods, algorithm 21, with the restarts of R and ``optim``'s reltol."""
    tolerance, size = np.sqrt(np.finfo(float).eps), len(at)
    best, slope = value(at), gradient(at)
    steps = restarted = 1
    progress = True
    while progress or restarted != steps:
        if restarted == steps:
            inverse = np.eye(size)
        before, slope_before = at, slope
        step = -inverse @ slope
        downhill = step @ slope
        if downhill >= 0:
            progress, restarted = restarted != steps, steps
            continue
        factor = 1.0
        while True:
            at = before + factor * step
            progress = bool((10 + at != 10 + before).any())
            now = value(at)
            if not progress or now <= best + downhill * factor * 1e-4:
                break
            factor *= 0.2
        progress = progress and abs(now - best) > tolerance * (abs(best) + tolerance)
        best = now
        if progress:
            slope = gradient(at)
            steps += 1
            moved, turned = factor * step, slope - slope_before
            if moved @ turned > 0:
                image = inverse @ turned
                both = np.outer(moved, image)
                inverse = inverse + (
                    (1 + image @ turned / (moved @ turned)) * np.outer(moved, moved) - both - both.T
                ) / (moved @ turned)
            else:
                restarted = steps
        elif restarted < steps:
            progress, restarted = True, steps
        if steps - restarted > 2 * size:
            restarted = steps
    return at
