// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Experiments

@Suite struct ConfigurationErrorTests {
    /// A line that is wrong, put after the smallest configuration's four (so that it is line 5), and what the message has to say.
    static let lines: [(String, [String])] = [
        ("sed: 7", ["run.yaml:5:1: sed: unknown key 'sed'", "did you mean 'seed'?", "seed, precision, data, network"]),
        ("colour: red", ["run.yaml:5:1: colour: unknown key 'colour'; accepted: seed"]),
        ("seed: -1", ["run.yaml:5:7: seed: found -1", "from 0 to 18446744073709551615"]),
        ("seed: 18446744073709551616", ["run.yaml:5:7: seed: found 18446744073709551616", "18446744073709551615"]),
        ("seed: [7]", ["run.yaml:5:7: seed: found a list"]),
        ("precision: float16", ["run.yaml:5:12: precision: found float16", "float32, float64"]),
        ("precision: 64", ["run.yaml:5:12: precision: found 64; accepted: float32, float64"]),
        ("initial: henormal", ["run.yaml:5:10: initial: found henormal (did you mean 'heNormal'?)", ".safetensors"]),
        ("initial: weights.npz", ["initial: found weights.npz", ".safetensors"]),
        ("initial: {optimizer: o.safetensors}", ["initial.model: missing", ".safetensors"]),
        ("freeze: [4.weight]", ["run.yaml:5:10: freeze.0: found 4.weight", "0.weight, 0.bias, 1.weight, 1.bias, 3.weight, 3.bias"]),
        ("freeze: [0.weight, 0.weight]", ["freeze.1: found 0.weight twice"]),
        ("freeze: 0.weight", ["freeze: found 0.weight", "a list of names"]),
        ("loss: mse", ["run.yaml:5:7: loss: found mse (did you mean 'meanSquaredError'?)", "crossEntropy, meanSquaredError, linear"]),
        ("loss: linear", ["run.yaml:5:7: loss: linear needs real targets, but the data has classes; accepted: crossEntropy"]),
        ("l2: -0.1", ["run.yaml:5:5: l2: found -0.1; accepted: a number ≥ 0"]),
        ("l2: {weight: 0.1}", ["run.yaml:5:6: l2.weight: unknown key 'weight' (did you mean 'weights'?)", "weights, biases, batchNorm"]),
        ("l2: .nan", ["l2: found .nan; accepted: a number ≥ 0"]),
        ("l2:", ["run.yaml:5:4: l2: found nothing"]),
        ("schedule: {stpe: {factor: 1}}", ["run.yaml:5:12: schedule: found 'stpe' (did you mean 'step'?)", "constant, step"]),
        ("schedule: step", ["schedule: found step without its numbers", "{step: {everyEpochs: …, factor: …}}"]),
        ("schedule: {step: {everyEpochs: 0, factor: 0.5}}", ["run.yaml:5:32: schedule.step.everyEpochs: found 0", "a whole number ≥ 1"]),
        ("schedule: {step: {factor: 0.5}}", ["schedule.step.everyEpochs: missing; accepted: a whole number ≥ 1"]),
        ("schedule: {exponential: {factor: .inf}}", ["schedule.exponential.factor: found .inf"]),
        ("schedule: {warmup: {steps: 5, then: fast}}", ["schedule.warmup.then: found fast", "cosine"]),
        ("batch: 0", ["run.yaml:5:8: batch: found 0; accepted: a whole number from 1 to"]),
        ("batch: 1", ["run.yaml:5:8: batch: found 1, but the network has batchNorm", "2 or more"]),
        ("batch: 1.5", ["batch: found 1.5"]),
        ("batch: '64'", ["run.yaml:5:8: batch: found the text \"64\"; accepted: a whole number"]),
        ("steps: 10", ["run.yaml:5:8: steps: both epochs and steps are given; accepted: one of them"]),
        ("order: random", ["run.yaml:5:8: order: found random", "shuffled, sequential", ".npy"]),
        ("probe: 10", ["probe: found 10", "none, or a map such as {every: 10}"]),
        ("probe: {every: 0}", ["run.yaml:5:16: probe.every: found 0; accepted: a whole number ≥ 1"]),
        ("probe: {evry: 5}", ["probe.evry: unknown key 'evry' (did you mean 'every'?)"]),
        ("probe: {thresholds: [1e-8, 0]}", ["run.yaml:5:28: probe.thresholds.1: found 0; accepted: a number ≥ 1e-150"]),
        ("probe: {thresholds: [1e-151]}", ["probe.thresholds.0: found 1e-151; accepted: a number ≥ 1e-150"]),
        ("probe: {thresholds: []}", ["probe.thresholds: found an empty list"]),
        ("probe: {quantiles: [0.5, 0.25]}", ["probe.quantiles: the quantiles don't rise"]),
        ("probe: {quantiles: [0.5, 0.5000001]}", ["probe.quantiles: two quantiles are nearer than a millionth"]),
        ("probe: {quantiles: [1.5]}", ["probe.quantiles.0: found 1.5; accepted: a number in [0, 1]"]),
        ("probe: {windows: [[5, 3]]}", ["probe.windows.0: found [5, 3]", "from ≤ to"]),
        ("probe: {windows: [5, 3]}", ["probe.windows.0: found 5; accepted: [from, to]"]),
        ("probe: {observe: [3/0]}", ["probe.observe.0: found 3/0", "a dense layer with an activation behind it (0)"]),
        ("probe: {observe: [0/64]}", ["probe.observe.0: found 0/64"]),
        ("threads: 0", ["threads: found 0; accepted: a whole number from 1 to 1024"]),
        ("flushToZero: yes", ["flushToZero: found yes; accepted: true or false"]),
        ("seed: 1\nseed: 2", ["run.yaml:5:1", "the key 'seed' is given more than once"]),
        ("seed: &s 1", ["run.yaml:5:7", "anchor"]),
        ("  seed: 1", ["run.yaml:5:", "not readable as YAML"]),
        ("l2: [0.1", ["run.yaml:", "not readable as YAML"]),
    ]

    @Test("A malformed line is answered with its place, its key and what would be accepted", arguments: lines)
    func malformedLine(_ line: String, _ parts: [String]) throws {
        try expect(smallestConfiguration + line, parts)
    }

    /// Lines that take the place of lines of the smallest configuration with the same key.
    static let replacements: [(String, [String])] = [
        ("data: digit", ["run.yaml:1:7: data: found digit (did you mean 'digits'?)", "fashion-mnist"]),
        ("data: {source: minst}", ["run.yaml:1:16: data.source: found minst (did you mean 'mnist'?)"]),
        ("data: {source: digits, split: 0.5}", ["data.split: unknown key 'split'; accepted: no keys"]),
        ("data: {source: npy}", ["data.inputs: missing; accepted: the path of a .npy file", "data.targets: missing"]),
        (
            "data: {npy: {inputs: x, targets: y, testInputs: z}}",
            ["data.npy.testTargets: missing; accepted: the path of a .npy file"]
        ),
        ("data: {npy: {inputs: 5, target: y}}", ["data.npy.target: unknown key 'target' (did you mean 'targets'?)"]),
        ("data: {npy: {inputs: [x], targets: y}}", ["data.npy.inputs: found a list; accepted: the path of a .npy file"]),
        ("data: {teacher: {samples: 0}}", ["data.teacher.samples: found 0; accepted: a whole number from 1 to"]),
        (
            "data: {planted: {samples: 10, burst: {every: 3, target: 1}}}",
            ["data.planted.burst.every: found 3; accepted: a divisor of samples, 10"]
        ),
        ("data: {planted: {inputs: {uniform: [1, 1]}}}", ["data.planted.inputs.uniform", "lower < upper"]),
        ("network: [{dense: 5}, {dense: 10}]\nprobe: {observe: [0/1]}", ["run.yaml:3:19: probe.observe.0: found 0/1", "no hidden layer"]),
        ("data: teacher", ["crossEntropy needs classes", "loss: meanSquaredError or linear", "the network has 10 outputs"]),
        ("network: []", ["run.yaml:2:10: network: found an empty list"]),
        ("network: relu", ["network: found relu; accepted: a list of layers"]),
        ("network: [relu]", ["network: the network has no dense layer"]),
        ("network: [{dense: 10}, relu]", ["network: the network ends in relu, but crossEntropy takes logits", "a dense layer at the end"]),
        ("network: [{dense: 9}]", ["network: the network has 9 outputs, but the data has 10 classes", "{dense: 10}"]),
        ("network: [{dense: 0}, {dense: 10}]", ["run.yaml:2:19: network.0.dense: found 0; accepted: a whole number from 1 to"]),
        ("network: [{dense: -5}, {dense: 10}]", ["network.0.dense: found -5"]),
        ("network: [dense, {dense: 10}]", ["network.0: found dense without its width", "{dense: 64}"]),
        ("network: [{dense: {bias: false}}, {dense: 10}]", ["network.0.dense.units: missing"]),
        ("network: [{dense: 5, bias: false}, {dense: 10}]", ["network.0: found a map of dense, bias"]),
        ("network: [{dense: 5}, rleu, {dense: 10}]", ["run.yaml:2:23: network.1: found rleu (did you mean 'relu'?)", "leakyRelu"]),
        ("network: [{dense: 5}, {leakyRelu: {slop: 1}}, {dense: 10}]", ["network.1.leakyRelu.slop: unknown key", "'slope'"]),
        ("network: [{dense: 5}, {selu: {alpha: 1}}, {dense: 10}]", ["network.1.selu.alpha: unknown key 'alpha'; accepted: no keys"]),
        ("network: [{dense: 5}, {batchNorm: {epsilon: 0}}, {dense: 10}]", ["network.1.batchNorm.epsilon: found 0; accepted: a number > 0"]),
        ("optimizer: adma", ["run.yaml:3:12: optimizer: found adma (did you mean 'adam'?)", "signDescent"]),
        ("optimizer: {adam: {}, sgd: {}}", ["optimizer: found a map of adam, sgd; accepted: one of"]),
        ("optimizer: {adam: {learningRate: -0.001}}", ["run.yaml:3:34: optimizer.adam.learningRate: found -0.001; accepted: a number ≥ 0"]),
        ("optimizer: {adam: {learningRate: fast}}", ["optimizer.adam.learningRate: found fast"]),
        ("optimizer: {adam: {learningRate: 1e999}}", ["optimizer.adam.learningRate: found 1e999"]),
        ("optimizer: {adam: {lr: 0.1}}", ["optimizer.adam.lr: unknown key 'lr' (did you mean 'learningRate'?)"]),
        ("optimizer: {adam: {beta1: 1}}", ["optimizer.adam.beta1: found 1; accepted: a number in [0, 1)"]),
        ("optimizer: {adam: {beta2: -0.1}}", ["optimizer.adam.beta2: found -0.1; accepted: a number in [0, 1)"]),
        ("optimizer: {adam: {epsilon: -1e-8}}", ["optimizer.adam.epsilon: found -1e-8; accepted: a number ≥ 0"]),
        ("optimizer: {adam: {epsilonPlacement: inside}}", ["epsilonPlacement: found inside", "outsideRoot, epsilonHat, insideRoot"]),
        ("optimizer: {adamax: {epsilonPlacement: insideRoot}}", ["epsilonPlacement: found insideRoot", "accepted: outsideRoot"]),
        ("optimizer: {adam: {weightDecay: 0.1}}", ["optimizer.adam.weightDecay: unknown key 'weightDecay'"]),
        ("optimizer: {sgd: {nesterov: true}}", ["optimizer.sgd.nesterov: found true without momentum"]),
        ("optimizer: {adam: 0.001}", ["optimizer.adam: found 0.001; accepted: a map with keys among learningRate"]),
        ("epochs: -1", ["run.yaml:4:9: epochs: found -1; accepted: a whole number ≥ 0"]),
    ]

    @Test("A malformed value of a required key is answered likewise", arguments: replacements)
    func malformedReplacement(_ line: String, _ parts: [String]) throws {
        let key = line.prefix { $0 != ":" }
        let lines = smallestConfiguration.split(separator: "\n").map { $0.hasPrefix(key + ":") ? line : String($0) }
        try expect(lines.joined(separator: "\n"), parts)
    }

    @Test("Keys that are missing are named", arguments: ["data", "network", "optimizer", "epochs"])
    func missingKey(_ key: String) throws {
        let lines = smallestConfiguration.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
        let message = key == "epochs" ? "neither epochs nor steps is given" : "\(key): missing"
        try expect(lines.joined(separator: "\n"), ["run.yaml:1:1", message])
    }

    @Test("What is no map at all is refused", arguments: ["[1, 2]", "seed", "7", "\"text\""])
    func noMap(_ yaml: String) throws {
        try expect(yaml, ["run.yaml:1:1: found", "accepted: a map with keys among seed"])
    }

    @Test("All problems are shown at once, in the order of the file")
    func allAtOnce() throws {
        let yaml = """
            batch: 0
            seed: x
            data: digits
            network: [{dense: 5}, rleu]
            optimizer: {adam: {beta1: 2, beta2: 3}}
            epochs: 1
            """
        let error = try #require(throws: ConfigurationError.self) { try RunConfiguration.parse(yaml: yaml, name: "run.yaml") }
        #expect(error.problems.map(\.path) == ["batch", "seed", "network", "network", "network.1", "optimizer.adam.beta1", "optimizer.adam.beta2"])
    }

    private func expect(_ yaml: String, _ parts: [String]) throws {
        let error = try #require(throws: ConfigurationError.self, "\(yaml)") { try RunConfiguration.parse(yaml: yaml, name: "run.yaml") }
        for part in parts + ["accepted: "] { #expect(error.description.contains(part), "\(error)") }
    }
}
