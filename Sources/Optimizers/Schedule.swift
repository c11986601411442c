// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// A learning-rate schedule, as the factor that α is multiplied with. Formulas are PyTorch's closed forms.
///
/// Steps and epochs count from 0: the first step of training has step 0 and epoch 0. Within an epoch all steps have the same factor, but
/// for a warm-up.
public indirect enum Schedule: Sendable, Equatable {
    /// 1.
    case constant
    /// factor^⌊epoch/everyEpochs⌋ (`StepLR`).
    case step(everyEpochs: Int, factor: Double)
    /// factor^epoch (`ExponentialLR`).
    case exponential(factor: Double)
    /// minimum + (1 − minimum)(1 + cos(π·epoch/epochs))/2 until `epochs`, then minimum (`CosineAnnealingLR`, which would rise again).
    case cosine(epochs: Int, minimumFactor: Double = 0)
    /// (step + 1)/steps for step < steps, then 1, times the factor of another schedule, which counts its epochs from the start of
    /// training (`LinearLR` from 1/steps to 1 in steps − 1 iterations, chained with the other).
    case warmup(steps: Int, then: Schedule = .constant)

    /// The factor of step `step`, which lies in epoch `epoch`.
    public func factor(step: Int, epoch: Int) -> Double {
        switch self {
        case .constant:
            return 1
        case .step(let everyEpochs, let factor):
            return Self.power(factor, epoch / everyEpochs)
        case .exponential(let factor):
            return Self.power(factor, epoch)
        case .cosine(let epochs, let minimum):
            if epoch >= epochs { return minimum }
            return minimum + (1 - minimum) * (1 + Double.cos(Double.pi * Double(epoch) / Double(epochs))) / 2
        case .warmup(let steps, let schedule):
            let later = schedule.factor(step: step, epoch: epoch)
            return step + 1 < steps ? later * (Double(step + 1) / Double(steps)) : later
        }
    }

    /// factor^exponent with 0⁰ = 1, as an empty product is: `Double.pow` makes it NaN, since it is no limit.
    private static func power(_ factor: Double, _ exponent: Int) -> Double { exponent == 0 ? 1 : Double.pow(factor, Double(exponent)) }

    /// Throws if a number lies outside its range: epochs and steps ≥ 1, factors finite and ≥ 0.
    public func validate() throws(HyperParameterError) {
        switch self {
        case .constant:
            return
        case .step(let everyEpochs, let factor):
            try Self.requirePositive(everyEpochs, "step", "everyEpochs")
            try Self.requireFactor(factor, "step", "factor")
        case .exponential(let factor):
            try Self.requireFactor(factor, "exponential", "factor")
        case .cosine(let epochs, let minimum):
            try Self.requirePositive(epochs, "cosine", "epochs")
            try Self.requireFactor(minimum, "cosine", "minimumFactor")
        case .warmup(let steps, let schedule):
            try Self.requirePositive(steps, "warmup", "steps")
            try schedule.validate()
        }
    }

    private static func requirePositive(_ value: Int, _ owner: String, _ key: String) throws(HyperParameterError) {
        guard value >= 1 else { throw HyperParameterError(owner: owner, key: key, value: Double(value), accepted: "≥ 1") }
    }

    private static func requireFactor(_ value: Double, _ owner: String, _ key: String) throws(HyperParameterError) {
        guard value >= 0, value.isFinite else {
            throw HyperParameterError(owner: owner, key: key, value: value, accepted: "a finite number ≥ 0")
        }
    }
}
