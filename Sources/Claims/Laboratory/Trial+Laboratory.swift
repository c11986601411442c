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

    /// One case through ``laboratory(_:flushesSubnormals:)`` in float64, without a say in the progress.
    func run(_ one: LaboratoryCase, steps: Int, measuring measurement: LaboratoryMeasurement) throws -> LaboratoryOutcome {
        try hypotheses.check([one])
        return try laboratory().run([one], steps: steps, measuring: measurement)[0]
    }

    /// Cases through ``laboratory(_:flushesSubnormals:)``, under the claim's share of the progress.
    ///
    /// - Parameter share: the part of the claim's work that this is.
    func run(
        _ cases: [LaboratoryCase], in arithmetic: Arithmetic = .float64, flushesSubnormals: Bool = false, steps: Int,
        measuring measurement: LaboratoryMeasurement, share: ClosedRange<Double> = 0...1
    ) throws -> [LaboratoryOutcome] {
        try checkCancellation()
        try hypotheses.check(cases)
        let (start, width) = (share.lowerBound, share.upperBound - share.lowerBound)
        return try laboratory(arithmetic, flushesSubnormals: flushesSubnormals).run(cases, steps: steps, measuring: measurement) { done in
            progress(start + width * Double(done) / Double(max(cases.count, 1)))
        }
    }
}
