// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Probes
import Records

/// The norms of a run's nodes at its probe's samples: the first hidden layer.
struct NodeNormHistory {
    /// Step of each sample, ascending.
    let steps: [Int]
    let nodeCount: Int
    /// Incoming weights of a node.
    let inputCount: Int
    /// ‖w‖ of the incoming weights, samples × nodes, row-major.
    private let norms: [Double]
    /// Death step of each node by the ledger at the run's end; nil for living nodes.
    let deathSteps: [Int?]

    init(_ run: RunDirectory, layer: String = "0") throws {
        steps = try NPY.read(run.probe.appendingPathComponent("steps.npy")).integers()
        let record = try NPY.read(run.probe.appendingPathComponent("\(layer).incomingNorm.npy"))
        nodeCount = record.shape.last ?? 0
        norms = try record.values()
        inputCount = try SafetensorsFile.read(run.model).tensor(named: "\(layer).weight").shape.last ?? 0
        deathSteps = Array(try CSVTable.read(run.nodes).optionalIntegers("deathStep").prefix(nodeCount))
    }

    init(steps: [Int], norms: [[Double]], deathSteps: [Int?], inputCount: Int) {
        (self.steps, self.deathSteps, self.inputCount) = (steps, deathSteps, inputCount)
        nodeCount = deathSteps.count
        self.norms = norms.flatMap { $0 }
    }

    func norm(sample: Int, node: Int) -> Double { norms[sample * nodeCount + node] }

    /// When a norm fell under a threshold after a step, and when it was back; steps after that step.
    struct Transient: Equatable {
        /// First sample under ξ of a stretch of at least the persistence asked for; nil if there is none.
        var fall: Int?
        /// The rise lies after the first of these samples, not after the second; nil if the norm stays under ξ to the last sample.
        var rise: ClosedRange<Int>?
    }

    /// The first lasting stretch under `threshold` after step `drop`.
    ///
    /// - Parameter persistence: steps between the first and the last sample of a stretch; shorter ones are dips of an oscillation.
    func transient(of node: Int, after drop: Int, threshold: Double, persistence: Int) -> Transient {
        var start: Int?
        for sample in steps.indices where steps[sample] > drop {
            if norm(sample: sample, node: node) < threshold {
                start = start ?? sample
            } else if let first = start {
                if steps[sample - 1] - steps[first] >= persistence {
                    return Transient(fall: steps[first] - drop, rise: steps[sample - 1] - drop...steps[sample] - drop)
                }
                start = nil
            }
        }
        guard let start, let last = steps.last, last - steps[start] >= persistence else { return Transient() }
        return Transient(fall: steps[start] - drop)
    }
}
