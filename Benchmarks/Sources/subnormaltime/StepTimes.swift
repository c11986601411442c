// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Datasets
import Experiments
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// The parts of a training step, at the start of a training and at its end: which of them got slower?
struct StepTimes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps", abstract: "Forward pass, backward pass and update, fresh and from a trained model: microseconds a step.")
    @OptionGroup var output: Output
    @Argument(help: "Configuration (YAML) of a float32 training.")
    var configuration: String
    @Option(help: "Its trained model, .safetensors.")
    var model: String
    @Option(help: "Its optimiser's state, .safetensors.")
    var optimizer: String
    @Option(parsing: .upToNextOption, help: "What the end of the training has other than its start, such as optimizer.adam.learningRate=1.25e-4.")
    var overrides: [String] = []

    func run() throws {
        let url = URL(fileURLWithPath: configuration)
        let fresh = try RunConfiguration.load(url: url)
        var trained = try RunConfiguration.load(url: url, overrides: overrides)
        trained.initial = .planted(model: URL(fileURLWithPath: model), optimizer: URL(fileURLWithPath: optimizer))
        let dataset = try fresh.data.load(seed: fresh.seed)
        let table = try TimesTable("steps.csv", in: output.out, keys: ["part", "state"])
        for (state, configuration) in [("fresh", fresh), ("trained", trained)] {
            for part in Part.allCases { try table.append([part.rawValue, state], try times(part, configuration, dataset)) }
        }
        let shares = try PlannedTraining<Float>(trained, dataset: dataset).subnormalShares()
        try table.finish()
        try output.describeMachine(part: "steps")
        let lines = ["name,subnormal,zero"] + shares.map { "\($0.name),\($0.subnormal),\($0.zero)" }
        let file = URL(fileURLWithPath: output.out).appendingPathComponent("shares.csv")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file, options: .atomic)
    }

    private enum Part: String, CaseIterable {
        case forward = "forward pass"
        case backward = "backward pass"
        case update
        case step = "whole step"
    }

    private func times(_ part: Part, _ configuration: RunConfiguration, _ dataset: Dataset) throws -> PairedTimes {
        let planned = try PlannedTraining<Float>(configuration, dataset: dataset)
        let (network, training, optimizer) = (planned.network, planned.training, planned.optimizer)
        let batch = configuration.batch
        let initial = (
            model: ModelFiles.model(of: network), state: try ModelFiles.optimizer(optimizer, shapes: network.parameters.map(\.value.shape))
        )
        // One step for a batch, its gradients, and the output's gradient.
        try training.step()
        let steps = 40
        return try PairedTimes(pairs: output.pairs, units: Double(steps) * 1_000) {
            try ModelFiles.plant(initial.model, named: "the initial model", into: network)
            try ModelFiles.plant(initial.state, named: "the initial state", into: optimizer, shapes: network.parameters.map(\.value.shape))
        } work: {
            for _ in 0..<steps {
                switch part {
                case .forward: try network.forward(batch: batch, mode: .training)
                case .backward: network.backward(batch: batch)
                case .update:
                    for (index, parameter) in network.parameters.enumerated() {
                        optimizer.update(
                            parameter: index, weights: parameter.value.mutableElements, gradient: parameter.gradient.elements,
                            learningRate: optimizer.rule.learningRate,
                            l2: configuration.l2.coefficient(for: parameter.role.decayGroup))
                    }
                case .step: try training.step()
                }
            }
        }
    }
}
