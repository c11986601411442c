// SPDX-License-Identifier: GPL-3.0-or-later
// The loop of adaptive_moments.h for one type and one instruction set. The includer defines SCALAR, TARGET and NAME(suffix).
// Uniform choices (L2 or none, which side lerp starts from) are selects that vectorise; what costs a division or a stream of memory is a
// loop of its own.

static inline __attribute__((always_inline)) void NAME(loop)(
    size_t count, SCALAR *restrict weights, const SCALAR *restrict gradient, SCALAR *restrict firstMoment,
    SCALAR *restrict secondMoment, SCALAR *restrict maximum, const AdaptiveMomentCoefficients c, const int insideRoot,
    const int keepsMaximum, const int corrects)
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
        // A division by 1 changes nothing, and takes as long as another.
        const SCALAR root = __builtin_elementwise_sqrt(u), corrected = corrects ? root / correction : root;
        const SCALAR denominator = insideRoot ? __builtin_elementwise_sqrt(u / correction + epsilon) : corrected + epsilon;
        weights[i] = w * shrink - (stepSize * m) / denominator;
    }
}

static TARGET void NAME(step)(
    size_t count, SCALAR *weights, const SCALAR *gradient, SCALAR *firstMoment, SCALAR *secondMoment, SCALAR *maximum,
    const AdaptiveMomentCoefficients *c, int insideRoot)
{
    if (maximum && insideRoot)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, maximum, *c, 1, 1, 1);
    else if (maximum)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, maximum, *c, 0, 1, 1);
    else if (insideRoot)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, NULL, *c, 1, 0, 1);
    else if ((SCALAR)c->correction != 1)
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, NULL, *c, 0, 0, 1);
    else
        NAME(loop)(count, weights, gradient, firstMoment, secondMoment, NULL, *c, 0, 0, 0);
}

static inline __attribute__((always_inline)) void NAME(reading)(
    size_t count, const SCALAR *restrict m, const SCALAR *restrict u, const AdaptiveMomentReading *reading, SCALAR *restrict first,
    SCALAR *restrict root, SCALAR *restrict denominator, const int placement, const int correctsFirst,
    const int correctsRoot)
{
    const SCALAR firstCorrection = (SCALAR)reading->firstCorrection, rootCorrection = (SCALAR)reading->rootCorrection;
    const SCALAR secondCorrection = (SCALAR)reading->secondCorrection, epsilon = (SCALAR)reading->epsilon;
    for (size_t i = 0; i < count; i++) {
        // A division by 1 changes nothing, and takes as long as another.
        const SCALAR plain = __builtin_elementwise_sqrt(u[i]), corrected = correctsRoot ? plain / rootCorrection : plain;
        first[i] = correctsFirst ? m[i] / firstCorrection : m[i];
        root[i] = corrected;
        denominator[i] = placement == 0   ? corrected + epsilon
                         : placement == 1 ? (plain + epsilon) / rootCorrection
                                          : __builtin_elementwise_sqrt(u[i] / secondCorrection + epsilon);
    }
}

static TARGET void NAME(read)(
    size_t count, const SCALAR *m, const SCALAR *u, const AdaptiveMomentReading *reading, SCALAR *first, SCALAR *root, SCALAR *denominator)
{
    const int firstIsCorrected = (SCALAR)reading->firstCorrection == 1, rootIsCorrected = (SCALAR)reading->rootCorrection == 1;
    if (reading->placement == 0 && firstIsCorrected && rootIsCorrected)
        NAME(reading)(count, m, u, reading, first, root, denominator, 0, 0, 0);
    else if (reading->placement == 0 && firstIsCorrected)
        NAME(reading)(count, m, u, reading, first, root, denominator, 0, 0, 1);
    else if (reading->placement == 0)
        NAME(reading)(count, m, u, reading, first, root, denominator, 0, 1, 1);
    else if (reading->placement == 1)
        NAME(reading)(count, m, u, reading, first, root, denominator, 1, 1, 1);
    else
        NAME(reading)(count, m, u, reading, first, root, denominator, 2, 1, 1);
}
