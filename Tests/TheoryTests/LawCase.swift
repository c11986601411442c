// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Statistics
import Theory

/// A dead weight under Adam with its surroundings, drawn log-uniformly from the ranges of the theory notes.
struct LawCase {
    var learningRate: Double
    var l2: Double
    var epsilon: Double
    var weight: DeadWeight<Double>
    /// s₀/(λ|w₀|).
    var memory: Double

    init(_ random: inout RandomStream, memory range: Range<Double>, signedMoment: Bool = true) {
        learningRate = random.logUniform(in: 1e-5..<1e-2)
        l2 = random.logUniform(in: 1e-6..<1e-2)
        epsilon = random.logUniform(in: 1e-12..<1e-5)
        let w = random.logUniform(in: 1e-3..<1)
        memory = random.logUniform(in: range)
        let root = memory * l2 * w
        weight = DeadWeight(weight: w, firstMoment: signedMoment ? 0.3 * root * random.uniform(in: -1..<1) : 0, secondMoment: root * root)
    }

    /// αλ/ε.
    var limit: Double { learningRate * l2 / epsilon }

    func passage(_ rule: DeadWeightRule, below threshold: Double, limit: Int) throws -> Int? {
        var recursion = try ExactRecursion(weight, rule: rule, learningRate: .constant(learningRate), l2: l2)
        return recursion.passage(below: threshold, limit: limit).passage
    }
}

/// Rms and peak of a weight's recursion over `count` steps after `skipped`.
func motion(
    _ weight: DeadWeight<Double>, _ rule: DeadWeightRule, learningRate: Double, l2: Double, skipping skipped: Int, over count: Int,
    around center: Double = 0, dataGradient: Double = 0
) throws -> (rms: Double, peak: Double) {
    var recursion = try ExactRecursion(weight, rule: rule, learningRate: .constant(learningRate), l2: l2)
    for _ in 0..<skipped { recursion.advance(dataGradient: dataGradient) }
    var (sum, peak) = (0.0, 0.0)
    for _ in 0..<count {
        recursion.advance(dataGradient: dataGradient)
        let w = recursion.state.weight - center
        sum += w * w
        peak = max(peak, w.magnitude)
    }
    return ((sum / Double(count)).squareRoot(), peak)
}
