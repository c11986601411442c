// SPDX-License-Identifier: GPL-3.0-or-later

/// The incoming weights of a dead node with their optimiser's state: all that its norm depends on from then on (theory notes B0).
///
/// Arrays are as long as `weights`, or empty where the rule keeps no such state; which holds what is told at ``DeadWeight``.
public struct DeadNode<Scalar: RecursionScalar>: Sendable, Equatable {
    public var weights: [Scalar]
    public var firstMoments: [Scalar]
    public var secondMoments: [Scalar]
    public var auxiliaries: [Scalar]
    /// NAdam's Π of momenta so far.
    public var momentumProduct: Double
    /// Optimiser steps made so far; nil for no bias correction and a schedule that starts now.
    public var step: Int?

    /// - Precondition: the states are as long as the weights, or empty.
    public init(
        weights: [Scalar], firstMoments: [Scalar] = [], secondMoments: [Scalar] = [], auxiliaries: [Scalar] = [],
        momentumProduct: Double = 1, step: Int? = nil
    ) {
        precondition(
            [firstMoments, secondMoments, auxiliaries].allSatisfy { $0.isEmpty || $0.count == weights.count },
            "a node's states must be as long as its weights")
        self.weights = weights
        self.firstMoments = firstMoments
        self.secondMoments = secondMoments
        self.auxiliaries = auxiliaries
        self.momentumProduct = momentumProduct
        self.step = step
    }

    /// Weight `index` with its state.
    public subscript(index: Int) -> DeadWeight<Scalar> {
        func entry(_ values: [Scalar]) -> Scalar { values.isEmpty ? 0 : values[index] }
        return DeadWeight(
            weight: weights[index], firstMoment: entry(firstMoments), secondMoment: entry(secondMoments), auxiliary: entry(auxiliaries),
            momentumProduct: momentumProduct, step: step)
    }

    /// The same numbers, rounded to another type.
    public func rounded<Other: RecursionScalar>(to _: Other.Type) -> DeadNode<Other> {
        DeadNode<Other>(
            weights: weights.map { Other($0) }, firstMoments: firstMoments.map { Other($0) }, secondMoments: secondMoments.map { Other($0) },
            auxiliaries: auxiliaries.map { Other($0) }, momentumProduct: momentumProduct, step: step)
    }
}
