// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

extension Trial {
    /// A laboratory whose steps are made by the subject.
    func laboratory(_ arithmetic: Arithmetic = .float64, flushesSubnormals: Bool = false) -> Laboratory {
        let subject = subject
        return Laboratory(
            arithmetic: arithmetic, flushesSubnormals: flushesSubnormals, threads: threads,
            engine: .optimizer { rule, learningRate in subject.rule(rule.updateRule(learningRate: learningRate)) })
    }

    /// Cases through ``laboratory(_:flushesSubnormals:)``, under the claim's share of the progress.
    ///
    /// - Parameter share: the part of the claim's work that this is.
    func run(
        _ cases: [LaboratoryCase], in arithmetic: Arithmetic = .float64, flushesSubnormals: Bool = false, steps: Int,
        measuring measurement: LaboratoryMeasurement, share: ClosedRange<Double> = 0...1
    ) throws -> [LaboratoryOutcome] {
        try checkCancellation()
        let (start, width) = (share.lowerBound, share.upperBound - share.lowerBound)
        return try laboratory(arithmetic, flushesSubnormals: flushesSubnormals).run(cases, steps: steps, measuring: measurement) { done in
            progress(start + width * Double(done) / Double(max(cases.count, 1)))
        }
    }

    /// ``LaboratoryGrid/deadWeights(beta1:forgetting:)``: the ranges that the theory notes draw dead weights from.
    static func weights(beta1: LaboratoryGrid.Axis = .values([0.9]), forgetting: LaboratoryGrid.Axis = .values([1e-3])) -> LaboratoryGrid {
        .deadWeights(beta1: beta1, forgetting: forgetting)
    }

    /// Adam at a point of ``weights(beta1:forgetting:)``, whose axis of β₂ is one of 1 − β₂.
    static func adam(_ point: LaboratoryGrid.Point) -> DeadWeightRule {
        .adam(beta1: point.beta1, beta2: 1 - point.beta2, epsilon: point.epsilon)
    }

    /// β₁ over its whole range.
    static let everyBeta1 = LaboratoryGrid.Axis.uniform(0..<0.99)
    /// 1 − β₂ for β₂ in 0.9…0.9999.
    static let everyForgetting = LaboratoryGrid.Axis.logUniform(1e-4..<0.1)
}
