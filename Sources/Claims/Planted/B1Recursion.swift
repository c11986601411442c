// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Networks
import Optimizers
import Probes
import Statistics
import Theory

extension Claim {
    /// B0, B1: planted dead nodes follow the exact recursion, bit for bit.
    static let deadRecursion = Claim(
        id: "B1-recursion", title: "Dead nodes follow the exact recursion", level: .planted,
        statement: "From (w, m, v, t) on, the scalar recursion alone gives a dead node's incoming and outgoing weights and their moments at every "
            + "step, bit for bit, in the network's precision and the rule's recipe.",
        prediction: "every bit of w, m and v of every dead node's weights on both sides, at every step",
        source: "theory notes B0, B1, D6",
        hypotheses: [.plantedRectified, .plantedL2OnWeights, .finitePlantedState, .plantedSilent(first: DeadNodeRecursions.dead)],
        experiment: "24 networks in float32 and as many in float64: 4 nodes dead by box, 4 dead on the data only (the box allows inputs a "
            + "thousand times larger) or, in every other network, 8 dead by batch normalisation, and 4 drawn nodes that learn; 5 inputs, 2 "
            + "outputs, squared loss, batches of 6, 2,000 steps of Adam in its three placements of ε or AMSGrad. w, m, √v log-uniform over "
            + "decades, t up to 3,000, α 1e-4–1e-2, λ 1e-5–1e-2, β₁ 0–0.98, β₂ 0.9–0.9999.",
        test: "Weights, m and v on both sides of every dead node against the recursion, equal in every bit at every step.",
        falsifier: "One bit."
    ) { trial in
        var stream = trial.random("B1-recursion")
        let networks = trial.count(24)
        var count = DeadNodeRecursions()
        for index in 0..<networks {
            try trial.checkCancellation()
            let steps = trial.count(2000)
            try count.run(Float.self, trial, isNormalized: index % 2 == 1, steps: steps, &stream)
            try count.run(Double.self, trial, isNormalized: index % 2 == 1, steps: steps, &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        return Measurement(
            [
                .noException(
                    "incoming weights of dead nodes that leave the recursion, or whose moments do", exceptions: count.incomingDepartures,
                    of: count.incoming),
                .noException(
                    "outgoing weights of dead nodes that leave the recursion, or whose moments do", exceptions: count.outgoingDepartures,
                    of: count.outgoing),
                .noException(
                    "planted nodes that are not certified as they were planted: by box or by batch normalisation, or by neither on the data",
                    exceptions: count.misplanted, of: count.planted),
            ],
            excluded: [
                Exclusion(count.woken, of: count.planted, because: "dead on the data only, and active at some step: compared up to there")
            ],
            notes: count.firstDeparture.map { ["The first departure is at step \($0) of its run."] } ?? [])
    }
}

/// Weights of dead nodes beside their recursions.
struct DeadNodeRecursions {
    static let dead = 8
    private static let (inputs, nodes, outputs, batch) = (5, 12, 2, 6)

    var incoming = 0
    var outgoing = 0
    var incomingDepartures = 0
    var outgoingDepartures = 0
    var planted = 0
    var misplanted = 0
    var woken = 0
    var firstDeparture: Int?

    mutating func run<Scalar: TrainingScalar & RecursionScalar>(
        _: Scalar.Type, _ trial: Trial, isNormalized: Bool, steps: Int, _ stream: inout RandomStream
    ) throws {
        let (rule, law) = Self.rule(&stream)
        let l2 = stream.logUniform(in: 1e-5..<1e-2)
        let network = try PlantedNetwork<Scalar>(
            trial, [.dense(units: Self.nodes)] + (isNormalized ? [.batchNorm()] : []) + [.activation(.relu()), .dense(units: Self.outputs)],
            inputs: Self.inputs, batch: Self.batch, rule: rule)
        // Moments can carry a weight by some ten α, so by 0.1 at most: what keeps a node dead leaves room for that.
        network.plant(
            (0..<Self.nodes * Self.inputs).map { _ in stream.sign() * stream.logUniform(in: 1e-3..<0.3) }, as: "0.weight")
        if isNormalized {
            network.plant((0..<Self.nodes).map { $0 < Self.dead ? -1.1 * Double(Self.batch).squareRoot() : 0 }, as: "1.bias")
        } else {
            network.plant((0..<Self.nodes).map { $0 < Self.dead ? -4 : 0.3 }, as: "0.bias")
        }
        let outgoingName = isNormalized ? "3.weight" : "2.weight"
        network.plant((0..<Self.nodes * Self.outputs).map { _ in stream.sign() * stream.logUniform(in: 1e-3..<0.3) }, as: outgoingName)
        let step = Int(stream.integer(below: 3000))
        var sides: [Side<Scalar>] = []
        for name in ["0.weight", outgoingName] {
            let count = network.parameter(name).value.count
            let roots = (0..<count).map { _ in stream.logUniform(in: 1e-7..<1e-2) }
            // |m| ≤ √v, as a gradient's own moments have it.
            let first = roots.map { $0 * stream.uniform(in: -1..<1) }
            try network.plantMoments(first: first, second: roots.map { $0 * $0 }, step: step, of: name)
            let isDead = { (index: Int) in name == outgoingName ? index % Self.nodes < Self.dead : index / Self.inputs < Self.dead }
            sides.append(
                try Side(
                    name: name, entries: (0..<count).filter(isDead), weights: network.parameter(name).value.values, first: first,
                    second: roots.map { $0 * $0 }, step: step, rule: law, learningRate: rule.learningRate, l2: l2))
        }
        planted += Self.dead
        misplanted += Self.misplanted(network, isNormalized: isNormalized)
        let training = try network.training(
            on: Samples(
                inputs: (0..<18).map { _ in stream.uniforms(Self.inputs, in: 0..<1) },
                targets: (0..<18).map { _ in stream.normals(Self.outputs, deviation: 1) }),
            batch: Self.batch, loss: .meanSquaredError, l2: CoupledL2(weights: l2), steps: steps)
        var wokenAt: [Int?] = Array(repeating: nil, count: Self.dead)
        for step in 1...steps {
            try training.step()
            // A certified node has no way to wake: its departure counts, whatever it does.
            for node in (isNormalized ? Self.dead : Self.dead / 2)..<Self.dead
            where wokenAt[node] == nil && network.largestPreactivation(of: node, batch: Self.batch) > 0 {
                wokenAt[node] = step
            }
            for side in sides.indices { sides[side].advance(beside: network, step: step) }
        }
        woken += wokenAt.count { $0 != nil }
        for (side, isOutgoing) in zip(sides, [false, true]) {
            // A node that wakes has left the recursion rightly, from that step on.
            let departures = side.entries.indices.compactMap { index in
                let node = isOutgoing ? side.entries[index] % Self.nodes : side.entries[index] / Self.inputs
                return side.departures[index].flatMap { $0 < wokenAt[node] ?? .max ? $0 : nil }
            }
            if isOutgoing {
                outgoing += side.entries.count
                outgoingDepartures += departures.count
            } else {
                incoming += side.entries.count
                incomingDepartures += departures.count
            }
            firstDeparture = (departures + [firstDeparture].compactMap { $0 }).min()
        }
    }

    /// A rule as the optimisers have it and as the theory does.
    private static func rule(_ stream: inout RandomStream) -> (any UpdateRule, DeadWeightRule) {
        let alpha = stream.logUniform(in: 1e-4..<1e-2)
        let beta1 = stream.uniform(in: 0..<0.98)
        let beta2 = 1 - stream.logUniform(in: 1e-4..<1e-1)
        let placements: [(EpsilonPlacement, DeadWeightRule.EpsilonPlacement, Double)] = [
            (.outsideRoot, .outsideRoot, 1e-8), (.epsilonHat, .epsilonHat, 1e-7), (.insideRoot, .insideRoot, 1e-12),
        ]
        let choice = Int(stream.integer(below: 4))
        guard choice < 3 else {
            return (AMSGrad(learningRate: alpha, beta1: beta1, beta2: beta2), .amsgrad(beta1: beta1, beta2: beta2))
        }
        let (placement, law, epsilon) = placements[choice]
        return (
            Adam(learningRate: alpha, beta1: beta1, beta2: beta2, epsilon: epsilon, epsilonPlacement: placement),
            .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: law)
        )
    }

    /// Dead nodes that the certificates don't know as what they were planted.
    private static func misplanted<Scalar: TrainingScalar>(_ network: PlantedNetwork<Scalar>, isNormalized: Bool) -> Int {
        (0..<dead).count { node in
            if let norm = network.hidden.batchNorm {
                return !DeathCertificate.holdsOnBatches(
                    scale: norm.scale.value.elements[node], shift: norm.shift.value.elements[node], epsilon: norm.epsilon, largestBatch: batch)
            }
            let isCertified = DeathCertificate.holdsForAnySigns(
                weights: network.hidden.incoming.value.rows(node..<node + 1), bias: network.parameter("0.bias").value.elements[node],
                box: Box(count: inputs, lower: 0, upper: node < dead / 2 ? 1 : 1e4))
            return isCertified != (node < dead / 2)
        }
    }
}

/// The dead entries of one parameter, each with its recursion.
private struct Side<Scalar: TrainingScalar & RecursionScalar> {
    let name: String
    /// Indices into the parameter.
    let entries: [Int]
    private(set) var recursions: [ExactRecursion<Scalar>]
    /// First step at which an entry differs from its recursion.
    private(set) var departures: [Int?]

    init(
        name: String, entries: [Int], weights: [Scalar], first: [Double], second: [Double], step: Int, rule: DeadWeightRule,
        learningRate: Double, l2: Double
    ) throws {
        self.name = name
        self.entries = entries
        recursions = try entries.map { index in
            try ExactRecursion(
                DeadWeight(
                    weight: weights[index], firstMoment: Scalar(first[index]), secondMoment: Scalar(second[index]),
                    auxiliary: Scalar(second[index]), step: step),
                rule: rule, learningRate: .constant(learningRate), l2: l2)
        }
        departures = Array(repeating: nil, count: entries.count)
    }

    mutating func advance(beside network: PlantedNetwork<Scalar>, step: Int) {
        let weights = network.parameter(name).value.elements
        let (first, second) = (network.state("exp_avg", of: name), network.state("exp_avg_sq", of: name))
        for index in recursions.indices where departures[index] == nil {
            recursions[index].advance()
            let (state, entry) = (recursions[index].state, entries[index])
            let isSame =
                weights[entry].isIdentical(to: state.weight) && first[entry].isIdentical(to: state.firstMoment)
                && second[entry].isIdentical(to: state.secondMoment)
            if !isSame { departures[index] = step }
        }
    }
}

extension BinaryFloatingPoint {
    /// The same number with the same sign: for numbers that are not NaN, the same bits.
    fileprivate func isIdentical(to other: Self) -> Bool { self == other && sign == other.sign }
}
