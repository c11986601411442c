// SPDX-License-Identifier: GPL-3.0-or-later
// The loop of adaptive_moments.h for one type and one instruction set. The includer defines SCALAR, TARGET and NAME(suffix).
// Uniform choices (L2 or none, which side lerp starts from) are selects that vectorise; what costs a division or a stream of memory is a
// loop of its own.

static inline __attribute__((always_inline)) void NAME(loop)(
    size_t count, SCALAR *restrict weights, const SCALAR *restrict gradient, SCALAR *restrict firstMoment,
    SCALAR *restrict secondMoment, SCALAR *restrict maximum, const AdaptiveMomentCoefficients c, const int insideRoot,
    const int keepsMaximum)
{
    const SCALAR l2 = (SCALAR)c.l2, firstWeight = (SCALAR)c.firstWeight, beta2 = (SCALAR)c.beta2;
    const SCALAR secondWeight = (SCALAR)c.secondWeight, shrink = (SCALAR)c.shrink, stepSize = (SCALAR)c.stepSize;
    const SCALAR correction = (SCALAR)c.correction, epsilon = (SCALAR)c.epsilon;
    const int hasL2 = c.l2 != 0, startsFromMoment = firstWeight < (SCALAR)0.5;
    const SCALAR lerpWeight = startsFromMoment ? firstWeight : firstWeight - (SCALAR)1;

    for (size_t i = 0; i < count; i++) {
        const SCALAR w = weights[i], regularised = gradient[i] + l2 * w;
        const SCALAR g = hasL2 ? regularised : gradient[i];
        const SCALAR start = startsFromMoment ? firstMoment[i] : g;
        const SCALAR m = start + lerpWeight * (g - firstMoment[i]);
        const SCALAR v = secondMoment[i] * beta2 + (secondWeight * g) * g;
        firstMoment[i] = m;
        secondMoment[i] = v;
        SCALAR u = v;
        if (keepsMaximum) {
            const SCALAR past = maximum[i];
            u = (past > v || past != past) ? past : v;
            maximum[i] = u;
        }
        const SCALAR denominator = insideRoot ? __builtin_elementwise_sqrt(u / correction + epsilon)
                                              : __builtin_elementwise_sqrt(u) / correction + epsilon;
        weights[i] = w * shrink - (stepSize * m) / denominator;
    }
}

static TARGET void NAME(step)(
    size_t count, SCALAR *weights, const SCALAR *gradient, SCALAR *firstMoment, SCALAR *secondMoment, SCALAR *maximum,
    const AdaptiveMomentCoefficients *c, int insideRoot)
{
    if (maximum && insideRoot)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, maximum, *c, 1, 1);
    else if (maximum)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, maximum, *c, 0, 1);
    else if (insideRoot)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, NULL, *c, 1, 0);
    else
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, NULL, *c, 0, 0);
}

static TARGET void NAME(root)(size_t count, const SCALAR *restrict secondMoment, SCALAR correction, SCALAR *restrict root)
{
    for (size_t i = 0; i < count; i++) root[i] = __builtin_elementwise_sqrt(secondMoment[i]) / correction;
}
