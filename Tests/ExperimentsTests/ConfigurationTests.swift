// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Testing

@testable import Experiments

/// The smallest configuration, to which tests add what they are about.
let smallestConfiguration = """
    data: digits
    network: [{dense: 64}, batchNorm, relu, {dense: 10}]
    optimizer: adam
    epochs: 100

    """

@Suite struct ConfigurationTests {
    private let folder = URL(fileURLWithPath: "/runs/first", isDirectory: true)

    /// The configuration in one with `key` set to YAML.
    private func parse(setting override: String) throws -> RunConfiguration {
        try .parse(yaml: smallestConfiguration, folder: folder, overrides: [override])
    }

    @Test("A configuration with every key parses to its values")
    func everyKey() throws {
        let yaml = """
            seed: 7
            precision: float64              # float32 | float64
            data: {source: digits}
            network: [{dense: 64}, batchNorm, relu, {dense: 10}]
            initial: heNormal
            freeze: []
            loss: crossEntropy
            optimizer: {adam: {learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8}}
            l2: 0.0005
            schedule: {step: {everyEpochs: 25, factor: 0.5}}
            batch: 64
            epochs: 100
            order: shuffled
            probe: {every: 10}
            """
        let configuration = try RunConfiguration.parse(yaml: yaml)
        #expect(configuration.seed == 7)
        #expect(configuration.precision == .float64)
        #expect(configuration.data == .digits)
        #expect(configuration.network == [.dense(units: 64), .batchNorm(), .activation(.relu()), .dense(units: 10)])
        #expect(configuration.initial == .drawn(.heNormal))
        #expect(configuration.freeze == [])
        #expect(configuration.loss == .crossEntropy)
        #expect(configuration.optimizer as? Adam == Adam(learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(configuration.l2 == CoupledL2(weights: 0.0005))
        #expect(configuration.schedule == .step(everyEpochs: 25, factor: 0.5))
        #expect(configuration.batch == 64)
        #expect(configuration.length == .epochs(100))
        #expect(configuration.order == .shuffled)
        #expect(configuration.probe == ProbeConfiguration(cadence: Cadence(every: 10)))
        #expect(configuration.probe.thresholds == [1e-15, 1e-8, 1e-5])
        #expect(configuration.probe.quantiles == [0, 0.25, 0.5, 0.75, 1])
        #expect(configuration.threads == 1)
        #expect(!configuration.flushToZero)
    }

    @Test("Keys that aren't given have the initialiser's defaults")
    func defaults() throws {
        let parsed = try RunConfiguration.parse(yaml: smallestConfiguration)
        let network: [LayerSpecification] = [.dense(units: 64), .batchNorm(), .activation(.relu()), .dense(units: 10)]
        #expect(parsed == RunConfiguration(data: .digits, network: network, optimizer: Adam(), length: .epochs(100)))
    }

    @Test("Configurations that differ in one field differ")
    func inequality() throws {
        let original = try RunConfiguration.parse(yaml: smallestConfiguration)
        for override in [
            "seed=1", "precision=float32", "data=mnist", "network.0.dense=65", "initial=heUniform", "freeze=[0.bias]",
            "optimizer=amsgrad", "optimizer.adam.beta1=0.8", "l2=0.1", "schedule={exponential: {factor: 1}}", "batch=63",
            "epochs=99", "steps=100", "order=sequential", "probe=none", "threads=2", "flushToZero=true",
        ] {
            #expect(try parse(setting: override) != original, "\(override)")
        }
    }

    static let layers: [(String, LayerSpecification)] = [
        ("{dense: 5}", .dense(units: 5)), ("{dense: {units: 5}}", .dense(units: 5)),
        ("{dense: {units: 5, bias: false}}", .dense(units: 5, bias: false)), ("batchNorm", .batchNorm()), ("{batchNorm: {}}", .batchNorm()),
        ("{batchNorm: {epsilon: 1e-3, momentum: 0.2}}", .batchNorm(epsilon: 1e-3, momentum: 0.2)),
        ("relu", .activation(.relu())), ("{relu: {}}", .activation(.relu())),
        ("{relu: {derivativeAtZero: 0.5}}", .activation(.relu(derivativeAtZero: 0.5))),
        ("leakyRelu", .activation(.leakyReLU(slope: 0.01))), ("{leakyRelu: {slope: 0.2}}", .activation(.leakyReLU(slope: 0.2))),
        ("elu", .activation(.elu(alpha: 1))), ("{elu: {alpha: 0.5}}", .activation(.elu(alpha: 0.5))),
        ("selu", .activation(.selu)), ("{selu: {}}", .activation(.selu)), ("gelu", .activation(.gelu())),
        ("{gelu: {approximation: tanh}}", .activation(.gelu(tanhApproximation: true))),
        ("{gelu: {approximation: none}}", .activation(.gelu(tanhApproximation: false))), ("silu", .activation(.silu)),
        ("softplus", .activation(.softplus())), ("{softplus: {beta: 2, threshold: 10}}", .activation(.softplus(beta: 2, threshold: 10))),
        ("tanh", .activation(.tanh)), ("sigmoid", .activation(.sigmoid)), ("identity", .activation(.identity)),
    ]

    @Test("Every layer has its short and long forms", arguments: layers)
    func layer(_ yaml: String, _ layer: LayerSpecification) throws {
        #expect(try parse(setting: "network=[\(yaml), {dense: 10}]").network == [layer, .dense(units: 10)])
    }

    static let optimizers: [(String, any UpdateRule & Equatable)] = [
        ("sgd", StochasticGradientDescent()), ("{sgd: {learningRate: 0.1}}", StochasticGradientDescent(learningRate: 0.1)),
        ("{sgd: {learningRate: 0.1, momentum: 0.9}}", HeavyBall(learningRate: 0.1, momentum: 0.9)),
        ("{sgd: {momentum: 0.8, nesterov: true}}", Nesterov(momentum: 0.8)),
        ("adagrad", AdaGrad()),
        (
            "{adagrad: {learningRate: 0.1, epsilon: 1e-6, learningRateDecay: 0.01, initialAccumulator: 0.1}}",
            AdaGrad(learningRate: 0.1, epsilon: 1e-6, learningRateDecay: 0.01, initialAccumulator: 0.1)
        ),
        ("rmsprop", RMSprop()),
        (
            "{rmsprop: {learningRate: 0.1, beta2: 0.9, epsilon: 1e-6, momentum: 0.5, centered: true}}",
            RMSprop(learningRate: 0.1, beta2: 0.9, epsilon: 1e-6, momentum: 0.5, centered: true)
        ),
        ("adadelta", Adadelta()),
        ("{adadelta: {learningRate: 0.1, beta2: 0.95, epsilon: 1e-7}}", Adadelta(learningRate: 0.1, beta2: 0.95, epsilon: 1e-7)),
        ("adam", Adam()), ("{adam: {}}", Adam()), ("{adam: {learningRate: 0}}", Adam(learningRate: 0)),
        (
            "{adam: {learningRate: 0.1, beta1: 0, beta2: 0.5, epsilon: 0, epsilonPlacement: insideRoot}}",
            Adam(learningRate: 0.1, beta1: 0, beta2: 0.5, epsilon: 0, epsilonPlacement: .insideRoot)
        ),
        ("amsgrad", AMSGrad()),
        (
            "{amsgrad: {learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: epsilonHat}}",
            AMSGrad(learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: .epsilonHat)
        ),
        ("adamax", AdaMax()),
        (
            "{adamax: {learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: outsideRoot}}",
            AdaMax(learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3)
        ),
        ("nadam", NAdam()),
        (
            "{nadam: {learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: insideRoot, momentumDecay: 0.01}}",
            NAdam(learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: .insideRoot, momentumDecay: 0.01)
        ),
        ("adamw", AdamW()),
        (
            "{adamw: {learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: epsilonHat, weightDecay: 0.1}}",
            AdamW(
                learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3, epsilonPlacement: .epsilonHat,
                weightDecay: DecoupledDecay(everywhere: 0.1))
        ),
        ("{adamw: {weightDecay: {weights: 0.1}}}", AdamW(weightDecay: DecoupledDecay(weights: 0.1))),
        ("lion", Lion()),
        (
            "{lion: {learningRate: 0.1, beta1: 0.5, beta2: 0.6, weightDecay: {biases: 0.1, batchNorm: 0.2}}}",
            Lion(learningRate: 0.1, beta1: 0.5, beta2: 0.6, weightDecay: DecoupledDecay(biases: 0.1, batchNorm: 0.2))
        ),
        ("signDescent", SignDescent()), ("{signDescent: {learningRate: 0.1}}", SignDescent(learningRate: 0.1)),
    ]

    @Test("Every optimiser has its short and long forms", arguments: optimizers)
    func optimizer(_ yaml: String, _ rule: any UpdateRule & Equatable) throws {
        var expected = try RunConfiguration.parse(yaml: smallestConfiguration, folder: folder)
        expected.optimizer = rule
        let parsed = try parse(setting: "optimizer=\(yaml)")
        #expect(parsed == expected)
        #expect(type(of: parsed.optimizer).name == type(of: rule).name)
        try parsed.optimizer.validate()
    }

    static let schedules: [(String, Schedule)] = [
        ("constant", .constant), ("{constant: {}}", .constant),
        ("{step: {everyEpochs: 3, factor: 0.1}}", .step(everyEpochs: 3, factor: 0.1)),
        ("{exponential: {factor: 0.9}}", .exponential(factor: 0.9)), ("{cosine: {epochs: 9}}", .cosine(epochs: 9)),
        ("{cosine: {epochs: 9, minimum: 0.1}}", .cosine(epochs: 9, minimumFactor: 0.1)),
        ("{warmup: {steps: 9}}", .warmup(steps: 9)),
        (
            "{warmup: {steps: 9, then: {step: {everyEpochs: 3, factor: 0.1}}}}",
            .warmup(steps: 9, then: .step(everyEpochs: 3, factor: 0.1))
        ),
    ]

    @Test("Every schedule has its forms", arguments: schedules)
    func schedule(_ yaml: String, _ schedule: Schedule) throws {
        let parsed = try parse(setting: "schedule=\(yaml)").schedule
        #expect(parsed == schedule)
        try parsed.validate()
    }

    private static func file(_ name: String) -> URL { URL(fileURLWithPath: "/runs/first/\(name)") }

    static let sources: [(String, DataSource)] = [
        ("digits", .digits), ("{source: mnist}", .mnist), ("{source: fashion-mnist}", .fashionMNIST), ("{cifar10: {}}", .cifar10),
        (
            "{source: npy, npy: {inputs: x.npy, targets: /data/y.npy}}",
            .npy(inputs: file("x.npy"), targets: URL(fileURLWithPath: "/data/y.npy"))
        ),
        (
            "{npy: {inputs: x.npy, targets: y.npy, testInputs: a.npy, testTargets: b.npy}}",
            .npy(inputs: file("x.npy"), targets: file("y.npy"), testInputs: file("a.npy"), testTargets: file("b.npy"))
        ),
        ("{source: npy, inputs: x.npy, targets: y.npy}", .npy(inputs: file("x.npy"), targets: file("y.npy"))),
        (
            "{idx: {trainImages: a, trainLabels: b, testImages: c, testLabels: ../d}}",
            .idx(
                trainImages: file("a"), trainLabels: file("b"), testImages: file("c"), testLabels: URL(fileURLWithPath: "/runs/d"))
        ),
        ("{idx: {trainImages: a, trainLabels: b}}", .idx(trainImages: file("a"), trainLabels: file("b"))),
    ]

    @Test("Every source of classified data has its forms; paths are relative to the file's folder", arguments: sources)
    func source(_ yaml: String, _ source: DataSource) throws {
        #expect(try parse(setting: "data=\(yaml)").data == source)
    }

    static let realSources: [(String, DataSource)] = [
        ("teacher", .teacher(TeacherSpecification(outputs: 1))),
        (
            "{teacher: {inputs: 3, hidden: 2, outputs: 1, samples: 5, testSamples: 0, noise: 0.1, bias: 0.2}}",
            .teacher(TeacherSpecification(inputs: 3, hidden: 2, outputs: 1, samples: 5, testSamples: 0, noise: 0.1, bias: 0.2))
        ),
        ("planted", .planted(PlantedSpecification())),
        (
            "{planted: {features: 3, samples: 10, inputs: 0.5, target: -1, burst: {every: 5, target: 2}, noise: 0.1}}",
            .planted(
                PlantedSpecification(
                    features: 3, samples: 10, inputs: .constant(0.5), target: -1, burst: .init(every: 5, target: 2), noise: 0.1))
        ),
        (
            "{planted: {inputs: {uniform: [-1, 1]}}}",
            .planted(PlantedSpecification(inputs: .uniform(lower: -1, upper: 1)))
        ),
    ]

    @Test("Every source of real targets has its forms", arguments: realSources)
    func realSource(_ yaml: String, _ source: DataSource) throws {
        let parsed = try RunConfiguration.parse(
            yaml: smallestConfiguration, overrides: ["data=\(yaml)", "loss=linear", "network=[{dense: 4}, relu, {dense: 1}]"])
        #expect(parsed.data == source)
    }

    @Test("Initial states are drawn or planted")
    func initial() throws {
        for initialization in Initialization.allCases {
            #expect(try parse(setting: "initial=\(initialization.rawValue)").initial == .drawn(initialization))
        }
        let model = Self.file("model.safetensors")
        #expect(try parse(setting: "initial=model.safetensors").initial == .planted(model: model))
        #expect(try parse(setting: "initial={model: model.safetensors}").initial == .planted(model: model))
        #expect(
            try parse(setting: "initial={model: model.safetensors, optimizer: o.safetensors}").initial
                == .planted(model: model, optimizer: Self.file("o.safetensors")))
    }

    @Test("Order, length, coverage of L2, frozen parameters and the rest have their forms")
    func others() throws {
        #expect(try parse(setting: "order=sequential").order == .sequential)
        #expect(try parse(setting: "order=order.npy").order == .file(Self.file("order.npy")))
        #expect(try parse(setting: "steps=0").length == .steps(0))
        #expect(try parse(setting: "epochs=0").length == .epochs(0))
        #expect(try parse(setting: "l2={biases: 0.1, batchNorm: 0.2}").l2 == CoupledL2(biases: 0.1, batchNorm: 0.2))
        #expect(try parse(setting: "freeze=[0.weight, 1.bias]").freeze == ["0.weight", "1.bias"])
        #expect(try parse(setting: "seed=18446744073709551615").seed == .max)
        #expect(try parse(setting: "precision=float32").precision == .float32)
        let arrays = "data={npy: {inputs: x.npy, targets: y.npy}}"
        let squares = try RunConfiguration.parse(yaml: smallestConfiguration, overrides: [arrays, "loss=meanSquaredError"])
        #expect(try squares.loss == .meanSquaredError && squares != .parse(yaml: smallestConfiguration, overrides: [arrays]))
        #expect(try parse(setting: "threads=4").threads == 4)
        #expect(try parse(setting: "flushToZero=true").flushToZero)
    }

    @Test("A file is read with its name in messages and its folder for paths")
    func load() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("run.yaml")
        try (smallestConfiguration + "order: o.npy\n").write(to: file, atomically: true, encoding: .utf8)
        #expect(try RunConfiguration.load(url: file).order == .file(folder.appendingPathComponent("o.npy").standardizedFileURL))
        #expect(throws: ConfigurationError.self) { try RunConfiguration.load(url: folder) }
        let missing = try #require(throws: ConfigurationError.self) {
            try RunConfiguration.load(url: folder.appendingPathComponent("none.yaml"))
        }
        #expect(missing.description.contains("none.yaml: there is no such file"))
        try Data([0xff, 0xfe, 0x00]).write(to: file)
        #expect(throws: ConfigurationError.self) { try RunConfiguration.load(url: file) }
        try Data(repeating: 0x20, count: 1 << 20 + 1).write(to: file)
        let large = try #require(throws: ConfigurationError.self) { try RunConfiguration.load(url: file) }
        #expect(large.description.contains("larger"))
    }
}
