// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// How `optimizer`, `l2` and `schedule` are written in a configuration. Keys that aren't given take the rules' own defaults, PyTorch's.
enum ConfigurationOptimizer {
    static let words = [
        "sgd", "adagrad", "rmsprop", "adadelta", "adam", "amsgrad", "adamax", "nadam", "adamw", "lion", "signDescent",
    ]
    static let placements = EpsilonPlacement.allCases.map { (word: $0.rawValue, value: $0) }
    private static let groups = ["weights", "biases", "batchNorm"]

    /// A word (`adam`) or a map of one key (`{adam: {learningRate: 0.01}}`).
    static func rule(_ reader: ConfigurationReader) -> (any UpdateRule)? {
        guard let (word, options) = reader.variant(of: words) else { return nil }
        let empty = ConfigurationReader(
            node: .init(content: .mapping([]), place: reader.node.place), path: reader.path, problems: reader.problems)
        return rule(word, options ?? empty)
    }

    private static func rule(_ word: String, _ reader: ConfigurationReader) -> (any UpdateRule)? {
        switch word {
        case "sgd": return sgd(reader)
        case "adagrad":
            var rule = AdaGrad()
            guard let fields = reader.fields(["learningRate", "epsilon", "learningRateDecay", "initialAccumulator"]) else { return nil }
            fields.read("learningRate", .nonNegative, into: &rule.learningRate)
            fields.read("epsilon", .nonNegative, into: &rule.epsilon)
            fields.read("learningRateDecay", .nonNegative, into: &rule.learningRateDecay)
            fields.read("initialAccumulator", .nonNegative, into: &rule.initialAccumulator)
            return rule
        case "rmsprop":
            var rule = RMSprop()
            guard let fields = reader.fields(["learningRate", "beta2", "epsilon", "momentum", "centered"]) else { return nil }
            fields.read("learningRate", .nonNegative, into: &rule.learningRate)
            fields.read("beta2", .decayRate, into: &rule.beta2)
            fields.read("epsilon", .nonNegative, into: &rule.epsilon)
            fields.read("momentum", .decayRate, into: &rule.momentum)
            rule.centered = fields.truth("centered", default: rule.centered)
            return rule
        case "adadelta":
            var rule = Adadelta()
            guard let fields = reader.fields(["learningRate", "beta2", "epsilon"]) else { return nil }
            fields.read("learningRate", .nonNegative, into: &rule.learningRate)
            fields.read("beta2", .decayRate, into: &rule.beta2)
            fields.read("epsilon", .nonNegative, into: &rule.epsilon)
            return rule
        case "lion":
            var rule = Lion()
            guard let fields = reader.fields(["learningRate", "beta1", "beta2", "weightDecay"]) else { return nil }
            fields.read("learningRate", .nonNegative, into: &rule.learningRate)
            fields.read("beta1", .decayRate, into: &rule.beta1)
            fields.read("beta2", .decayRate, into: &rule.beta2)
            if let decay = fields["weightDecay"].flatMap(Self.decay) { rule.weightDecay = decay }
            return rule
        case "signDescent":
            var rule = SignDescent()
            reader.fields(["learningRate"])?.read("learningRate", .nonNegative, into: &rule.learningRate)
            return rule
        default: return adamFamily(word, reader)
        }
    }

    /// `sgd` is plain gradient descent without momentum, else heavy ball, or Nesterov's form with `nesterov: true`.
    private static func sgd(_ reader: ConfigurationReader) -> (any UpdateRule)? {
        guard let fields = reader.fields(["learningRate", "momentum", "nesterov"]) else { return nil }
        let learningRate = fields.number("learningRate", .nonNegative, default: StochasticGradientDescent().learningRate)
        let momentum = fields.number("momentum", .decayRate, default: 0)
        if fields.truth("nesterov", default: false) {
            if momentum == 0 {
                fields["nesterov"]?.refuse("found true without momentum", accepted: "true with momentum in (0, 1), or false")
            }
            return Nesterov(learningRate: learningRate, momentum: momentum)
        }
        return momentum == 0
            ? StochasticGradientDescent(learningRate: learningRate) : HeavyBall(learningRate: learningRate, momentum: momentum)
    }

    private static func adamFamily(_ word: String, _ reader: ConfigurationReader) -> (any UpdateRule)? {
        let common = ["learningRate", "beta1", "beta2", "epsilon", "epsilonPlacement"]
        let own = ["nadam": ["momentumDecay"], "adamw": ["weightDecay"]][word] ?? []
        guard let fields = reader.fields(common + own) else { return nil }
        func numbers(_ learningRate: inout Double, _ beta1: inout Double, _ beta2: inout Double, _ epsilon: inout Double) {
            fields.read("learningRate", .nonNegative, into: &learningRate)
            fields.read("beta1", .decayRate, into: &beta1)
            fields.read("beta2", .decayRate, into: &beta2)
            fields.read("epsilon", .nonNegative, into: &epsilon)
        }
        switch word {
        case "amsgrad":
            var rule = AMSGrad()
            numbers(&rule.learningRate, &rule.beta1, &rule.beta2, &rule.epsilon)
            rule.epsilonPlacement = fields.choice("epsilonPlacement", placements, default: rule.epsilonPlacement)
            return rule
        case "adamax":
            var rule = AdaMax()
            numbers(&rule.learningRate, &rule.beta1, &rule.beta2, &rule.epsilon)
            // Its second moment is a maximum, without a root and without bias correction: one placement only.
            _ = fields["epsilonPlacement"]?.choice([("outsideRoot", EpsilonPlacement.outsideRoot)])
            return rule
        case "nadam":
            var rule = NAdam()
            numbers(&rule.learningRate, &rule.beta1, &rule.beta2, &rule.epsilon)
            rule.epsilonPlacement = fields.choice("epsilonPlacement", placements, default: rule.epsilonPlacement)
            fields.read("momentumDecay", .nonNegative, into: &rule.momentumDecay)
            return rule
        case "adamw":
            var rule = AdamW()
            numbers(&rule.learningRate, &rule.beta1, &rule.beta2, &rule.epsilon)
            rule.epsilonPlacement = fields.choice("epsilonPlacement", placements, default: rule.epsilonPlacement)
            if let decay = fields["weightDecay"].flatMap(Self.decay) { rule.weightDecay = decay }
            return rule
        default:
            var rule = Adam()
            numbers(&rule.learningRate, &rule.beta1, &rule.beta2, &rule.epsilon)
            rule.epsilonPlacement = fields.choice("epsilonPlacement", placements, default: rule.epsilonPlacement)
            return rule
        }
    }

    /// One number for all parameters, as in PyTorch's AdamW, or a map by group, groups not given having 0.
    private static func decay(_ reader: ConfigurationReader) -> DecoupledDecay? {
        if case .mapping = reader.node.content {
            var decay = DecoupledDecay.none
            guard let fields = reader.fields(groups) else { return nil }
            fields.read("weights", .nonNegative, into: &decay.weights)
            fields.read("biases", .nonNegative, into: &decay.biases)
            fields.read("batchNorm", .nonNegative, into: &decay.batchNorm)
            return decay
        }
        return reader.number(.nonNegative).map { DecoupledDecay(everywhere: $0) }
    }

    /// One number for weights alone, or a map by group, groups not given having 0.
    static func l2(_ reader: ConfigurationReader) -> CoupledL2 {
        var l2 = CoupledL2.none
        if case .mapping = reader.node.content {
            guard let fields = reader.fields(groups) else { return l2 }
            fields.read("weights", .nonNegative, into: &l2.weights)
            fields.read("biases", .nonNegative, into: &l2.biases)
            fields.read("batchNorm", .nonNegative, into: &l2.batchNorm)
        } else if let weights = reader.number(.nonNegative) {
            l2.weights = weights
        }
        return l2
    }

    /// `constant`, or a map of one key: step, exponential, cosine or warmup.
    static func schedule(_ reader: ConfigurationReader) -> Schedule {
        guard let (word, options) = reader.variant(of: ["constant", "step", "exponential", "cosine", "warmup"]) else { return .constant }
        if word == "constant" {
            _ = options?.fields([])
            return .constant
        }
        let keys = [
            "step": ["everyEpochs", "factor"], "exponential": ["factor"], "cosine": ["epochs", "minimum"], "warmup": ["steps", "then"],
        ][word]!
        guard let options else {
            let example = keys.map { "\($0): …" }.joined(separator: ", ")
            reader.refuse("found \(word) without its numbers", accepted: "{\(word): {\(example)}}")
            return .constant
        }
        guard let fields = options.fields(keys) else { return .constant }
        func count(_ key: String) -> Int {
            fields.required(key, accepted: "a whole number ≥ 1")?.integer(1...Int.max) ?? 1
        }
        func factor() -> Double {
            fields.required("factor", accepted: "a number ≥ 0")?.number(.nonNegative) ?? 1
        }
        switch word {
        case "step": return .step(everyEpochs: count("everyEpochs"), factor: factor())
        case "exponential": return .exponential(factor: factor())
        case "cosine": return .cosine(epochs: count("epochs"), minimumFactor: fields.number("minimum", .nonNegative, default: 0))
        default: return .warmup(steps: count("steps"), then: fields["then"].map(schedule) ?? .constant)
        }
    }
}
