// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Statistics
import Theory

/// One rule of each recipe, with hyper-parameters drawn anew for every case.
enum RuleShape: String, CaseIterable, Sendable {
    case adam, adamHat, adamInside, amsgrad, amsgradHat, amsgradInside, adamW, adamWHat, adamWInside, adaMax, nadam, nadamHat, nadamInside
    case adaGrad, adaGradSlowing, rmsprop, rmspropMomentum, rmspropCentered, rmspropCenteredMomentum, adadelta
    case gradientDescent, heavyBall, nesterov, lion, lionDecay, signDescent

    func draw(_ random: inout RandomStream) -> DeadWeightRule {
        // Both sides of ½, at which lerp changes its form, and 0.
        let beta1 = random.uniform() < 0.1 ? 0 : random.uniform(in: 0..<0.99)
        let beta2 = random.uniform(in: 0.4..<0.9999)
        let epsilon = random.uniform() < 0.1 ? 0 : random.logUniform(in: 1e-12..<1e-4)
        let decay = random.uniform(in: 0..<5)
        return switch self {
        case .adam: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .adamHat: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .epsilonHat)
        case .adamInside: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .insideRoot)
        case .amsgrad: .amsgrad(beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .amsgradHat: .amsgrad(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .epsilonHat)
        case .amsgradInside: .amsgrad(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .insideRoot)
        case .adamW: .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay)
        case .adamWHat: .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .epsilonHat, decay: decay)
        case .adamWInside: .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .insideRoot, decay: decay)
        case .adaMax: .adaMax(beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .nadam: .nadam(beta1: beta1, beta2: beta2, epsilon: epsilon, momentumDecay: decay * 1e-3)
        case .nadamHat: .nadam(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .epsilonHat, momentumDecay: decay * 1e-3)
        case .nadamInside: .nadam(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: .insideRoot, momentumDecay: decay * 1e-3)
        case .adaGrad: .adaGrad(epsilon: epsilon)
        case .adaGradSlowing: .adaGrad(epsilon: epsilon, learningRateDecay: decay * 1e-3)
        case .rmsprop: .rmsprop(beta2: beta2, epsilon: epsilon)
        case .rmspropMomentum: .rmsprop(beta2: beta2, epsilon: epsilon, momentum: max(0.01, beta1))
        case .rmspropCentered: .rmsprop(beta2: beta2, epsilon: epsilon, centered: true)
        case .rmspropCenteredMomentum: .rmsprop(beta2: beta2, epsilon: epsilon, momentum: max(0.01, beta1), centered: true)
        case .adadelta: .adadelta(beta2: beta2, epsilon: epsilon)
        case .gradientDescent: .gradientDescent
        case .heavyBall: .heavyBall(momentum: beta1)
        case .nesterov: .nesterov(momentum: max(0.01, beta1))
        case .lion: .lion(beta1: beta1, beta2: beta2)
        case .lionDecay: .lion(beta1: beta1, beta2: beta2, decay: decay)
        case .signDescent: .signDescent
        }
    }

    /// Cases over wide ranges, λ = 0 among them, with and without step count, of constant, stepwise and ever-changing rates.
    func cases(_ count: Int, seed: UInt64) -> [LaboratoryCase] {
        var random = RandomStream(seed: seed, name: rawValue)
        func log(_ range: Range<Double>) -> Double { random.logUniform(in: range) }
        return (0..<count).map { index in
            let rule = draw(&random)
            // SGD and Adadelta move by αλ itself.
            let isPlain = rule.secondMomentDecay == nil || self == .adadelta
            let alpha = isPlain && self != .adaGrad && self != .adaGradSlowing ? log(1e-2..<10) : log(1e-5..<1e-1)
            let l2 = random.uniform() < 0.05 ? 0 : isPlain ? log(1e-4..<1) : log(1e-6..<1e-2)
            let root = log(1e-2..<1e4) * max(l2, 1e-6) * 0.1
            let rate: LearningRate =
                switch index % 3 {
                case 0: .constant(alpha)
                case 1: .stepDecay(alpha, period: 230, factor: 0.5)
                default: LearningRate(limit: 0) { alpha / (1 + 1e-3 * Double($0)) }
                }
            let weight = DeadWeight<Double>(
                weight: (random.uniform() < 0.5 ? -1 : 1) * log(1e-3..<1), firstMoment: root * random.uniform(in: -1..<1),
                secondMoment: root * root, auxiliary: root * root * random.uniform(in: 0..<2),
                momentumProduct: random.uniform(), step: index % 2 == 0 ? nil : Int(random.integer(below: 3_000)))
            return LaboratoryCase(rule: rule, learningRate: rate, l2: l2, weight: weight)
        }
    }
}

/// True if two outcomes agree in every bit, NaN counting as NaN.
func areIdentical(_ a: LaboratoryOutcome, _ b: LaboratoryOutcome) -> Bool {
    func numbers(_ outcome: LaboratoryOutcome) -> [UInt64] {
        let state = outcome.finalState
        return
            ([
                state.weight, state.firstMoment, state.secondMoment, state.auxiliary, state.momentumProduct, outcome.rms ?? -1,
                outcome.largestMagnitude,
            ]
            + outcome.sampledWeights + outcome.sampledSecondMoments + outcome.sampledAuxiliaries).map { $0.isNaN ? 0 : $0.bitPattern }
    }
    return numbers(a) == numbers(b) && a.finalState.step == b.finalState.step && a.stepsMade == b.stepsMade && a.dips == b.dips
        && a.passages == b.passages && a.revivals == b.revivals && a.lastPassages == b.lastPassages
}
