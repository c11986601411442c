// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Probes
import Records

/// What the law of death under batch normalisation (theory notes A4) wants to know of the first hidden layer: quiet spells with the state at
/// their start, when each node was last active, and a portrait of each node at αt = 5, long before the first death.
struct BatchNormDeathRecord: Sendable {
    var spells: [QuietSpell<Double>]
    /// One a node.
    var activities: [LastActivity]
    var portraits: [NodePortrait]

    static let fileName = "batchNormDeath.safetensors"
    static let layer = 0
    /// Spells shorter than this are left out.
    static let shortestSpell = 30
    /// αt of the portrait: every node is still alive there.
    static let portraitDistance = 5.0

    /// The probe of a run in float64.
    static let probes = RunProbes(files: [fileName]) { configuration, run in
        ExtraProbes(float64: [
            BatchNormDeathProbe(
                portraitStep: Int(portraitDistance / configuration.optimizer.learningRate), file: run.probe.appendingPathComponent(fileName))
        ])
    }
}

/// Collects a ``BatchNormDeathRecord`` and writes it as the training ends.
final class BatchNormDeathProbe: Probe {
    private let quiet = QuietSpells<Double>(minimumLength: BatchNormDeathRecord.shortestSpell)
    private let last = LastActivities<Double>()
    private let portraits: NodePortraits<Double>
    private let file: URL

    init(portraitStep: Int, file: URL) {
        portraits = NodePortraits(step: portraitStep)
        self.file = file
    }

    func start(_ view: StepView<Double>) {
        quiet.start(view)
        last.start(view)
        portraits.start(view)
    }

    func beforeUpdate(_ view: StepView<Double>) {
        quiet.beforeUpdate(view)
        last.beforeUpdate(view)
        portraits.beforeUpdate(view)
    }

    func afterUpdate(_ view: StepView<Double>) { portraits.afterUpdate(view) }

    func finish() throws {
        let layer = BatchNormDeathRecord.layer
        let record = BatchNormDeathRecord(
            spells: quiet.spells.filter { $0.layer == layer }, activities: last.activities[layer], portraits: portraits.portraits[layer])
        try record.encoded.write(to: file)
    }
}

extension BatchNormDeathRecord {
    /// Columns of the two tables with a row a node.
    private static let activityColumns: [(name: String, path: WritableKeyPath<LastActivity, Double> & Sendable)] = [
        ("scale", \.scale), ("shift", \.shift), ("incomingNorm", \.incomingNorm), ("standardisation", \.standardisation),
        ("largestStandardised", \.largestStandardised),
    ]
    private static let portraitColumns: [(name: String, path: WritableKeyPath<NodePortrait, Double> & Sendable)] = [
        ("scale", \.scale), ("shift", \.shift), ("incomingNorm", \.incomingNorm), ("outgoingNorm", \.outgoingNorm), ("angularStep", \.angularStep),
    ]

    /// `spells.node`, `.start`, `.end` (−1 for none) [n]; `spells.incoming` [n, 1 + states, inputs], `.scale` and `.shift` [n, 1 + states], values
    /// before states; `activities.step` and the other columns, `portraits.…` [nodes].
    var encoded: SafetensorsFile {
        let (states, inputs) = (spells.first?.incoming.count ?? 0, spells.first?.incoming.first?.count ?? 0)
        var tensors: [(name: String, tensor: TensorRecord)] = [
            ("spells.node", TensorRecord(spells.map(\.node))), ("spells.start", TensorRecord(spells.map(\.start))),
            ("spells.end", TensorRecord(spells.map { $0.end ?? -1 })),
            ("spells.incoming", TensorRecord(spells.flatMap { $0.incoming.flatMap { $0 } }, shape: [spells.count, states, inputs])),
            ("spells.scale", TensorRecord(spells.flatMap(\.scale), shape: [spells.count, states])),
            ("spells.shift", TensorRecord(spells.flatMap(\.shift), shape: [spells.count, states])),
            ("activities.step", TensorRecord(activities.map(\.step))),
        ]
        for (name, path) in Self.activityColumns { tensors.append(("activities.\(name)", TensorRecord(activities.map { $0[keyPath: path] }))) }
        for (name, path) in Self.portraitColumns { tensors.append(("portraits.\(name)", TensorRecord(portraits.map { $0[keyPath: path] }))) }
        return SafetensorsFile(tensors)
    }

    /// Reads what the probe of a run wrote.
    /// - Throws: `RecordsError` for a file or a tensor that is missing or not of its type.
    init(run: RunDirectory) throws {
        let file = try SafetensorsFile.read(run.probe.appendingPathComponent(Self.fileName))
        func integers(_ name: String) throws -> [Int] { try file.tensor(named: name).integers() }
        func numbers(_ name: String) throws -> [Double] { try file.tensor(named: name).values() }
        func rows(_ values: [Double], _ count: Int) -> [[Double]] {
            let width = count == 0 ? 0 : values.count / count
            return (0..<count).map { Array(values[$0 * width..<($0 + 1) * width]) }
        }
        let (nodes, starts, ends) = (try integers("spells.node"), try integers("spells.start"), try integers("spells.end"))
        let (scales, shifts) = (rows(try numbers("spells.scale"), nodes.count), rows(try numbers("spells.shift"), nodes.count))
        let incoming = rows(try numbers("spells.incoming"), nodes.count)
        spells = nodes.indices.map { index in
            QuietSpell(
                layer: Self.layer, node: nodes[index], start: starts[index], end: ends[index] < 0 ? nil : ends[index],
                incoming: rows(incoming[index], scales[index].count), scale: scales[index], shift: shifts[index])
        }
        activities = try integers("activities.step").map { step in
            var activity = LastActivity()
            activity.step = step
            return activity
        }
        portraits = activities.map { _ in NodePortrait() }
        for (name, path) in Self.activityColumns {
            for (node, value) in try numbers("activities.\(name)").enumerated() { activities[node][keyPath: path] = value }
        }
        for (name, path) in Self.portraitColumns {
            for (node, value) in try numbers("portraits.\(name)").enumerated() { portraits[node][keyPath: path] = value }
        }
    }
}
