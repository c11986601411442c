// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Networks
import Optimizers
import Statistics
import Theory

/// A network of planted dead nodes and living ones, trained until every dead weight should have passed ξ: what C2 and C3 look at.
///
/// Ten inputs in 0–1, the last of them constantly 0; eight nodes dead by box with planted moments on both sides, eight drawn ones that
/// learn noisy targets by squared loss; two outputs; Adam with L2 on the weights, αλ/ε between 5 and 30.
struct DyingNetwork {
    static let inputs = 10
    static let dead = 8
    static let nodes = 16
    static let outputs = 2
    /// ξ.
    static let threshold = 1e-15
    private static let (samples, batch) = (32, 8)

    /// A dead weight with what the adiabatic law says of it.
    struct DyingWeight {
        var node: Int
        var predicted: Prediction?
        /// Step of its passage; nil if it hasn't passed.
        var passage: Int?

        var isPredicted: Bool { passage.map { predicted?.range.contains(Double($0)) ?? false } ?? false }
    }

    /// A dead node's incoming weights as a group.
    struct Group {
        /// From the passage of the node's smallest |w| at its smallest s₀ to that of its largest |w| at its largest s₀, error bounds included.
        var window: ClosedRange<Double>
        /// First and last passage of its weights; nil if one hasn't passed.
        var passages: ClosedRange<Double>?
    }

    /// A weight on the input that is always 0.
    struct Column {
        /// Its passage by the exact recursion.
        var predicted: Int?
        var passage: Int?
    }

    private(set) var incoming: [DyingWeight] = []
    private(set) var outgoing: [DyingWeight] = []
    private(set) var groups: [Group] = []
    private(set) var column: [Column] = []
    /// Incoming weights on varying inputs of living nodes, and how many of them have passed ξ at some time. A node lives that is never dead on
    /// the data: silent on every batch of an epoch's length.
    private(set) var living = (count: 0, passed: 0)
    /// The same of their outgoing weights.
    private(set) var livingOutgoing = (count: 0, passed: 0)
    /// Drawn nodes that were dead on the data at some time, and those among them that are active in the end and have lost a weight in between.
    private(set) var lost = (count: 0, revivedWithLoss: 0)
    /// Dead nodes that were active at some step.
    private(set) var woken = 0

    /// As many networks as hold 320 dead nodes in a full trial, drawn and trained one after the other.
    static func drawn(_ trial: Trial, claim id: String) throws -> [DyingNetwork] {
        var stream = trial.random(id)
        let count = trial.count(320) / dead
        return try (0..<count).map { index in
            try trial.checkCancellation()
            let network = try DyingNetwork(trial, &stream)
            trial.progress(Double(index + 1) / Double(count))
            return network
        }
    }

    init(_ trial: Trial, _ stream: inout RandomStream) throws {
        let alpha = stream.logUniform(in: 3e-4..<3e-3)
        let l2 = stream.logUniform(in: 5..<30) * 1e-8 / alpha
        let into = PlantedSide(Self.nodes * Self.inputs, isDead: { $0 / Self.inputs < Self.dead }, node: { $0 / Self.inputs }, &stream)
        let out = PlantedSide(Self.outputs * Self.nodes, isDead: { $0 % Self.nodes < Self.dead }, node: { $0 % Self.nodes }, &stream)
        func law(_ weight: Double, _ root: Double) throws -> Prediction? {
            try AdiabaticPassage.predict(
                DeadWeight(weight: weight, secondMoment: root * root), rule: .adam(), learningRate: .constant(alpha), l2: l2,
                threshold: Self.threshold, budget: AdiabaticPassage.stepLimit
            ).passage
        }
        incoming = try into.deadEntries.map { DyingWeight(node: $0 / Self.inputs, predicted: try law(into.weights[$0], into.roots[$0])) }
        outgoing = try out.deadEntries.map { DyingWeight(node: $0 % Self.nodes, predicted: try law(out.weights[$0], out.roots[$0])) }
        groups = try (0..<Self.dead).map { node in
            let entries = node * Self.inputs..<(node + 1) * Self.inputs
            let (sizes, roots) = (into.weights[entries].map(\.magnitude), into.roots[entries])
            let (early, late) = (try law(sizes.min() ?? 0, roots.min() ?? 0), try law(sizes.max() ?? 0, roots.max() ?? 0))
            guard let early, let late else { return Group(window: 0...0) }
            return Group(window: early.range.lowerBound...max(early.range.upperBound, late.range.upperBound))
        }
        let patience = DeadWeightRule.adam().passagePatience
        column = try (0..<Self.nodes).map { node in
            let entry = node * Self.inputs + Self.inputs - 1
            var recursion = try ExactRecursion(
                DeadWeight(weight: into.weights[entry], secondMoment: into.roots[entry] * into.roots[entry], step: spentBiasCorrection),
                rule: .adam(), learningRate: .constant(alpha), l2: l2)
            return Column(predicted: recursion.passage(below: Self.threshold, limit: AdiabaticPassage.stepLimit).passage)
        }
        let ends =
            (incoming + outgoing).map { $0.predicted?.range.upperBound ?? 0 } + groups.map(\.window.upperBound)
            + column.map { Double($0.predicted ?? 0) }
        let steps = Int((ends.max() ?? 0).rounded(.up)) + patience + 1

        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: Self.nodes), .activation(.relu()), .dense(units: Self.outputs)], inputs: Self.inputs, batch: Self.batch,
            rule: Adam(learningRate: alpha))
        for (side, name) in [(into, "0.weight"), (out, "2.weight")] {
            planted.plant(side.weights, as: name)
            try planted.plantMoments(second: side.roots.map { $0 * $0 }, step: spentBiasCorrection, of: name)
        }
        // The reach of ten weights is 2 at most, and a collapse's overshoot adds ten α to each.
        planted.plant((0..<Self.nodes).map { $0 < Self.dead ? -3 : stream.uniform(in: 0..<0.3) }, as: "0.bias")
        let training = try planted.training(
            on: Samples(
                inputs: (0..<Self.samples).map { _ in stream.uniforms(Self.inputs - 1, in: 0..<1) + [0] },
                targets: (0..<Self.samples).map { _ in stream.normals(Self.outputs, deviation: 1) }),
            batch: Self.batch, loss: .meanSquaredError, l2: CoupledL2(weights: l2), steps: steps)
        try follow(planted, training, patience: patience, steps: steps, deadInto: into.deadEntries, deadOut: out.deadEntries)
    }

    /// Trains to the end and notes every passage.
    private mutating func follow(
        _ planted: PlantedNetwork<Double>, _ training: Training<Double>, patience: Int, steps: Int, deadInto: [Int], deadOut: [Int]
    ) throws {
        let (weight, output) = (planted.parameter("0.weight").value, planted.parameter("2.weight").value)
        var watchInto = PassageWatch(count: weight.count, threshold: Self.threshold, patience: patience)
        var watchOut = PassageWatch(count: output.count, threshold: Self.threshold, patience: patience)
        let active = planted.hidden.activation.activeSamples
        var lastActive = Array(repeating: 0, count: Self.nodes)
        var longestSilence = lastActive
        for step in 1...steps {
            try training.step()
            watchInto.observe(weight.elements, step: step)
            watchOut.observe(output.elements, step: step)
            for node in 0..<Self.nodes {
                if active.elements[node] > 0 { lastActive[node] = step }
                longestSilence[node] = max(longestSilence[node], step - lastActive[node])
            }
        }
        woken = lastActive.prefix(Self.dead).count { $0 > 0 }
        for (index, entry) in deadInto.enumerated() { incoming[index].passage = watchInto.passages[entry] }
        for (index, entry) in deadOut.enumerated() { outgoing[index].passage = watchOut.passages[entry] }
        for node in 0..<Self.nodes {
            let passages = watchInto.passages[node * Self.inputs..<(node + 1) * Self.inputs]
            column[node].passage = passages.last ?? nil
            if node < Self.dead {
                let seen = passages.compactMap { $0.map(Double.init) }
                if seen.count == passages.count, let first = seen.min(), let last = seen.max() { groups[node].passages = first...last }
                continue
            }
            let passed = passages.dropLast().count { $0 != nil }
            let passedOutgoing = (0..<Self.outputs).count { watchOut.passages[$0 * Self.nodes + node] != nil }
            if longestSilence[node] < Self.samples / Self.batch {
                living = (living.count + Self.inputs - 1, living.passed + passed)
                livingOutgoing = (livingOutgoing.count + Self.outputs, livingOutgoing.passed + passedOutgoing)
            } else {
                lost.count += 1
                if lastActive[node] == steps, passed + passedOutgoing > 0 { lost.revivedWithLoss += 1 }
            }
        }
    }
}

extension [DyingNetwork] {
    /// The drawn nodes that did not live through, with the reason.
    var exclusion: Exclusion {
        Exclusion(
            reduce(0) { $0 + $1.lost.count }, of: count * (DyingNetwork.nodes - DyingNetwork.dead),
            because: "drawn to live, but dead on the data at some time: silent on every batch of an epoch's length")
    }

    /// What became of those that came back.
    var revivalNote: String {
        "Of the nodes left out, \(reduce(0) { $0 + $1.lost.revivedWithLoss }) are active in the end and had a weight under 1e-15 while they were dead."
    }
}

/// Weights of one side of the nodes: dead ones with a second moment whose root is spread within a node, drawn ones without memory.
private struct PlantedSide {
    let weights: [Double]
    /// √v.
    let roots: [Double]
    let deadEntries: [Int]

    init(_ count: Int, isDead: (Int) -> Bool, node: (Int) -> Int, _ stream: inout RandomStream) {
        let centers = (0..<DyingNetwork.nodes).map { _ in stream.logUniform(in: 1e-6..<1e-4) }
        let spreads = (0..<DyingNetwork.nodes).map { _ in stream.logUniform(in: 1.01..<10) }
        var (weights, roots): ([Double], [Double]) = ([], [])
        for index in 0..<count {
            let spread = spreads[node(index)]
            weights.append(isDead(index) ? stream.sign() * stream.logUniform(in: 0.02..<0.2) : 0.3 * stream.normal())
            roots.append(isDead(index) ? centers[node(index)] * stream.logUniform(in: 1 / spread..<spread) : 0)
        }
        self.weights = weights
        self.roots = roots
        deadEntries = (0..<count).filter(isDead)
    }
}
