// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Testing

@testable import Experiments

/// What one step showed of one hidden layer, copied node by node through the public view.
private struct Sight {
    var preactivations: [[Double]] = []
    var outgoing: [[Double]] = []
    var scale: [Double] = []
    var shift: [Double] = []
}

/// A probe that keeps everything, for a slow second computation of what the recorder measures.
private final class Witness<Scalar: TrainingScalar>: Probe {
    /// By step, then by hidden layer.
    private(set) var sights: [Int: [Sight]] = [:]

    func beforeUpdate(_ view: StepView<Scalar>) throws {
        sights[view.step] = view.layers.map { layer in
            let z = layer.preactivation(batch: view.batch)
            return Sight(
                preactivations: (0..<layer.nodeCount).map { node in
                    (0..<view.batch).map { Double(z[$0 * layer.nodeCount + node]) }
                })
        }
    }

    func afterUpdate(_ view: StepView<Scalar>) throws {
        for (index, layer) in view.layers.enumerated() {
            let nodes = 0..<layer.nodeCount
            sights[view.step]?[index].outgoing = nodes.map { node in (0..<layer.outputCount).map { Double(layer.outgoingWeight(of: node, to: $0)) } }
            sights[view.step]?[index].scale = nodes.map { Double(layer.batchNormScale(of: $0) ?? .nan) }
            sights[view.step]?[index].shift = nodes.map { Double(layer.batchNormShift(of: $0) ?? .nan) }
        }
    }
}

@Suite("Recorded quantities against a slow recomputation from full observations")
struct NodeRecorderTests {
    private static let (learningRate, l2, beta1, beta2, epsilon) = (0.003, 0.002, 0.9, 0.98, 1e-6)
    private static let layers: [(name: String, nodes: Int, inputs: Int, ranks: [Int])] = [
        ("0", 6, 64, [0, 16, 31, 47, 63]), ("3", 5, 6, [0, 1, 2, 4, 5]),
    ]

    private func configuration(_ precision: Precision, cadence: Cadence) -> RunConfiguration {
        let observed = Self.layers.flatMap { layer in (0..<layer.nodes).map { NodeReference(layer: layer.name, node: $0) } }
        return RunConfiguration(
            seed: 5, precision: precision, data: .digits,
            network: [.dense(units: 6), .batchNorm(), .activation(.relu()), .dense(units: 5), .activation(.relu()), .dense(units: 10)],
            optimizer: Adam(learningRate: Self.learningRate, beta1: Self.beta1, beta2: Self.beta2, epsilon: Self.epsilon),
            l2: CoupledL2(weights: Self.l2), schedule: .exponential(factor: 0.5), batch: 300, length: .steps(24),
            probe: ProbeConfiguration(cadence: cadence, observed: observed))
    }

    /// [steps][inputs][columns] of an observed node.
    private func observations(_ run: RunDirectory, _ layer: String, _ node: Int) throws -> [[[Double]]] {
        let record = try run.samples("observations.\(layer).\(node)")
        let values = try record.values(as: Double.self)
        let (inputs, columns) = (record.shape[1], record.shape[2])
        return (0..<record.shape[0]).map { step in
            (0..<inputs).map { input in Array(values[(step * inputs + input) * columns..<(step * inputs + input + 1) * columns]) }
        }
    }

    private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    private func sign(_ x: Double) -> Int { x > 0 ? 1 : x < 0 ? -1 : 0 }

    /// Every quantity of one node at one step, by its definition.
    private func quantities(step: Int, rows: [[[Double]]], sight: Sight, node: Int, ranks: [Int]) -> [String: Double] {
        let now = rows[step - 1]
        let (w, g) = (now.map { $0[0] }, now.map { $0[1] })
        let (m, v, after) = (now.map { $0[2] }, now.map { $0[3] }, now.map { $0[4] })
        let signs = g.map(sign)
        let nonzero = Double(signs.count { $0 != 0 })
        var result = [
            "incomingNorm": norm(after), "largestWeight": after.map(abs).max()!, "outgoingNorm": norm(sight.outgoing[node]),
            "signCoherence": Double(abs(signs.reduce(0, +))) / nonzero, "gradientRatio": norm(g) / (Self.l2 * norm(w)),
            "activeSamples": Double(sight.preactivations[node].count { $0 > 0 }), "preactivationMax": sight.preactivations[node].max()!,
            "preactivationMean": sight.preactivations[node].reduce(0, +) / Double(sight.preactivations[node].count),
            "batchNormScale": sight.scale[node], "batchNormShift": sight.shift[node], "signAgreement": .nan,
        ]
        if step > 1 {
            let before = rows[step - 2].map { sign($0[1]) }
            result["signAgreement"] = Double(zip(signs, before).count { $0 == $1 && $0 != 0 }) / nonzero
        }
        // 1,437 samples in batches of 300: five steps an epoch.
        let rate = Self.learningRate * pow(0.5, Double((step - 1) / 5))
        let root = v.map { ($0 / (1 - pow(Self.beta2, Double(step)))).squareRoot() }
        let ratio = zip(m, root).map { abs($0 / (1 - pow(Self.beta1, Double(step)))) / ($1 + Self.epsilon) }
        let decay = root.map { rate * Self.l2 / ($0 + Self.epsilon) }
        for (name, values) in [("rootSecondMoment", root.sorted()), ("updateRatio", ratio.sorted()), ("effectiveDecay", decay.sorted())] {
            for (level, rank) in zip(["q0", "q25", "q50", "q75", "q100"], ranks) { result["\(name).\(level)"] = values[rank] }
        }
        return result
    }

    private func check<Scalar: TrainingScalar>(_: Scalar.Type, cadence: Cadence, expected: [Int]) throws {
        let folder = try RunFolder()
        let witness = Witness<Scalar>()
        var probes = ExtraProbes()
        if let single = witness as? Witness<Float> { probes.float32 = [single] }
        if let double = witness as? Witness<Double> { probes.float64 = [double] }
        let run = try folder.run(configuration(Scalar.self == Float.self ? .float32 : .float64, cadence: cadence), probes: probes)
        let steps = try run.samples("steps").integers()
        #expect(steps == expected)
        // A few roundings of the run's precision: sums are in double, and each quantity is rounded once or twice on its way.
        let tolerance = 8 * Double(Scalar.ulpOfOne)
        for (index, layer) in Self.layers.enumerated() {
            let rows = try (0..<layer.nodes).map { try observations(run, layer.name, $0) }
            var recorded: [String: [Double]] = [:]
            for (sample, step) in steps.enumerated() where step > 0 {
                for node in 0..<layer.nodes {
                    let sight = try #require(witness.sights[step]?[index])
                    let slow = quantities(step: step, rows: rows[node], sight: sight, node: node, ranks: layer.ranks)
                    for (name, value) in slow {
                        if recorded[name] == nil { recorded[name] = try run.samples("\(layer.name).\(name)").values(as: Double.self) }
                        let found = try #require(recorded[name])[sample * layer.nodes + node]
                        if value.isNaN {
                            #expect(found.isNaN, "\(layer.name).\(name) at step \(step), node \(node)")
                            continue
                        }
                        // A mean of positive and negative numbers is as exact as its largest terms.
                        let terms = name == "preactivationMean" ? 300 * (sight.preactivations[node].map(abs).max() ?? 0) : abs(value)
                        #expect(abs(found - value) <= tolerance * terms, "\(layer.name).\(name) at step \(step), node \(node): \(found), \(value)")
                    }
                }
            }
            #expect(recorded.count == 11 + 15)
        }
    }

    @Test("At every step, in float64") func everyStep() throws { try check(Double.self, cadence: Cadence(every: 1), expected: Array(0...24)) }

    @Test("At every step, in float32") func everyStepSingle() throws { try check(Float.self, cadence: Cadence(every: 1), expected: Array(0...24)) }

    @Test("Between unsampled steps, signs are still compared with the step before")
    func sparse() throws { try check(Double.self, cadence: Cadence(every: 7, windows: [10...11]), expected: [0, 1, 7, 10, 11, 14, 21, 24]) }

    @Test("The sample of step 0 shows the initial weights, and NaN for what needs a gradient")
    func initialSample() throws {
        let folder = try RunFolder()
        let run = try folder.run(configuration(.float64, cadence: Cadence(every: 5)))
        var start = configuration(.float64, cadence: Cadence(every: 5))
        (start.length, start.probe.observed) = (.steps(0), [])
        let initial = try SafetensorsFile.read(try folder.run(start, as: "start").model).tensor(named: "0.weight").values(as: Double.self)
        let norms = try run.samples("0.incomingNorm").values(as: Double.self)
        for node in 0..<6 { #expect(abs(norms[node] - norm(Array(initial[node * 64..<(node + 1) * 64]))) < 1e-12) }
        for name in [
            "signCoherence", "signAgreement", "gradientRatio", "activeSamples", "preactivationMean", "rootSecondMoment.q50", "effectiveDecay.q0",
        ] {
            #expect(try run.samples("0.\(name)").values(as: Double.self)[..<6].allSatisfy(\.isNaN), "\(name)")
        }
    }

    @Test("An observation's w_{k+1} is the next step's w_k, and its moments and update are Adam's of g_data + λw", arguments: Precision.allCases)
    func observationsFollowTheRecipe(precision: Precision) throws {
        if precision == .float32 { try follow(Float.self) } else { try follow(Double.self) }
    }

    private func follow<Scalar: TrainingScalar>(_: Scalar.Type) throws {
        let folder = try RunFolder()
        let run = try folder.run(configuration(Scalar.self == Float.self ? .float32 : .float64, cadence: Cadence()))
        let (beta1, beta2, l2) = (Scalar(1 - Self.beta1), Scalar(Self.beta2), Scalar(Self.l2))
        for node in 0..<6 {
            let rows = try observations(run, "0", node)
            #expect(rows.count == 24)
            for j in 0..<64 {
                var (m, v): (Scalar, Scalar) = (0, 0)
                for (index, row) in rows.enumerated() {
                    let (w, data) = (Scalar(row[j][0]), Scalar(row[j][1]))
                    let g = data + l2 * w
                    m = m + beta1 * (g - m)
                    v = v * beta2 + Scalar(1 - Self.beta2) * g * g
                    #expect(Scalar(row[j][2]) == m && Scalar(row[j][3]) == v, "moments of weight \(j) at step \(index + 1)")
                    let rate = Self.learningRate * pow(0.5, Double(index / 5))
                    let size = Scalar(rate / (1 - pow(Self.beta1, Double(index + 1))))
                    let correction = Scalar((1 - pow(Self.beta2, Double(index + 1))).squareRoot())
                    let next = w - size * m / (v.squareRoot() / correction + Scalar(Self.epsilon))
                    #expect(Scalar(row[j][4]) == next, "w of weight \(j) at step \(index + 1)")
                    if index + 1 < rows.count { #expect(rows[index + 1][j][0] == row[j][4]) }
                }
            }
        }
        // Pixels that are 0 in every sample have no data gradient, and L2 must not have been written into it.
        let constant = try observations(run, "0", 0).map { $0[0] }
        #expect(constant.allSatisfy { $0[1] == 0 && $0[2] != 0 })
    }
}
