// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import RealModule

/// What Adam, AMSGrad and AdamW share: two moments, bias correction, one denominator.
///
/// All scalars of a step are computed here in `Double`; the loop over the weights is a C kernel for `Float` and `Double`, and
/// ``scalarLoop(_:_:keepsMaximum:)`` for other types. Both give the same bits.
struct AdaptiveMoments {
    var beta1: Double
    var beta2: Double
    var epsilon: Double
    var placement: EpsilonPlacement

    /// Scalars of the step, in the order PyTorch computes them.
    func coefficients<Scalar>(_ parameter: ParameterUpdate<Scalar>) -> AdaptiveMomentCoefficients {
        let correction1 = biasCorrection(beta1, step: parameter.step)
        let correction2 = biasCorrection(beta2, step: parameter.step)
        var coefficients = AdaptiveMomentCoefficients()
        coefficients.l2 = parameter.l2
        coefficients.firstWeight = 1 - beta1
        coefficients.beta2 = beta2
        coefficients.secondWeight = 1 - beta2
        coefficients.shrink = 1 - parameter.learningRate * parameter.decoupledDecay
        coefficients.epsilon = epsilon
        (coefficients.stepSize, coefficients.correction) = placement.pace(
            learningRate: parameter.learningRate, correction1: correction1, correction2: correction2)
        return coefficients
    }

    /// One step on state [m, v] or, with `keepsMaximum`, [m, v, max v].
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, keepsMaximum: Bool) {
        let coefficients = coefficients(parameter)
        guard let weights = parameter.weights.baseAddress, let gradient = parameter.gradient.baseAddress else { return }
        let (state, stride) = (parameter.state.base, parameter.state.stride)
        let maximum = keepsMaximum ? state + 2 * stride : nil
        let insideRoot: Int32 = placement == .insideRoot ? 1 : 0
        if Scalar.self == Float.self {
            adaptive_moment_step_float(
                parameter.weights.count, pun(weights), UnsafePointer(pun(gradient)), pun(state), pun(state + stride), maximum.map(pun),
                coefficients, insideRoot)
        } else if Scalar.self == Double.self {
            adaptive_moment_step_double(
                parameter.weights.count, pun(weights), UnsafePointer(pun(gradient)), pun(state), pun(state + stride), maximum.map(pun),
                coefficients, insideRoot)
        } else {
            scalarLoop(parameter, coefficients, keepsMaximum: keepsMaximum)
        }
    }

    /// The step in plain Swift, operation by operation as the kernel does it.
    func scalarLoop<Scalar: OptimizerScalar>(
        _ parameter: ParameterUpdate<Scalar>, _ coefficients: AdaptiveMomentCoefficients, keepsMaximum: Bool
    ) {
        let (m, v, gradient) = (parameter.state[0], parameter.state[1], parameter.gradient)
        let l2 = Scalar(coefficients.l2), firstWeight = Scalar(coefficients.firstWeight)
        let beta2 = Scalar(coefficients.beta2), secondWeight = Scalar(coefficients.secondWeight)
        let stepSize = Scalar(coefficients.stepSize), shrink = Scalar(coefficients.shrink)
        let correction = Scalar(coefficients.correction), epsilon = Scalar(coefficients.epsilon)
        for index in parameter.weights.indices {
            let g = gradient[index].regularised(weight: parameter.weights[index], l2: l2)
            m[index] = interpolate(m[index], g, firstWeight)
            v[index] = v[index] * beta2 + secondWeight * g * g
            var u = v[index]
            if keepsMaximum {
                u = maximumOrNaN(parameter.state[2][index], u)
                parameter.state[2][index] = u
            }
            let denominator =
                placement == .insideRoot ? (u / correction + epsilon).squareRoot() : u.squareRoot() / correction + epsilon
            parameter.weights[index] = parameter.weights[index] * shrink - stepSize * m[index] / denominator
        }
    }

    /// Scalars of a reading after step `step`.
    func coefficients(ofReadingAt step: Int) -> AdaptiveMomentReading {
        var reading = AdaptiveMomentReading()
        reading.firstCorrection = biasCorrection(beta1, step: step)
        reading.secondCorrection = biasCorrection(beta2, step: step)
        reading.rootCorrection = reading.secondCorrection.squareRoot()
        reading.epsilon = epsilon
        reading.placement =
            switch placement {
            case .outsideRoot: 0
            case .epsilonHat: 1
            case .insideRoot: 2
            }
        return reading
    }

    /// m̂ = m/(1−β₁ᵗ), √v̂ = √(v/(1−β₂ᵗ)) and the denominator of ``EpsilonPlacement``; with `keepsMaximum`, max v stands for v.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func readMoments<Scalar: OptimizerScalar>(
        _ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>, keepsMaximum: Bool
    ) {
        let coefficients = coefficients(ofReadingAt: reading.step)
        let count = reading.state.count
        guard let m = reading.state[0].baseAddress, let u = reading.state[keepsMaximum ? 2 : 1].baseAddress,
            let first = moments.firstMoment.baseAddress, let root = moments.rootSecondMoment.baseAddress,
            let denominator = moments.denominator.baseAddress
        else { return }
        if Scalar.self == Float.self {
            adaptive_moment_read_float(count, pun(UnsafePointer(m)), pun(UnsafePointer(u)), coefficients, pun(first), pun(root), pun(denominator))
        } else if Scalar.self == Double.self {
            adaptive_moment_read_double(count, pun(UnsafePointer(m)), pun(UnsafePointer(u)), coefficients, pun(first), pun(root), pun(denominator))
        } else {
            scalarReading(count, UnsafePointer(m), UnsafePointer(u), coefficients, moments)
        }
    }

    /// The reading in plain Swift, operation by operation as the kernel does it.
    func scalarReading<Scalar: OptimizerScalar>(
        _ count: Int, _ m: UnsafePointer<Scalar>, _ u: UnsafePointer<Scalar>, _ reading: AdaptiveMomentReading, _ moments: MomentBuffers<Scalar>
    ) {
        let (firstCorrection, rootCorrection) = (Scalar(reading.firstCorrection), Scalar(reading.rootCorrection))
        let (secondCorrection, epsilon) = (Scalar(reading.secondCorrection), Scalar(reading.epsilon))
        for index in 0..<count {
            let root = u[index].squareRoot() / rootCorrection
            let denominator: Scalar =
                switch placement {
                case .outsideRoot: root + epsilon
                case .epsilonHat: (u[index].squareRoot() + epsilon) / rootCorrection
                case .insideRoot: (u[index] / secondCorrection + epsilon).squareRoot()
                }
            moments.write(index, numerator: m[index] / firstCorrection, rootSecondMoment: root, denominator: denominator)
        }
    }
}

extension EpsilonPlacement {
    /// The scalars of a step that change from one to the next: what m is multiplied with, and what divides √v (or v, where ε stands inside the root).
    ///
    /// - Parameters:
    ///   - learningRate: α after the schedule.
    ///   - correction1: 1 − β₁ᵗ.
    ///   - correction2: 1 − β₂ᵗ.
    @inline(__always)
    package func pace(learningRate: Double, correction1: Double, correction2: Double) -> (stepSize: Double, correction: Double) {
        switch self {
        case .outsideRoot: (learningRate / correction1, correction2.squareRoot())
        case .epsilonHat: (learningRate * correction2.squareRoot() / correction1, 1)
        case .insideRoot: (learningRate / correction1, correction2)
        }
    }
}

extension Adam {
    /// 1 − βᵗ as the rule takes it, for who makes its steps in bulk.
    package static func correction(_ beta: Double, step: Int) -> Double { biasCorrection(beta, step: step) }
}

/// 1 − βᵗ, what a moment that started from 0 is short of.
///
/// Beyond t = 40/(1−β) the power is below e⁻⁴⁰ < 2⁻⁵⁴, so that the difference rounds to exactly 1 and the power need not be taken (it costs
/// most once it underflows).
@inline(__always)
func biasCorrection(_ beta: Double, step: Int) -> Double {
    let t = Double(step)
    return t * (1 - beta) > 40 ? 1 : 1 - Double.pow(beta, t)
}

/// a + weight·(b − a) for weight < ½, else b − (1 − weight)·(b − a), so that the result is exactly b at weight 1: PyTorch's `lerp`.
@inline(__always)
func interpolate<Scalar: OptimizerScalar>(_ a: Scalar, _ b: Scalar, _ weight: Scalar) -> Scalar {
    weight < 0.5 ? a + weight * (b - a) : b + (weight - 1) * (b - a)
}

/// The larger of two numbers, NaN if either is: PyTorch's `maximum`.
@inline(__always)
func maximumOrNaN<Scalar: OptimizerScalar>(_ a: Scalar, _ b: Scalar) -> Scalar { a > b || a.isNaN ? a : b }

/// The same address, for a type known to be `Other`.
@inline(__always)
func pun<Scalar, Other>(_ pointer: UnsafeMutablePointer<Scalar>) -> UnsafeMutablePointer<Other> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Other.self)
}

@inline(__always)
func pun<Scalar, Other>(_ pointer: UnsafePointer<Scalar>) -> UnsafePointer<Other> {
    UnsafeRawPointer(pointer).assumingMemoryBound(to: Other.self)
}
