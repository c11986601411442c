// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

/// splitmix64: the same draws as in Tests/Reference/optimizers.py.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform on [−1, 1).
    mutating func signed() -> Double { 2 * (Double(next() >> 11) * 0x1p-53) - 1 }
}

/// Initial weights and a gradient for every step.
struct Planted<Scalar: OptimizerScalar> {
    var weights: [Scalar]
    var gradients: [[Scalar]]
}

extension Planted {
    /// The plan of Tests/Reference/optimizers.py: weight j's gradients are of the order 4⁻ʲ; from `silentFrom` on weights 6 and 7 have none.
    init(seed: UInt64 = 2018, steps: Int, silentFrom: Int = 300) {
        var random = SplitMix(state: seed)
        weights = (0..<8).map { _ in Scalar(random.signed()) }
        gradients = (0..<steps).map { step in
            var row = (0..<8).map { Scalar(random.signed() * Double(sign: .plus, exponent: -2 * $0, significand: 1)) }
            if step >= silentFrom { (row[6], row[7]) = (0, 0) }
            return row
        }
    }
}

/// A planted run: one parameter under one optimiser, step by step.
struct PlantedRun<Scalar: OptimizerScalar> {
    let optimizer: Optimizer<Scalar>
    var weights: [Scalar]

    init(_ rule: any UpdateRule, weights: [Scalar], group: DecayGroup = .weights) throws {
        optimizer = try Optimizer(rule: rule, parameters: [OptimizedParameter(name: "0.weight", count: weights.count, group: group)])
        self.weights = weights
    }

    mutating func step(_ gradient: [Scalar], learningRate: Double, l2: Double = 0) {
        let optimizer = optimizer
        weights.withUnsafeMutableBufferPointer { weights in
            gradient.withUnsafeBufferPointer { gradient in
                optimizer.update(parameter: 0, weights: weights, gradient: gradient, learningRate: learningRate, l2: l2)
            }
        }
    }

    /// All state tensors, in the rule's order.
    var state: [[Scalar]] {
        get throws { try optimizer.stateNames.map { try optimizer.state($0, of: 0) } }
    }

    /// Moments of the last step.
    func moments(gradient: [Scalar]? = nil) -> (first: [Scalar], root: [Scalar], denominator: [Scalar]) {
        var (first, root, denominator) = (weights, weights, weights)
        first.withUnsafeMutableBufferPointer { first in
            root.withUnsafeMutableBufferPointer { root in
                denominator.withUnsafeMutableBufferPointer { denominator in
                    let buffers = MomentBuffers(firstMoment: first, rootSecondMoment: root, denominator: denominator)
                    let range = 0..<weights.count
                    if let gradient {
                        gradient.withUnsafeBufferPointer {
                            optimizer.readMoments(parameter: 0, range: range, gradient: $0, into: buffers)
                        }
                    } else {
                        optimizer.readMoments(parameter: 0, range: range, into: buffers)
                    }
                }
            }
        }
        return (first, root, denominator)
    }
}

/// max|a − b| / max|b|; NaN if anything is not finite.
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
    var (difference, scale) = (0.0, 0.0)
    guard a.count == b.count else { return .nan }
    for (x, y) in zip(a, b) {
        guard x.isFinite, y.isFinite else { return .nan }
        difference = max(difference, abs(x - y))
        scale = max(scale, abs(y))
    }
    return scale == 0 ? difference : difference / scale
}

/// Every rule under test, with a name to tell variants apart.
struct NamedRule: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: any UpdateRule

    var testDescription: String { name }

    init(_ name: String, _ rule: any UpdateRule) {
        self.name = name
        self.rule = rule
    }

    static let all: [NamedRule] = [
        NamedRule("sgd", StochasticGradientDescent(learningRate: 0.05)),
        NamedRule("heavyBall", HeavyBall(learningRate: 0.01)),
        NamedRule("nesterov", Nesterov(learningRate: 0.01)),
        NamedRule("adagrad", AdaGrad()),
        NamedRule("adagrad.decayed", AdaGrad(learningRate: 0.05, learningRateDecay: 0.01, initialAccumulator: 0.1)),
        NamedRule("rmsprop", RMSprop()),
        NamedRule("rmsprop.centered", RMSprop(centered: true)),
        NamedRule("rmsprop.momentum", RMSprop(learningRate: 0.001, momentum: 0.9)),
        NamedRule("rmsprop.centered.momentum", RMSprop(learningRate: 0.001, momentum: 0.9, centered: true)),
        NamedRule("adadelta", Adadelta()),
        NamedRule("adam", Adam()),
        NamedRule("adam.lowBeta1", Adam(learningRate: 0.01, beta1: 0.3, beta2: 0.99, epsilon: 1e-6)),
        NamedRule("adam.epsilonHat", Adam(epsilon: 1e-4, epsilonPlacement: .epsilonHat)),
        NamedRule("adam.insideRoot", Adam(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        NamedRule("amsgrad", AMSGrad()),
        NamedRule("amsgrad.insideRoot", AMSGrad(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        NamedRule("adamax", AdaMax()),
        NamedRule("nadam", NAdam()),
        NamedRule("nadam.epsilonHat", NAdam(epsilon: 1e-4, epsilonPlacement: .epsilonHat)),
        NamedRule("nadam.insideRoot", NAdam(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        NamedRule("adamw", AdamW(learningRate: 0.01)),
        NamedRule("lion", Lion(learningRate: 0.001)),
        NamedRule("lion.decayed", Lion(learningRate: 0.001, weightDecay: DecoupledDecay(everywhere: 0.1))),
        NamedRule("signDescent", SignDescent()),
    ]
}
