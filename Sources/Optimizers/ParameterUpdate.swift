// SPDX-License-Identifier: GPL-3.0-or-later

/// The state tensors of one parameter, or of a run of its weights: equally long, equally spaced in memory.
///
/// A plain view that owns nothing, so that passing it costs no allocation and no reference counting.
public struct StateTensors<Scalar: OptimizerScalar> {
    /// First entry of the first tensor.
    public let base: UnsafeMutablePointer<Scalar>
    /// Entries from one tensor's start to the next one's.
    public let stride: Int
    /// Entries of each tensor.
    public let count: Int

    public init(base: UnsafeMutablePointer<Scalar>, stride: Int, count: Int) {
        self.base = base
        self.stride = stride
        self.count = count
    }

    /// Tensor `index`, in the order of ``UpdateRule/stateNames``; an index the rule doesn't have is a programming error and isn't checked.
    @inlinable @inline(__always)
    public subscript(index: Int) -> UnsafeMutableBufferPointer<Scalar> {
        UnsafeMutableBufferPointer(start: base + index * stride, count: count)
    }

    /// The same tensors, weights `range` only.
    public func slice(_ range: Range<Int>) -> StateTensors {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range \(range) lies outside 0..<\(count)")
        return StateTensors(base: base + range.lowerBound, stride: stride, count: range.count)
    }
}

/// One contiguous run of weights of one parameter at one step: what an update rule reads and writes.
///
/// All buffers have the same length and don't overlap. `gradient` is the gradient of the data loss alone, g_data, and is never written:
/// coupled L2 enters inside the rule as g = g_data + `l2`·w, so that an observation can still tell the two apart.
public struct ParameterUpdate<Scalar: OptimizerScalar> {
    /// w_k on entry, w_{k+1} on return.
    public let weights: UnsafeMutableBufferPointer<Scalar>
    /// g_data(w_k).
    public let gradient: UnsafeBufferPointer<Scalar>
    /// State tensors in the order of ``UpdateRule/stateNames``.
    public let state: StateTensors<Scalar>
    /// Scalar state in the order of ``UpdateRule/scalarStateNames``, already advanced to this step.
    public let scalarState: UnsafeBufferPointer<Double>
    /// t, counted from 1: this update is the parameter's t-th.
    public let step: Int
    /// α after the schedule.
    public let learningRate: Double
    /// λ of the coupled L2 term (λ/2)‖w‖² for this parameter; 0 for none.
    public let l2: Double
    /// Coefficient of the decoupled decay for this parameter; 0 for none.
    public let decoupledDecay: Double

    public init(
        weights: UnsafeMutableBufferPointer<Scalar>, gradient: UnsafeBufferPointer<Scalar>, state: StateTensors<Scalar>,
        scalarState: UnsafeBufferPointer<Double> = UnsafeBufferPointer(start: nil, count: 0), step: Int, learningRate: Double,
        l2: Double = 0, decoupledDecay: Double = 0
    ) {
        self.weights = weights
        self.gradient = gradient
        self.state = state
        self.scalarState = scalarState
        self.step = step
        self.learningRate = learningRate
        self.l2 = l2
        self.decoupledDecay = decoupledDecay
    }
}

extension ParameterUpdate {
    /// The same update of weights `range` only.
    public func slice(_ range: Range<Int>) -> ParameterUpdate {
        ParameterUpdate(
            weights: UnsafeMutableBufferPointer(rebasing: weights[range]),
            gradient: gradient.baseAddress == nil ? gradient : UnsafeBufferPointer(rebasing: gradient[range]), state: state.slice(range),
            scalarState: scalarState, step: step, learningRate: learningRate, l2: l2, decoupledDecay: decoupledDecay)
    }

    /// 1 − α·decay, what the decoupled decay multiplies w with; exactly 1 for none.
    @inlinable
    public var shrink: Scalar { Scalar(1 - learningRate * decoupledDecay) }
}

/// What a rule reads its moments from.
public struct MomentReading<Scalar: OptimizerScalar> {
    /// State after the step, weights of the probed range only.
    public let state: StateTensors<Scalar>
    public let scalarState: UnsafeBufferPointer<Double>
    /// t of the step that was made, from 1; 0 before the first.
    public let step: Int
    /// g = g_data(w_k) + λw_k of that step, if the caller has it.
    public let gradient: UnsafeBufferPointer<Scalar>?

    public init(
        state: StateTensors<Scalar>, scalarState: UnsafeBufferPointer<Double> = UnsafeBufferPointer(start: nil, count: 0), step: Int,
        gradient: UnsafeBufferPointer<Scalar>? = nil
    ) {
        self.state = state
        self.scalarState = scalarState
        self.step = step
        self.gradient = gradient
    }

    /// g of weight `index`, NaN if the caller has none.
    @inlinable @inline(__always)
    public func gradient(_ index: Int) -> Scalar { gradient.map { $0[index] } ?? .nan }
}

/// Where an optimiser's moments are written for a probe, one entry a weight.
///
/// Up to rounding, the step was w_{k+1} = w_k − α·firstMoment/denominator (decoupled decay apart). Before the first step all entries are
/// what the formulas give at zero steps: NaN under bias correction.
public struct MomentBuffers<Scalar: OptimizerScalar> {
    /// m̂: what stands in the numerator of the update, bias correction included. Where the step's own gradient stands there (SGD, Nesterov,
    /// AdaGrad, RMSprop without momentum, Adadelta, NAdam, sign descent) it is computed from ``MomentReading/gradient``, and NaN without.
    public let firstMoment: UnsafeMutableBufferPointer<Scalar>
    /// √v̂: the root of the (bias-corrected) second moment; NaN for rules that keep none.
    public let rootSecondMoment: UnsafeMutableBufferPointer<Scalar>
    /// What the numerator is divided by, √v̂ + ε in the rule's own ε placement; 1 for rules that keep no second moment.
    public let denominator: UnsafeMutableBufferPointer<Scalar>

    public init(
        firstMoment: UnsafeMutableBufferPointer<Scalar>, rootSecondMoment: UnsafeMutableBufferPointer<Scalar>,
        denominator: UnsafeMutableBufferPointer<Scalar>
    ) {
        self.firstMoment = firstMoment
        self.rootSecondMoment = rootSecondMoment
        self.denominator = denominator
    }

    /// Writes one weight's entries.
    @inlinable @inline(__always)
    public func write(_ index: Int, numerator: Scalar, rootSecondMoment root: Scalar = .nan, denominator divisor: Scalar = 1) {
        firstMoment[index] = numerator
        rootSecondMoment[index] = root
        denominator[index] = divisor
    }
}
