// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Optimizers
import Statistics

/// Looks for an input or a batch that wakes a certified node, in the arithmetic of a float32 network.
struct CounterexampleSearch {
    enum Kind: CaseIterable {
        case box
        case anySigns
        case batch
        case smallWeights

        /// As in "certified …".
        var name: String {
            switch self {
            case .box: "on the box (ii)"
            case .anySigns: "for any signs (A5 i)"
            case .batch: "on batches (iii)"
            case .smallWeights: "for small weights (iv)"
            }
        }
    }

    private static let (nodes, batch) = (12, 8)

    let kind: Kind
    /// Nodes drawn.
    private(set) var nodes = 0
    private(set) var certified = 0
    /// Certified nodes that were woken.
    private(set) var counterexamples = 0
    /// Nodes that nothing tried wakes, those planted at the very edge left out, and the certified among them.
    private(set) var unwoken = 0
    private var unwokenCertified = 0

    init(_ kind: Kind) { self.kind = kind }

    var shareCertified: Double { Double(unwokenCertified) / Double(max(1, unwoken)) }

    /// Draws one layer and tries to wake each of its nodes.
    mutating func run(_ trial: Trial, _ stream: inout RandomStream) throws {
        let inputs = 3 + Int(stream.integer(below: 10))
        let center = stream.normals(inputs, deviation: 1)
        let box = Box(lower: center.map { $0 - stream.logUniform(in: 1e-3..<2) }, upper: center.map { $0 + stream.logUniform(in: 1e-3..<2) })
        let isNormalized = kind == .batch || kind == .smallWeights
        let planted = try PlantedNetwork<Float>(
            trial, [.dense(units: Self.nodes)] + (isNormalized ? [.batchNorm()] : []) + [.activation(.relu()), .dense(units: 1)], inputs: inputs,
            batch: Self.batch, rule: Adam())
        let size = kind == .smallWeights ? stream.logUniform(in: 1e-7..<1e-4) : 1
        let weights = (0..<Self.nodes).map { _ in stream.normals(inputs, deviation: size).map(Float.init) }
        planted.parameter("0.weight").value.assign(weights.flatMap { $0 })
        if isNormalized {
            planted.plant((0..<Self.nodes).map { _ in stream.sign() * stream.logUniform(in: 1e-2..<10) }, as: "1.weight")
            planted.plant(stream.normals(Self.nodes, deviation: size), as: "0.bias")
        }
        for node in 0..<Self.nodes { plantEdge(node, planted, weights[node], box, &stream) }
        try planted.checkHypotheses(batch: Self.batch)
        let isCertified = (0..<Self.nodes).map { certifies($0, planted, box) }
        var isWoken = Array(repeating: false, count: Self.nodes)
        for node in 0..<Self.nodes {
            for batch in attempts(weights[node], box, &stream) {
                planted.network.input.assign(batch.flatMap { $0 })
                try planted.network.forward(batch: Self.batch, mode: .training)
                planted.network.gradients[planted.network.layers.count].assign(Array(repeating: 1, count: Self.batch))
                planted.network.backward(batch: Self.batch)
                note(planted, isNormalized: isNormalized, &isWoken)
            }
            if kind == .anySigns { try flip(node, planted, weights[node], box, &isWoken) }
        }
        nodes += Self.nodes
        for node in 0..<Self.nodes {
            if isCertified[node] { certified += 1 }
            if isCertified[node], isWoken[node] { counterexamples += 1 }
            // Not those a few units in the last place from the edge, where a sound bound has to refuse.
            guard !isWoken[node], node % 2 == 1 else { continue }
            unwoken += 1
            if isCertified[node] { unwokenCertified += 1 }
        }
    }

    /// Puts a node's bias, or its shift, near the edge of its certificate: by up to half on either side, or by units in the last place.
    private func plantEdge(
        _ node: Int, _ planted: PlantedNetwork<Float>, _ weights: [Float], _ box: Box, _ stream: inout RandomStream
    ) {
        let edge: Double
        switch kind {
        case .box:
            edge = -weights.indices.reduce(0) { $0 + max(Double(weights[$1]) * box.lower[$1], Double(weights[$1]) * box.upper[$1]) }
        case .anySigns:
            edge = -weights.indices.reduce(0) { $0 + Double(weights[$1].magnitude) * max(box.lower[$1].magnitude, box.upper[$1].magnitude) }
        case .batch:
            edge = -Double(planted.parameter("1.weight").value.elements[node].magnitude) * Double(Self.batch).squareRoot()
        case .smallWeights:
            let spread = weights.indices.reduce(0) { $0 + Double(weights[$1].magnitude) * (box.upper[$1] - box.lower[$1]) }
            edge = -Double(planted.parameter("1.weight").value.elements[node].magnitude) * spread / 1e-5.squareRoot()
        }
        let ulps = Double(Float.ulpOfOne) * (Double(stream.integer(below: 41)) - 20)
        let distance = node % 2 == 0 ? ulps : stream.uniform(in: -0.5..<0.5)
        let name = kind == .box || kind == .anySigns ? "0.bias" : "1.bias"
        planted.parameter(name).value.mutableElements[node] = Float(edge * (1 + distance))
    }

    private func certifies(_ node: Int, _ planted: PlantedNetwork<Float>, _ box: Box) -> Bool {
        let weights = planted.parameter("0.weight").value.rows(node..<node + 1)
        let bias = planted.parameter("0.bias").value.elements[node]
        switch kind {
        case .box: return DeathCertificate.holdsOnBox(weights: weights, bias: bias, box: box)
        case .anySigns: return DeathCertificate.holdsForAnySigns(weights: weights, bias: bias, box: box)
        case .batch, .smallWeights:
            guard let norm = planted.hidden.batchNorm else { return false }
            let (scale, shift) = (norm.scale.value.elements[node], norm.shift.value.elements[node])
            return kind == .batch
                ? DeathCertificate.holdsOnBatches(scale: scale, shift: shift, epsilon: norm.epsilon, largestBatch: Self.batch)
                : DeathCertificate.holdsForSmallWeights(
                    weights: weights, bias: bias, scale: scale, shift: shift, epsilon: norm.epsilon, largestBatch: Self.batch, box: box)
        }
    }

    /// Batches meant to lift one node: the box's corners that make w·x largest and smallest, one against the rest in either direction, half
    /// against half, neighbours of the corners, and random inputs.
    private func attempts(_ weights: [Float], _ box: Box, _ stream: inout RandomStream) -> [[[Float]]] {
        func corner(_ sign: Float) -> [Float] { weights.indices.map { Self.inside(box, $0, sign * weights[$0] > 0 ? box.upper[$0] : box.lower[$0]) } }
        let (high, low) = (corner(1), corner(-1))
        var neighbours: [[Float]] = []
        for _ in 0..<Self.batch {
            var input = high
            let j = Int(stream.integer(below: UInt64(weights.count)))
            input[j] = Self.inside(box, j, stream.uniform() < 0.5 ? Double(input[j].nextUp) : Double(input[j].nextDown))
            neighbours.append(input)
        }
        let random = (0..<Self.batch).map { _ in
            weights.indices.map { Self.inside(box, $0, box.lower[$0] + (box.upper[$0] - box.lower[$0]) * stream.uniform()) }
        }
        let rest = Self.batch - 1
        return [
            [high] + Array(repeating: low, count: rest), [low] + Array(repeating: high, count: rest),
            Array(repeating: high, count: Self.batch / 2) + Array(repeating: low, count: Self.batch - Self.batch / 2),
            [high] + Array(repeating: random[0], count: rest), neighbours, random,
        ]
    }

    /// The float32 number nearest to x that lies in the box.
    private static func inside(_ box: Box, _ feature: Int, _ x: Double) -> Float {
        let value = Float(min(max(x, box.lower[feature]), box.upper[feature]))
        if Double(value) > box.upper[feature] { return value.nextDown }
        if Double(value) < box.lower[feature] { return value.nextUp }
        return value
    }

    /// Notes the nodes that the last pass woke: an output that is not 0, or a derivative that is not.
    private func note(_ planted: PlantedNetwork<Float>, isNormalized: Bool, _ isWoken: inout [Bool]) {
        let outputs = planted.network.activations[isNormalized ? 3 : 2].elements
        let active = planted.hidden.activation.activeSamples.elements
        for node in 0..<Self.nodes where active[node] != 0 || (0..<Self.batch).contains(where: { outputs[$0 * Self.nodes + node] != 0 }) {
            isWoken[node] = true
        }
    }

    /// Tries the signs of the node's weights that lift it most: each that of the input bound that is larger in magnitude.
    private func flip(
        _ node: Int, _ planted: PlantedNetwork<Float>, _ weights: [Float], _ box: Box, _ isWoken: inout [Bool]
    ) throws {
        let extreme = weights.indices.map { j in
            Self.inside(box, j, box.lower[j].magnitude > box.upper[j].magnitude ? box.lower[j] : box.upper[j])
        }
        let stored = planted.parameter("0.weight").value.mutableElements
        let row = node * weights.count
        for j in weights.indices { stored[row + j] = extreme[j] < 0 ? -weights[j].magnitude : weights[j].magnitude }
        defer { for j in weights.indices { stored[row + j] = weights[j] } }
        planted.network.input.assign(Array(repeating: extreme, count: Self.batch).flatMap { $0 })
        try planted.network.forward(batch: Self.batch, mode: .training)
        planted.network.backward(batch: Self.batch)
        if planted.hidden.activation.activeSamples.elements[node] != 0 { isWoken[node] = true }
    }
}
