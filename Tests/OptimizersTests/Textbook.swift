// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Optimizers

/// One weight under the rules as their papers write them: moments as weighted sums, corrected averages by name, no order of operations kept.
struct Textbook {
    var w: Double
    var m = 0.0
    var v = 0.0
    var maximum = 0.0
    var mean = 0.0
    var buffer = 0.0
    var delta = 0.0
    var product = 1.0
    var t = 0

    init(_ w: Double) { self.w = w }

    mutating func step(_ rule: any UpdateRule, gradient: Double, rate: Double, l2: Double) {
        t += 1
        let g = gradient + l2 * w
        switch rule {
        case is StochasticGradientDescent:
            w -= rate * g
        case let rule as HeavyBall:
            buffer = rule.momentum * buffer + g
            w -= rate * buffer
        case let rule as Nesterov:
            buffer = rule.momentum * buffer + g
            w -= rate * (g + rule.momentum * buffer)
        case let rule as AdaGrad:
            if t == 1 { v = rule.initialAccumulator }
            v += g * g
            w -= rate / (1 + Double(t - 1) * rule.learningRateDecay) * g / (sqrt(v) + rule.epsilon)
        case let rule as RMSprop:
            v = rule.beta2 * v + (1 - rule.beta2) * g * g
            mean = rule.beta2 * mean + (1 - rule.beta2) * g
            let direction = g / (sqrt(rule.centered ? v - mean * mean : v) + rule.epsilon)
            buffer = rule.momentum * buffer + direction
            w -= rate * (rule.momentum > 0 ? buffer : direction)
        case let rule as Adadelta:
            v = rule.beta2 * v + (1 - rule.beta2) * g * g
            let change = sqrt(delta + rule.epsilon) / sqrt(v + rule.epsilon) * g
            delta = rule.beta2 * delta + (1 - rule.beta2) * change * change
            w -= rate * change
        case let rule as Adam:
            average(g, rule.beta1, rule.beta2)
            w -= rate * corrected(m, rule.beta1) / denominator(v, rule.beta2, rule.epsilon, rule.epsilonPlacement)
        case let rule as AMSGrad:
            average(g, rule.beta1, rule.beta2)
            maximum = max(maximum, v)
            w -= rate * corrected(m, rule.beta1) / denominator(maximum, rule.beta2, rule.epsilon, rule.epsilonPlacement)
        case let rule as AdamW:
            average(g, rule.beta1, rule.beta2)
            let step = corrected(m, rule.beta1) / denominator(v, rule.beta2, rule.epsilon, rule.epsilonPlacement)
            w = w - rate * rule.weightDecay.weights * w - rate * step
        case let rule as AdaMax:
            m = rule.beta1 * m + (1 - rule.beta1) * g
            v = max(rule.beta2 * v, abs(g) + rule.epsilon)
            w -= rate * corrected(m, rule.beta1) / v
        case let rule as NAdam:
            average(g, rule.beta1, rule.beta2)
            func mu(_ t: Int) -> Double { rule.beta1 * (1 - pow(0.96, Double(t) * rule.momentumDecay) / 2) }
            product *= mu(t)
            let numerator = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
            w -= rate * numerator / denominator(v, rule.beta2, rule.epsilon, rule.epsilonPlacement)
        case let rule as Lion:
            let interpolated = rule.beta1 * m + (1 - rule.beta1) * g
            m = rule.beta2 * m + (1 - rule.beta2) * g
            let sign = interpolated == 0 ? 0 : interpolated > 0 ? 1.0 : -1.0
            w -= rate * (sign + rule.weightDecay.weights * w)
        case is SignDescent:
            w -= rate * (g == 0 ? 0 : g > 0 ? 1 : -1)
        default:
            w = .nan
        }
    }

    private mutating func average(_ g: Double, _ beta1: Double, _ beta2: Double) {
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
    }

    private func corrected(_ moment: Double, _ beta: Double) -> Double { moment / (1 - pow(beta, Double(t))) }

    private func denominator(_ v: Double, _ beta2: Double, _ epsilon: Double, _ placement: EpsilonPlacement) -> Double {
        switch placement {
        case .outsideRoot: sqrt(corrected(v, beta2)) + epsilon
        case .epsilonHat: (sqrt(v) + epsilon) / sqrt(1 - pow(beta2, Double(t)))
        case .insideRoot: sqrt(corrected(v, beta2) + epsilon)
        }
    }
}
