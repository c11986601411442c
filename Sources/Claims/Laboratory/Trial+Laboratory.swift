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

    /// The ranges that the theory notes draw dead weights from: α 10⁻⁵…10⁻², λ 10⁻⁶…10⁻², ε 10⁻¹²…10⁻⁵, w₀ 10⁻³…1, s₀/(λw₀) 10⁻²…10⁶, all
    /// log-uniform; m₀ uniform within ±s₀; no bias correction.
    static func weights(beta1: LaboratoryGrid.Axis = .values([0.9]), forgetting: LaboratoryGrid.Axis = .values([1e-3])) -> LaboratoryGrid {
        var grid = LaboratoryGrid()
        grid.learningRate = .logUniform(1e-5..<1e-2)
        grid.l2 = .logUniform(1e-6..<1e-2)
        grid.epsilon = .logUniform(1e-12..<1e-5)
        grid.beta1 = beta1
        // Drawn as 1 − β₂, see adam(_:).
        grid.beta2 = forgetting
        grid.weight = .logUniform(1e-3..<1)
        grid.firstMoment = .shareOfRoot(.uniform(-1..<1))
        grid.secondMoment = .memory(.logUniform(1e-2..<1e6))
        return grid
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
