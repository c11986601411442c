// SPDX-License-Identifier: GPL-3.0-or-later
import Probes
import Records

/// What a run came to, as `summary.json` holds it.
public struct RunSummary: Sendable {
    public let status: RunDirectory.Status
    public let steps: Int
    /// In evaluation mode on all training samples; nil if the run was not completed.
    public let trainingLoss: Double?
    public let trainingError: Double?
    /// In evaluation mode on the test samples; nil if there are none or the run was not completed.
    public let testLoss: Double?
    public let testError: Double?
    /// Nodes of all hidden layers in each state at the end; empty without a ledger.
    public let census: [NodeState: Int]
    /// Thresholds ξ, and the nodes whose norm is under each at the end.
    public let thresholds: [Double]
    public let belowThresholds: [Int]
    /// Wall time of the training, evaluations included.
    public let seconds: Double
    /// Share of that time spent in probes.
    public let probeShare: Double
    /// Samples that the probes took.
    public let samples: Int
    /// False if a parameter or the last loss is NaN or infinite.
    public let isFinite: Bool
    /// What a reader of the scores has to know about the data.
    public let notes: [String]

    public var json: JSONValue {
        [
            "status": .string(status.rawValue), "steps": .integer(steps), "trainingLoss": Self.number(trainingLoss),
            "trainingError": Self.number(trainingError), "testLoss": Self.number(testLoss), "testError": Self.number(testError),
            "nodes": .object(JSONObject(NodeState.allCases.map { ("\($0)", .integer(census[$0] ?? 0)) })),
            "nodesBelow": .object(JSONObject(zip(thresholds, belowThresholds).map { ("\($0)", .integer($1)) })),
            "seconds": .number(seconds), "probeShare": .number(probeShare), "probeSamples": .integer(samples), "finite": .bool(isFinite),
            "notes": .array(notes.map { .string($0) }),
        ]
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}
