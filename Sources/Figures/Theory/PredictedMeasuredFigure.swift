// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Records
import Theory

/// Passages of 10⁻¹⁵ in the laboratory against those that the adiabatic law foretells (theory notes B3).
enum PredictedMeasuredFigure {
    static let threshold = 1e-15
    static let longest = 20_000
    /// Weights drawn for each of the two ranges; about half of them pass in time.
    static let draws = 500
    static let seed: UInt64 = 1

    /// One weight's passage, in steps.
    struct Passage: Equatable {
        let predicted: Double
        let measured: Double
    }

    /// Weights drawn from the ranges of the theory notes, of those that the law says pass in time below the edge.
    static func passages(_ grid: LaboratoryGrid, name: String, draws: Int = draws) throws -> [Passage] {
        let drawn = try grid.draw(draws, seed: seed, name: "figure-predicted-measured-\(name)", LaboratoryGrid.adam)
        var selected: [(one: LaboratoryCase, predicted: Double)] = []
        for one in drawn {
            let edge = try StabilityThreshold.effectiveDecay(one.rule)
            let limit = try StabilityThreshold.effectiveDecayLimit(one.rule, learningRate: one.learningRate[0], l2: one.l2)
            guard limit < 0.9 * edge, let predicted = try predictedPassage(one) else { continue }
            selected.append((one, Double(predicted)))
        }
        let outcomes = try Laboratory(arithmetic: .float64).run(
            selected.map(\.one), steps: longest + 1_000, measuring: LaboratoryMeasurement(thresholds: [threshold], stopsAfterPassage: true))
        return zip(selected, outcomes).compactMap { selected, outcome in
            outcome.passages[0].map { Passage(predicted: selected.predicted, measured: Double($0)) }
        }
    }

    /// The first step from which the law's envelope lies under ξ; nil if that is not within the budget.
    static func predictedPassage(_ one: LaboratoryCase) throws -> Int? {
        var recursion = try AdiabaticRecursion(one.weight, rule: one.rule, learningRate: one.learningRate, l2: one.l2)
        let bound = log(threshold)
        while recursion.stepsMade < longest {
            recursion.advance()
            if recursion.hasStarted, recursion.logEnvelope < bound { return recursion.stepsMade }
        }
        return nil
    }

    /// Passages of a table with the columns `predicted` and `measured`.
    static func read(_ table: URL) throws -> [Passage] {
        let csv = try CSVTable.read(table)
        return zip(try csv.numbers("predicted"), try csv.numbers("measured")).map { Passage(predicted: $0, measured: $1) }
            .filter { $0.predicted > 0 && $0.measured > 0 }
    }

    /// What the figure calls the passages of a table of claims: whose they are.
    static func name(of table: URL) -> String {
        let claim = table.deletingPathExtension().lastPathComponent
        return ["B3-trained": "dead nodes, digits", "B3-mnist": "dead nodes, MNIST"][claim] ?? claim
    }

    static func make(tables: [URL]) throws -> FigureSource {
        var sets = [
            ("β = (0.9, 0.999)", FigureStyle.blue, try passages(.deadWeights(), name: "defaults")),
            (
                "β₁ 0…0.99, β₂ 0.9…0.9999", FigureStyle.orange,
                try passages(.deadWeights(beta1: .everyBeta1, forgetting: .everyForgetting), name: "everywhere")
            ),
        ]
        for (table, color) in zip(tables, [FigureStyle.green, FigureStyle.purple, FigureStyle.vermilion, FigureStyle.skyBlue]) {
            sets.append((name(of: table), color, try read(table)))
        }
        // The wide range lies behind the narrow one.
        let order = [1, 0] + sets.indices.dropFirst(2)
        let names = sets.map { name, _, passages in
            let errors = passages.map { ($0.predicted / $0.measured - 1).magnitude }.sorted()
            let most = errors.isEmpty ? Double.nan : errors[errors.count * 95 / 100]
            return "\(name): \(passages.count) passages, 95 % within " + String(format: "%.1f %%", 100 * most)
        }
        let blocks = zip(names, sets).map { name, set in
            "# \(name)\n" + set.2.map { "\(Number.short($0.predicted)) \(Number.short($0.measured))" }.joined(separator: "\n")
        }
        let largest = sets.flatMap { $0.2.map { 100 * ($0.predicted / $0.measured - 1).magnitude } }.max() ?? 0
        let span = Int((largest / 4).rounded(.down) + 1) * 4
        let longest = max(30_000, 1.3 * (sets.flatMap { $0.2.map { max($0.predicted, $0.measured) } }.max() ?? 0))
        let panels = PredictedMeasuredPanels(
            series: order.map { PredictedMeasuredPanels.Series(block: $0, title: names[$0], color: sets[$0].1) }, range: 10...longest, span: span,
            predicted: "passage by the adiabatic law, steps", measured: "measured passage of 10^{-15}, steps", error: "error of the law")
        return FigureSource(
            name: TheoryFigure.predictedMeasured.rawValue,
            caption: [
                "steps until a dead weight under Adam stays below \(threshold): laboratory (float64) against the adiabatic law.",
                "\(draws) weights are drawn for each range of β from the ranges of the theory notes; shown are those with αλ/ε under 0.9 of the edge",
                "whose passage is foretold within \(Self.longest) steps and seen. Below: the relative error of the law.",
                "Nodes of trained networks: the norm of the incoming weights, from the state at the node's death.",
            ],
            height: 620,
            data: "# predicted passage, measured passage, in steps; a block a set\n" + blocks.joined(separator: "\n\n\n") + "\n",
            commands: panels.commands)
    }
}
