// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// A configuration's training without probes, evaluations and files: the steps alone.
struct PlannedTraining<Scalar: TrainingScalar> {
    let network: Network<Scalar>
    let optimizer: Optimizer<Scalar>
    let training: Training<Scalar>
    let samples: Samples

    init(_ configuration: RunConfiguration, dataset: Dataset) throws {
        samples = dataset.training
        let order = try BatchOrder.shuffled(samples: samples.count, batch: configuration.batch, seed: configuration.seed)
        network = try Network(configuration.network, inputCount: samples.featureCount, capacity: configuration.batch)
        optimizer = try Optimizer(
            rule: configuration.optimizer,
            parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count, group: $0.role.decayGroup) })
        switch configuration.initial {
        case .drawn(let initialization): network.initialize(initialization, seed: configuration.seed)
        case .planted(let model, let state):
            try ModelFiles.plant(try SafetensorsFile.read(model), named: model.path, into: network)
            if let state {
                try ModelFiles.plant(
                    try SafetensorsFile.read(state), named: state.path, into: optimizer, shapes: network.parameters.map(\.value.shape))
            }
        }
        let steps =
            switch configuration.length {
            case .epochs(let epochs): epochs * order.stepsPerEpoch
            case .steps(let steps): steps
            }
        training = try Training(
            network: network, loss: configuration.loss, optimizer: optimizer, l2: configuration.l2, schedule: configuration.schedule,
            order: order, samples: samples, totalSteps: steps, probes: [])
    }

    /// Shares of the first layer's incoming weights w, first moments m and second moments v that are subnormal, and of those that are 0.
    func subnormalShares() throws -> [(name: String, subnormal: Double, zero: Double)] {
        let weights = network.parameters[0].value.values
        let states = try optimizer.stateNames.map { ($0, try optimizer.state($0, of: 0)) }
        return ([("weight", weights)] + states).map { name, values in
            (
                name, Double(values.count(where: \.isSubnormal)) / Double(values.count),
                Double(values.count(where: \.isZero)) / Double(values.count)
            )
        }
    }
}
