// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The learning rate α step by step: what a law takes in place of a constant (theory notes B12).
///
/// Steps count from 0, the first step of training; a law that starts at a death starts at the weight's own step count.
public struct LearningRate: Sendable {
    /// α as the step count grows without bound; 0 for schedules that vanish.
    public let limit: Double
    /// From this step on α is `limit`; nil if it never settles.
    public let settledFrom: Int?
    private let rate: @Sendable (Int) -> Double
    private let change: @Sendable (Int) -> Int

    /// A rate that stays.
    public static func constant(_ rate: Double) -> LearningRate {
        LearningRate(limit: rate, settledFrom: 0) { _ in rate }
    }

    /// α·factor^⌊step/period⌋.
    ///
    /// - Precondition: period ≥ 1, 0 ≤ factor ≤ 1.
    public static func stepDecay(_ initial: Double, period: Int, factor: Double) -> LearningRate {
        precondition(period >= 1 && factor >= 0 && factor <= 1, "a step decay needs a period of at least 1 and a factor in 0…1")
        if factor == 1 { return .constant(initial) }
        return LearningRate(limit: 0, settledFrom: factor == 0 ? period : nil, nextChange: { ($0 / period + 1) * period }) {
            initial * Double.pow(factor, Double($0 / period))
        }
    }

    /// Any schedule.
    ///
    /// - Parameters:
    ///   - limit: what α tends to.
    ///   - settledFrom: the first step from which α equals `limit`, if there is one. It lets laws skip ahead, so it must be true.
    ///   - nextChange: the first step after a given one at which α may differ; the very next by default. It lets a bulk simulation take α
    ///     once for many steps, so it must not be too late.
    ///   - rate: α of a step; finite and ≥ 0.
    public init(
        limit: Double, settledFrom: Int? = nil, nextChange: @escaping @Sendable (_ step: Int) -> Int = { $0 + 1 },
        _ rate: @escaping @Sendable (_ step: Int) -> Double
    ) {
        self.limit = limit
        self.settledFrom = settledFrom
        self.rate = rate
        change = nextChange
    }

    /// α of step `step`.
    public subscript(step: Int) -> Double { rate(step) }

    /// The α that stays from step `step` on, for a law that needs a constant one.
    ///
    /// Such laws are ``MemoryPhase``, ``Collapse``, ``RetainedMoment``, ``CriticalSilence/displacement(gradient:learningRate:beta1:beta2:epsilon:secondMoment:)``,
    /// ``Floor`` and ``Leak``: their closed forms sum or balance steps of one size. Under a schedule that still moves, ``AdiabaticPassage`` and
    /// ``DeadWeightForecast`` go step by step instead.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` for a schedule that has not settled by then.
    public func settledRate(from step: Int, law: String) throws(LawError) -> Double {
        guard let settledFrom, settledFrom <= step else {
            let when = settledFrom.map { "it settles at step \($0)" } ?? "it never settles"
            throw .notApplicable(law: law, reason: "α still changes after step \(step), \(when); the law needs a constant one")
        }
        return limit
    }

    /// The same schedule, begun `steps` steps later.
    func dropping(_ steps: Int) -> LearningRate {
        LearningRate(
            limit: limit, settledFrom: settledFrom.map { max(0, $0 - steps) }, nextChange: { change($0 + steps) - steps }
        ) { rate($0 + steps) }
    }

    /// First step after `step` at which α may differ from that of `step`; nil if it stays for good.
    public func nextChange(after step: Int) -> Int? {
        if let settledFrom, step >= settledFrom { return nil }
        return change(step)
    }
}
