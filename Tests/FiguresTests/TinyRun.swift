// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

@testable import Figures

/// A run directory of six nodes made up by hand, in a temporary folder that goes when the value does.
///
/// Samples at steps 0, 10, …, 400. Node 2 dies at 50, node 0 at 100, node 4 at 200; nodes 1, 3 and 5 live.
final class TinyRun {
    static let steps = Array(stride(from: 0, through: 400, by: 10))
    static let deaths = [0: 100, 2: 50, 4: 200]
    static let fates = ["zero", "alive", "certified", "alive", "dead", "alive"]
    static let finalNorms = [1e-60, 0.5, 1e-3, 0.7, 0, 2.5]
    static let passages = [0: 190, 4: 300]
    static let nodeCount = 6
    /// Adam's stability edge at β₁ = 0.9: 2 · 1.9 / 0.1.
    static let edge = 38.0

    let folder: URL

    init(optimizer: String = "adam", layer: String = "0") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tiny-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("probe"), withIntermediateDirectories: true)
        try write("manifest.json", #"{"configuration": {"optimizer": {"\#(optimizer)": {"learningRate": 0.001, "beta1": 0.9}}}}"#)
        try write(
            "metrics.csv", "step,epoch,learningRate,alive,dead,zero@1e-15,zero@1e-05\n0,0,0.001,6,0,0,0\n200,1,0.001,3,3,1,2\n400,2,0.0005,3,3,2,3\n")
        var rows = ["layer,node,fate,deathStep,censoredAt,finalNorm,passage@1e-15,passage@1e-05"]
        for node in 0..<Self.nodeCount {
            let death = Self.deaths[node].map(String.init) ?? ""
            let passage = Self.passages[node].map(String.init) ?? ""
            rows.append("\(layer),\(node),\(Self.fates[node]),\(death),\(death.isEmpty ? "400" : ""),\(Self.finalNorms[node]),\(passage),")
        }
        try write("nodes.csv", rows.joined(separator: "\n") + "\n")
        try NPY.write(TensorRecord(Self.steps), to: file("probe/steps.npy"))
        try NPY.write(
            TensorRecord(Self.steps.flatMap { step in (0..<Self.nodeCount).map { Int8(Self.state(node: $0, step: step)) } }, shape: shape),
            to: file("probe/\(layer).state.npy"))
        try quantity("\(layer).incomingNorm") { node, step in
            Self.deaths[node].map { step < $0 ? 1 : pow(10, -Double(step - $0) / 5) } ?? 0.5
        }
        try quantity("\(layer).signCoherence") { node, step in
            Self.deaths[node].map { step < $0 ? 0.8 : .nan } ?? 0.4
        }
        for (index, level) in ["q25", "q50", "q75"].enumerated() {
            try quantity("\(layer).rootSecondMoment.\(level)") { node, step in Double(index + 1) * Double(node + 1) * pow(10, -Double(step) / 100) }
            try quantity("\(layer).effectiveDecay.\(level)") { node, step in Double(index + 1) * Double(node + 1) * pow(10, Double(step) / 100) * 1e-5
            }
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// 1 from the death on, 2 from 20 steps after it for node 2, 3 from the passage on.
    static func state(node: Int, step: Int) -> Int {
        guard let death = deaths[node], step >= death else { return 0 }
        if node == 0, let passage = passages[node], step >= passage { return 3 }
        return node == 2 && step >= death + 20 ? 2 : 1
    }

    var figures: RunFigures { get throws { try RunFigures(run: folder) } }
    func file(_ path: String) -> URL { folder.appendingPathComponent(path) }
    func remove(_ path: String) throws { try FileManager.default.removeItem(at: file(path)) }
    func write(_ path: String, _ text: String) throws { try Data(text.utf8).write(to: file(path)) }

    /// Writes a quantity, for the first `samples` steps where they are given.
    func quantity(_ name: String, samples: Int? = nil, _ value: (_ node: Int, _ step: Int) -> Double) throws {
        let steps = Self.steps.prefix(samples ?? Self.steps.count)
        let values = steps.flatMap { step in (0..<Self.nodeCount).map { value($0, step) } }
        try NPY.write(TensorRecord(values, shape: [steps.count, Self.nodeCount]), to: file("probe/\(name).npy"))
    }

    private var shape: [Int] { [Self.steps.count, Self.nodeCount] }
}

extension FigureSource {
    /// The numbers of the data file: blocks of rows of fields, without the comments.
    var blocks: [[[Double]]] {
        data.components(separatedBy: "\n\n\n").map { block in
            block.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map { Double($0) ?? .nan } }
        }
    }
}
