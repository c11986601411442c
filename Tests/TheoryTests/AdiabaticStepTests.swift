// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Testing

@testable import Theory

/// The steps that many weights share, against what each is defined as.
@Suite struct AdiabaticStepTests {
    private static let rules: [DeadWeightRule] = [.adam(), .adamW(beta1: 0, beta2: 0.99), .adaMax(), .adaGrad(learningRateDecay: 0.01), .rmsprop()]

    @Test(arguments: rules, [nil, 0, 37, 39_990])
    func whatStaysIsNotComputedAgainAndIsTheSame(_ rule: DeadWeightRule, _ start: Int?) {
        // Changes at 39,995 and 40,000, and is 0 for a while.
        let rate = LearningRate(limit: 0.5, nextChange: { ($0 / 5 + 1) * 5 }) { $0 / 5 == 8 ? 0 : $0 < 39_995 ? 1 : $0 < 40_000 ? 0.25 : 0.5 }
        var clock = AdiabaticClock(rule: rule, learningRate: rate, step: start)
        for k in 0..<60 {
            let now = (start ?? 0) + k
            let number = start.map { $0 + k + 1 }
            let step = clock.tick()
            #expect(step.rate == rate[now] && step.number == number)
            let drift = k == 0 || rate[now] == 0 ? 1 : rate[now] / max(rate[now - 1], .leastNormalMagnitude)
            #expect(step.rateDrift == drift)
            #expect(step.logRate == logOrZero(rate[now] / firstCorrection(rule, number)))
            #expect(step.logCorrection == logOrZero(secondCorrection(rule, number)))
        }
        #expect(clock.stepsMade == 60)
    }

    private func firstCorrection(_ rule: DeadWeightRule, _ step: Int?) -> Double {
        if case .adaGrad(_, let slowing) = rule { return 1 + Double((step ?? 1) - 1) * slowing }
        if case .rmsprop = rule { return 1 }
        return biasCorrection(rule.firstMomentDecay, step: step)
    }

    private func secondCorrection(_ rule: DeadWeightRule, _ step: Int?) -> Double {
        switch rule {
        case .adam, .adamW: biasCorrection(rule.secondMomentDecay!, step: step)
        default: 1
        }
    }
}
