// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// A floating-point type that optimisers update weights in.
public protocol OptimizerScalar: Real, BinaryFloatingPoint, Sendable {
    /// Σ w² and max |w|.
    static func weightSums(_ weights: UnsafeBufferPointer<Self>) -> WeightSums
}

extension Float: OptimizerScalar {}
extension Double: OptimizerScalar {}

extension OptimizerScalar {
    /// g = g_data + λw of a data gradient; g_data untouched where λ = 0.
    ///
    /// The weight comes as a value, read whatever λ is: a conditional load would keep the loop around it from being vectorised.
    @inlinable @inline(__always)
    public func regularised(weight: Self, l2: Self) -> Self {
        let sum = self + l2 * weight
        return l2.isZero ? self : sum
    }
}

/// An optimiser's update, as a pure rule on (w, g, state): hyper-parameters inside, state outside.
///
/// Conform to it to train with an optimiser of your own. A rule is elementwise: weight j of the result depends on entry j of the inputs
/// only, so that a run may be cut anywhere without changing a bit.
///
/// The rules of this module follow PyTorch's order of operations (its `foreach=False` path), with scalars computed in `Double` and rounded
/// once to `Scalar`, every operation rounded on its own. PyTorch's own vector kernels fuse some multiply-adds, so the two agree to
/// rounding, not to the bit.
///
/// - Note: Called from another module, a generic loop is slow unless it is specialised: put `@_specialize(where Scalar == Float)` and
///   `@_specialize(where Scalar == Double)` on ``update(_:)`` and ``readMoments(_:into:)``, as the rules here do.
public protocol UpdateRule: Sendable {
    /// The key in a configuration, such as `adam`.
    static var name: String { get }
    /// α before the schedule.
    var learningRate: Double { get }
    /// β₁ or μ: the share of the first moment that a step keeps; 0, the default, for rules without one. A weight on its way to zero
    /// oscillates with a period of some 1/(1 − β₁) steps, so probes wait a multiple of that before they call a passage.
    var firstMomentDecay: Double { get }
    /// True if the numerator of the update contains the step's own gradient, so that ``readMoments(_:into:)`` needs it; false by default.
    var readsGradient: Bool { get }
    /// True, the default, if of two weights the one with the larger √v̂ has no smaller denominator: quantiles of one are then those of the
    /// other.
    var denominatorFollowsSecondMoment: Bool { get }
    /// Decay outside the gradient, w ← w·(1 − α·coefficient) before the step; none by default.
    var decoupledDecay: DecoupledDecay { get }
    /// Names of the per-weight state tensors, PyTorch's where it has the optimiser, such as `["exp_avg", "exp_avg_sq"]`.
    var stateNames: [String] { get }
    /// Value that each state tensor starts from, in the order of ``stateNames``; zeros by default.
    var initialState: [Double] { get }
    /// Names of state that is one number a parameter, such as NAdam's `mu_product`; none by default. (`step` is kept by ``Optimizer``.)
    var scalarStateNames: [String] { get }
    /// Value that each scalar state starts from, in the order of ``scalarStateNames``.
    var initialScalarState: [Double] { get }
    /// Throws if a hyper-parameter lies outside its range.
    func validate() throws(HyperParameterError)
    /// Moves a parameter's scalar state on to step `step` (counted from 1), once before ``update(_:)`` of that step; does nothing by
    /// default. Not called for a rule without scalar state.
    func advance(scalarState: UnsafeMutableBufferPointer<Double>, step: Int)
    /// Replaces w and the state tensors by their values after one step.
    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>)
    /// True if neither this step nor any later one moves w or any state but the second moment, as long as the data gradient stays 0, λ stays, and
    /// neither α nor the decay grows; false, the default, where that is not known. `gradient` is not read.
    func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool
    /// Brings the state of weights at rest on by `steps` steps, to the bit what as many updates would leave. Called only where
    /// ``isAtRest(_:)`` was true.
    func advanceAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int)
    /// Writes the moments that the update of step `reading.step` used, from the state as it is after that step.
    func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>)
}

extension UpdateRule {
    public var firstMomentDecay: Double { 0 }
    public var readsGradient: Bool { false }
    public var denominatorFollowsSecondMoment: Bool { true }
    public var decoupledDecay: DecoupledDecay { .none }
    public var initialState: [Double] { stateNames.map { _ in 0 } }
    public var scalarStateNames: [String] { [] }
    public var initialScalarState: [Double] { scalarStateNames.map { _ in 0 } }
    public func validate() throws(HyperParameterError) {}
    public func advance(scalarState: UnsafeMutableBufferPointer<Double>, step: Int) {}
    public func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool { false }
    public func advanceAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int) {}
}
