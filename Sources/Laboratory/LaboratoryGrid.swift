// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Statistics
import Theory

/// Cases over ranges of α, λ, ε, β₁, β₂, w₀, m₀ and v₀: as a cartesian product, or drawn at random.
public struct LaboratoryGrid: Sendable {
    /// The values that one quantity takes.
    public enum Axis: Sendable, Equatable {
        /// These; a random draw takes one of them.
        case values([Double])
        /// x with ln x uniform: lower > 0.
        case logUniform(Range<Double>)
        case uniform(Range<Double>)
    }

    /// What m₀ is measured in.
    public enum FirstMoment: Sendable, Equatable {
        case value(Axis)
        /// m₀ = share·√v₀.
        case shareOfRoot(Axis)
    }

    /// What v₀ is measured in.
    public enum SecondMoment: Sendable, Equatable {
        case value(Axis)
        /// v₀ = (memory·λ|w₀|)²: s₀/(λ|w₀|) of the theory notes.
        case memory(Axis)
    }

    /// The hyper-parameters that a rule is made from.
    public struct Point: Sendable, Equatable {
        public var learningRate: Double
        public var l2: Double
        public var epsilon: Double
        public var beta1: Double
        public var beta2: Double
    }

    public var learningRate = Axis.values([1e-3])
    public var l2 = Axis.values([5e-4])
    public var epsilon = Axis.values([1e-8])
    public var beta1 = Axis.values([0.9])
    public var beta2 = Axis.values([0.999])
    public var weight = Axis.values([0.02])
    public var firstMoment = FirstMoment.value(.values([0]))
    public var secondMoment = SecondMoment.value(.values([0]))
    /// Step count of every weight; nil for no bias correction.
    public var step: Int?

    public init() {}

    /// Every combination; the last axis (v₀) runs fastest, then m₀, w₀, β₂, β₁, ε, λ, α.
    ///
    /// - Parameter rule: makes the rule of a point, such as `{ .adam(beta1: $0.beta1, beta2: $0.beta2, epsilon: $0.epsilon) }`.
    /// - Throws: ``LaboratoryError/unavailable(_:accepted:)`` if an axis is a range.
    public func product(_ rule: (Point) -> DeadWeightRule) throws(LaboratoryError) -> [LaboratoryCase] {
        var values: [[Double]] = []
        for axis in axes {
            guard case .values(let list) = axis else { throw .unavailable("a product over a range", accepted: "values on every axis") }
            values.append(list)
        }
        var combinations: [[Double]] = [[]]
        for list in values { combinations = combinations.flatMap { head in list.map { head + [$0] } } }
        return combinations.map { makeCase($0, rule) }
    }

    /// `count` cases, each axis drawn on its own, in the order α, λ, ε, β₁, β₂, w₀, m₀, v₀, from the stream `name` of `seed`.
    ///
    /// - Throws: ``LaboratoryError/invalid(quantity:found:accepted:)`` for an axis without values, or a logarithmic one that reaches 0.
    public func draw(
        _ count: Int, seed: UInt64, name: String, _ rule: (Point) -> DeadWeightRule
    ) throws(LaboratoryError) -> [LaboratoryCase] {
        for axis in axes {
            switch axis {
            case .values(let list) where list.isEmpty: throw .invalid(quantity: "number of values of an axis", found: 0, accepted: "≥ 1")
            case .logUniform(let range) where !(range.lowerBound > 0):
                throw .invalid(quantity: "lower end of a logarithmic axis", found: range.lowerBound, accepted: "> 0")
            default: break
            }
        }
        var random = RandomStream(seed: seed, name: name)
        return (0..<count).map { _ in makeCase(axes.map { $0.draw(&random) }, rule) }
    }

    private var axes: [Axis] {
        let first =
            switch firstMoment {
            case .value(let axis), .shareOfRoot(let axis): axis
            }
        let second =
            switch secondMoment {
            case .value(let axis), .memory(let axis): axis
            }
        return [learningRate, l2, epsilon, beta1, beta2, weight, first, second]
    }

    private func makeCase(_ x: [Double], _ rule: (Point) -> DeadWeightRule) -> LaboratoryCase {
        let point = Point(learningRate: x[0], l2: x[1], epsilon: x[2], beta1: x[3], beta2: x[4])
        let root: Double
        let square: Double
        switch secondMoment {
        case .value: (root, square) = (x[7].squareRoot(), x[7])
        case .memory:
            root = x[7] * point.l2 * x[5].magnitude
            square = root * root
        }
        let moment = if case .shareOfRoot = firstMoment { x[6] * root } else { x[6] }
        return LaboratoryCase(
            rule: rule(point), learningRate: .constant(point.learningRate), l2: point.l2,
            weight: DeadWeight(weight: x[5], firstMoment: moment, secondMoment: square, step: step))
    }
}

extension LaboratoryGrid.Axis {
    fileprivate func draw(_ random: inout RandomStream) -> Double {
        switch self {
        case .values(let list): list[Int(random.integer(below: UInt64(list.count)))]
        case .logUniform(let range): random.logUniform(in: range)
        case .uniform(let range): random.uniform(in: range)
        }
    }
}
