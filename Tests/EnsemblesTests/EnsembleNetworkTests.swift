// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Ensembles
import Networks
import Optimizers
import Testing

@Suite struct EnsembleNetworkTests {
    static let refused: [[LayerSpecification]] = [
        [],
        [.dense(units: 1)],
        [.dense(units: 4), .dense(units: 1)],
        [.dense(units: 4), .batchNorm(), .activation(.relu()), .dense(units: 1)],
        [.dense(units: 4), .activation(.tanh), .dense(units: 1)],
        [.dense(units: 4), .activation(.relu(derivativeAtZero: 0.5)), .dense(units: 1)],
        [.dense(units: 4), .activation(.leakyReLU(slope: 0)), .dense(units: 1)],
        [.dense(units: 4), .activation(.relu()), .dense(units: 1), .activation(.relu())],
        [.dense(units: 0), .activation(.relu()), .dense(units: 1)],
    ]

    @Test("A network that an ensemble can't train is refused with what is accepted", arguments: refused)
    func refusesOtherLayers(_ network: [LayerSpecification]) throws {
        let error = #expect(throws: EnsembleError.self) {
            try Ensemble<Float>(network, samples: squarePoints(4, features: 2), members: [EnsembleMember(seed: 0)])
        }
        #expect(error?.description.contains("an ensemble accepts dense layers") == true)
    }

    @Test("Losses, samples, members and threads that don't fit are refused by name")
    func refusesOtherSettings() throws {
        let network: [LayerSpecification] = [.dense(units: 4), .activation(.relu()), .dense(units: 1)]
        let (samples, members) = (squarePoints(4, features: 2), [EnsembleMember(seed: 0)])
        #expect(throws: EnsembleError.unsupported(key: "loss", found: "crossEntropy", accepted: "meanSquaredError")) {
            try Ensemble<Float>(network, loss: .crossEntropy, samples: samples, members: members)
        }
        #expect(throws: EnsembleError.noMembers) { try Ensemble<Float>(network, samples: samples, members: []) }
        #expect(throws: EnsembleError.invalidThreads(0)) { try Ensemble<Float>(network, samples: samples, members: members, threads: 0) }
        let wide = members + [EnsembleMember(seed: 0, optimizer: Adam(beta2: 1))]
        let error = #expect(throws: EnsembleError.self) { try Ensemble<Float>(network, samples: samples, members: wide) }
        #expect(error?.description.hasPrefix("member 1: adam: beta2") == true)
        #expect(throws: EnsembleError.self) { try Ensemble<Float>(network, samples: squarePoints(4, features: 2, outputs: 2), members: members) }
        // Finite in double precision, not in single.
        let large = Samples(values: [1e300, 0], featureCount: 2, targets: .values([0], width: 1))
        #expect(throws: EnsembleError.self) { try Ensemble<Float>(network, samples: large, members: members) }
        #expect(throws: Never.self) { try Ensemble<Double>(network, samples: large, members: members) }
    }
}
