// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Testing

@testable import Probes

/// One weight under Adam with a data gradient of exactly 0, by PyTorch's recipe: the exact recursion of theory notes B0, written here from
/// the recipe alone, so that it checks the optimiser's code and the ledger's capture at once.
struct SilentWeight<Scalar: TrainingScalar> {
    var w: Scalar
    var m: Scalar
    var v: Scalar
    var step: Int

    mutating func advance(rule: Adam, learningRate: Double, l2: Double) {
        step += 1
        let g = l2 == 0 ? 0 : Scalar(l2) * w
        m = m + Scalar(1 - rule.beta1) * (g - m)
        v = v * Scalar(rule.beta2) + Scalar(1 - rule.beta2) * g * g
        let size = Scalar(learningRate / (1 - pow(rule.beta1, Double(step))))
        let correction = Scalar((1 - pow(rule.beta2, Double(step))).squareRoot())
        w = w - size * m / (v.squareRoot() / correction + Scalar(rule.epsilon))
    }
}

@Suite("The state at death")
struct DeathStatesTests {
    private static let rule = Adam(learningRate: 0.01)

    /// Gradients of two nodes: pseudo-random until the first dies after step 7 and the second after step 4.
    private func gradients<Scalar: TrainingScalar>(_ step: Int) -> [Scalar] {
        [step <= 7 ? Scalar(sin(Double(step) * 3)) : 0, step <= 4 ? Scalar(cos(Double(step) * 5)) : 0]
    }

    private func training<Scalar: TrainingScalar>(_: Scalar.Type) throws -> ScriptedTraining<Scalar> {
        try ScriptedTraining(
            weights: [[0.5, -0.25, 0.125], [0.75, 1, -0.5]], behind: [.batchNorm(), .activation(.relu())], outputs: 2, rule: Self.rule, l2: 0.01)
    }

    /// Parameters and moments of a node, as the capture names them.
    private func state<Scalar: TrainingScalar>(_ training: ScriptedTraining<Scalar>, node: Int) throws -> [String: [Scalar]] {
        let hidden = training.hidden
        let sources: [(String, Parameter<Scalar>, [Int])] = [
            ("incoming", hidden.incoming, (0..<3).map { node * 3 + $0 }), ("outgoing", hidden.outgoing, [node, 2 + node]),
            ("bias", try #require(hidden.bias), [node]), ("batchNormScale", try #require(hidden.batchNorm?.scale), [node]),
            ("batchNormShift", try #require(hidden.batchNorm?.shift), [node]),
        ]
        var state: [String: [Scalar]] = [:]
        for (label, parameter, positions) in sources {
            let index = try #require(training.network.parameters.firstIndex { $0 === parameter })
            state[label] = positions.map { parameter.value.elements[$0] }
            for name in training.optimizer.stateNames {
                let values = try training.optimizer.state(name, of: index)
                state["\(label).\(name)"] = positions.map { values[$0] }
            }
        }
        return state
    }

    private func check<Scalar: TrainingScalar>(_: Scalar.Type) throws {
        let training = try training(Scalar.self)
        var expected: [[String: [Scalar]]] = [[:], [:]]
        for step in 1...400 {
            try training.run(gradients(step), trains: true)
            if step == 7 { expected[0] = try state(training, node: 0) }
            if step == 4 { expected[1] = try state(training, node: 1) }
        }
        let states = training.ledger.deathStates[0]
        #expect(states.steps == [7, 4])
        for node in 0..<2 {
            #expect(expected[node].count == 15)
            for (name, values) in expected[node] { #expect(states.values(name, of: node) == values, "\(name)") }
            let final = try state(training, node: node)
            for label in ["incoming", "outgoing", "bias", "batchNormScale", "batchNormShift"] {
                let (w, m, v) = (
                    try #require(states.values(label, of: node)), try #require(states.values("\(label).exp_avg", of: node)),
                    try #require(states.values("\(label).exp_avg_sq", of: node))
                )
                for j in w.indices {
                    var weight = SilentWeight(w: w[j], m: m[j], v: v[j], step: states.steps[node])
                    let l2 = ["incoming", "outgoing"].contains(label) ? training.l2 : 0
                    while weight.step < 400 { weight.advance(rule: Self.rule, learningRate: Self.rule.learningRate, l2: l2) }
                    #expect(weight.w == final[label]?[j] && weight.m == final["\(label).exp_avg"]?[j], "\(label) \(j) of node \(node)")
                }
                #expect(w != final[label], "\(label) moved on")
            }
        }
    }

    @Test("What is kept is the state right after the last gradient, and it alone predicts every later bit, in float64")
    func float64() throws { try check(Double.self) }

    @Test("What is kept is the state right after the last gradient, and it alone predicts every later bit, in float32")
    func float32() throws { try check(Float.self) }

    @Test("The file holds the captured nodes only, with names and shapes as documented")
    func records() throws {
        let training = try ScriptedTraining<Float>(weights: [[1, 2, 3], [4, 5, 6], [7, 8, 9]], outputs: 2)
        try training.run([1, 1, 1])
        try training.run([1, 0, 0])
        try training.run([1, 1, 0])
        let records = Dictionary(uniqueKeysWithValues: training.ledger.deathStates[0].records().map { ($0.name, $0.tensor) })
        #expect(try records["0.nodes"]?.integers() == [1, 2])
        #expect(try records["0.steps"]?.integers() == [1, 1])
        #expect(records["0.incoming"]?.shape == [2, 3] && records["0.outgoing"]?.shape == [2, 2] && records["0.bias"]?.shape == [2, 1])
        #expect(try records["0.incoming"]?.values(as: Float.self) == [4, 5, 6, 7, 8, 9])
        #expect(records["0.incoming.exp_avg_sq"]?.elementType == .float32)
        #expect(records["0.batchNormScale"] == nil)
        #expect(records.count == 2 + 3 * 3)
    }
}
