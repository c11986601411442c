// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments

/// A law of the theory notes as an executable statement: what it assumes, what it predicts, how that is measured and compared, and which
/// outcome would refute it.
///
/// A claim is a value. It holds no result; ``Verification`` makes its experiment and gives the verdict.
public struct Claim: Sendable, Identifiable {
    /// What the experiment is made on.
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        /// Isolated weights.
        case laboratory = 1
        /// Networks whose nodes are dead from the start, with planted moments.
        case planted = 2
        /// Networks trained on data.
        case trained = 3

        /// Such as "trained networks".
        public var name: String {
            switch self {
            case .laboratory: "isolated weights"
            case .planted: "planted networks"
            case .trained: "trained networks"
            }
        }

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// The law's number in the theory notes, with a suffix where a law has several claims: `B3`, `B3-trained`.
    public let id: String
    public let title: String
    public let level: Level
    /// The law, in plain maths.
    public let statement: String
    /// What the law says of this claim's experiment before it is made: which quantity, how large, to what accuracy.
    public let prediction: String
    /// Paper and equation, or section of the theory notes.
    public let source: String
    /// What the law assumes; see ``Hypothesis``. Checked on the runs' configurations, on every drawn weight and on every planted network.
    public let hypotheses: [Hypothesis]
    /// What is drawn, planted or trained, and how much of it.
    public let experiment: String
    /// What random numbers the experiment draws from.
    public var seeds: String {
        guard level == .trained else {
            return "--seed (\(Trial().seed) without it): cases and planted states are drawn from a stream of the claim's name"
        }
        let seeds = Set(((try? configurations(Trial())) ?? []).map(\.seed)).sorted()
        return seeds.isEmpty ? "those of the runs that it reads" : "of the runs: \(seeds.map(String.init).joined(separator: ", "))"
    }
    /// The measured quantity and how it is compared with the prediction.
    public let test: String
    /// The outcome that would refute the law.
    public let falsifier: String
    /// The runs that the experiment would make on a given trial; empty for laboratory and planted claims. Hypotheses are checked on these,
    /// before anything is run.
    public let configurations: @Sendable (Trial) throws -> [RunConfiguration]
    /// Makes the experiment and compares.
    public let measure: @Sendable (Trial) throws -> Measurement

    public init(
        id: String, title: String, level: Level, statement: String, prediction: String, source: String, hypotheses: [Hypothesis],
        experiment: String, test: String, falsifier: String, configurations: @escaping @Sendable (Trial) throws -> [RunConfiguration] = { _ in [] },
        measure: @escaping @Sendable (Trial) throws -> Measurement
    ) {
        self.id = id
        self.title = title
        self.level = level
        self.statement = statement
        self.prediction = prediction
        self.source = source
        self.hypotheses = hypotheses
        self.experiment = experiment
        self.test = test
        self.falsifier = falsifier
        self.configurations = configurations
        self.measure = measure
    }
}
