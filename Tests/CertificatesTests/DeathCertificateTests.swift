// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Testing

@testable import Certificates

/// What a certificate refuses and grants, case by case. That what it grants is true is ``CertifiedNodesTests``' business.
@Suite("Certificates of death")
struct DeathCertificateTests {
    private func onBox<Scalar: NetworkScalar>(_ weights: [Scalar], _ bias: Scalar, _ box: Box) -> Bool {
        weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: bias, box: box) }
    }

    /// Some hundred units in the last place, the margin for rounding that certificates of a few weights may ask for.
    private static let margin = (float: Float(2e-5), double: 4e-14)

    @Test("on a box: granted just inside the boundary, refused on its other side")
    func boxBoundary() {
        let box = Box(lower: [0, -1, 0], upper: [1, 2, 1])
        // b + 0.5·1 + 0.25·2 + 0 ≤ 0.
        #expect(onBox([0.5, 0.25, -3], -1 - Self.margin.double, box))
        #expect(onBox([0.5, 0.25, -3], -1 - Self.margin.float, box))
        #expect(!onBox([0.5, 0.25, -3], (-1.0).nextUp, box))
        #expect(!onBox([0.5, 0.25, -3], Float(-1).nextUp, box))
        // The corner of a negative weight is its lower bound: b + 0.5·1 + 1·0.25.
        #expect(onBox([0.5, -0.25, 0], -0.75 - Self.margin.double, box))
        #expect(!onBox([0.5, -0.25, 0], (-0.75).nextUp, box))
    }

    @Test("on a box: no margin is asked for where no term can be positive, however small, large or unbounded")
    func boxWithoutMargin() {
        let unbounded = Box(lower: [0, 0], upper: [.infinity, .infinity])
        for box in [unbounded, Box(count: 2, lower: 0, upper: 1)] {
            #expect(onBox([-1.0, 0], 0, box))
            #expect(onBox([-Float.leastNonzeroMagnitude, -.greatestFiniteMagnitude], -0.0, box))
            #expect(onBox([0.0, 0], -.leastNonzeroMagnitude, box))
            #expect(onBox([0.0, 0], 0, box))
            #expect(!onBox([0.0, 0], .leastNonzeroMagnitude, box))
        }
        #expect(!onBox([-1.0, Double.leastNonzeroMagnitude], -1000, unbounded))
        #expect(onBox([0.0, -1], -1, Box(lower: [-.infinity, 0], upper: [.infinity, .infinity])))
        #expect(!onBox([-1e-30, -1], -1, Box(lower: [-.infinity, 0], upper: [.infinity, .infinity])))
    }

    @Test("on a box: NaN and infinite weights, and sums that may overflow, are refused")
    func boxNotFinite() {
        let box = Box(count: 3, lower: -1, upper: 1)
        #expect(onBox([1.0, -1, 1], -4, box))
        #expect(!onBox([1.0, .nan, 1], -4, box))
        #expect(!onBox([1.0, -1, 1], .nan, box))
        #expect(!onBox([1.0, -.infinity, 1], -4, box))
        #expect(!onBox([-Double.infinity, -1, -1], -4, Box(count: 3, lower: 0, upper: 1)))
        // Exactly at most 0, but two of the terms overflow before the third is added.
        #expect(!onBox([Float(3e38), 3e38, -3e38], -3e38, Box(count: 3, lower: 1, upper: 1)))
        #expect(onBox([Float(1e35), 1e35, -1e38], -1e35, Box(count: 3, lower: 1, upper: 1)))
    }

    @Test("for any signs: what is granted holds on the box for every pattern of signs; the boundary is b = −Σ|w|·max|x|")
    func anySigns() {
        let box = Box(lower: [-0.5, 0, 0.25], upper: [1, 2, 0.75])
        let weights = [0.5, -1, 2.0]
        let reach = 0.5 + 2 + 1.5
        func holds(_ weights: [Double], _ bias: Double) -> Bool {
            weights.withUnsafeBufferPointer { DeathCertificate.holdsForAnySigns(weights: $0, bias: bias, box: box) }
        }
        #expect(holds(weights, -reach * (1 + 1e-14)))
        #expect(!holds(weights, -reach * (1 - 1e-14)))
        for pattern in 0..<8 {
            let flipped = weights.indices.map { pattern >> $0 & 1 == 1 ? -weights[$0] : weights[$0] }
            #expect(holds(flipped, -reach * (1 + 1e-14)) && onBox(flipped, -reach * (1 + 1e-14), box))
        }
        #expect(holds([0, 0, 0], 0) && !holds([0, 0, 0], 1e-300) && !holds([.nan, 0, 0], -1) && !holds(weights, .nan))
    }

    private func folded<Scalar: NetworkScalar>(_ weights: [Scalar], _ bias: Scalar, _ norm: NormalizedNode<Scalar>, _ box: Box) -> Bool {
        weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: bias, foldedInto: norm, box: box) }
    }

    @Test("on a box behind evaluation batch norm: the boundary, with γ of either sign and of 0")
    func foldedBoundary() {
        let box = Box(lower: [0, -1], upper: [1, 1])
        func norm(_ scale: Double, _ shift: Double, mean: Double = 0.5, variance: Double = 3, epsilon: Double = 1) -> NormalizedNode<Double> {
            NormalizedNode(scale: scale, shift: shift, runningMean: mean, runningVariance: variance, epsilon: epsilon)
        }
        // w·x + b lies in [−2, 3], less r in [−2.5, 2.5]; γ/√(v + ε) is ±3/2.
        #expect(folded([1, 2], 0, norm(3, -3.75 - Self.margin.double), box))
        #expect(!folded([1, 2], 0, norm(3, (-3.75).nextUp), box))
        #expect(folded([1, 2], 0, norm(-3, -3.75 - Self.margin.double), box))
        #expect(!folded([1, 2], 0, norm(-3, (-3.75).nextUp), box))
        #expect(folded([1, 2], 0, norm(0, -1e-300), box))
        #expect(!folded([1, 2], 0, norm(0, 1e-300), box))
        // Unbounded inputs: what counts is the sign of γw.
        let unbounded = Box(count: 2, lower: 0, upper: .infinity)
        #expect(folded([-1, -2], 0.5, norm(3, -Self.margin.double), unbounded))
        #expect(!folded([-1, -2], 0.5, norm(3, .leastNormalMagnitude), unbounded))
        #expect(folded([1, 2], 0.5, norm(-3, -Self.margin.double), unbounded))
        #expect(!folded([1, 2], 0.5, norm(3, -1000), unbounded))
    }

    @Test("on a box behind evaluation batch norm: NaN, a negative variance and a vanishing v + ε are refused")
    func foldedNotFinite() {
        let box = Box(count: 1, lower: 0, upper: 1)
        func holds(
            _ weight: Float = 1, _ bias: Float = 0, _ scale: Float = 1, _ shift: Float = -9, _ mean: Float = 0, _ variance: Float = 1,
            _ epsilon: Float = 1e-5
        )
            -> Bool
        {
            folded(
                [weight], bias, NormalizedNode(scale: scale, shift: shift, runningMean: mean, runningVariance: variance, epsilon: epsilon), box)
        }
        #expect(holds())
        #expect(!holds(.nan))
        #expect(!holds(1, .nan))
        #expect(!holds(1, 0, .nan))
        #expect(!holds(1, 0, 1, .nan))
        #expect(!holds(1, 0, 1, -9, .nan))
        #expect(!holds(1, 0, 1, -9, 0, .nan))
        #expect(!holds(1, 0, 1, -9, 0, -1))
        #expect(!holds(1, 0, 1, -9, 0, 0, .leastNonzeroMagnitude))
        #expect(!holds(.infinity))
        #expect(!holds(1, 0, .infinity))
    }

    private func onBatches<Scalar: NetworkScalar>(_ scale: Scalar, _ shift: Scalar, _ epsilon: Scalar = 1e-5, largestBatch: Int = 64) -> Bool {
        DeathCertificate.holdsOnBatches(scale: scale, shift: shift, epsilon: epsilon, largestBatch: largestBatch)
    }

    @Test("on batches: the boundary at |γ|√B, for γ of either sign", arguments: [2.0, -2])
    func batchBoundary(scale: Double) {
        #expect(onBatches(scale, -16 * (1 + Self.margin.double)))
        #expect(!onBatches(scale, (-16.0).nextUp))
        #expect(onBatches(Float(scale), -16 * (1 + Self.margin.float)))
        #expect(!onBatches(Float(scale), Float(-16).nextUp))
        // A smaller largest batch is a weaker demand.
        #expect(onBatches(scale, -8 * (1 + Self.margin.double), largestBatch: 16))
        #expect(!onBatches(scale, -16 * (1 + Self.margin.double), largestBatch: 128))
    }

    @Test("on batches: with γ = 0 the sign of β decides; NaN and an ε that may vanish are refused")
    func batchSpecial() {
        #expect(onBatches(0.0, 0))
        #expect(onBatches(Float(0), -.leastNonzeroMagnitude))
        #expect(!onBatches(0.0, .leastNonzeroMagnitude))
        #expect(!onBatches(Double.nan, -1))
        #expect(!onBatches(0.0, .nan))
        #expect(!onBatches(1.0, -1000, .nan))
        #expect(!onBatches(1.0, -1000, 0))
        #expect(!onBatches(Float(1), -1000, .leastNonzeroMagnitude))
        #expect(onBatches(1.0, -1000, .leastNormalMagnitude))
    }

    private func small<Scalar: NetworkScalar>(
        _ weights: [Scalar], _ bias: Scalar, _ scale: Scalar, _ shift: Scalar, epsilon: Scalar = 0x1p-16,
        _ box: Box = Box(count: 2, lower: 0, upper: 1)
    ) -> Bool {
        weights.withBuffer {
            DeathCertificate.holdsForSmallWeights(weights: $0, bias: bias, scale: scale, shift: shift, epsilon: epsilon, largestBatch: 64, box: box)
        }
    }

    @Test("for small weights: the boundary at |γ|Σ|w|(u − l)/√ε, for γ of either sign", arguments: [2.0, -2])
    func smallBoundary(scale: Double) {
        // 2·(0.25 + 0.125)·2⁻²⁰·2⁸.
        let edge = -0.75 * 0x1p-12
        #expect(small([0.25 * 0x1p-20, -0.125 * 0x1p-20], 0, scale, edge * (1 + 4 * Self.margin.double)))
        #expect(!small([0.25 * 0x1p-20, -0.125 * 0x1p-20], 0, scale, edge.nextUp))
        #expect(small([Float(0.25 * 0x1p-20), Float(-0.125 * 0x1p-20)], 0, Float(scale), Float(edge) * (1 + 4 * Self.margin.float)))
        #expect(!small([Float(0.25 * 0x1p-20), Float(-0.125 * 0x1p-20)], 0, Float(scale), Float(edge).nextUp))
    }

    @Test("for small weights: a dense bias costs its own rounding, and no more")
    func smallBias() {
        let weights: [Float] = [1e-12, 1e-12]
        // 2⁻²⁴ of a bias of 1000 is 6e-5, over √ε = 2⁻⁸ that is 0.015 an operation.
        #expect(small(weights, 0, 1, -1e-3))
        #expect(!small(weights, 1000, 1, -1e-3))
        #expect(!small(weights, 1000, 1, -1))
        #expect(small(weights, 1000, 1, -10))
        #expect(small(weights.map(Double.init), 1000, 1, -1e-3))
    }

    @Test("for small weights: with γ = 0 the sign of β decides; NaN, infinite boxes and an ε that may vanish are refused")
    func smallSpecial() {
        #expect(small([1.0, 1], 0, 0, 0))
        #expect(!small([1.0, 1], 0, 0, .leastNonzeroMagnitude))
        #expect(!small([1.0, .nan], 0, 0, -1))
        #expect(!small([1.0, .infinity], 0, 0, -1))
        #expect(!small([1.0, 1], .nan, 0, -1))
        #expect(small([1e-9, 1e-9], 0, 1, -1))
        #expect(!small([1e-9, .nan], 0, 1, -1))
        #expect(!small([1e-9, 1e-9], .nan, 1, -1))
        #expect(!small([1e-9, 1e-9], 0, .nan, -1))
        #expect(!small([1e-9, 1e-9], 0, 1, .nan))
        #expect(!small([1e-9, 1e-9], 0, 1, -1, epsilon: .nan))
        #expect(!small([1e-9, 1e-9], 0, 1, -1, epsilon: 0))
        #expect(!small([1e-9, 1e-9], 0, 1, -1, epsilon: .leastNonzeroMagnitude))
        let half = Box(lower: [0, 0], upper: [1, .infinity])
        #expect(!small([1e-9, 1e-9], 0, 1, -1, half))
        #expect(small([1e-9, 0], 0, 1, -1, half))
        #expect(small([0.0, 0], 0, 1, -1e-300))
        #expect(!small([0.0, 0], 0, 1, 0))
    }
}
