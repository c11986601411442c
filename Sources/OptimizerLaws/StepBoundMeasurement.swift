// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import RealModule
import Statistics

/// The longest step that could be found, as |Δw|/α, against the declared bound (theory notes B10 v).
///
/// Two families of gradients are tried, each from a fresh start and after a long silence (which is what makes a bias correction 1 while the
/// moments are still 0): random ones over twelve decades, and g_t ∝ rᵗ, one ratio r a weight, which attains the supremum of Adam's |m|/√v
/// at r = β₂/β₁. Ratios are first 0.1 … 4, densest around 1 and with 1 among them, then finer around the best. What is found is a lower
/// bound of the supremum.
struct StepBoundMeasurement {
    let rule: any UpdateRule
    let declared: Double?

    /// Longer than bias corrections of β₂ = 0.9999 take to be within 1e-3 of 1.
    private static let silence = 70_000
    private static let ratioSteps = 2_000
    /// The largest gradient: its square is finite, and no ε matters.
    private static let largestGradient = 0x1p400
    /// Beyond this a step is no bounded multiple of α, it grows with the gradient.
    private static let unbounded = 1e9
    /// Roundings of a few thousand steps.
    private static let slack = 1e-9

    func examine(seed: UInt64) -> LawResult {
        var (longest, manner) = (0.0, "no gradient moved a weight")
        let distances = (0..<32).map { 1e-3 * Double.pow(900, Double($0) / 31) }
        var ratios = distances.reversed().map { 1 - $0 } + [1] + distances.map { 1 + 3 * $0 }
        for _ in 0..<3 {
            let found = geometric(ratios)
            guard let best = found.indices.max(by: { found[$0] < found[$1] }) else { break }
            if found[best] > longest { (longest, manner) = (found[best], "gradients ∝ rᵗ, r = \(ratios[best].fiveFigures)") }
            let (lower, upper) = (ratios[max(best - 1, 0)], ratios[min(best + 1, ratios.count - 1)])
            ratios = (0...64).map { lower + (upper - lower) * Double($0) / 64 }
        }
        for silence in [0, Self.silence] {
            let found = random(seed: seed, after: silence)
            if found > longest { (longest, manner) = (found, "random gradients") }
        }
        let measured =
            longest > Self.unbounded
            ? "no bound: |Δw|/α grows with the gradient (10^\(Int(Double.log10(longest))) was reached)"
            : "|Δw|/α of at least \(longest.fiveFigures) is possible, reached with \(manner)"
        guard let declared else {
            return LawResult(.stepBound, .skipped(reason: "no bound was declared; measured only"), tried: 5, measurements: [measured])
        }
        guard longest <= declared * (1 + Self.slack) else {
            let finding = "|Δw|/α = \(longest) with \(manner), but \(declared) was declared"
            return LawResult(.stepBound, .broken(Counterexample(finding: finding, trial: nil)), tried: 5, measurements: [measured])
        }
        return LawResult(.stepBound, .held, tried: 5, measurements: [measured])
    }

    /// The longest step for each ratio.
    private func geometric(_ ratios: [Double]) -> [Double] {
        var run = RuleRun<Double>(rule, weights: Array(repeating: 0, count: ratios.count), stepsBefore: Self.silence)
        var longest = Array(repeating: 0.0, count: ratios.count)
        for t in 0..<Self.ratioSteps {
            // Each sequence has the largest gradient at one of its ends; the other may underflow to 0.
            let gradient = ratios.map { Self.largestGradient * Double.pow($0, Double($0 > 1 ? t - Self.ratioSteps + 1 : t)) }
            step(&run, gradient, &longest)
        }
        return longest
    }

    private func random(seed: UInt64, after silence: Int) -> Double {
        var random = RandomStream(seed: seed, name: "step bound after \(silence)")
        var run = RuleRun<Double>(rule, weights: Array(repeating: 0, count: 32), stepsBefore: silence)
        var longest = Array(repeating: 0.0, count: 32)
        for _ in 0..<300 { step(&run, longest.map { _ in random.signedMagnitude(-4..<8) }, &longest) }
        return longest.max() ?? 0
    }

    /// One step of α = 1 from w = 0, so that the weight afterwards is the step.
    private func step(_ run: inout RuleRun<Double>, _ gradient: [Double], _ longest: inout [Double]) {
        for j in run.weights.indices { run.weights[j] = 0 }
        run.advance(gradient: gradient, learningRate: 1, l2: 0)
        for j in run.weights.indices { longest[j] = max(longest[j], run.weights[j].magnitude) }
    }
}
