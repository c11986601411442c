// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Testing

@testable import Experiments

@Suite("Runs under a sparsity-inducing penalty")
struct SparsityRunTests {
    static let penalties: [SparsityPenalty] = [
        SparsityPenalty(.groupLasso(), coefficient: 0.5), SparsityPenalty(.groupLasso(), coefficient: 0.05, method: .proximal(.denominator)),
        SparsityPenalty(.groupLasso(scalesWithGroupSize: true), coefficient: 0.01, method: .subgradient),
        SparsityPenalty(.l1, coefficient: 0.1), SparsityPenalty(.l1, coefficient: 0.01, method: .subgradient),
    ]

    private func configuration(
        _ penalty: SparsityPenalty?, rule: any UpdateRule = Adam(learningRate: 0.01), precision: Precision = .float64,
        probe: ProbeConfiguration = .off, l2: Double = 0
    ) -> RunConfiguration {
        RunConfiguration(
            seed: 3, precision: precision, data: .digits,
            network: [.dense(units: 12), .batchNorm(), .activation(.relu()), .dense(units: 8), .activation(.relu()), .dense(units: 10)],
            optimizer: rule, l2: CoupledL2(weights: l2), sparsity: penalty, batch: 64, length: .steps(60), probe: probe)
    }

    @Test("A coefficient of 0 gives the bits of no penalty", arguments: penalties, Precision.allCases)
    func zeroCoefficient(_ penalty: SparsityPenalty, _ precision: Precision) throws {
        let folder = try RunFolder()
        var (none, zero) = (penalty, penalty)
        none.coefficient = 0
        zero.coefficient = 1e-300
        let bare = try folder.run(configuration(nil, precision: precision, l2: 1e-3), as: "bare").finalState()
        #expect(try folder.run(configuration(none, precision: precision, l2: 1e-3), as: "none").finalState() == bare)
        #expect(try folder.run(configuration(penalty, precision: precision, l2: 1e-3), as: "some").finalState() != bare)
        // A tiny coefficient takes the penalty's whole path, and all it adds is under the rounding.
        let tiny = try ModelWeights(folder.run(configuration(zero, precision: precision, l2: 1e-3), as: "tiny"))
        let plain = try ModelWeights(RunDirectory(folder["bare"]))
        #expect(tiny.all == plain.all)
    }

    @Test("Probes on or off: the same bits", arguments: penalties, [0, 1])
    func probes(_ penalty: SparsityPenalty, rule: Int) throws {
        let folder = try RunFolder()
        let rule: any UpdateRule = rule == 0 ? Adam(learningRate: 0.01) : HeavyBall(learningRate: 0.05)
        let probe = ProbeConfiguration(cadence: Cadence(every: 7), observed: [NodeReference(layer: "0", node: 3)])
        let bare = try folder.run(configuration(penalty, rule: rule), as: "bare")
        let probed = try folder.run(configuration(penalty, rule: rule, probe: probe), as: "probed")
        #expect(try bare.finalState() == probed.finalState())
    }

    @Test("Only incoming weights of hidden layers are penalised: of whole groups by the group lasso, and exactly")
    func exactZeros() throws {
        let folder = try RunFolder()
        let penalty = SparsityPenalty(.groupLasso(), coefficient: 5)
        let weights = try ModelWeights(folder.run(configuration(penalty, rule: StochasticGradientDescent(learningRate: 0.05))))
        for (name, width) in [("0.weight", 64), ("3.weight", 12)] {
            let values = try #require(weights.all[name])
            let groups = stride(from: 0, to: values.count, by: width).map { values[$0..<$0 + width].count { $0 == 0 } }
            #expect(groups.contains(width), "\(name): \(groups)")
        }
        for name in ["5.weight", "0.bias", "1.weight"] {
            #expect(try #require(weights.all[name]).contains { $0 != 0 }, "\(name)")
        }
    }

    @Test("An observation holds the data gradient, not the penalised one")
    func observedGradient() throws {
        let folder = try RunFolder()
        let probe = ProbeConfiguration(observed: [NodeReference(layer: "0", node: 3)])
        var first: [[Double]] = []
        for (name, penalty) in [("plain", nil), ("penalised", SparsityPenalty(.l1, coefficient: 3, method: .subgradient))] {
            let run = try folder.run(configuration(penalty, probe: probe), as: name)
            // Of the first step: w_0 and g_data(w_0) are those of the run without a penalty, w_1 is not.
            first.append(Array(try run.samples("observations.0.3").values(as: Double.self)[0..<64 * 5]))
        }
        func column(_ index: Int, _ run: Int) -> [Double] { stride(from: index, to: 64 * 5, by: 5).map { first[run][$0] } }
        #expect(column(1, 0) == column(1, 1) && column(1, 0).contains { $0 != 0 })
        #expect(column(2, 0) != column(2, 1))
    }

    @Test("Nothing is foretold of a penalised run: the laws of L2 don't hold there")
    func noForecast() throws {
        let folder = try RunFolder()
        let run = try folder.run(configuration(Self.penalties[0], probe: ProbeConfiguration(), l2: 1e-3))
        #expect(throws: DeathRecordsError.penalized(file: run.manifest.path)) { try DeathRecords(run: run.url) }
        var zero = Self.penalties[0]
        zero.coefficient = 0
        _ = try DeathRecords(run: try folder.run(configuration(zero, probe: ProbeConfiguration(), l2: 1e-3), as: "zero").url)
    }
}

/// A run's parameters by name.
private struct ModelWeights {
    let all: [String: [Double]]

    init(_ run: RunDirectory) throws {
        let file = try SafetensorsFile.read(run.model)
        all = try Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, try $0.tensor.values(as: Double.self)) })
    }
}
