// SPDX-License-Identifier: GPL-3.0-or-later

/// The exact recursion of all incoming weights of a node: ``ExactRecursion``, weight by weight, with the scalars of a step computed once.
///
/// It runs in the calling thread's floating-point state: for a run that flushed subnormals to zero, set that first. A weight that a step
/// left as it was is skipped until the scalars of a step change, so that a node among the subnormals costs little.
public struct NodeRecursion<Scalar: RecursionScalar>: Sendable {
    public let rule: DeadWeightRule
    public let learningRate: LearningRate
    /// λ.
    public let l2: Double
    /// Steps made since the recursion began.
    public private(set) var stepsMade = 0
    /// The weights as they are now.
    public private(set) var weights: [Scalar]
    private var firstMoments: [Scalar]
    private var secondMoments: [Scalar]
    private var auxiliaries: [Scalar]
    private var momentumProduct: Double
    private let start: Int?
    private var isFixed: [Bool]
    private var lastStep: RecursionStep<Scalar>?

    /// - Throws: ``LawError`` if λ or a hyper-parameter lies outside its range.
    public init(_ node: DeadNode<Scalar>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double) throws(LawError) {
        try rule.validate()
        try requireNonNegative("λ", l2)
        if let step = node.step, step < 0 { throw .invalid(quantity: "step", found: Double(step), accepted: "≥ 0") }
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        weights = node.weights
        func filled(_ values: [Scalar]) -> [Scalar] { values.isEmpty ? Array(repeating: 0, count: node.weights.count) : values }
        firstMoments = filled(node.firstMoments)
        secondMoments = filled(node.secondMoments)
        auxiliaries = filled(node.auxiliaries)
        momentumProduct = node.momentumProduct
        start = node.step
        isFixed = Array(repeating: false, count: node.weights.count)
    }

    /// The node with all its state as it is now.
    public var state: DeadNode<Scalar> {
        DeadNode(
            weights: weights, firstMoments: firstMoments, secondMoments: secondMoments, auxiliaries: auxiliaries,
            momentumProduct: momentumProduct, step: start.map { $0 + stepsMade })
    }

    /// Makes one step without data gradient. Returns false if it, and so every step with the same scalars, leaves the node as it is.
    @discardableResult
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public mutating func advance() -> Bool {
        let alpha = learningRate[(start ?? 0) + stepsMade]
        stepsMade += 1
        let step = RecursionStep<Scalar>(
            rule, learningRate: alpha, l2: l2, step: start.map { $0 + stepsMade }, momentumProduct: &momentumProduct)
        let isNew = step != lastStep
        lastStep = step
        return move(step, all: isNew)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private mutating func move(_ step: RecursionStep<Scalar>, all: Bool) -> Bool {
        var hasMoved = false
        let count = weights.count
        weights.withUnsafeMutableBufferPointer { weights in
            firstMoments.withUnsafeMutableBufferPointer { firstMoments in
                secondMoments.withUnsafeMutableBufferPointer { secondMoments in
                    auxiliaries.withUnsafeMutableBufferPointer { auxiliaries in
                        isFixed.withUnsafeMutableBufferPointer { isFixed in
                            for j in 0..<count where all || !isFixed[j] {
                                let (w, m, v, u) = (weights[j], firstMoments[j], secondMoments[j], auxiliaries[j])
                                var (w1, m1, v1, u1) = (w, m, v, u)
                                step.apply(&w1, &m1, &v1, &u1)
                                (weights[j], firstMoments[j], secondMoments[j], auxiliaries[j]) = (w1, m1, v1, u1)
                                // False for NaN, which is never called fixed.
                                isFixed[j] = w1 == w && m1 == m && v1 == v && u1 == u
                                if !isFixed[j] { hasMoved = true }
                            }
                        }
                    }
                }
            }
        }
        return hasMoved
    }

    /// Σ w² in double precision in the order that the dead-node ledger has: weight j goes to sum j mod 16, and the sixteen sums are added one
    /// after the other; +∞ as soon as it is seen to reach `limit`, or for a NaN.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func squaredNorm(below limit: Double) -> Double {
        // A larger weight settles it: the sum of squares, rounded, is no smaller than a square.
        for weight in weights {
            let w = Double(weight)
            if !(w * w < limit) { return .infinity }
        }
        let sum = squaredNorm()
        return sum < limit ? sum : .infinity
    }

    /// The same to the end.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func squaredNorm() -> Double {
        var lanes = SIMD16<Double>.zero
        for (j, weight) in weights.enumerated() {
            let w = Double(weight)
            lanes[j % 16] += w * w
        }
        var sum = 0.0
        for lane in 0..<16 { sum += lanes[lane] }
        return sum
    }

    /// ‖w‖₂ in double precision; where the plain sum of squares loses digits or overflows, the weights are first divided by the largest.
    public func norm() -> Double {
        let sum = squaredNorm()
        let largest = weights.reduce(0.0) { $1.isNaN ? .nan : max($0, Double($1.magnitude)) }
        if (1e-280...1e300).contains(sum) || largest == 0 || !largest.isFinite { return sum.squareRoot() }
        return largest * weights.reduce(0.0) { $0 + (Double($1) / largest) * (Double($1) / largest) }.squareRoot()
    }
}
