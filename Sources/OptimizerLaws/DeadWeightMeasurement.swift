// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Statistics

/// What becomes of a weight that has lost its data gradient, under coupled L2 (theory notes, section B).
///
/// A weight lives 50 steps on gradients of 1e-2 and then has none. Its regime is measured, not judged: which laws of a dead weight hold
/// depends on the rule. Judged is only that the weight stays finite and that |w| is in the last tenth of the budget no larger than it was
/// in the first: L2 pulls towards zero, and a weight that drifts away is no descent.
struct DeadWeightMeasurement {
    let rule: any UpdateRule

    /// λ of the known set-up, and a tenth of it: for Adam's defaults on both sides of the stability edge.
    private static let coefficients = [5e-4, 5e-5]
    private static let budget = 50_000
    /// ξ of the known set-up.
    private static let threshold = 1e-15
    private static let start = 0.02

    func examine(seed: UInt64) -> LawResult {
        var measurements: [String] = []
        for l2 in Self.coefficients {
            let path = path(seed: seed, l2: l2)
            let early = path.prefix(Self.budget / 10).max() ?? 0, tail = path.suffix(Self.budget / 10)
            let late = tail.max() ?? 0
            guard path.allSatisfy(\.isFinite), late <= early else {
                let finding =
                    "at λ = \(l2) a dead weight's largest |w| is \(late) in the last tenth of \(Self.budget) steps, and was \(early) in the first"
                return LawResult(
                    .deadWeight, .broken(Counterexample(finding: finding, trial: nil)), tried: measurements.count + 1,
                    measurements: measurements)
            }
            measurements.append("α = \(rule.learningRate), λ = \(l2): " + regime(path, tail: tail))
        }
        return LawResult(.deadWeight, .held, tried: Self.coefficients.count, measurements: measurements)
    }

    /// |w| at each step after death.
    private func path(seed: UInt64, l2: Double) -> [Double] {
        var random = RandomStream(seed: seed, name: "dead weight")
        let alpha = rule.learningRate > 0 ? rule.learningRate : 1e-3
        var run = RuleRun<Double>(rule, weights: [Self.start])
        for _ in 0..<50 { run.advance(gradient: [random.signedMagnitude(-3..<(-2))], learningRate: alpha, l2: l2) }
        run.weights = [Self.start]
        return (0..<Self.budget).map { _ in
            run.advance(gradient: [0], learningRate: alpha, l2: l2)
            return run.weights[0].magnitude
        }
    }

    private func regime(_ path: [Double], tail: ArraySlice<Double>) -> String {
        func rms(_ part: some Collection<Double>) -> Double { (part.reduce(0) { $0 + $1 * $1 } / Double(part.count)).squareRoot() }
        let passage = (path.lastIndex { $0 >= Self.threshold } ?? -1) + 1
        if passage <= path.count - tail.count { return "below \(Self.threshold) from step \(passage + 1) on" }
        let dip = path.firstIndex { $0 < Self.threshold }
        let last = rms(tail), before = rms(path.dropLast(tail.count).suffix(tail.count))
        // Towards zero |w| may fall so slowly that two tenths look alike; but then it never rises, while a floor is made of bursts.
        let isMonotone = zip(tail, tail.dropFirst()).allSatisfy { $0 >= $1 }
        let fate = isMonotone || last < before / 2 ? "still falling" : last <= before * 2 ? "at a floor" : "rising again"
        return "\(fate), rms |w| = \(last.fiveFigures) over the last \(tail.count) of \(path.count) steps"
            + (dip.map { ", after a dip below \(Self.threshold) at step \($0 + 1)" } ?? "")
    }
}
