// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Statistics

/// Claims put to the test together.
///
///     let report = try Verification(claims: Claim.all.filter { $0.level == .laboratory }).perform(Trial())
///     print(report.markdown)
///
/// Many tests are made at once, so their p-values are corrected by Holm's step-down method over all tests of the verification: if every law
/// holds, the chance that any verdict is "violated" is at most ``significance``. A law with exact comparisons is violated by one exception.
public struct Verification: Sendable {
    /// Chance of any false "violated" that is accepted in a whole verification.
    public static let significance = 0.01

    public let claims: [Claim]

    public init(claims: [Claim]) { self.claims = claims }

    /// Makes the experiments in the order of the claims.
    ///
    /// - Parameter finished: told of each result as it comes; its p-values are corrected for the tests made so far only, the report's for all.
    /// - Throws: ``ClaimError/cancelled``. What else an experiment throws is the claim's verdict: it could not be tested.
    public func perform(
        _ trial: Trial, started: (Claim) -> Void = { _ in }, finished: (ClaimResult) -> Void = { _ in }
    ) throws -> VerificationReport {
        var results: [ClaimResult] = []
        for claim in claims {
            try trial.checkCancellation()
            started(claim)
            let start = Date()
            var result = ClaimResult(claim: claim, verdict: .supported, measurement: nil, adjustedPValues: [], seconds: 0)
            let checks = HypothesisChecks(claim.hypotheses)
            do {
                try checks.check(try claim.configurations(trial))
                var trial = trial
                trial.hypotheses = checks
                let measurement = try claim.measure(trial)
                // A check that the experiment passes by is none.
                let unchecked = checks.checks.filter { $0.count == 0 }
                if !unchecked.isEmpty { throw ClaimError.hypothesesNotMet(unchecked.map { "checked on none of the \($0.objects): \($0.statement)" }) }
                result.measurement = measurement
            } catch ClaimError.cancelled {
                throw ClaimError.cancelled
            } catch ClaimError.hypothesesNotMet(let statements) {
                result.verdict = .hypothesesNotMet(statements)
            } catch {
                result.verdict = .hypothesesNotMet(["\(error)"])
            }
            result.hypotheses = checks.checks
            result.seconds = Date().timeIntervalSince(start)
            results.append(result)
            results = try Self.decided(results)
            finished(results[results.count - 1])
        }
        return VerificationReport(results: results, trial: trial, significance: Self.significance)
    }

    /// The results with p-values corrected over all of their tests, and the verdicts that follow.
    static func decided(_ results: [ClaimResult]) throws -> [ClaimResult] {
        let pValues = results.flatMap { $0.measurement?.comparisons.compactMap(\.pValue) ?? [] }
        var adjusted = try HolmCorrection.adjusted(pValues)[...]
        return results.map { result in
            guard let measurement = result.measurement else { return result }
            var result = result
            result.adjustedPValues = measurement.comparisons.map { $0.pValue == nil ? nil : adjusted.removeFirst() }
            result.verdict = ClaimResult.verdict(
                of: measurement, adjustedPValues: result.adjustedPValues, significance: significance)
            return result
        }
    }
}
