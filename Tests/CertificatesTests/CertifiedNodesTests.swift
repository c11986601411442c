// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Testing

@testable import Certificates

/// Whatever a certificate grants must be true of the numbers that a network computes: z ≤ 0 for every input and batch it speaks of.
///
/// Nodes are put on the very edge of their certificate, by bisecting for the largest bias or β that it still grants, and are then given
/// the inputs that lift them most, in either precision, with subnormals kept and flushed, by the plain product and by OpenBLAS.
@Suite("Certified nodes")
struct CertifiedNodesTests {
    static let states = [false, true].map { FloatingPointState(flushesSubnormals: $0) }
    /// Nodes side by side: 1 for the plain product, 90 for OpenBLAS.
    static let copies = [1, 90]

    /// The largest number ≤ 0 that `holds` grants, if it grants `low`.
    private func edge<Scalar: NetworkScalar>(from low: Scalar, _ holds: (Scalar) -> Bool) -> Scalar? {
        guard low.isFinite, holds(low) else { return nil }
        if holds(0) { return 0 }
        var (granted, refused) = (low, Scalar(0))
        while true {
            let middle = granted / 2 + refused / 2
            if middle <= granted || middle >= refused { return granted }
            if holds(middle) { granted = middle } else { refused = middle }
        }
    }

    /// A box and weights of one of the kinds that are hard in their own way: ordinary, tiny, subnormal, mixed, sparse.
    private func layer<Scalar: NetworkScalar>(_ draws: inout Draws, _: Scalar.Type) -> (weights: [Scalar], box: Box) {
        let count = draws.integer(1...60)
        let side = draws.power(-8...8)
        let kinds: [(lower: Double, upper: Double)] = [
            (0, 1), (0, 0.5), (-side, side), (side, side), (0, side), (side, 2 * side), (-1, -0.5), (0, 0),
        ]
        let bounds = (0..<count).map { _ in draws.choose(kinds) }
        let unit = Double(Scalar.leastNonzeroMagnitude)
        let exponent = draws.integer(-40...4)
        let kind = draws.integer(0...4)
        let weights = (0..<count).map { _ in
            switch kind {
            case 0: Scalar(draws.normal() * Double(sign: .plus, exponent: exponent, significand: 1))
            case 1: Scalar(Double(draws.integer(-9...9)) * unit)
            case 2: Scalar(draws.normal() * Double(Scalar.leastNormalMagnitude) * draws.power(-6...6))
            case 3: Scalar(draws.normal() * draws.power(-90...4))
            default: draws.integer(0...2) == 0 ? Scalar(draws.normal()) : 0
            }
        }
        return (weights, Box(lower: bounds.map(\.lower), upper: bounds.map(\.upper)))
    }

    /// The corner that lifts the sum most (`sign` 1) or least (−1), its neighbourhood, and random inputs of the box.
    private func inputs<Scalar: NetworkScalar>(_ draws: inout Draws, _ weights: [Scalar], _ box: Box, sign: Scalar, count: Int) -> [[Double]] {
        (0..<count).map { row in
            weights.indices.map { j in
                let (low, high) = (box.lower[j], box.upper[j])
                let corner = sign * weights[j] > 0 ? high : low
                switch row % 4 {
                case 0: return corner
                case 1: return min(high, max(low, corner * (1 - Double(Scalar.ulpOfOne) * draws.uniform())))
                case 2: return draws.choose([low, high])
                default: return low + (high - low) * draws.uniform()
                }
            }
        }
    }

    private func expectSilent<Scalar: NetworkScalar>(
        _ node: Node<Scalar>, _ inputs: [[Double]], _ mode: PassMode, _ context: @autoclosure () -> String
    ) throws {
        for state in Self.states {
            for copies in Self.copies {
                let z = try node.preactivations(of: inputs, mode: mode, copies: copies, state: state)
                #expect(z.allSatisfy { $0 <= 0 }, "z up to \(z.max() ?? 0), flushing \(state.flushesSubnormals), \(copies) copies: \(context())")
            }
        }
    }

    @Test("a node certified on a box is silent on it", arguments: Draws.seeds)
    func box(seed: UInt64) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, _ draws: inout Draws) throws {
            var certified = 0
            for round in 0..<30 {
                let (weights, box) = layer(&draws, Scalar.self)
                let found = edge(from: Scalar(-0x1p20)) { bias in
                    weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: bias, box: box) }
                }
                guard let bias = found else { continue }
                certified += 1
                try expectSilent(
                    Node(weights: weights, bias: bias), inputs(&draws, weights, box, sign: 1, count: 20), .evaluation, "round \(round), bias \(bias)")
            }
            #expect(certified >= 20)
        }
        var draws = Draws(seed: seed)
        try check(Float.self, &draws)
        try check(Double.self, &draws)
    }

    @Test("a node certified on a box behind evaluation batch norm is silent on it", arguments: Draws.seeds)
    func foldedBox(seed: UInt64) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, _ draws: inout Draws) throws {
            var certified = 0
            for round in 0..<30 {
                let (weights, box) = layer(&draws, Scalar.self)
                var node = Node(weights: weights, bias: Scalar(draws.normal() * draws.power(-30...8)))
                let (scale, epsilon) = (Scalar(draws.choose([1, -1, 0, 0x1p-80]) * draws.normal()), draws.choose([1e-5, 1e-3, 1e-12]))
                node.running = (Scalar(draws.normal() * draws.power(-30...8)), Scalar(abs(draws.normal()) * draws.power(-60...6)))
                let found = edge(from: Scalar(-0x1p60)) { shift in
                    let norm = NormalizedNode(
                        scale: scale, shift: shift, runningMean: node.running.mean, runningVariance: node.running.variance, epsilon: Scalar(epsilon))
                    return weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: node.bias, foldedInto: norm, box: box) }
                }
                guard let shift = found else { continue }
                certified += 1
                node.norm = (scale, shift, epsilon)
                try expectSilent(
                    node, inputs(&draws, weights, box, sign: scale < 0 ? -1 : 1, count: 20), .evaluation, "round \(round), \(node)")
            }
            #expect(certified >= 20)
        }
        var draws = Draws(seed: seed)
        try check(Float.self, &draws)
        try check(Double.self, &draws)
    }

    /// Values of a batch behind the dense layer: one outlier among equals, which attains Samuelson's bound, at every distance from
    /// rounding to overflow; or normal draws.
    private func batch(_ draws: inout Draws, size: Int, _ ulp: Double) -> [[Double]] {
        let offset = draws.choose([0, 1, -1]) * draws.power(-20...20)
        let distance = draws.choose([1, -1]) * draws.choose([draws.power(-45...40), offset * ulp * Double(draws.integer(1...3)), 1])
        let outlier = draws.integer(0...size - 1)
        let isNormal = draws.integer(0...3) == 0
        return (0..<size).map { [isNormal ? offset + draws.normal() * distance : $0 == outlier ? offset + distance : offset] }
    }

    @Test("a node certified on batches is silent on each, the ones that attain Samuelson's bound included", arguments: Draws.seeds)
    func batches(seed: UInt64) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, _ draws: inout Draws) throws {
            for round in 0..<60 {
                let largest = draws.integer(2...70)
                let scale = Scalar(draws.normal() * draws.choose([1, 0, draws.power(-30...30), Double(Scalar.leastNormalMagnitude)]))
                let epsilon = draws.choose([1e-5, 1e-12, 1e-30])
                let found = edge(from: -abs(scale) * 100 - 10 * .leastNormalMagnitude) { shift in
                    DeathCertificate.holdsOnBatches(scale: scale, shift: shift, epsilon: Scalar(epsilon), largestBatch: largest)
                }
                let shift = try #require(found, "a β of −100|γ| is enough for every batch here")
                let node = Node<Scalar>(weights: [1], bias: 0, norm: (scale, shift, epsilon))
                let size = draws.choose([largest, largest, draws.integer(2...largest)])
                try expectSilent(node, batch(&draws, size: size, Double(Scalar.ulpOfOne)), .training, "round \(round), \(node)")
            }
        }
        var draws = Draws(seed: seed)
        try check(Float.self, &draws)
        try check(Double.self, &draws)
    }

    @Test("the certificate on batches is sharp: an outlier lifts a node just above Samuelson's √(B − 1)", arguments: [2, 5, 64], [1.0, -3])
    func samuelson(size: Int, scale: Double) throws {
        let inputs = (0..<size).map { [$0 == 0 ? 1000 * (scale < 0 ? -1.0 : 1) : 0] }
        let reach = abs(scale) * Double(size - 1).squareRoot()
        let node = Node<Double>(weights: [1], bias: 0, norm: (scale, -reach * (1 - 1e-6), 1e-12))
        #expect(try (node.preactivations(of: inputs, mode: .training).max() ?? 0) > 0)
        let sure = -abs(scale) * Double(size).squareRoot() * (1 + 1e-12)
        #expect(DeathCertificate.holdsOnBatches(scale: scale, shift: sure, epsilon: 1e-12, largestBatch: size))
    }

    @Test("a rounded mean lifts a node beyond Samuelson's bound, up to √B: the reason for the certificate's own")
    func roundedMean() throws {
        // The mean of 2²⁴, 2²⁴, 2²⁴ + 2 rounds to 2²⁴ in float32: deviations 0, 0, 2, hence x̂ = √3 instead of √2.
        let node = Node<Float>(weights: [1], bias: 0, norm: (1, -1.7, 1e-5))
        let z = try node.preactivations(of: [[0x1p24], [0x1p24], [0x1p24 + 2]], mode: .training)
        #expect(z[2] > 0)
        #expect(1.7 > 2.0.squareRoot())
        #expect(!DeathCertificate.holdsOnBatches(scale: Float(1), shift: -1.7, epsilon: 1e-5, largestBatch: 3))
    }

    @Test("a node certified for small weights is silent on every batch of the box, with large dense biases too", arguments: Draws.seeds)
    func smallWeights(seed: UInt64) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, _ draws: inout Draws) throws {
            var certified = 0
            for round in 0..<40 {
                let (weights, box) = layer(&draws, Scalar.self)
                let size = draws.integer(2...40)
                let bias = Scalar(draws.choose([0, draws.normal(), draws.normal() * draws.power(-30...30)]))
                let (scale, epsilon) = (Scalar(draws.choose([1, -1, 0, 0x1p-80]) * draws.normal()), draws.choose([1e-5, 1e-3, 1e-12]))
                let found = edge(from: Scalar(-0x1p100)) { shift in
                    weights.withBuffer {
                        DeathCertificate.holdsForSmallWeights(
                            weights: $0, bias: bias, scale: scale, shift: shift, epsilon: Scalar(epsilon), largestBatch: size, box: box)
                    }
                }
                guard let shift = found else { continue }
                certified += 1
                let node = Node(weights: weights, bias: bias, norm: (scale, shift, epsilon))
                // One sample in one corner, the others in the opposite one; then a mixture.
                let sign: Scalar = scale < 0 ? -1 : 1
                let high = inputs(&draws, weights, box, sign: sign, count: 1)
                let low = inputs(&draws, weights, box, sign: -sign, count: 1)
                try expectSilent(node, high + Array(repeating: low[0], count: size - 1), .training, "round \(round), \(node)")
                try expectSilent(node, inputs(&draws, weights, box, sign: sign, count: size), .training, "round \(round), \(node)")
            }
            #expect(certified >= 30)
        }
        var draws = Draws(seed: seed)
        try check(Float.self, &draws)
        try check(Double.self, &draws)
    }

    @Test("a large dense bias lifts a node of vanishing weights by its rounding alone, and its certificate is refused")
    func biasRounding() throws {
        // Three biases of 1000.1 do not add up to 3 times 1000.1 in float32; divided by √ε the rest is large.
        let node = Node<Float>(weights: [1e-20], bias: 1000.1, norm: (-1, -1e-3, 1e-5))
        var largest: Float = 0
        for size in 2...40 {
            for scale in [Float(1), -1] {
                var node = node
                node.norm?.scale = scale
                largest = max(largest, try node.preactivations(of: Array(repeating: [1], count: size), mode: .training).max() ?? 0)
            }
        }
        #expect(largest > 0)
        let holds = node.weights.withBuffer {
            DeathCertificate.holdsForSmallWeights(
                weights: $0, bias: 1000.1, scale: -1, shift: -1e-3, epsilon: 1e-5, largestBatch: 40, box: Box(count: 1, lower: 0, upper: 1))
        }
        #expect(!holds)
    }

    @Test("among subnormal numbers a product may round up by half: a node that the relative bound alone would certify is active")
    func subnormalProducts() throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type) throws {
            let unit = Scalar.leastNonzeroMagnitude
            let box = Box(count: 10, lower: 0, upper: 0.5)
            // Exactly 10·3·0.5 − 16 < 0, in units; but 3·0.5 rounds to 2.
            let node = Node<Scalar>(weights: Array(repeating: 3 * unit, count: 10), bias: -16 * unit)
            let z = try node.preactivations(of: [Array(repeating: 0.5, count: 10)], mode: .evaluation, state: Self.states[0])
            #expect(z[0] > 0)
            #expect(!node.weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: node.bias, box: box) })
        }
        try check(Float.self)
        try check(Double.self)
    }

    @Test("where subnormals are flushed a negative term may be lost: a node that it would keep silent is active")
    func flushedTerm() throws {
        let weight = -Float.leastNormalMagnitude * 0.875
        let node = Node<Float>(weights: [weight], bias: 0x1p-110)
        let box = Box(count: 1, lower: 0x1p20, upper: 0x1p20)
        #expect(try node.preactivations(of: [[0x1p20]], mode: .evaluation, state: Self.states[0])[0] <= 0)
        #expect(try node.preactivations(of: [[0x1p20]], mode: .evaluation, state: Self.states[1])[0] > 0)
        #expect(!node.weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: node.bias, box: box) })
    }

    /// What a certificate on a box of 60 features may ask for beyond the exact bound: 2·62 units of roundoff of Σ|terms|.
    static let slack = (float: 1e-5, double: 2e-14)

    @Test("a certificate on a box asks for no more than the rounding of its sum beyond the exact bound", arguments: Draws.seeds)
    func notVacuous(seed: UInt64) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, slack: Double, _ draws: inout Draws) throws {
            for _ in 0..<20 {
                let weights = (0..<60).map { _ in Scalar(draws.normal() * draws.choose([0, 1])) }
                let box = Box(count: 60, lower: -0.5, upper: 1)
                let found = edge(from: Scalar(-1000)) { bias in
                    weights.withBuffer { DeathCertificate.holdsOnBox(weights: $0, bias: bias, box: box) }
                }
                let bias = Double(try #require(found))
                let exact = weights.map { max(Double($0), -0.5 * Double($0)) }.reduce(0, +)
                let magnitude = abs(bias) + weights.map { abs(Double($0)) }.reduce(0, +)
                #expect(bias <= -exact)
                #expect(bias >= -exact - slack * magnitude)
            }
        }
        var draws = Draws(seed: seed)
        try check(Float.self, slack: Self.slack.float, &draws)
        try check(Double.self, slack: Self.slack.double, &draws)
    }
}
