// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Networks
import Optimizers
import Theory

extension Claim {
    /// The three conditions of Yaguchi et al. as statements about budgets (theory notes C1).
    static let threeConditions = Claim(
        id: "C1", title: "Zero groups appear where the laws predict them for the budget, and nowhere else", level: .trained,
        statement:
            "a hidden node ends with all incoming weights under ξ if and only if it is silent (its activation has an exact zero derivative: ReLU) and "
            + "its optimiser's law takes it under ξ within what is left of the budget: B2 for SGD, momentum and decoupled decay, B11 for AMSGrad, B3 and the "
            + "edge B6 for Adam and RMSprop",
        prediction:
            "of every node whether it is under 1e-15 at the end, from its state at death; of every run of a rule that forgets, whether it will "
            + "have any such node, before it is run",
        source: "theory notes C1, B2, B3, B6, B11, A6; the three conditions of Yaguchi et al., arXiv 1812.08119",
        hypotheses: [isPlainAndExact],
        experiment:
            "64-64-10 on the digits, float64, \(ConditionCell.steps) steps, five seeds: {ReLU, LeakyReLU, tanh} × {no decay, coupled L2, decoupled decay} × {SGD, "
            + "momentum, AMSGrad, RMSprop, Adam}, coupled and decoupled on both sides of each boundary: \(ConditionCell.pairs)",
        test:
            "of each node, whether it lies under ξ = 1e-15 at the end: foretold from its state at death alone, by the adiabatic law, and measured; per "
            + "cell and seed whether there is any such node, foretold so, and before any run from the initial size of the weights",
        falsifier: "a cell with a zero node that the laws don't predict, or without one that they do; a zero node under LeakyReLU or tanh",
        configurations: { try ConditionCell.runs($0).map(\.configuration) },
        measure: { trial in try measureConditions(trial) })

    private static let isPlainAndExact = Hypothesis(
        "no batch normalisation, a constant rate, no L2 but on the weights, float64 with subnormals kept"
    ) { configuration in
        let isNormalized = configuration.network.contains { if case .batchNorm = $0 { true } else { false } }
        return !isNormalized && configuration.schedule == .constant && configuration.l2.biases == 0 && configuration.precision == .float64
            && !configuration.flushToZero
    }

    private static func measureConditions(_ trial: Trial) throws -> Measurement {
        let cells = try ConditionCell.runs(trial)
        let runs = try trial.perform(try cells.map { try $0.configuration.under(trial.subject) }, for: "C1")
        var table = MeasuredTable(columns: ["seed", "activation", "cell", "dead", "predicted zero", "measured zero", "nodes told right"], rows: [])
        var notes: [String] = []
        var (wrong, unrectified, zeroCells, told, dead) = (0, 0, 0, 0, 0)
        var (decided, surprising) = (0, 0)
        for ((cell, configuration), run) in zip(cells, runs) {
            let fates = try CellFates(cell, run)
            if (fates.predicted > 0) != (fates.measured > 0) { wrong += 1 }
            if fates.measured > 0 { zeroCells += 1 }
            if let expected = try cell.isZeroBeforehand() {
                decided += 1
                if expected != (fates.measured > 0) { surprising += 1 }
            }
            if cell.activation != .relu { unrectified += fates.measured }
            (told, dead) = (told + fates.told, dead + fates.dead)
            let numbers = [Double(fates.dead), Double(fates.predicted), Double(fates.measured), Double(fates.told)]
            table.rows.append([Double(configuration.seed), Double(cell.activation.index), Double(cell.variant.index)] + numbers)
            if fates.dead > 0 || fates.measured > 0 || fates.predicted > 0 {
                notes.append(
                    "\(cell.name), seed \(configuration.seed): \(fates.dead) of \(fates.nodes) dead, \(fates.predicted) predicted zero, \(fates.measured) zero at the end"
                )
            }
        }
        let deathless = cells.count - notes.count
        let other = cells.count { $0.cell.activation != .relu }
        notes.insert(
            "zero nodes in \(zeroCells) of \(cells.count) runs, one a cell and seed; those not listed have no dead node and no zero node: \(deathless)",
            at: 0)
        var comparisons = [
            Comparison.noException(
                "runs that budget and edge decide beforehand, told wrongly", exceptions: surprising, of: decided),
            .noException("runs told wrongly from the states at death", exceptions: wrong, of: cells.count),
            .noException("zero nodes under LeakyReLU and tanh", exceptions: unrectified, of: other * ConditionCell.width),
        ]
        if dead > 0 { comparisons.append(try .share("dead nodes whose fate the law tells", told, of: dead, atLeast: 0.95)) }
        let undefined = ConditionCell.Activations.allCases.count * 4 * trial.seeds(ConditionCell.seeds).count
        return Measurement(
            comparisons,
            excluded: [
                Exclusion(
                    undefined, of: undefined + cells.count,
                    because: "decoupled decay of SGD is its coupled L2; of momentum, AMSGrad and RMSprop no rule is in the toolkit")
            ],
            notes: notes, table: table)
    }
}

/// One cell of the factorial: an activation, and an optimiser with its decay.
struct ConditionCell: Sendable {
    enum Activations: String, CaseIterable, Sendable {
        case relu, leakyRelu, tanh
        var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// An optimiser with its decay, as lines of a configuration.
    struct Variant: Sendable {
        let index: Int
        let name: String
        let optimizer: String
        let l2: Double
    }

    static let steps = 8000
    static let width = 64
    static let seeds = 5

    /// Of each optimiser: no decay, a coupled L2 that the law takes under ξ in a budget of thousands of steps, and one that it does not.
    static let variants: [Variant] = [
        ("SGD, no decay", "{sgd: {learningRate: 0.5}}", 0),
        ("SGD, αλ = 1e-2", "{sgd: {learningRate: 0.5}}", 2e-2),
        ("SGD, αλ = 5e-4", "{sgd: {learningRate: 0.5}}", 1e-3),
        ("momentum, no decay", "{sgd: {learningRate: 0.05, momentum: 0.9}}", 0),
        ("momentum, αλ/(1−μ) = 1e-2", "{sgd: {learningRate: 0.05, momentum: 0.9}}", 2e-2),
        ("momentum, αλ/(1−μ) = 5e-4", "{sgd: {learningRate: 0.05, momentum: 0.9}}", 1e-3),
        ("AMSGrad, no decay", "{amsgrad: {learningRate: 0.01}}", 0),
        ("AMSGrad, αλ = 1e-4", "{amsgrad: {learningRate: 0.01}}", 1e-2),
        ("AMSGrad, αλ = 1e-6", "{amsgrad: {learningRate: 0.01}}", 1e-4),
        ("RMSprop, no decay", "{rmsprop: {learningRate: 0.005, epsilon: 1e-5}}", 0),
        ("RMSprop, αλ/ε = 0.5 < 2", "{rmsprop: {learningRate: 0.005, epsilon: 1e-5}}", 1e-3),
        ("RMSprop, αλ/ε = 50 > 2", "{rmsprop: {learningRate: 0.005, epsilon: 1e-7}}", 1e-3),
        ("Adam, no decay", "{adam: {learningRate: 0.01, beta2: 0.99, epsilon: 1e-6}}", 0),
        ("Adam, αλ/ε = 10 < 38", "{adam: {learningRate: 0.01, beta2: 0.99, epsilon: 1e-6}}", 1e-3),
        ("Adam, αλ/ε = 100 > 38", "{adam: {learningRate: 0.01, beta2: 0.99, epsilon: 1e-7}}", 1e-3),
        ("AdamW, αω = 1e-2", "{adamw: {learningRate: 0.01, weightDecay: {weights: 1}}}", 0),
        ("AdamW, αω = 5e-4", "{adamw: {learningRate: 0.01, weightDecay: {weights: 0.05}}}", 0),
    ].enumerated().map { Variant(index: $0.offset, name: $0.element.0, optimizer: $0.element.1, l2: $0.element.2) }

    static let all = Activations.allCases.flatMap { activation in variants.map { ConditionCell(activation: activation, variant: $0) } }

    /// The variants' names.
    static var pairs: String { variants.filter { !$0.name.hasSuffix("no decay") }.map(\.name).joined(separator: "; ") }

    let activation: Activations
    let variant: Variant

    var name: String { "\(activation.rawValue), \(variant.name)" }

    /// Whether the cell ends with zero nodes, by the laws alone, before anything is run: the fate of a weight of the initial size that dies at
    /// the start. nil for AMSGrad under L2, which never forgets the gradients of a node's life, and so has to be asked at its death.
    func isZeroBeforehand() throws -> Bool? {
        let configuration = try configuration()
        guard activation == .relu, let rule = DeadWeightRule(configuration.optimizer) else { return false }
        let l2 = configuration.l2.weights
        if l2 == 0, rule.decoupledDecay == 0 { return false }
        if case .amsgrad = rule { return nil }
        let weight = DeadWeight(weight: Self.initialWeight, secondMoment: Self.rootSecondMoment * Self.rootSecondMoment)
        return try DeadWeightForecast.predict(
            weight, rule: rule, learningRate: .constant(configuration.optimizer.learningRate), l2: l2, threshold: Self.threshold, budget: Self.steps
        ).regime == .zero
    }

    static let threshold = 1e-15
    /// √(2/64): the standard deviation of the initial weights.
    private static let initialWeight = 0.177
    /// A gradient's usual size on the digits; rules that forget it within some hundred steps don't care.
    private static let rootSecondMoment = 1e-3

    /// Cells × seeds, a seed at a time.
    static func runs(_ trial: Trial) throws -> [(cell: ConditionCell, configuration: RunConfiguration)] {
        try trial.seeds(seeds).flatMap { seed in try all.map { ($0, try $0.configuration(seed: seed)) } }
    }

    func configuration(seed: UInt64 = 1) throws -> RunConfiguration {
        try RunConfiguration.parse(
            yaml: """
                seed: \(seed)
                data: {source: digits}
                network: [{dense: \(Self.width)}, \(activation.rawValue), {dense: 10}]
                optimizer: \(variant.optimizer)
                l2: \(variant.l2)
                steps: \(Self.steps)
                probe: {every: \(Self.steps), thresholds: [\(Self.threshold)]}
                """, name: name)
    }
}

/// Who is zero at a cell's end, foretold from the states at death and measured.
struct CellFates {
    var nodes = 0
    var dead = 0
    var predicted = 0
    var measured = 0
    /// Dead nodes whose end, under ξ or not, is as predicted.
    var told = 0

    init(_ cell: ConditionCell, _ run: RunDirectory) throws {
        let records = try DeathRecords(run: run.url)
        let ledger = try NodeLedger(run: run.url, thresholds: records.thresholds)
        for entry in ledger.entries {
            nodes += 1
            let isZero = entry.finalNorm < (records.thresholds.last ?? 0)
            if isZero { measured += 1 }
            // A node that isn't silent is not foretold to be zero.
            guard let record = records.record(layer: entry.layer, node: entry.node), entry.isDead(at: record) else { continue }
            dead += 1
            let isForetold = try Self.isZero(record, records)
            if isForetold { predicted += 1 }
            if isForetold == isZero { told += 1 }
        }
    }

    /// The law's word on a node's end. Without any decay nothing draws a silent node to zero.
    private static func isZero(_ record: NodeRecord, _ records: DeathRecords) throws -> Bool {
        if records.l2 == 0, records.rule.decoupledDecay == 0 { return false }
        return try records.endsBelow(record)
    }
}
