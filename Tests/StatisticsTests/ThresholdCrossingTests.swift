// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics
import Testing

@Suite("Threshold crossings")
struct ThresholdCrossingTests {
    /// What a sequence of norms, one a step from step 1, comes to.
    private func cross(_ below: [Bool], persistence: Int) -> ThresholdCrossing {
        var crossing = ThresholdCrossing()
        for (index, isBelow) in below.enumerated() { crossing.observe(isBelow: isBelow, step: index + 1, persistence: persistence) }
        return crossing
    }

    /// One letter a step: `b` below the threshold, `a` above it.
    private func cross(_ story: String, persistence: Int) -> ThresholdCrossing { cross(story.map { $0 == "b" }, persistence: persistence) }

    @Test(
        "Dip, passage and rise of a story told by hand",
        arguments: [
            // story, persistence, dip, passage, rise, below at the end
            ("aaaa", 3, nil, nil, nil, false),
            ("aabb", 3, 3, nil, nil, true),
            ("abba", 3, 2, nil, nil, false),
            ("abbb", 3, 2, 2, nil, true),
            ("abbabbb", 3, 2, 5, nil, true),
            ("bbba", 3, 1, 1, 4, false),
            ("bbbabbb", 3, 1, 1, 4, true),
            ("bbbabbba", 3, 1, 1, 4, false),
            ("ba", 1, 1, 1, 2, false),
        ] as [(String, Int, Int?, Int?, Int?, Bool)])
    func story(_ told: String, persistence: Int, dip: Int?, passage: Int?, rise: Int?, isBelow: Bool) {
        let crossing = cross(told, persistence: persistence)
        #expect(crossing.dip == dip)
        #expect(crossing.passage == passage)
        #expect(crossing.rise == rise)
        #expect(crossing.isBelow == isBelow)
    }

    @Test("A damped oscillation dips long before it passes", arguments: [0.95, 0.97, 0.99])
    func oscillation(decay: Double) throws {
        // |w_t| = decayᵗ·|cos(t/5)|: the envelope falls under ξ for good at ln ξ / ln decay; zeros of the cosine dip a quarter period earlier.
        let (threshold, persistence) = (1e-2, 60)
        let norms = (1...3000).map { (step: Int) -> Double in pow(decay, step) * abs(cosine(Double(step) / 5)) }
        let crossing = cross(norms.map { $0 < threshold }, persistence: persistence)
        let lastAbove = try #require(norms.lastIndex { $0 >= threshold }) + 1
        #expect(crossing.passage == lastAbove + 1)
        let firstBelow = try #require(norms.firstIndex { $0 < threshold }) + 1
        #expect(crossing.dip == firstBelow)
        #expect(firstBelow < lastAbove / 2)
        #expect(crossing.rise == nil)
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }

    /// cos x by the recurrence of its half-angle-free series, enough for a test signal.
    private func cosine(_ x: Double) -> Double {
        let reduced = x.remainder(dividingBy: 2 * Double.pi)
        var (term, sum) = (1.0, 1.0)
        for k in stride(from: 2, to: 40, by: 2) {
            term *= -reduced * reduced / Double(k * (k - 1))
            sum += term
        }
        return sum
    }
}
