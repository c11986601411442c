// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Optimizers
import RealModule
import Theory

/// An optimiser's name on the command line, as in a configuration.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
    case adam, amsgrad, adamw, adamax, nadam, adagrad, rmsprop, adadelta, sgd, lion, signDescent

    /// The default learning rate, of PyTorch where it has the optimiser.
    var learningRate: Double {
        switch self {
        case .adam: Adam().learningRate
        case .amsgrad: AMSGrad().learningRate
        case .adamw: AdamW().learningRate
        case .adamax: AdaMax().learningRate
        case .nadam: NAdam().learningRate
        case .adagrad: AdaGrad().learningRate
        case .rmsprop: RMSprop().learningRate
        case .adadelta: Adadelta().learningRate
        case .sgd: StochasticGradientDescent().learningRate
        case .lion: Lion().learningRate
        case .signDescent: SignDescent().learningRate
        }
    }
}

extension DeadWeightRule.EpsilonPlacement: ExpressibleByArgument {}

/// The options that name an optimiser and its hyper-parameters; each has the optimiser's own default.
struct RuleOptions: ParsableArguments {
    @Option(help: "The optimiser; adam if left out.") var optimizer: OptimizerName?
    @Option(parsing: .unconditional, help: "α, before the schedule.") var learningRate: Double?
    @Option(parsing: .unconditional, help: "β₁: Adam's family, Lion.") var beta1: Double?
    @Option(parsing: .unconditional, help: "β₂: Adam's family, RMSprop, Adadelta, Lion.") var beta2: Double?
    @Option(parsing: .unconditional, help: "ε.") var epsilon: Double?
    @Option(help: "Where ε stands: outsideRoot, epsilonHat or insideRoot.") var epsilonPlacement: DeadWeightRule.EpsilonPlacement?
    @Option(parsing: .unconditional, help: "Momentum of SGD or RMSprop.") var momentum: Double?
    @Flag(help: "Nesterov's momentum, with sgd.") var nesterov = false
    @Flag(help: "Centred RMSprop.") var centered = false
    @Option(parsing: .unconditional, help: "ω of the decoupled decay: AdamW, Lion.") var weightDecay: Double?
    @Option(parsing: .unconditional, help: "ψ of NAdam.") var momentumDecay: Double?

    /// The optimiser named, or Adam.
    var chosen: OptimizerName { optimizer ?? .adam }

    /// α before the schedule, the optimiser's own if not given.
    var initialRate: Double { learningRate ?? chosen.learningRate }

    /// Options of these that are given.
    var given: [String] {
        [
            ("--optimizer", optimizer != nil), ("--learning-rate", learningRate != nil), ("--beta1", beta1 != nil), ("--beta2", beta2 != nil),
            ("--epsilon", epsilon != nil), ("--epsilon-placement", epsilonPlacement != nil), ("--momentum", momentum != nil),
            ("--nesterov", nesterov), ("--centered", centered), ("--weight-decay", weightDecay != nil),
            ("--momentum-decay", momentumDecay != nil),
        ].filter(\.1).map(\.0)
    }

    /// The rule; refuses options that the optimiser doesn't have.
    func rule() throws -> DeadWeightRule {
        var unused = Set(given).subtracting(["--optimizer", "--learning-rate"])
        func take<Value>(_ option: String, _ value: Value?, or standard: Value) -> Value {
            unused.remove(option)
            return value ?? standard
        }
        func first(_ standard: Double = 0.9) -> Double { take("--beta1", beta1, or: standard) }
        func second(_ standard: Double = 0.999) -> Double { take("--beta2", beta2, or: standard) }
        func eps(_ standard: Double = 1e-8) -> Double { take("--epsilon", epsilon, or: standard) }
        func place() -> DeadWeightRule.EpsilonPlacement { take("--epsilon-placement", epsilonPlacement, or: .outsideRoot) }
        func decay(_ standard: Double) -> Double { take("--weight-decay", weightDecay, or: standard) }
        let rule: DeadWeightRule
        switch chosen {
        case .adam: rule = .adam(beta1: first(), beta2: second(), epsilon: eps(), placement: place())
        case .amsgrad: rule = .amsgrad(beta1: first(), beta2: second(), epsilon: eps(), placement: place())
        case .adamw: rule = .adamW(beta1: first(), beta2: second(), epsilon: eps(), placement: place(), decay: decay(0.01))
        case .adamax: rule = .adaMax(beta1: first(), beta2: second(), epsilon: eps())
        case .nadam:
            let slowing = take("--momentum-decay", momentumDecay, or: 4e-3)
            rule = .nadam(beta1: first(), beta2: second(), epsilon: eps(), placement: place(), momentumDecay: slowing)
        case .adagrad: rule = .adaGrad(epsilon: eps(1e-10))
        case .rmsprop:
            let mu = take("--momentum", momentum, or: 0)
            rule = .rmsprop(beta2: second(0.99), epsilon: eps(), momentum: mu, centered: take("--centered", centered, or: false))
        case .adadelta: rule = .adadelta(beta2: second(0.9), epsilon: eps(1e-6))
        case .sgd:
            let mu = take("--momentum", momentum, or: 0)
            rule = take("--nesterov", nesterov, or: false) ? .nesterov(momentum: mu) : mu == 0 ? .gradientDescent : .heavyBall(momentum: mu)
        case .lion: rule = .lion(beta1: first(), beta2: second(0.99), decay: decay(0))
        case .signDescent: rule = .signDescent
        }
        guard unused.isEmpty else { throw ValidationError("\(chosen.rawValue) has no \(unused.sorted().joined(separator: ", "))") }
        return rule
    }
}

/// The options that name a learning-rate schedule.
struct ScheduleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "step:EPOCHS:FACTOR, exponential:FACTOR, cosine:EPOCHS[:MINIMUM], warmup:STEPS or warmup:STEPS,THEN.", valueName: "schedule"))
    var schedule: String?
    @Option(parsing: .unconditional, help: "Steps per epoch, which a schedule counts in.") var stepsPerEpoch: Int?

    func validate() throws {
        if let stepsPerEpoch, stepsPerEpoch < 1 { throw ValidationError("--steps-per-epoch is \(stepsPerEpoch), but must be at least 1") }
        if schedule != nil, stepsPerEpoch == nil { throw ValidationError("--schedule needs --steps-per-epoch") }
    }

    /// α step by step.
    func learningRate(_ alpha: Double) throws -> LearningRate {
        guard let schedule, let stepsPerEpoch else { return .constant(alpha) }
        let parsed = try Self.parse(schedule)
        do { try parsed.validate() } catch { throw ValidationError("\(error)") }
        return LearningRate(alpha, schedule: parsed, stepsPerEpoch: stepsPerEpoch)
    }

    private static func parse(_ text: String) throws -> Schedule {
        let accepted = "step:EPOCHS:FACTOR, exponential:FACTOR, cosine:EPOCHS[:MINIMUM], warmup:STEPS[,THEN] or constant"
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let fields = parts[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let numbers = fields.dropFirst().map(Double.init)
        func whole(_ index: Int) -> Int? { index < numbers.count ? numbers[index].flatMap { Int(exactly: $0) } : nil }
        switch (fields[0], fields.count, parts.count) {
        case ("constant", 1, 1): return .constant
        case ("step", 3, 1): if let epochs = whole(0), let factor = numbers[1] { return .step(everyEpochs: epochs, factor: factor) }
        case ("exponential", 2, 1): if let factor = numbers[0] { return .exponential(factor: factor) }
        case ("cosine", 2, 1): if let epochs = whole(0) { return .cosine(epochs: epochs) }
        case ("cosine", 3, 1): if let epochs = whole(0), let minimum = numbers[1] { return .cosine(epochs: epochs, minimumFactor: minimum) }
        case ("warmup", 2, 1): if let steps = whole(0) { return .warmup(steps: steps) }
        case ("warmup", 2, 2): if let steps = whole(0) { return .warmup(steps: steps, then: try parse(parts[1])) }
        default: break
        }
        throw ValidationError("--schedule is '\(text)', but must be \(accepted)")
    }
}
