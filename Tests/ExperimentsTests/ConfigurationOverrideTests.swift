// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Testing

@testable import Experiments

@Suite struct ConfigurationOverrideTests {
    private func parse(_ overrides: String..., yaml: String = smallestConfiguration) throws -> RunConfiguration {
        try .parse(yaml: yaml, name: "run.yaml", overrides: overrides)
    }

    @Test("A dotted key changes one value and keeps its neighbours")
    func dottedKey() throws {
        let yaml = "data: digits\nnetwork: [{dense: {units: 5, bias: false}}, relu, {dense: 10}]\noptimizer: {adam: {beta1: 0.5}}\nsteps: 9\n"
        let configuration = try parse("optimizer.adam.learningRate=0.01", "network.0.dense.units=128", yaml: yaml)
        #expect(configuration.optimizer as? Adam == Adam(learningRate: 0.01, beta1: 0.5))
        #expect(configuration.network.first == .dense(units: 128, bias: false))
        #expect(try parse("network.0.dense=128", yaml: yaml).network.first == .dense(units: 128))
    }

    @Test("Short forms unfold where a part of their long form is set")
    func unfolding() throws {
        #expect(try parse("optimizer.adam.beta1=0.5").optimizer as? Adam == Adam(beta1: 0.5))
        #expect(try parse("network.1.batchNorm.momentum=0.2").network[1] == .batchNorm(momentum: 0.2))
        #expect(try parse("network.0.dense.bias=false").network[0] == .dense(units: 64, bias: false))
        #expect(try parse("data.source=mnist").data == .mnist)
        #expect(try parse("l2=0.1", "l2.biases=0.2").l2 == CoupledL2(weights: 0.1, biases: 0.2))
    }

    @Test("Maps that are missing are made")
    func missingMaps() throws {
        #expect(try parse("probe.thresholds=[1e-9]").probe.thresholds == [1e-9])
        #expect(try parse("schedule.cosine.epochs=5").schedule == .cosine(epochs: 5))
        #expect(try parse("l2.batchNorm=0.2").l2 == CoupledL2(batchNorm: 0.2))
    }

    @Test("A whole part is replaced by a YAML value")
    func replacement() throws {
        let configuration = try parse("optimizer={sgd: {learningRate: 0.1}}", "network=[{dense: 10}]")
        #expect(configuration.optimizer as? StochasticGradientDescent == StochasticGradientDescent(learningRate: 0.1))
        #expect(configuration.network == [.dense(units: 10)])
    }

    @Test("The index after a list's last appends")
    func appending() throws {
        #expect(try parse("freeze=[]", "freeze.0=0.weight", "freeze.1=0.bias").freeze == ["0.weight", "0.bias"])
    }

    @Test("Steps take the place of epochs and the other way round, the last one counting")
    func length() throws {
        #expect(try parse("steps=7").length == .steps(7))
        let yaml = smallestConfiguration.replacing("epochs: 100", with: "steps: 5")
        #expect(try parse("epochs=3", yaml: yaml).length == .epochs(3))
    }

    @Test("Later overrides win, and values may hold '='")
    func order() throws {
        #expect(try parse("seed=1", "seed=2").seed == 2)
        #expect(try parse(" seed = 3 ").seed == 3)
        guard case .file(let url) = try parse("order=a=b.npy").order else { return #expect(Bool(false), "the order is no file") }
        #expect(url.lastPathComponent == "a=b.npy")
    }

    static let malformed: [(String, [String])] = [
        ("seed", ["--set seed: there is no '='", "accepted: key=value"]),
        ("=5", ["--set =5: the key '' is empty"]),
        ("optimizer..beta1=5", ["the key 'optimizer..beta1' is empty or has an empty part"]),
        ("sead=5", ["--set sead=5: sead: unknown key 'sead' (did you mean 'seed'?)"]),
        ("batch=0", ["--set batch=0: batch: found 0; accepted: a whole number"]),
        ("batch=", ["--set batch=: batch: found nothing"]),
        ("l2=[1", ["--set l2=[1: not readable as YAML"]),
        ("optimizer.adam.beta1=2", ["--set optimizer.adam.beta1=2: optimizer.adam.beta1: found 2; accepted: a number in [0, 1)"]),
        ("optimizer.sgd.momentum=0.9", ["optimizer: 'adam' stands here and has no part 'sgd'", "optimizer=…"]),
        ("network.9.dense=5", ["network: '9' is no entry of a list of 4", "an index from 0 to 3, or 4 to append"]),
        ("network.first=relu", ["'first' is no entry of a list"]),
        ("seed.value=5", ["--set seed.value=5: seed: found a map"]),
    ]

    @Test("A malformed override is answered with its text", arguments: malformed)
    func malformedOverride(_ override: String, _ parts: [String]) throws {
        let error = try #require(throws: ConfigurationError.self) { try parse(override) }
        for part in parts + ["accepted: "] { #expect(error.description.contains(part), "\(error)") }
    }

    @Test("The parts of a value without parts can't be set")
    func noParts() throws {
        let error = try #require(throws: ConfigurationError.self) { try parse("seed=5", "seed.value=5") }
        #expect(error.description.contains("--set seed.value=5: seed: '5' stands here and has no part 'value'"))
    }
}
