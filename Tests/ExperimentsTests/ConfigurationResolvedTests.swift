// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Experiments

@Suite struct ConfigurationResolvedTests {
    static let variations: [[String]] =
        [[], ["seed=18446744073709551615", "steps=5", "threads=3", "flushToZero=true", "precision=float32", "freeze=[0.weight]"]]
        + [["probe=none"], ["probe={windows: []}"], ["probe={every: 3, logarithmic: 5, windows: [[1, 9], [20, 20]]}"]]
        + [["probe={thresholds: [1e-150, 1e-3], quantiles: [0.5], observe: [0/3, 0/63]}"], ["order=sequential"], ["order='ünï \"☃\" 😀.npy'"]]
        + [["initial=pytorch"], ["initial={model: m.safetensors}"], ["initial={model: m.safetensors, optimizer: o.safetensors}"]]
        + [
            ["l2={weights: 1e-300, biases: 0.1, batchNorm: 0.30000000000000004}"],
            ["data={npy: {inputs: x.npy, targets: y.npy}}", "loss=meanSquaredError"],
        ]
        + ConfigurationTests.layers.map { ["network=[\($0.0), {dense: 10}]"] }
        + ConfigurationTests.optimizers.map { ["optimizer=\($0.0)"] }
        + ConfigurationTests.schedules.map { ["schedule=\($0.0)"] }
        + ConfigurationTests.sources.map { ["data=\($0.0)"] }
        + ConfigurationTests.realSources.map { ["data=\($0.0)", "loss=linear", "network=[{dense: 4}, relu, {dense: 1}]"] }

    @Test("The resolved configuration parses back to an equal one and resolves to itself", arguments: variations)
    func roundTrip(_ overrides: [String]) throws {
        let configuration = try RunConfiguration.parse(yaml: smallestConfiguration, overrides: overrides)
        for layout in [JSONValue.Layout.compact, .pretty] {
            let again = try RunConfiguration.parse(
                yaml: configuration.resolved.serialized(layout), folder: URL(fileURLWithPath: "/elsewhere", isDirectory: true))
            #expect(again == configuration)
            #expect(again.resolved == configuration.resolved)
        }
    }

    @Test("The resolved configuration spells out every default")
    func defaults() throws {
        let resolved = try RunConfiguration.parse(yaml: smallestConfiguration).resolved
        let expected: JSONValue = [
            "seed": 0, "precision": "float64", "data": ["source": "digits"],
            "network": [
                ["dense": ["units": 64, "bias": true]], ["batchNorm": ["epsilon": 1e-5, "momentum": 0.1]],
                ["relu": ["derivativeAtZero": 0.0]], ["dense": ["units": 10, "bias": true]],
            ],
            "initial": "heNormal", "freeze": [], "loss": "crossEntropy",
            "optimizer": [
                "adam": ["learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "epsilonPlacement": "outsideRoot"]
            ],
            "l2": ["weights": 0.0, "biases": 0.0, "batchNorm": 0.0], "schedule": "constant", "batch": 64,
            "epochs": 100, "order": "shuffled",
            "probe": [
                "every": 10, "windows": [], "thresholds": [1e-15, 1e-8, 1e-5], "quantiles": [0.0, 0.25, 0.5, 0.75, 1.0], "observe": [],
            ],
            "threads": 1, "flushToZero": false,
        ]
        #expect(resolved == expected)
    }
}
