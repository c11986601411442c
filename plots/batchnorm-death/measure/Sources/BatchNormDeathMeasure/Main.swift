// SPDX-License-Identifier: GPL-3.0-or-later
import AdamProbe
import Foundation

/// `BatchNormDeathMeasure FOLDER RUNS`: trains every cell of FOLDER/cells.csv into RUNS, writes FOLDER/nodes.csv and FOLDER/spells.csv.
@main
enum Main {
    /// Spells shorter than this are left out.
    static let shortestSpell = 30
    /// αt of the early portrait: every node is still alive there.
    static let earlyDistance = 5.0

    static func main() throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let runs = URL(fileURLWithPath: CommandLine.arguments[2])
        let nodes = try CSVWriter(
            url: folder.appendingPathComponent("nodes.csv"),
            columns: [
                "cell", "seed", "node", "dead", "silentFrom", "earlyScale", "earlyShift", "earlyIncomingNorm", "earlyOutgoingNorm",
                "earlyAngularStep", "lastPositiveShift", "largestScaleStep", "lastBusy", "quietFrom", "lastScale", "lastShift", "lastIncomingNorm",
                "standardisation", "largestStandardised",
            ])
        let spells = try CSVWriter(
            url: folder.appendingPathComponent("spells.csv"),
            columns: ["cell", "seed", "node", "start", "end", "silentAfter", "predicted", "errorBound", "scale", "shift"])
        let samples = try Digits.load().training
        let values = samples.inputs(as: Double.self)
        let inputs = (0..<samples.count).map { Array(values[$0 * samples.featureCount..<($0 + 1) * samples.featureCount]) }
        for cell in try Cell.read(folder.appendingPathComponent("cells.csv")) {
            for seed in cell.seeds {
                let story = Story(
                    quiet: QuietSpells(minimumLength: shortestSpell), portraits: NodePortraits(step: Int(earlyDistance / cell.learningRate)))
                let configuration = try cell.configuration(base: folder.appendingPathComponent("batchnorm-death.yaml"), seed: seed)
                try Run.perform(
                    configuration, output: runs.appendingPathComponent("\(cell.name)-\(seed)"), probes: ExtraProbes(float64: story.probes))
                let stepsPerEpoch = (samples.count - 1) / cell.batch + 1
                try writeSpells(of: story, cell, seed, inputs, stepsPerEpoch, to: spells)
                try writeNodes(of: story, cell, seed, stepsPerEpoch, to: nodes)
                try nodes.flush()
                try spells.flush()
                print(cell.name, seed, story.last.activities[0].count { isDead($0, cell, stepsPerEpoch) }, "dead")
            }
        }
        try nodes.close()
        try spells.close()
    }

    /// What the probes of one run see.
    private struct Story {
        let quiet: QuietSpells<Double>
        let portraits: NodePortraits<Double>
        let last = LastActivities<Double>()
        let steps = NodeStories()

        var probes: [any Probe<Double>] { [steps, last, portraits, quiet] }
    }

    /// Silent through the last two epochs at least.
    private static func isDead(_ last: LastActivity, _ cell: Cell, _ stepsPerEpoch: Int) -> Bool {
        last.step <= cell.steps - 2 * stepsPerEpoch
    }

    /// Rounded to six significant digits: what is evaluated has no more, and the tables stay small.
    private static func sixDigits(_ value: Double) -> Double { Double(String(format: "%.6g", value)) ?? value }

    private static func writeNodes(
        of story: Story, _ cell: Cell, _ seed: Int, _ stepsPerEpoch: Int, to table: CSVWriter
    ) throws {
        for (node, last) in story.last.activities[0].enumerated() {
            let (early, dead) = (story.portraits.portraits[0][node], isDead(last, cell, stepsPerEpoch))
            let quietFrom = story.quiet.spells.last { $0.node == node && $0.end == nil }?.start
            let portrait = [early.scale, early.shift, early.incomingNorm, early.outgoingNorm, early.angularStep]
            let end = [last.scale, last.shift, last.incomingNorm, last.standardisation, last.largestStandardised]
            var row: [CSVField] = [.text(cell.name), .integer(seed), .integer(node), .integer(dead ? 1 : 0)]
            row.append(.integer(ifAny: dead ? last.step + 1 : nil))
            row += portrait.map { .number(sixDigits($0)) }
            row += [
                .integer(story.steps.lastPositiveShift[node]), .integer(story.steps.largestScale[node].step), .integer(story.steps.lastBusy[node]),
            ]
            row.append(.integer(ifAny: quietFrom))
            row += end.map { .number(sixDigits($0)) }
            try table.append(row)
        }
    }

    private static func writeSpells(
        of story: Story, _ cell: Cell, _ seed: Int, _ inputs: [[Double]], _ stepsPerEpoch: Int, to table: CSVWriter
    ) throws {
        // Without L2 a spell is plain silence, and nothing shrinks.
        for spell in story.quiet.spells where cell.l2 > 0 {
            func state(_ values: [Double]) -> DeadWeight<Double> {
                DeadWeight(weight: values[0], firstMoment: values[1], secondMoment: values[2], step: spell.start - 1)
            }
            let weights = spell.incoming[0].indices.map { j in state(spell.incoming.map { $0[j] }) }
            let prediction = try? BatchNormDeath.quietLength(
                weights: weights, inputs: inputs, scale: state(spell.scale), shift: state(spell.shift), rule: .adam(),
                learningRate: .constant(cell.learningRate), l2: cell.l2, epsilon: cell.normEpsilon, batch: cell.batch,
                stepsPerEpoch: stepsPerEpoch, limit: 5_000)
            let last = story.last.activities[0][spell.node]
            let silentAfter = spell.end == nil && isDead(last, cell, stepsPerEpoch) ? max(0, last.step + 1 - spell.start) : nil
            try table.append([
                .text(cell.name), .integer(seed), .integer(spell.node), .integer(spell.start), .integer(ifAny: spell.end),
                .integer(ifAny: silentAfter), .number(ifAny: prediction?.value), .number(ifAny: prediction?.errorBound),
                .number(sixDigits(spell.scale[0])), .number(sixDigits(spell.shift[0])),
            ])
        }
    }
}
