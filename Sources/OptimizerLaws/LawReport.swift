// SPDX-License-Identifier: GPL-3.0-or-later

import RealModule

/// A case that breaks a law, made as small as the search could.
public struct Counterexample: Sendable, Equatable {
    /// What happened, in one sentence.
    public let finding: String
    /// The case that it happened on; nil for laws that are not tried on random cases.
    public let trial: LawCase?
}

/// What became of one law.
public struct LawResult: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// No counterexample was found.
        case held
        case broken(Counterexample)
        /// Not tried, and why.
        case skipped(reason: String)
    }

    public let law: OptimizerLaw
    public let outcome: Outcome
    /// Random cases that were tried, or single checks where a law has no random cases.
    public let tried: Int
    /// What was measured on the way, judged or not: regimes of a dead weight, the longest step.
    public let measurements: [String]

    init(_ law: OptimizerLaw, _ outcome: Outcome, tried: Int = 0, measurements: [String] = []) {
        self.law = law
        self.outcome = outcome
        self.tried = tried
        self.measurements = measurements
    }
}

/// All laws of one rule, as they were found. Printed, it is a table of the laws with counterexamples, measurements and what was skipped.
public struct LawReport: Sendable, CustomStringConvertible {
    /// Type and configuration name of the rule.
    public let rule: String
    /// The seed that gives the same report again.
    public let seed: UInt64
    /// Random cases asked for each law.
    public let cases: Int
    public let results: [LawResult]

    public var broken: [LawResult] {
        results.filter {
            if case .broken = $0.outcome { true } else { false }
        }
    }

    public var skipped: [LawResult] {
        results.filter {
            if case .skipped = $0.outcome { true } else { false }
        }
    }

    /// The result of one law; nil if it was not asked for.
    public subscript(law: OptimizerLaw) -> LawResult? { results.first { $0.law == law } }

    public var description: String {
        var lines = ["\(rule): \(results.count - broken.count - skipped.count) laws held, \(broken.count) broken, \(skipped.count) skipped"]
        for result in results {
            switch result.outcome {
            case .held:
                lines.append("held     \(result.law.rawValue) (\(result.tried) tried): \(result.law.statement)")
            case .skipped(let reason):
                lines.append("skipped  \(result.law.rawValue): \(reason)")
            case .broken(let counterexample):
                lines.append("BROKEN   \(result.law.rawValue) (\(result.tried) tried): \(result.law.statement)")
                lines.append("         " + counterexample.finding)
                let trial = counterexample.trial.map { "\($0)".split(separator: "\n") } ?? []
                lines += trial.map { "         " + $0 }
                lines.append("         replay with seed: \(seed), cases: \(cases)")
            }
            lines += result.measurements.map { "         measured: " + $0 }
        }
        return lines.joined(separator: "\n")
    }
}

/// Thrown by ``OptimizerLaws/check(_:traits:seed:cases:laws:)`` if any law is broken; its description is the whole report.
public struct BrokenLaws: Error, CustomStringConvertible {
    public let report: LawReport
    public var description: String { report.description }
}

extension Double {
    /// Five significant figures, for measured quantities: the same on every machine, where the last digits may not be.
    var fiveFigures: String {
        guard isFinite, !isZero else { return "\(self)" }
        let exponent = Int(Double.log10(magnitude).rounded(.down)) - 4
        // Powers of ten up to 22 are exact, so that the quotient or product is the nearest number to the decimal one.
        let unit = Double.exp10(Double(exponent.magnitude)).rounded()
        let figures = exponent < 0 ? (self * unit).rounded() / unit : (self / unit).rounded() * unit
        return figures.isFinite && unit.isFinite ? "\(figures)" : "\(self)"
    }
}
