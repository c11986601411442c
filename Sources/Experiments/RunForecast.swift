// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Theory

/// What the theory says of a run's nodes, for a row of results: from the configuration alone, and from the states that nodes died with.
public struct RunForecast: Sendable, Equatable {
    /// What becomes of a dead node in the end, at the last step's α: `zero` where zero attracts, `floor` or `divergence` past the edge,
    /// `notOnThisBudget` where nothing makes it decay. nil for a rule that the theory does not know.
    public let regime: DeadWeightForecast.Regime?
    /// η's limit at the last step's α, αλ/ε for Adam, and the edge that it is compared with (theory notes, B6); nil where there is none.
    public let effectiveDecayLimit: Double?
    public let stabilityThreshold: Double?
    /// Dead nodes that end under the smallest ξ, each foretold from its state at death by the adiabatic law (B3), by the exact recursion where
    /// the rule has no linear regime. nil where the run keeps no deaths, and for the exact recursion beyond ``mostWork``.
    public let zeroNodes: Int?

    /// Weights of dead nodes times the steps left to them, beyond which the exact recursion is not made for a row of a table: for sign descent or
    /// Lion on MNIST, some 10¹⁰, it takes as long as the run. `adamprobe predict --from` makes it all the same. The adiabatic law follows few
    /// weights of a node, and of most nodes not to the end: at that size it takes a hundredth of the run.
    public static let mostWork = 1e9

    /// - Throws: as ``DeathRecords/init(run:)`` and ``NodeLedger/init(run:thresholds:)`` for damaged files; `LawError` for numbers out of range.
    public init(
        run directory: RunDirectory, configuration: RunConfiguration, stepsPerEpoch: Int, steps: Int, mostWork: Double = RunForecast.mostWork
    ) throws {
        guard let rule = DeadWeightRule(configuration.optimizer) else {
            (regime, effectiveDecayLimit, stabilityThreshold, zeroNodes) = (nil, nil, nil, nil)
            return
        }
        let last = max(0, steps - 1)
        let alpha = configuration.optimizer.learningRate * configuration.schedule.factor(step: last, epoch: last / max(1, stepsPerEpoch))
        let l2 = configuration.l2.weights
        effectiveDecayLimit = try? StabilityThreshold.effectiveDecayLimit(rule, learningRate: alpha, l2: l2)
        stabilityThreshold = try? StabilityThreshold.effectiveDecay(rule, learningRate: alpha)
        regime = Self.regime(rule, alpha, l2, limit: effectiveDecayLimit, edge: stabilityThreshold)
        let keepsDeaths = !configuration.probe.isOff && FileManager.default.fileExists(atPath: directory.deaths.path)
        zeroNodes = keepsDeaths ? try Self.zeroNodes(of: directory, mostWork: mostWork) : nil
    }

    private static func regime(
        _ rule: DeadWeightRule, _ alpha: Double, _ l2: Double, limit: Double?, edge: Double?
    ) -> DeadWeightForecast.Regime {
        let isShrinking = alpha > 0 && (l2 > 0 || rule.decoupledDecay > 0)
        guard isShrinking else { return .notOnThisBudget }
        guard let limit, let edge else { return .floor }
        if limit < edge { return .zero }
        // AMSGrad and AdaGrad raise their denominator for good, so that zero attracts in the end.
        return rule.denominatorFollowsWeight ? .floor : rule.denominatorIgnoresWeight ? .divergence : .zero
    }

    private static func zeroNodes(of directory: RunDirectory, mostWork: Double) throws -> Int? {
        let records = try DeathRecords(run: directory.url)
        let ledger = try NodeLedger(run: directory.url, thresholds: records.thresholds)
        let entries = Dictionary(uniqueKeysWithValues: ledger.entries.map { (Key(layer: $0.layer, node: $0.node), $0) })
        let dead = records.records.filter { entries[Key(layer: $0.layer, node: $0.node)]?.isDead(at: $0) == true }
        let work = dead.reduce(0.0) { $0 + Double($1.state.weights.count) * Double(records.steps(after: $1)) }
        let ends = try dead.map { try endsBelow($0, of: records, mayBeExact: work <= mostWork) }
        return ends.contains(nil) ? nil : ends.count { $0 == true }
    }

    /// Whether a node ends under the smallest ξ; nil where only the exact recursion tells, and it may not be made.
    private static func endsBelow(_ record: NodeRecord, of records: DeathRecords, mayBeExact: Bool) throws -> Bool? {
        do {
            return try records.endsBelow(record)
        } catch LawError.notApplicable {
            return mayBeExact ? try records.exact(record).crossings.last?.isBelow == true : nil
        }
    }

    private struct Key: Hashable {
        let layer: String
        let node: Int
    }
}
