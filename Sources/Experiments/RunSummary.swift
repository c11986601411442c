// SPDX-License-Identifier: GPL-3.0-or-later
import Probes
import Records

/// What a run came to, as `summary.json` holds it.
public struct RunSummary: Sendable {
    public let status: RunDirectory.Status
    public let steps: Int
    /// In evaluation mode on all training samples, with the parameters as they are at the end, of an interrupted run too. The loss is always
    /// there; the error is nil where the loss is not the cross-entropy.
    public let trainingLoss: Double?
    public let trainingError: Double?
    /// In evaluation mode on the test samples; nil if there are none; the error as in training.
    public let testLoss: Double?
    public let testError: Double?
    /// Nodes of all hidden layers in each state at the end; nil without a ledger, as with `probe: none`.
    public let census: [NodeState: Int]?
    /// Thresholds ξ, and the nodes whose norm is under each at the end; nil without a ledger.
    public let thresholds: [Double]
    public let belowThresholds: [Int]?
    /// Wall time of the training, evaluations included.
    public let seconds: Double
    /// Share of that time spent in probes.
    public let probeShare: Double
    /// Samples that the probes took.
    public let samples: Int
    /// False if a parameter or the training loss at the end is NaN or infinite.
    public let isFinite: Bool
    /// The first parameter, in the network's order, that holds a NaN or an infinity; nil if there is none.
    public let firstNonFiniteParameter: String?
    /// Subnormal numbers at the end.
    public let subnormal: SubnormalCount
    /// What a compaction did; nil for a run without.
    public let compaction: Compaction?
    /// What a reader of the scores has to know about the data.
    public let notes: [String]

    /// What leaving dead nodes out of the passes came to.
    public struct Compaction: Sendable, Equatable {
        /// Nodes left out at the end.
        public let skipped: Int
        /// Nodes that were taken in again, since their certificate had lapsed.
        public let releases: Int
        /// Share of the run's multiply–adds that were saved.
        public let savedShare: Double
    }

    public var json: JSONValue {
        var members: JSONObject = [
            "status": .string(status.rawValue), "steps": .integer(steps), "trainingLoss": Self.number(trainingLoss),
            "trainingError": Self.number(trainingError), "testLoss": Self.number(testLoss), "testError": Self.number(testError),
            "nodes": census.map { census in
                .object(JSONObject(NodeState.allCases.map { ("\($0)", .integer(census[$0] ?? 0)) }))
            } ?? .null,
            "nodesBelow": belowThresholds.map { .object(JSONObject(zip(thresholds, $0).map { ("\($0)", .integer($1)) })) } ?? .null,
            "seconds": .number(seconds), "probeShare": .number(probeShare), "probeSamples": .integer(samples), "finite": .bool(isFinite),
            "firstNonFiniteParameter": firstNonFiniteParameter.map { .string($0) } ?? .null,
            "subnormal": ["parameters": .integer(subnormal.parameters), "moments": .integer(subnormal.moments)],
            "notes": .array(notes.map { .string($0) }),
        ]
        if let compaction {
            members["compaction"] = [
                "skipped": .integer(compaction.skipped), "releases": .integer(compaction.releases), "savedShare": .number(compaction.savedShare),
            ]
        }
        return .object(members)
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}
