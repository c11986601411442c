// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// A floating-point type that optimisers update weights in.
public protocol OptimizerScalar: Real, BinaryFloatingPoint, Sendable {}

extension Float: OptimizerScalar {}
extension Double: OptimizerScalar {}

/// One contiguous run of weights of one parameter at one step: what an update rule reads and writes.
///
/// All buffers have the same length. `gradient` is the gradient of the data loss alone, g_data, and is never written: coupled L2 enters
/// inside the rule as g = g_data + `l2`·w, so that an observation can still tell the two apart.
public struct ParameterUpdate<Scalar: OptimizerScalar> {
    /// w_k on entry, w_{k+1} on return.
    public let weights: UnsafeMutableBufferPointer<Scalar>
    /// g_data(w_k).
    public let gradient: UnsafeBufferPointer<Scalar>
    /// State tensors in the order of ``UpdateRule/stateNames``.
    public let state: [UnsafeMutableBufferPointer<Scalar>]
    /// t, counted from 1: this update is the parameter's t-th.
    public let step: Int
    /// α after the schedule.
    public let learningRate: Double
    /// λ of the coupled L2 term (λ/2)‖w‖² for this parameter; 0 for none.
    public let l2: Double

    public init(
        weights: UnsafeMutableBufferPointer<Scalar>, gradient: UnsafeBufferPointer<Scalar>,
        state: [UnsafeMutableBufferPointer<Scalar>], step: Int, learningRate: Double, l2: Double
    ) {
        self.weights = weights
        self.gradient = gradient
        self.state = state
        self.step = step
        self.learningRate = learningRate
        self.l2 = l2
    }
}

/// Where an optimiser's moments are written for a probe, one entry a weight.
public struct MomentBuffers<Scalar: OptimizerScalar> {
    /// m̂: the (bias-corrected) first moment, or whatever stands in the numerator of the update.
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
}

/// An optimiser's update, as a pure rule on (w, g, state): hyper-parameters inside, state outside.
///
/// Conform to it to train with an optimiser of your own. A rule is elementwise: weight j of the result depends on entry j of the inputs
/// only, so that a run may be cut anywhere without changing a bit.
public protocol UpdateRule: Sendable {
    /// The key in a configuration, such as `adam`.
    static var name: String { get }
    /// α before the schedule.
    var learningRate: Double { get }
    /// Names of the per-weight state tensors, PyTorch's where it has the optimiser, such as `["exp_avg", "exp_avg_sq"]`.
    var stateNames: [String] { get }
    /// Value that each state tensor starts from, in the order of ``stateNames``; zeros by default.
    var initialState: [Double] { get }
    /// Replaces w and the state by their values after one step.
    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>)
    /// Writes the moments that the update at step `step` used, from the state as it is after that step.
    func readMoments<Scalar: OptimizerScalar>(
        state: [UnsafeBufferPointer<Scalar>], step: Int, into moments: MomentBuffers<Scalar>)
}

extension UpdateRule {
    public var initialState: [Double] { stateNames.map { _ in 0 } }
}
