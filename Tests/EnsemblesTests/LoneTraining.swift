// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Ensembles
import Experiments
import Foundation
import Networks
import Optimizers
import Probes
import Statistics

/// One member's network, trained alone: what the ensemble is compared with.
struct LoneTraining<Scalar: TrainingScalar> {
    let training: Training<Scalar>
    private(set) var losses: [BatchLoss] = []

    init(
        _ member: EnsembleMember, _ specification: [LayerSpecification], samples: Samples, schedule: Schedule = .constant,
        initialization: Initialization = .heNormal, probes: [any Probe<Scalar>] = [], steps: Int
    ) throws {
        let network = try Network<Scalar>(specification, inputCount: samples.featureCount, capacity: samples.count)
        network.initialize(initialization, seed: member.seed)
        training = try Training(
            network: network, loss: .meanSquaredError,
            optimizer: Optimizer(
                rule: member.optimizer,
                parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count, group: $0.role.decayGroup) }),
            l2: member.l2, schedule: schedule, order: .sequential(samples: samples.count, batch: samples.count), samples: samples,
            totalSteps: steps, probes: probes)
        for _ in 0..<steps { losses.append(try training.step()) }
    }

    var parameters: [[Scalar]] { training.network.parameters.map(\.value.values) }

    func state(_ name: String) throws -> [[Scalar]] {
        try training.network.parameters.indices.map { try training.optimizer.state(name, of: $0) }
    }
}

/// Numbers as they lie in memory: −0 is not 0.
func bits<Scalar: TrainingScalar>(_ tensors: [[Scalar]]) -> [Data] { tensors.map { $0.withUnsafeBytes { Data($0) } } }

/// Points in a square, whose targets are sums and differences of the magnitudes of their coordinates.
func squarePoints(_ count: Int, features: Int, outputs: Int = 1, seed: UInt64 = 7) -> Samples {
    var stream = RandomStream(seed: seed, name: "points")
    let points: [Double] = (0..<count * features).map { _ in stream.uniform(in: -1..<1) }
    var targets: [Double] = []
    for sample in 0..<count {
        for output in 0..<outputs {
            var target = 0.0
            for feature in 0..<features {
                let size = abs(points[sample * features + feature])
                target += feature % 2 == output % 2 ? size : -size
            }
            targets.append(target)
        }
    }
    return Samples(values: points, featureCount: features, targets: .values(targets, width: outputs))
}
