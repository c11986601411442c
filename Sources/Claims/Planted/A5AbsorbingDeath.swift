// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Statistics
import Theory

extension Claim {
    /// A5 (i): which deaths are for ever where L2 covers the weights only.
    static let absorbingDeath = Claim(
        id: "A5", title: "Absorbing death, L2 on weights only", level: .planted,
        statement: "A silent node's bias keeps its value and its weights go to zero. With b > 0 it revives, as a constant that differs from b by "
            + "no more than Σ|w_j|·max|x_j|. With b < 0 it stays silent once b + Σ|w_j|·max|x_j| ≤ 0 for all weights still to come, which sign "
            + "flips can't break.",
        prediction: "of each node whether it revives, at which step, and to which constant; from which step on it cannot",
        source: "theory notes A5 (i), B0, D6",
        hypotheses: [.plantedRectified, .plantedL2OnWeights, .spentCorrection, .plantedSilent(first: nil)],
        experiment: "40 networks of 18 ReLU nodes that are silent on 6 samples of 4 inputs in 0–1, trained on all of them for 3,000 steps of "
            + "Adam, αλ/ε log-uniform on 1–100 (both sides of the edge), s₀ on 1e-7–1e-4: six nodes with b > 0, six with b below minus the "
            + "largest reach that the exact recursion gives their weights, six with b between minus their first reach and 0.",
        test: "Classes by the law from the exact recursion's weights; step of every revival against the recursion's, to one step of rounding; "
            + "the constant at the end against b; no activity of an absorbed node from the step on that the law names.",
        falsifier: "An absorbed node that wakes, a node with b > 0 that revives at another step or not, or a revived one that is no constant."
    ) { trial in
        var stream = trial.random("A5")
        let networks = trial.count(720) / SilencedNode.nodes
        var nodes: [SilencedNode] = []
        for index in 0..<networks {
            try trial.checkCancellation()
            nodes += try SilencedNode.network(trial, &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        let revived = nodes.filter(\.hasPositiveBias)
        let absorbed = nodes.filter { $0.fate == .absorbing }
        let late = nodes.filter { if case .absorbingOnceReachIs = $0.fate { $0.silentFrom != nil } else { false } }
        let open = nodes.count - revived.count - absorbed.count - late.count
        let woken = late.count(where: \.wakesBefore)
        return Measurement(
            [
                .noException(
                    "nodes with b > 0 that revive more than a step from where the exact recursion puts it, or one without the other",
                    exceptions: revived.count { !$0.revivesAsPredicted }, of: revived.count),
                .noException(
                    "revived nodes whose pre-activation differs from b by more than their weights' reach, on some sample at the end",
                    exceptions: revived.count { !$0.isConstantAtEnd }, of: revived.count),
                .noException(
                    "nodes with b + Σ|w_j| ≤ 0 for all their weights to come that wake", exceptions: absorbed.count { $0.firstActive != nil },
                    of: absorbed.count),
                .noException(
                    "other nodes with b < 0 that wake at or after the step from which b + Σ|w_j| ≤ 0",
                    exceptions: late.count { $0.firstActive != nil } - woken, of: late.count - woken),
            ],
            excluded: [
                Exclusion(open, of: nodes.count, because: "b < 0 and b + Σ|w_j| still positive at the end: the law is silent"),
                Exclusion(
                    woken, of: late.count, because: "b < 0, and woke before the law keeps it silent, as it may: from there on it has gradients"),
            ])
    }
}

/// One node that is silent from the start, with what the law and the network make of it.
private struct SilencedNode {
    private static let (inputs, samples, steps) = (4, 6, 3000)
    static let nodes = 18

    var bias: Double
    var fate: AbsorbingDeath
    /// First step count of the exact recursion with a positive pre-activation.
    var predictedRevival: Int?
    /// Step count from which b + Σ|w_j| ≤ 0 to the end; nil if never.
    var silentFrom: Int?
    /// Σ|w_j| at the end, by the exact recursion.
    var finalReach: Double
    /// First step count at which the network found a sample active.
    var firstActive: Int?
    /// Largest |z − b| over the samples at the end.
    var finalSpread = 0.0

    var hasPositiveBias: Bool { if case .revivesAsConstant = fate { true } else { false } }

    /// A rounded pre-activation may turn positive a step from where the exact sum does.
    var revivesAsPredicted: Bool {
        switch (predictedRevival, firstActive) {
        case (nil, nil): true
        case (let predicted?, let measured?): abs(predicted - measured) <= 1
        default: false
        }
    }

    var isConstantAtEnd: Bool { finalSpread <= finalReach + 4 * bias.magnitude * Double.ulpOfOne }

    /// Woke before the step from which the law keeps it silent: its weights are no longer the recursion's, and the law says nothing more.
    var wakesBefore: Bool { (firstActive ?? .max) < (silentFrom ?? 0) }

    static func network(_ trial: Trial, _ stream: inout RandomStream) throws -> [SilencedNode] {
        let alpha = stream.logUniform(in: 3e-4..<3e-3)
        let l2 = stream.logUniform(in: 1..<100) * 1e-8 / alpha
        let x = (0..<samples).map { _ in stream.uniforms(inputs, in: 0..<1) }
        var weights: [[Double]] = []
        var seconds: [[Double]] = []
        var fates: [SilencedNode] = []
        while fates.count < nodes {
            let kind = fates.count % 3
            let node = kind == 0 ? stream.uniforms(inputs, in: -0.1 ..< -0.01) : stream.uniforms(inputs, in: -0.1..<0.03)
            let second = (0..<inputs).map { _ in
                let root = stream.logUniform(in: 1e-7..<1e-4)
                return root * root
            }
            let path = try Self.path(node, second, alpha: alpha, l2: l2)
            let reaches = path.map { $0.reduce(0) { $0 + $1.magnitude } }
            let largestReach = reaches.max() ?? 0
            let product = x.map { innerProduct(node, $0) }.max() ?? 0
            let bias =
                switch kind {
                case 0: -stream.uniform(in: 0.1..<0.9) * product
                case 1: -(1 + stream.logUniform(in: 1e-3..<1)) * largestReach
                default: -stream.uniform(in: 0.05..<0.9) * reaches[0]
                }
            // Silent on the data from the start; a positive bias needs a negative product.
            guard product + bias < 0 else { continue }
            let lastAbove = reaches.lastIndex { $0 > -bias }
            fates.append(
                SilencedNode(
                    bias: bias, fate: try .withFreeBias(bias, reach: largestReach),
                    predictedRevival: path.firstIndex { weights in x.contains { innerProduct(weights, $0) + bias > 0 } },
                    silentFrom: lastAbove.map { $0 + 1 < reaches.count ? $0 + 1 : nil } ?? 0, finalReach: reaches[reaches.count - 1]))
            weights.append(node)
            seconds.append(second)
        }
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: nodes), .activation(.relu()), .dense(units: 1, bias: false)], inputs: inputs, batch: samples,
            rule: Adam(learningRate: alpha))
        planted.plant(weights.flatMap { $0 }, as: "0.weight")
        planted.plant(fates.map(\.bias), as: "0.bias")
        try planted.plantMoments(second: seconds.flatMap { $0 }, step: spentBiasCorrection, of: "0.weight")
        // A node that is to revive gets no gradient when it does, so that what it revives to can be seen.
        planted.plant(fates.map { $0.bias > 0 ? 0 : stream.sign() * stream.uniform(in: 0.1..<1) }, as: "2.weight")
        planted.freeze("2.weight")
        let training = try planted.training(
            on: Samples(inputs: x, targets: x.map { _ in [1] }), batch: samples, l2: CoupledL2(weights: l2), steps: steps)
        for step in 0..<steps {
            try training.step()
            for node in 0..<nodes where planted.hidden.activation.activeSamples.elements[node] > 0 {
                fates[node].firstActive = fates[node].firstActive ?? step
            }
        }
        let z = planted.hidden.preactivation.elements
        for node in 0..<nodes {
            fates[node].finalSpread = (0..<samples).map { (z[$0 * nodes + node] - fates[node].bias).magnitude }.max() ?? 0
        }
        return fates
    }

    /// The node's weights after 0, 1, …, steps − 1 steps of the exact recursion.
    private static func path(_ weights: [Double], _ seconds: [Double], alpha: Double, l2: Double) throws -> [[Double]] {
        var recursions = try zip(weights, seconds).map {
            try ExactRecursion(
                DeadWeight(weight: $0, secondMoment: $1), rule: .adam(), learningRate: .constant(alpha), l2: l2)
        }
        return (0..<steps).map { _ in
            let now = recursions.map(\.state.weight)
            for index in recursions.indices { recursions[index].advance() }
            return now
        }
    }
}
