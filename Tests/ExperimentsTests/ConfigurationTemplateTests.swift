// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Testing

@testable import Experiments

@Suite struct ConfigurationTemplateTests {
    @Test("The template is a valid configuration: the demo's, which shows nodes going to zero")
    func valid() throws {
        let configuration = try RunConfiguration.parse(yaml: ConfigurationTemplate.yaml, name: ConfigurationTemplate.fileName)
        #expect(configuration.data == .digits)
        #expect(configuration.network == [.dense(units: 256), .activation(.relu()), .dense(units: 10)])
        #expect(configuration.optimizer as? Adam == Adam(epsilon: 1e-7))
        #expect(configuration.l2 == CoupledL2(weights: 1e-3))
        #expect(configuration.length == .steps(30_000))
    }

    @Test("The template writes out or names every key of a configuration")
    func complete() {
        for key in RunConfiguration.keys {
            #expect(ConfigurationTemplate.yaml.contains("\n\(key): ") || ConfigurationTemplate.yaml.contains(" \(key): N"), "\(key)")
        }
    }

    @Test("The template names every layer, optimiser, source, loss, distribution and ε placement")
    func alternatives() {
        let words =
            ConfigurationNetwork.layers + ConfigurationOptimizer.words + ConfigurationData.words + ConfigurationNetwork.losses.map(\.word)
            + Initialization.allCases.map(\.rawValue) + EpsilonPlacement.allCases.map(\.rawValue)
        for word in words { #expect(ConfigurationTemplate.yaml.contains(word), "\(word)") }
    }

    /// Values that stand in the template's comments, each with what it needs besides.
    static let commented: [[String]] = [
        ["data={idx: {trainImages: a.gz, trainLabels: b.gz, testImages: c.gz, testLabels: d.gz}}"],
        ["data={npy: {inputs: x.npy, targets: y.npy, testInputs: a.npy, testTargets: b.npy}}"],
        [
            "data={teacher: {inputs: 8, hidden: 4, outputs: 1, samples: 1024, testSamples: 1024, noise: 0, bias: 0}}", "loss=linear",
            "network.2.dense=1",
        ],
        ["data={planted: {features: 4, samples: 1, inputs: 1, target: 1, noise: 0}}", "loss=linear", "network.2.dense=1"],
        ["network.0={dense: {units: 64, bias: false}}"], ["network.1={batchNorm: {epsilon: 1e-5, momentum: 0.1}}"],
        ["network.1={relu: {derivativeAtZero: 0}}"], ["network.1={leakyRelu: {slope: 0.01}}"], ["network.1={elu: {alpha: 1}}"],
        ["network.1={gelu: {approximation: none}}"], ["network.1={softplus: {beta: 1, threshold: 20}}"],
        ["schedule={step: {everyEpochs: 25, factor: 0.5}}"], ["schedule={exponential: {factor: 0.95}}"],
        ["schedule={cosine: {epochs: 100, minimum: 0}}"], ["schedule={warmup: {steps: 500, then: constant}}"],
        ["sparsity={groupLasso: {coefficient: 0.001, method: proximal, metric: euclidean, scalesWithGroupSize: false}}"],
        ["sparsity={l1: {coefficient: 0.001, method: subgradient}}"],
        ["probe.windows=[[0, 100], [5000, 5100]]"], ["probe.observe=[0/3, 0/17/5]"],
    ]

    @Test("Values in the template's comments are accepted in place of its own", arguments: commented)
    func comments(_ overrides: [String]) throws {
        let value = overrides[0].drop { $0 != "=" }.dropFirst()
        #expect(ConfigurationTemplate.yaml.contains(value))
        _ = try RunConfiguration.parse(yaml: ConfigurationTemplate.yaml, overrides: overrides)
    }
}
