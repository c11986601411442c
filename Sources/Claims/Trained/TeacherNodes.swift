// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Statistics

extension Claim {
    /// What is left of an over-wide student (theory notes C6).
    static let teacherNodes = Claim(
        id: "C6", title: "The survivors of an over-wide student are its teacher's nodes", level: .trained,
        statement:
            "where L2 takes superfluous nodes to zero, each survivor points where a node of the teacher does, each node of the teacher has a survivor "
            + "near it, and the slope a‖w‖ of the survivors near a teacher's node is its outgoing weight shrunk by λ: (λ/2)(‖w‖² + a²) ≥ λ‖w‖|a| makes L2 on "
            + "both layers a sum of the slopes' magnitudes",
        prediction:
            "survivors nearer to the teacher's nodes than random directions, than at their start and than without L2; no more than two a teacher's "
            + "node; slopes of the teacher's, shrunk by λ",
        source: "theory notes C6, with B3 and B6; for L2 on both layers as an L1 norm: Neyshabur, Tomioka & Srebro, arXiv 1412.6614",
        hypotheses: [.adamWithCoupledL2, .rectified, .belowEdge],
        experiment:
            "\(TeacherStudent.inputs)-\(TeacherStudent.width)-1 with biases on a ReLU teacher \(TeacherStudent.inputs)-\(TeacherStudent.hidden)-1 without, "
            + "1024 Gaussian inputs, no noise, Adam, αλ/ε = 10, float64, \(TeacherStudent.steps) steps, \(TeacherStudent.seeds) seeds, each with a teacher of its "
            + "own; the student at its start, at its end, and at its end with λ = 0",
        test:
            "largest cosines of survivors (‖w‖ ≥ 1e-15), bias included, with the teacher's nodes, and the other way round; the mean over seeds of each "
            + "quantity, and of its difference from the student at its start, from the median of the largest cosine of as many random directions "
            + "(incomplete beta function) and from λ = 0, lies beyond the limit with its whole bootstrap interval; differences also by "
            + "Wilcoxon's signed-rank test",
        falsifier:
            "survivors that are no nearer to the teacher's nodes than random directions, the start, or a student without L2; a teacher's node without a "
            + "survivor; no fewer survivors than twice the teacher's nodes; zero nodes without L2",
        configurations: { trial in try TeacherStudent.seeds(of: trial).map { try TeacherStudent.configuration(seed: $0) } },
        measure: { try TeacherStudent.measure($0) })
}

/// The runs of claim C6, and what they are compared with.
enum TeacherStudent {
    static let (inputs, hidden, width) = (8, 4, 64)
    static let steps = 30_000
    static let seeds = 12
    static let l2 = 1e-3
    static let threshold = 1e-15

    /// The limits, from runs of seeds 101 to 104, which the claim doesn't use: there the two mean cosines were 0.992 and more, a student's start
    /// and one without L2 were at 0.3 to 0.45, and four nodes were left.
    static let leastCosine = 0.9
    static let leastGain = 0.3
    /// For the teacher's nodes against the start, where 64 random directions of R⁸ are near to any direction already.
    static let leastGainOverStart = 0.05
    /// Two survivors a teacher's node.
    static let mostSurvivors = Double(2 * hidden)
    static let mostDeviation = 0.1

    static func seeds(of trial: Trial) -> [UInt64] {
        Array(trial.seeds(seeds, quick: 4))
    }

    static func configuration(seed: UInt64, l2: Double = TeacherStudent.l2, steps: Int = TeacherStudent.steps) throws -> RunConfiguration {
        try RunConfiguration.parse(
            yaml: """
                seed: \(seed)
                data: {teacher: {inputs: \(inputs), hidden: \(hidden), outputs: 1, samples: 1024, testSamples: 1024}}
                network: [{dense: \(width)}, relu, {dense: 1}]
                loss: meanSquaredError
                optimizer: {adam: {learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-6}}
                l2: \(l2)
                steps: \(steps)
                probe: none
                """)
    }

    /// The teacher that answers in a run of this seed.
    static func teacher(seed: UInt64) throws -> Teacher {
        guard case .teacher(let specification) = try configuration(seed: seed).data else {
            throw ClaimError.unavailable("the runs of C6 have no teacher")
        }
        return try specification.teacher(seed: seed)
    }

    /// The experiment; other arguments than the claim's own are for showing that it can fail.
    static func measure(
        _ trial: Trial, l2: Double = TeacherStudent.l2, teacher: (UInt64) throws -> Teacher = { try TeacherStudent.teacher(seed: $0) }
    ) throws -> Measurement {
        let seeds = seeds(of: trial)
        let stages = [(l2, 0), (l2, steps), (0, steps)]
        let runs = try trial.perform(
            try stages.flatMap { l2, steps in try seeds.map { try configuration(seed: $0, l2: l2, steps: steps).under(trial.subject) } }, for: "C6")
        let teachers = try seeds.map(teacher)
        let students = try stages.indices.map { stage in
            try seeds.indices.map { index in
                try TeacherAlignment(model: runs[stage * seeds.count + index].model, teacher: teachers[index], threshold: threshold)
            }
        }
        return try compare(seeds, start: students[0], end: students[1], undecayed: students[2], random: trial.random("C6"))
    }

    private static func compare(
        _ seeds: [UInt64], start: [TeacherAlignment], end: [TeacherAlignment], undecayed: [TeacherAlignment], random: RandomStream
    ) throws -> Measurement {
        var random = random
        func differences(_ left: [Double], _ right: [Double]) -> [Double] { zip(left, right).map { $0 - $1 } }
        func beyond(_ quantity: String, _ values: [Double], from least: Double = -.infinity, to most: Double = .infinity, isDifference: Bool = false)
            throws -> Comparison
        {
            let bootstrap = try Bootstrap(of: values, from: &random) { $0.reduce(0, +) / Double($0.count) }
            let interval = try bootstrap.percentileInterval()
            let wilcoxon = isDifference ? "; no difference: Wilcoxon p = \(brief(try WilcoxonSignedRankTest(values).pValue))" : ""
            return Comparison(
                quantity, predicted: least.isFinite ? "at least \(brief(least))" : "at most \(brief(most))", accepted: least...most,
                measured: bootstrap.estimate, interval: interval, test: "exact, bootstrap interval over seeds" + wilcoxon,
                decision: .exact(holds: interval.lower >= least && interval.upper <= most), count: values.count)
        }
        let near = end.map(\.survivorNearness)
        let found = end.map(\.teacherNearness)
        let byChance = try DirectionCosine(dimension: inputs, largestOf: hidden).quantile(0.5)
        let foundByChance = try end.map { try DirectionCosine(dimension: inputs, largestOf: max($0.survivors.count, 1)).quantile(0.5) }
        let comparisons = [
            try beyond("survivors, largest cosine with a teacher's node", near, from: leastCosine),
            try beyond("more than at the start", differences(near, start.map(\.survivorNearness)), from: leastGain, isDifference: true),
            try beyond("more than random directions", near.map { $0 - byChance }, from: leastGain, isDifference: true),
            try beyond("more than without L2", differences(near, undecayed.map(\.survivorNearness)), from: leastGain, isDifference: true),
            try beyond("teacher's nodes, largest cosine with a survivor", found, from: leastCosine),
            try beyond(
                "more than with a node of the start", differences(found, start.map(\.teacherNearness)), from: leastGainOverStart, isDifference: true),
            try beyond("more than with one of as many random directions", differences(found, foundByChance), from: leastGain, isDifference: true),
            try beyond("survivors of \(width) nodes", end.map { Double($0.survivors.count) }, to: mostSurvivors),
            try beyond(
                "deviation of the slopes a‖w‖ from the teacher's shrunk by λ, as a share of these", end.map { $0.strengthDeviation(l2: l2) },
                to: mostDeviation),
            .noException(
                "zero nodes without L2", exceptions: undecayed.reduce(0) { $0 + $1.nodes - $1.survivors.count }, of: seeds.count * width),
        ]
        let otherwise = try beyond("", differences(found, undecayed.map(\.teacherNearness)), from: 0, isDifference: true)
        let tail = try end.flatMap(\.survivors).map { try DirectionCosine(dimension: inputs, largestOf: hidden).upperTail($0.largest) }.max()
        let counts = end.map(\.survivors.count)
        let notes = [
            "survivors by seed: " + counts.map(String.init).joined(separator: ", "),
            "at the start \(brief(mean(start.map(\.survivorNearness)))), random directions \(brief(byChance)), without L2 "
                + "\(brief(mean(undecayed.map(\.survivorNearness)))); of the teacher's nodes \(brief(mean(start.map(\.teacherNearness)))), "
                + "\(brief(mean(foundByChance))), \(brief(mean(undecayed.map(\.teacherNearness))))",
            "the survivor that is farthest from the teacher: so near is a random direction with probability \(brief(tail ?? 1))",
            "no law says whether the teacher's nodes are nearer to the best of all nodes of a student without L2: difference \(brief(otherwise.measured)), "
                + (otherwise.interval.map { "\(brief($0.lower)) … \(brief($0.upper))" } ?? ""),
        ]
        return Measurement(comparisons, notes: notes, table: table(seeds, [start, end, undecayed]))
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// One row a survivor; stage 0 is the start, 1 the end, 2 the end without L2.
    private static func table(_ seeds: [UInt64], _ stages: [[TeacherAlignment]]) -> MeasuredTable {
        var table = MeasuredTable(
            columns: ["stage", "seed", "node", "norm", "slope"] + (0..<hidden).map { "cosine@\($0)" }, rows: [])
        for (stage, students) in stages.enumerated() {
            for (seed, student) in zip(seeds, students) {
                table.rows += student.survivors.map { [Double(stage), Double(seed), Double($0.node), $0.norm, $0.strength] + $0.cosines }
            }
        }
        return table
    }
}
