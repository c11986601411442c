// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Laboratory
import Synchronization

/// Something that a law assumes, as a check of what an experiment starts from: a run's configuration, a drawn weight with its rule, or a planted
/// network. Never of an outcome.
///
/// A check reads what the law speaks of, not what a ``Subject`` under test puts in its place.
public struct Hypothesis: Sendable {
    enum Check: Sendable {
        case configuration(@Sendable (RunConfiguration) -> Bool)
        case weight(@Sendable (LaboratoryCase) -> Bool)
        case network(@Sendable (PlantedStart) -> Bool)
    }

    /// Such as "the optimiser is Adam with coupled L2 on the weights".
    public let statement: String
    let check: Check

    private init(_ statement: String, check: Check) {
        self.statement = statement
        self.check = check
    }

    /// Of a run's configuration, before it is run.
    public init(_ statement: String, holds: @escaping @Sendable (RunConfiguration) -> Bool) {
        self.init(statement, check: .configuration(holds))
    }

    /// Of an isolated weight as it is drawn: rule, α, λ and (w, m, v, t).
    public static func ofWeight(_ statement: String, holds: @escaping @Sendable (LaboratoryCase) -> Bool) -> Hypothesis {
        Hypothesis(statement, check: .weight(holds))
    }

    /// Of a planted network, before its first step.
    static func ofNetwork(_ statement: String, holds: @escaping @Sendable (PlantedStart) -> Bool) -> Hypothesis {
        Hypothesis(statement, check: .network(holds))
    }

    /// False for a configuration that breaks it; a hypothesis of something else says nothing of a configuration.
    public func holds(_ configuration: RunConfiguration) -> Bool {
        if case .configuration(let holds) = check { holds(configuration) } else { true }
    }

    /// What it is checked on, such as "drawn weights".
    public var objects: String {
        switch check {
        case .configuration: "runs"
        case .weight: "drawn weights"
        case .network: "planted networks"
        }
    }
}

/// On how many runs, weights or networks a hypothesis was checked before anything was done with them, all of which met it.
public struct HypothesisCheck: Sendable, Equatable {
    public var statement: String
    public var count: Int
    /// "runs", "drawn weights" or "planted networks".
    public var objects: String

    /// Such as "β₁² < β₂ (1000 drawn weights)".
    public var text: String { "\(statement) (\(count) \(objects))" }
}

/// The hypotheses of the claim under way, checked on every weight that is drawn and every network that is planted before a step is made with it.
final class HypothesisChecks: Sendable {
    private let hypotheses: [Hypothesis]
    private let counts: Mutex<[Int]>

    init(_ hypotheses: [Hypothesis]) {
        self.hypotheses = hypotheses
        counts = Mutex(Array(repeating: 0, count: hypotheses.count))
    }

    /// Nothing is assumed: of a trial outside a verification.
    static let none = HypothesisChecks([])

    var checks: [HypothesisCheck] {
        counts.withLock { zip(hypotheses, $0).map { HypothesisCheck(statement: $0.statement, count: $1, objects: $0.objects) } }
    }

    /// - Throws: ``ClaimError/hypothesesNotMet(_:)``.
    func check(_ cases: [LaboratoryCase]) throws(ClaimError) {
        try check(cases) { hypothesis, one in if case .weight(let holds) = hypothesis.check { holds(one) } else { nil } }
    }

    /// - Throws: ``ClaimError/hypothesesNotMet(_:)``.
    func check(_ configurations: [RunConfiguration]) throws(ClaimError) {
        try check(configurations) { hypothesis, one in if case .configuration(let holds) = hypothesis.check { holds(one) } else { nil } }
    }

    /// - Parameter start: made only if there is a hypothesis that reads it.
    /// - Throws: ``ClaimError/hypothesesNotMet(_:)``.
    func check(_ start: () -> PlantedStart) throws(ClaimError) {
        let isRead = hypotheses.contains { if case .network = $0.check { true } else { false } }
        guard isRead else { return }
        try check([start()]) { hypothesis, one in if case .network(let holds) = hypothesis.check { holds(one) } else { nil } }
    }

    private func check<Object>(_ objects: [Object], _ holds: (Hypothesis, Object) -> Bool?) throws(ClaimError) {
        var broken: [String] = []
        for (index, hypothesis) in hypotheses.enumerated() {
            let answers = objects.compactMap { holds(hypothesis, $0) }
            counts.withLock { $0[index] += answers.count }
            if answers.contains(false) { broken.append(hypothesis.statement) }
        }
        if !broken.isEmpty { throw .hypothesesNotMet(broken) }
    }
}

extension Trial {
    /// Checks the claim's hypotheses on weights that no ``run(_:in:flushesSubnormals:steps:measuring:share:)`` will see.
    func checkHypotheses(_ cases: [LaboratoryCase]) throws(ClaimError) { try hypotheses.check(cases) }
}
