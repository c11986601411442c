// SPDX-License-Identifier: GPL-3.0-or-later
import Theory

extension LaboratoryCase {
    /// The case by the theory's own recursion (B0).
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func runExactRecursion<Scalar: RecursionScalar>(
        _: Scalar.Type, steps: Int, measuring measurement: LaboratoryMeasurement, flushesSubnormals: Bool = false
    ) throws(LawError) -> LaboratoryOutcome {
        var recursion = try ExactRecursion<Scalar>(
            start(flushesSubnormals: flushesSubnormals), rule: rule, learningRate: learningRate, l2: l2)
        var recorder = CaseRecorder(measurement, patience: rule.passagePatience)
        recorder.observe(recursion.state, step: 0)
        while recursion.stepsMade < steps, !recorder.ends(at: recursion.stepsMade) {
            recursion.advance()
            recorder.observe(recursion.state, step: recursion.stepsMade)
        }
        return recorder.outcome(finalState: recursion.state.rounded(to: Double.self), stepsMade: recursion.stepsMade)
    }
}
