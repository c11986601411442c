// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Statistics

/// A law that is tried on random cases.
protocol CaseLaw {
    var law: OptimizerLaw { get }
    var rule: any UpdateRule { get }
    var magnitudes: LawCase.Magnitudes { get }
    /// What breaks the law on a case, in one sentence; nil if nothing does, or if the case lies outside the law's hypotheses.
    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) throws -> String?
}

extension CaseLaw {
    var magnitudes: LawCase.Magnitudes { .ordinary }

    /// The same in the case's own precision; what is thrown breaks the law too.
    private func violation(in trial: LawCase) -> String? {
        do {
            switch trial.precision {
            case .float32: return try violation(in: trial, Float.self)
            case .float64: return try violation(in: trial, Double.self)
            }
        } catch {
            return "\(error)"
        }
    }

    /// Tries `cases` cases of the streams of `seed`, and shrinks the first that breaks the law.
    func examine(seed: UInt64, cases: Int) -> LawResult {
        for index in 0..<cases {
            var random = RandomStream(seed: seed, name: "\(law.rawValue) \(index)")
            let trial = LawCase(drawnFrom: &random, learningRate: rule.learningRate, magnitudes: magnitudes)
            guard let finding = violation(in: trial) else { continue }
            let (smallest, smallestFinding) = trial.shrunk(while: violation)
            return LawResult(law, .broken(Counterexample(finding: smallestFinding ?? finding, trial: smallest)), tried: index + 1)
        }
        return LawResult(law, .held, tried: cases)
    }
}
