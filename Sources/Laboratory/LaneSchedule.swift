// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Theory

/// What multiplies and divides in one step of one case, in `Double`, as the exact recursion computes it.
struct StepCoefficients {
    var rate: Double
    /// Divides √v or v; 1 for rules without.
    var correction = 1.0
    /// 1 − α·(decoupled decay), or NAdam's rate of m.
    var extra = 1.0
}

/// Powers of the last (β, t) asked for: neighbouring cases often share them.
struct CorrectionMemory {
    private var beta = Double.nan
    private var step = 0
    private var value = 1.0

    mutating func correction(_ beta: Double, step: Int?) -> Double {
        guard let step else { return 1 }
        if beta != self.beta || step != self.step { (self.beta, self.step, value) = (beta, step, biasCorrection(beta, step: step)) }
        return value
    }
}

/// NAdam's μ_t of the last two arguments asked for.
struct MomentumMemory {
    private var beta1 = Double.nan
    private var momentumDecay = Double.nan
    private var step = 0
    private var values = (now: 0.0, next: 0.0)

    mutating func momenta(_ step: Int, beta1: Double, momentumDecay: Double) -> (now: Double, next: Double) {
        func momentum(_ t: Int) -> Double { NesterovMoments.momentum(t, beta1: beta1, momentumDecay: momentumDecay) }
        let isSame = beta1 == self.beta1 && momentumDecay == self.momentumDecay
        if isSame, step == self.step { return values }
        values = (isSame && step == self.step + 1 ? values.next : momentum(step), momentum(step + 1))
        (self.beta1, self.momentumDecay, self.step) = (beta1, momentumDecay, step)
        return values
    }
}

/// What neighbouring lanes share.
struct ScheduleMemory {
    var first = CorrectionMemory()
    var second = CorrectionMemory()
    var momenta = MomentumMemory()
}

/// The coefficients of one case, step by step, and for how long they stay.
struct LaneSchedule {
    /// A lane without a case: rate 0 for ever.
    static let idle = LaneSchedule(
        LaboratoryCase(rule: .gradientDescent, learningRate: .constant(0), l2: 0, weight: DeadWeight(weight: 0)))

    private let rule: DeadWeightRule
    private let learningRate: LearningRate
    private let start: Int?
    /// NAdam's Π of momenta.
    private(set) var momentumProduct: Double
    private(set) var coefficients = StepCoefficients(rate: 0)
    /// The coefficients hold for all steps before this one, counted from the run's start.
    private(set) var holdsUntil = 0
    private var alpha = 0.0
    private var alphaHoldsUntil = 0

    init(_ laboratoryCase: LaboratoryCase) {
        rule = laboratoryCase.rule
        learningRate = laboratoryCase.learningRate
        start = laboratoryCase.weight.step
        momentumProduct = laboratoryCase.weight.momentumProduct
    }

    /// Brings the coefficients to the step that leads from state `state` to the next. States must come in order, none left out but those that
    /// ``holdsUntil`` covers.
    @inline(__always)
    mutating func move(to state: Int, _ memory: inout ScheduleMemory) {
        if state >= holdsUntil { change(at: state, &memory) }
    }

    private mutating func change(at state: Int, _ memory: inout ScheduleMemory) {
        if state >= alphaHoldsUntil {
            let count = (start ?? 0) + state
            alpha = learningRate[count]
            alphaHoldsUntil = learningRate.nextChange(after: count).map { $0 - (start ?? 0) } ?? .max
        }
        let step = start.map { $0 + state + 1 }
        var settled = true
        func isSpent(_ beta: Double) -> Bool { step.map { biasCorrectionIsSpent(beta, step: $0) } ?? true }
        switch rule {
        case .adam(let beta1, let beta2, _, let placement), .amsgrad(let beta1, let beta2, _, let placement),
            .adamW(let beta1, let beta2, _, let placement, _):
            let (correction1, correction2) = (memory.first.correction(beta1, step: step), memory.second.correction(beta2, step: step))
            switch placement {
            case .outsideRoot: coefficients = StepCoefficients(rate: alpha / correction1, correction: correction2.squareRoot())
            case .epsilonHat: coefficients = StepCoefficients(rate: alpha * correction2.squareRoot() / correction1)
            case .insideRoot: coefficients = StepCoefficients(rate: alpha / correction1, correction: correction2)
            }
            coefficients.extra = 1 - alpha * rule.decoupledDecay
            settled = isSpent(beta1) && isSpent(beta2)
        case .adaMax(let beta1, _, _):
            coefficients = StepCoefficients(rate: alpha / memory.first.correction(beta1, step: step))
            settled = isSpent(beta1)
        case .nadam(let beta1, let beta2, _, let placement, let momentumDecay):
            var (now, next) = (beta1, beta1)
            if let step {
                (now, next) = memory.momenta.momenta(step, beta1: beta1, momentumDecay: momentumDecay)
                momentumProduct *= now
            } else {
                momentumProduct = 0
            }
            let correction2 = memory.second.correction(beta2, step: step)
            coefficients = StepCoefficients(
                rate: alpha * (1 - now) / (1 - momentumProduct),
                correction: placement == .epsilonHat ? correction2.squareRoot() : correction2,
                extra: alpha * next / (1 - momentumProduct * next))
            settled = step == nil
        case .adaGrad(_, let slowing):
            coefficients = StepCoefficients(rate: alpha / (1 + Double((step ?? 1) - 1) * slowing))
            settled = step == nil || slowing == 0
        case .lion:
            coefficients = StepCoefficients(rate: alpha, extra: 1 - alpha * rule.decoupledDecay)
        case .rmsprop, .adadelta, .gradientDescent, .heavyBall, .nesterov, .signDescent:
            coefficients = StepCoefficients(rate: alpha)
        }
        holdsUntil = settled ? alphaHoldsUntil : state + 1
    }
}
