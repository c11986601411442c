// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Testing

@testable import Experiments

/// The ledger of a run in which nodes die, against its own observations, and against the exact recursion of theory notes B0, written here
/// from Adam's recipe alone.
@Suite("The ledger of a run")
struct RunLedgerTests {
    private static let (rate, l2, beta1, beta2, epsilon, steps, nodes) = (0.02, 0.01, 0.9, 0.999, 1e-6, 900, 16)

    private func run(_ precision: Precision, observing observed: [Int] = [], in folder: RunFolder) throws -> RunDirectory {
        try folder.run(
            RunConfiguration(
                seed: 2, precision: precision, data: .digits, network: [.dense(units: Self.nodes), .activation(.relu()), .dense(units: 10)],
                optimizer: Adam(learningRate: Self.rate, epsilon: Self.epsilon), l2: CoupledL2(weights: Self.l2),
                schedule: .step(everyEpochs: 10, factor: 0.5), length: .steps(Self.steps),
                probe: ProbeConfiguration(observed: observed.map { NodeReference(layer: "0", node: $0) })))
    }

    /// One weight's path from the state at death, w after each step from `step` + 1 on.
    private func path<Scalar: TrainingScalar>(w: Scalar, m: Scalar, v: Scalar, step: Int, l2: Double) -> [Scalar] {
        var (w, m, v) = (w, m, v)
        return (step + 1...Self.steps).map { step in
            let g = l2 == 0 ? 0 : Scalar(l2) * w
            m = m + Scalar(1 - Self.beta1) * (g - m)
            v = v * Scalar(Self.beta2) + Scalar(1 - Self.beta2) * g * g
            // 1,437 samples in batches of 64: 23 steps an epoch.
            let rate = Self.rate * pow(0.5, Double((step - 1) / 23 / 10))
            let size = Scalar(rate / (1 - pow(Self.beta1, Double(step))))
            let correction = Scalar((1 - pow(Self.beta2, Double(step))).squareRoot())
            w = w - size * m / (v.squareRoot() / correction + Scalar(Self.epsilon))
            return w
        }
    }

    private func predict<Scalar: TrainingScalar>(_: Scalar.Type) throws {
        let folder = try RunFolder()
        let run = try run(Scalar.self == Float.self ? .float32 : .float64, in: folder)
        let (deaths, model, table) = (try SafetensorsFile.read(run.deaths), try SafetensorsFile.read(run.model), try CSVTable.read(run.nodes))
        let captured = try deaths.tensor(named: "0.nodes").integers()
        let deathSteps = try table.optionalIntegers("deathStep")
        let dead = deathSteps.indices.filter { deathSteps[$0] != nil }
        #expect(dead.count == 2 && Set(dead).isSubset(of: captured))
        for node in dead {
            let position = try #require(captured.firstIndex(of: node))
            let step = try deaths.tensor(named: "0.steps").integers()[position]
            #expect(deathSteps[node] == step + 1)
            var squares = Array(repeating: 0.0, count: Self.steps - step)
            // Where a node's numbers lie in the model: its row, its column, its bias.
            let sides: [(label: String, tensor: String, l2: Double, place: (Int) -> Int)] = [
                ("incoming", "0.weight", Self.l2, { node * 64 + $0 }), ("outgoing", "2.weight", Self.l2, { $0 * Self.nodes + node }),
                ("bias", "0.bias", 0, { _ in node }),
            ]
            for (label, tensor, l2, place) in sides {
                let state = try ["", ".exp_avg", ".exp_avg_sq"].map { suffix -> [Scalar] in
                    let record = try deaths.tensor(named: "0.\(label)\(suffix)")
                    let count = record.shape[1]
                    return Array(try record.values(as: Scalar.self)[position * count..<(position + 1) * count])
                }
                let final = try model.tensor(named: tensor).values(as: Scalar.self)
                for j in state[0].indices {
                    let weights = path(w: state[0][j], m: state[1][j], v: state[2][j], step: step, l2: l2)
                    #expect(weights.last == final[place(j)], "\(label) \(j) of node \(node)")
                    if label == "incoming" { for (index, w) in weights.enumerated() { squares[index] += Double(w) * Double(w) } }
                }
            }
            // And so its dips and passages.
            for threshold in ["1e-05", "1e-08", "1e-15"] {
                let limit = try #require(Double(threshold))
                let below = squares.map { $0.squareRoot() < limit }
                #expect(try table.optionalIntegers("dip@\(threshold)")[node] == below.firstIndex(of: true).map { step + 1 + $0 })
                let passage = below.indices.first { start in
                    start + 60 <= below.count && below[start..<start + 60].allSatisfy { $0 } && (start == 0 || !below[start - 1])
                }
                #expect(try table.optionalIntegers("passage@\(threshold)")[node] == passage.map { step + 1 + $0 })
            }
        }
        #expect(try table.optionalIntegers("passage@1e-05").compactMap { $0 }.count >= 1, "the run is long enough for one to vanish")
    }

    @Test("The state at death alone predicts a dead node's weights, dips and passages bit for bit, in float64")
    func float64() throws { try predict(Double.self) }

    @Test("The state at death alone predicts a dead node's weights, dips and passages bit for bit, in float32")
    func float32() throws { try predict(Float.self) }

    @Test("Steps in the ledger are those that the observations show")
    func observations() throws {
        let folder = try RunFolder()
        // Two that die and two that live.
        let observed = [0, 2, 8, 12]
        let run = try run(.float64, observing: observed, in: folder)
        let table = try CSVTable.read(run.nodes)
        let (last, death, censored) = (
            try table.integers("lastDataGradientStep"), try table.optionalIntegers("deathStep"), try table.optionalIntegers("censoredAt")
        )
        for node in observed {
            let record = try run.samples("observations.0.\(node)")
            let (values, row) = (try record.values(as: Double.self), record.shape[1] * record.shape[2])
            let lastGradient = (0..<Self.steps).last { step in
                stride(from: step * row + 1, to: (step + 1) * row, by: 5).contains { values[$0] != 0 }
            }
            #expect(last[node] == lastGradient.map { $0 + 1 } ?? 0, "node \(node)")
            #expect((death[node] == nil) == (censored[node] == Self.steps), "a node is dead or censored")
            let squares = (0..<64).reduce(0) { $0 + pow(values[(Self.steps - 1) * row + $1 * 5 + 4], 2) }
            #expect(abs(try table.numbers("finalNorm")[node] - squares.squareRoot()) <= 1e-12 * squares.squareRoot())
        }
        // The states' samples end in the fates of the table.
        let states = try run.samples("0.state").integers().suffix(Self.nodes)
        #expect(zip(states, try table.texts("fate")).allSatisfy { NodeState(rawValue: Int8($0)).map { "\($0)" } == $1 })
        #expect(try CSVTable.read(run.metrics).integers("dead").last == death.count { $0 != nil })
    }
}
