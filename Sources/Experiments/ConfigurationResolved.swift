// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Probes
import Records

extension RunConfiguration {
    /// The configuration with every default spelled out, long forms throughout and absolute paths; parsed again (JSON being YAML), it gives
    /// an equal configuration. A rule of one's own is named with its learning rate, which the parser does not know. `sparsity` and
    /// `compaction` are there only where they are on, so that a run without them is called what it was before there were any.
    public var resolved: JSONValue {
        var members: [(String, JSONValue)] = [
            ("seed", .unsigned(seed)),
            ("precision", .string(precision.rawValue)),
            ("data", data.resolved),
            ("network", .array(network.map(\.resolved))),
            ("initial", initial.resolved),
            ("freeze", .array(freeze.map(JSONValue.string))),
            ("loss", .string(ConfigurationNetwork.losses.first { $0.value == loss }!.word)),
            ("optimizer", ConfigurationOptimizer.resolved(optimizer)),
            ("l2", ConfigurationOptimizer.resolved(weights: l2.weights, biases: l2.biases, batchNorm: l2.batchNorm)),
            ("schedule", schedule.resolved),
            ("batch", .integer(batch)),
        ]
        if let sparsity { members.append(("sparsity", ConfigurationSparsity.resolved(sparsity))) }
        switch length {
        case .epochs(let epochs): members.append(("epochs", .integer(epochs)))
        case .steps(let steps): members.append(("steps", .integer(steps)))
        }
        switch order {
        case .shuffled: members.append(("order", "shuffled"))
        case .sequential: members.append(("order", "sequential"))
        case .file(let url): members.append(("order", .string(url.path)))
        }
        members += [("probe", probe.resolved), ("threads", .integer(threads)), ("flushToZero", .bool(flushToZero))]
        if compaction { members.append(("compaction", true)) }
        return .object(JSONObject(members))
    }
}

extension InitialState {
    fileprivate var resolved: JSONValue {
        switch self {
        case .drawn(let initialization): .string(initialization.rawValue)
        case .planted(let model, nil): ["model": .string(model.path)]
        case .planted(let model, let optimizer?): ["model": .string(model.path), "optimizer": .string(optimizer.path)]
        }
    }
}

extension LayerSpecification {
    /// The layer as a configuration has it, in its long form.
    var resolved: JSONValue {
        switch self {
        case .dense(let units, let bias): ["dense": ["units": .integer(units), "bias": .bool(bias)]]
        case .batchNorm(let epsilon, let momentum): ["batchNorm": ["epsilon": .number(epsilon), "momentum": .number(momentum)]]
        case .activation(let activation): [activation.word: activation.resolvedOptions]
        }
    }
}

extension Activation {
    fileprivate var resolvedOptions: JSONValue {
        switch self {
        case .relu(let derivative): ["derivativeAtZero": .number(derivative)]
        case .leakyReLU(let slope): ["slope": .number(slope)]
        case .elu(let alpha): ["alpha": .number(alpha)]
        case .gelu(let tanh): ["approximation": tanh ? "tanh" : "none"]
        case .softplus(let beta, let threshold): ["beta": .number(beta), "threshold": .number(threshold)]
        case .selu, .silu, .tanh, .sigmoid, .identity: [:]
        }
    }
}

extension Schedule {
    fileprivate var resolved: JSONValue {
        switch self {
        case .constant: "constant"
        case .step(let everyEpochs, let factor): ["step": ["everyEpochs": .integer(everyEpochs), "factor": .number(factor)]]
        case .exponential(let factor): ["exponential": ["factor": .number(factor)]]
        case .cosine(let epochs, let minimum): ["cosine": ["epochs": .integer(epochs), "minimum": .number(minimum)]]
        case .warmup(let steps, let then): ["warmup": ["steps": .integer(steps), "then": then.resolved]]
        }
    }
}

extension ProbeConfiguration {
    fileprivate var resolved: JSONValue {
        if isOff { return "none" }
        var members: [(String, JSONValue)] = []
        if let every = cadence.every { members.append(("every", .integer(every))) }
        if let samples = cadence.samplesPerDecade { members.append(("logarithmic", .integer(samples))) }
        members += [
            ("windows", .array(cadence.windows.map { [.integer($0.lowerBound), .integer($0.upperBound)] })),
            ("thresholds", .array(thresholds.map(JSONValue.number))),
            ("quantiles", .array(quantiles.map(JSONValue.number))),
            ("observe", .array(observed.map { .string($0.description) })),
        ]
        return .object(JSONObject(members))
    }
}

extension ConfigurationOptimizer {
    static func resolved(_ rule: any UpdateRule) -> JSONValue {
        var options: [(String, JSONValue)] = [("learningRate", .number(rule.learningRate))]
        func moments(_ beta1: Double, _ beta2: Double, _ epsilon: Double, _ placement: EpsilonPlacement) {
            options += [
                ("beta1", .number(beta1)), ("beta2", .number(beta2)), ("epsilon", .number(epsilon)),
                ("epsilonPlacement", .string(placement.rawValue)),
            ]
        }
        switch rule {
        case is StochasticGradientDescent: options += [("momentum", 0), ("nesterov", false)]
        case let rule as HeavyBall: options += [("momentum", .number(rule.momentum)), ("nesterov", false)]
        case let rule as Nesterov: options += [("momentum", .number(rule.momentum)), ("nesterov", true)]
        case let rule as AdaGrad:
            options += [
                ("epsilon", .number(rule.epsilon)), ("learningRateDecay", .number(rule.learningRateDecay)),
                ("initialAccumulator", .number(rule.initialAccumulator)),
            ]
        case let rule as RMSprop:
            options += [
                ("beta2", .number(rule.beta2)), ("epsilon", .number(rule.epsilon)), ("momentum", .number(rule.momentum)),
                ("centered", .bool(rule.centered)),
            ]
        case let rule as Adadelta: options += [("beta2", .number(rule.beta2)), ("epsilon", .number(rule.epsilon))]
        case let rule as Adam: moments(rule.beta1, rule.beta2, rule.epsilon, rule.epsilonPlacement)
        case let rule as AMSGrad: moments(rule.beta1, rule.beta2, rule.epsilon, rule.epsilonPlacement)
        case let rule as AdaMax: moments(rule.beta1, rule.beta2, rule.epsilon, .outsideRoot)
        case let rule as NAdam:
            moments(rule.beta1, rule.beta2, rule.epsilon, rule.epsilonPlacement)
            options.append(("momentumDecay", .number(rule.momentumDecay)))
        case let rule as AdamW:
            moments(rule.beta1, rule.beta2, rule.epsilon, rule.epsilonPlacement)
            options.append(("weightDecay", resolved(rule.weightDecay)))
        case let rule as Lion:
            options += [
                ("beta1", .number(rule.beta1)), ("beta2", .number(rule.beta2)), ("weightDecay", resolved(rule.weightDecay)),
            ]
        default: break
        }
        return [type(of: rule).name: .object(JSONObject(options))]
    }

    private static func resolved(_ decay: DecoupledDecay) -> JSONValue {
        resolved(weights: decay.weights, biases: decay.biases, batchNorm: decay.batchNorm)
    }

    static func resolved(weights: Double, biases: Double, batchNorm: Double) -> JSONValue {
        ["weights": .number(weights), "biases": .number(biases), "batchNorm": .number(batchNorm)]
    }
}

extension DataSource {
    fileprivate var resolved: JSONValue {
        switch self {
        case .digits: return ["source": "digits"]
        case .mnist: return ["source": "mnist"]
        case .fashionMNIST: return ["source": "fashion-mnist"]
        case .cifar10: return ["source": "cifar10"]
        case .idx(let trainImages, let trainLabels, let testImages, let testLabels):
            var files: JSONObject = ["trainImages": .string(trainImages.path), "trainLabels": .string(trainLabels.path)]
            files["testImages"] = testImages.map { .string($0.path) }
            files["testLabels"] = testLabels.map { .string($0.path) }
            return ["source": "idx", "idx": .object(files)]
        case .npy(let inputs, let targets, let testInputs, let testTargets):
            var files: JSONObject = ["inputs": .string(inputs.path), "targets": .string(targets.path)]
            files["testInputs"] = testInputs.map { .string($0.path) }
            files["testTargets"] = testTargets.map { .string($0.path) }
            return ["source": "npy", "npy": .object(files)]
        case .teacher(let teacher):
            return [
                "source": "teacher",
                "teacher": [
                    "inputs": .integer(teacher.inputs), "hidden": .integer(teacher.hidden), "outputs": .integer(teacher.outputs),
                    "samples": .integer(teacher.samples), "testSamples": .integer(teacher.testSamples),
                    "noise": .number(teacher.noise), "bias": .number(teacher.bias),
                ],
            ]
        case .planted(let planted):
            var options: JSONObject = ["features": .integer(planted.features), "samples": .integer(planted.samples)]
            switch planted.inputs {
            case .constant(let value): options["inputs"] = .number(value)
            case .uniform(let lower, let upper): options["inputs"] = ["uniform": [.number(lower), .number(upper)]]
            }
            options["target"] = .number(planted.target)
            options["burst"] = planted.burst.map { ["every": .integer($0.every), "target": .number($0.target)] }
            options["noise"] = .number(planted.noise)
            return ["source": "planted", "planted": .object(options)]
        }
    }
}
