// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Probes
import RealModule
import Statistics
import Theory

/// One run's nodes and quiet spells, measured beside foretold (theory notes A4).
struct BatchNormRun: Sendable {
    struct Node: Sendable {
        /// The first silent step; nil for a node that was active in one of the last two epochs.
        var silentFrom: Int?
        /// κ at the last activity.
        var standardisation: Double
        /// Long before the first death.
        var portrait: NodePortrait
    }

    struct Spell: Sendable {
        var node: Int
        var start: Int
        /// The first step after the spell; nil where it lasted to the end.
        var end: Int?
        /// Steps from the spell's start to the first silent step, for spells that end in a death.
        var silentAfter: Int?
        /// The law's; nil where it says that the node is not silenced.
        var prediction: Prediction?
    }

    let cell: BatchNormCell
    let seed: UInt64
    let steps: Int
    let nodes: [Node]
    let spells: [Spell]

    /// Steps after which the law gives up on a spell.
    static let limit = 5_000

    /// Puts a record together with what the law says of it.
    ///
    /// - Parameters:
    ///   - configuration: what the law speaks of.
    ///   - inputs: the training samples.
    init(_ record: BatchNormDeathRecord, _ cell: BatchNormCell, _ configuration: RunConfiguration, inputs: [[Double]], threads: Int) throws {
        guard let rule = DeadWeightRule(configuration.optimizer) else {
            throw LawError.notApplicable(law: "death under batch normalisation (A4)", reason: "the theory has no rule for the optimiser")
        }
        self.cell = cell
        seed = configuration.seed
        steps = cell.steps
        let stepsPerEpoch = (inputs.count - 1) / cell.batch + 1
        let silences = record.activities.map { $0.step <= cell.steps - 2 * stepsPerEpoch ? $0.step + 1 : nil }
        nodes = zip(zip(silences, record.activities), record.portraits).map { pair, portrait in
            Node(silentFrom: pair.0, standardisation: pair.1.standardisation, portrait: portrait)
        }
        // Without L2 a spell is plain silence, and nothing shrinks.
        spells = try concurrentMap(cell.l2 > 0 ? record.spells : [], threads: threads) { spell in
            func state(_ values: [Double]) -> DeadWeight<Double> {
                DeadWeight(weight: values[0], firstMoment: values[1], secondMoment: values[2], step: spell.start - 1)
            }
            let weights = spell.incoming[0].indices.map { input in state(spell.incoming.map { $0[input] }) }
            let prediction: Prediction?
            do {
                prediction = try BatchNormDeath.quietLength(
                    weights: weights, inputs: inputs, scale: state(spell.scale), shift: state(spell.shift), rule: rule,
                    learningRate: .constant(cell.learningRate), l2: cell.l2, epsilon: cell.normEpsilon, batch: cell.batch,
                    stepsPerEpoch: stepsPerEpoch, limit: Self.limit)
            } catch LawError.notApplicable {
                prediction = nil
            }
            let silence = spell.end == nil ? silences[spell.node].map { max(0, $0 - spell.start) } : nil
            return Spell(node: spell.node, start: spell.start, end: spell.end, silentAfter: silence, prediction: prediction)
        }
    }

    init(_ cell: BatchNormCell, seed: UInt64, nodes: [Node], spells: [Spell]) {
        (self.cell, self.seed, self.nodes, self.spells, steps) = (cell, seed, nodes, spells, cell.steps)
    }

    var deaths: [Node] { nodes.filter { $0.silentFrom != nil } }
    /// Spells that ended in a death.
    var finalSpells: [Spell] { spells.filter { $0.silentAfter != nil } }

    /// Rank correlation of a quantity of the portraits with the step of death, living nodes tied at the end.
    func rankCorrelation(_ quantity: (NodePortrait) -> Double) throws -> Double {
        try RankCorrelation(
            x: nodes.map { quantity($0.portrait) }, y: nodes.map { Double($0.silentFrom ?? steps + 1) }
        ).coefficient
    }
}

/// What is compared of several runs, pooled; NaN where there is nothing to pool.
enum BatchNormStatistic {
    /// Spells foretold to last less start within a node's last steps and say nothing of the law's slope.
    static let long = 60.0

    /// Slope of log measured on log predicted length of the spells that end in a death.
    static func slope(_ runs: [BatchNormRun]) -> Double {
        let points = runs.flatMap(\.finalSpells).compactMap { spell -> (x: Double, y: Double)? in
            guard let predicted = spell.prediction?.value, predicted >= long, let measured = spell.silentAfter else { return nil }
            return (Double.log(predicted), Double.log(Double(max(1, measured))))
        }
        return (try? LinearFit(x: points.map(\.x), y: points.map(\.y)).slope) ?? .nan
    }

    /// Spells that lasted 1.5 times the foretold length: how many, and how many came back after all. A spell is seen from its thirtieth step on.
    static func overdue(_ runs: [BatchNormRun]) -> (all: Int, returned: Int) {
        let over = runs.flatMap(\.spells).filter { spell in
            guard let predicted = spell.prediction?.value else { return false }
            let length = spell.end.map { Double($0 - spell.start) } ?? .infinity
            return length >= 1.5 * max(predicted, Double(BatchNormDeathRecord.shortestSpell))
        }
        return (over.count, over.count { $0.end != nil })
    }

    static func returns(_ runs: [BatchNormRun]) -> Double {
        let (all, returned) = overdue(runs)
        return Double(returned) / Double(all)
    }

    /// Share of deaths without a quiet spell that was foretold to end in silence.
    static func unforetold(_ runs: [BatchNormRun]) -> Double {
        let foretold = runs.reduce(0) { $0 + $1.finalSpells.count { $0.prediction != nil } }
        return 1 - Double(foretold) / Double(runs.reduce(0) { $0 + $1.deaths.count })
    }

    /// Share of deaths with κ under this at the last activity: ε_bn had come to count.
    static let standardised = 0.9

    static func collapsed(_ runs: [BatchNormRun]) -> Double {
        let deaths = runs.flatMap(\.deaths)
        return Double(deaths.count { $0.standardisation < standardised }) / Double(deaths.count)
    }

    /// Mean deaths a run.
    static func deaths(_ runs: [BatchNormRun]) -> Double { Double(runs.reduce(0) { $0 + $1.deaths.count }) / Double(runs.count) }
}
