// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Probes
import Records
import Statistics
import Testing
import Theory

@testable import Claims

/// A4 on planted measurements: supported where the law holds in them, violated by each way in which it may not.
@Suite struct BatchNormDeathClaimTests {
    /// A run in which every node dies in the order of γ, after a quiet spell of about the foretold length.
    private static func run(_ cell: BatchNormCell, seed: UInt64, dies: Bool = true, standardisation: Double) -> BatchNormRun {
        var random = RandomStream(seed: seed, name: cell.name)
        var nodes: [BatchNormRun.Node] = []
        var spells: [BatchNormRun.Spell] = []
        for index in 0..<40 {
            let death = 3000 + 100 * index
            let predicted = random.logUniform(in: 40..<2000)
            let measured = max(0, Int(predicted * (1 + 0.05 * random.normal())))
            var portrait = NodePortrait()
            portrait.scale = Double(index) + 2 * random.normal()
            portrait.shift = Double(index) + 20 * random.normal()
            portrait.incomingNorm = Double(index) + 10 * random.normal()
            portrait.angularStep = random.uniform()
            nodes.append(.init(silentFrom: dies ? death : nil, standardisation: standardisation, portrait: portrait))
            if dies {
                spells.append(
                    .init(
                        node: index, start: death - measured, end: nil, silentAfter: measured,
                        prediction: Prediction(predicted, errorBound: predicted)))
            }
        }
        return BatchNormRun(cell, seed: seed, nodes: nodes, spells: spells)
    }

    private static func lawful(_ cell: BatchNormCell) -> [BatchNormRun] {
        (1...3).map { run(cell, seed: $0, dies: cell.l2 > 0, standardisation: cell.normEpsilon == 1e-3 ? 0.25 : 0.6) }
    }

    private static let lawful = BatchNormCell.all.flatMap(lawful)

    private static func broken(_ runs: [BatchNormRun]) throws -> [String] {
        var random = RandomStream(seed: 1, name: "test")
        let measurement = try Claim.measurement(of: runs, from: &random)
        let result = ClaimResult(claim: .batchNormDeath, verdict: .supported, measurement: measurement, adjustedPValues: [], seconds: 0)
        if case .violated(let broken) = try Verification.decided([result])[0].verdict { return broken } else { return [] }
    }

    /// The runs of some cells, changed.
    private static func changed(
        _ cells: [BatchNormCell], node: (inout BatchNormRun.Node) -> Void = { _ in }, spell: (inout BatchNormRun.Spell) -> Void = { _ in }
    ) -> [BatchNormRun] {
        lawful.map { run in
            guard cells.contains(run.cell) else { return run }
            var (nodes, spells) = (run.nodes, run.spells)
            for index in nodes.indices { node(&nodes[index]) }
            for index in spells.indices { spell(&spells[index]) }
            return BatchNormRun(run.cell, seed: run.seed, nodes: nodes, spells: spells)
        }
    }

    @Test func measurementsThatFollowTheLawSupportIt() throws { #expect(try Self.broken(Self.lawful) == []) }

    @Test func lengthsThatGrowAsAnotherPowerRefuteIt() throws {
        for power in [0.7, 1.4] {
            let runs = Self.changed(BatchNormCell.laws, spell: { $0.silentAfter = $0.silentAfter.map { Int(pow(Double($0), power)) } })
            #expect(try Self.broken(runs) == ["slope of log measured on log foretold quiet length"])
        }
    }

    @Test func spellsThatEndThoughOverdueRefuteIt() throws {
        var count = 0
        let runs = Self.changed(
            BatchNormCell.laws,
            spell: { spell in
                count += 1
                guard count % 4 == 0, let predicted = spell.prediction?.value else { return }
                (spell.end, spell.silentAfter) = (spell.start + Int(2 * predicted), nil)
            })
        #expect(try Self.broken(runs).contains("share of spells of 1.5 times the foretold length that ended after all"))
    }

    @Test func deathsThatNoSpellForetoldRefuteIt() throws {
        var count = 0
        let runs = Self.changed(
            BatchNormCell.laws,
            spell: { spell in
                count += 1
                if count % 4 == 0 { spell.prediction = nil }
            })
        #expect(try Self.broken(runs) == ["share of deaths without a quiet spell foretold to end in silence"])
    }

    @Test func aSilenceThatDoesNotAskForTheWeightsSizeRefutesIt() throws {
        #expect(
            try Self.broken(Self.changed(BatchNormCell.all, node: { $0.standardisation = 0.99 }))
                == [.base, .largeEpsilon].map { (cell: BatchNormCell) in "\(cell.name), share of deaths with κ < 0.9 at the last activity" })
    }

    @Test func deathsWithoutL2RefuteIt() throws {
        let runs = Self.lawful.filter { $0.cell != .noL2 } + (1...3).map { Self.run(.noL2, seed: $0, standardisation: 0.6) }
        #expect(try Self.broken(runs) == ["deaths without L2 over deaths with it"])
    }

    @Test func aRunThatAnotherQuantityForetellsBetterRefutesIt() throws {
        let runs = Self.changed([.weak], node: { ($0.portrait.scale, $0.portrait.shift) = ($0.portrait.shift, $0.portrait.scale) })
        #expect(try Self.broken(runs).contains("runs in which γ foretells the step of death no better than β"))
    }

    @Test func runsInWhichNothingDiesRefuteIt() throws {
        let runs = Self.lawful.map {
            BatchNormRun(
                $0.cell, seed: $0.seed,
                nodes: $0.nodes.map { node in
                    var node = node
                    node.silentFrom = nil
                    return node
                }, spells: [])
        }
        #expect(try Self.broken(runs).count >= 6)
    }

    /// `evaluate.py` made results.csv of the same tables with NumPy and SciPy: two implementations that must agree.
    @Test func theStatisticsOfTheCommittedMeasurementAreThoseOfItsEvaluation() throws {
        let runs = try CommittedMeasurement(Self.folder).runs
        let table = try CSVTable.read(Self.folder.appendingPathComponent("results.csv"))
        let results = Dictionary(uniqueKeysWithValues: zip(try table.texts("id"), try table.numbers("measured")))
        func cell(_ cell: BatchNormCell) -> [BatchNormRun] { runs.filter { $0.cell == cell } }
        let laws = BatchNormCell.laws.flatMap(cell)
        let measured = [
            "delay-slope": BatchNormStatistic.slope(laws), "no-return": BatchNormStatistic.returns(laws),
            "no-shortcut": BatchNormStatistic.unforetold(laws), "silence-share": BatchNormStatistic.collapsed(cell(.base)),
            "silence-share-large": BatchNormStatistic.collapsed(cell(.largeEpsilon)),
            "no-l2": BatchNormStatistic.deaths(cell(.noL2)) / BatchNormStatistic.deaths(cell(.base)),
            "early-scale": try laws.map { try $0.rankCorrelation(\.scale) }.min() ?? .nan,
        ]
        // Four digits are written.
        for (id, value) in measured { #expect(abs(value - (try #require(results[id]))) <= 5e-4 * max(value, 1e-3), "\(id)") }
        let leads = try laws.count { run in
            let rivals = [try run.rankCorrelation(\.shift), try run.rankCorrelation(\.incomingNorm), try run.rankCorrelation { -$0.angularStep }]
            return try run.rankCorrelation(\.scale) > rivals.max() ?? 1
        }
        #expect(Double(leads) == results["early-order"])
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("plots/batchnorm-death")

    @Test func theCellsAreThoseOfTheCommittedTableOnOtherSeeds() throws {
        let table = try CSVTable.read(Self.folder.appendingPathComponent("cells.csv"))
        let (names, seeds) = (try table.texts("cell"), try table.texts("seeds"))
        func number(_ column: String, _ row: Int) throws -> Double { try table.numbers(column)[row] }
        for cell in BatchNormCell.all {
            let row = try #require(names.firstIndex(of: cell.name))
            let overrides = [
                "seed=201", "optimizer.adam.learningRate=\(try number("learningRate", row))", "l2=\(try number("l2", row))",
                "batch=\(Int(try number("batch", row)))", "steps=\(Int(try number("steps", row)))",
                "network=[{dense: \(Int(try number("hidden", row)))}, {batchNorm: {epsilon: \(try number("normEpsilon", row))}}, relu, {dense: 10}]",
            ]
            let committed = try RunConfiguration.load(url: Self.folder.appendingPathComponent("batchnorm-death.yaml"), overrides: overrides)
            #expect(try cell.configuration(seed: 201).resolved == committed.resolved)
            let used = seeds[row].split(separator: "-").compactMap { UInt64($0) }
            #expect(try BatchNormCell.runs(Trial()).allSatisfy { !(used[0]...used[used.count - 1]).contains($0.configuration.seed) })
        }
    }
}

/// The nodes and spells that `plots/batchnorm-death` keeps, of the cells that the claim has.
private struct CommittedMeasurement {
    var runs: [BatchNormRun] = []

    init(_ folder: URL) throws {
        let nodes = try Self.nodes(try CSVTable.read(folder.appendingPathComponent("nodes.csv")))
        let spells = try Self.spells(try CSVTable.read(folder.appendingPathComponent("spells.csv")))
        for cell in BatchNormCell.all {
            for (key, some) in nodes where key.hasPrefix("\(cell.name) ") {
                runs.append(BatchNormRun(cell, seed: 0, nodes: some, spells: spells[key] ?? []))
            }
        }
    }

    private static func keys(_ table: CSVTable) throws -> [String] {
        zip(try table.texts("cell"), try table.integers("seed")).map { "\($0) \($1)" }
    }

    private static func nodes(_ table: CSVTable) throws -> [String: [BatchNormRun.Node]] {
        var nodes: [String: [BatchNormRun.Node]] = [:]
        let silences = try table.optionalIntegers("silentFrom")
        let columns = try ["standardisation", "earlyScale", "earlyShift", "earlyIncomingNorm", "earlyAngularStep"].map { try table.numbers($0) }
        for (row, key) in try keys(table).enumerated() {
            var portrait = NodePortrait()
            (portrait.scale, portrait.shift) = (columns[1][row], columns[2][row])
            (portrait.incomingNorm, portrait.angularStep) = (columns[3][row], columns[4][row])
            nodes[key, default: []].append(.init(silentFrom: silences[row], standardisation: columns[0][row], portrait: portrait))
        }
        return nodes
    }

    private static func spells(_ table: CSVTable) throws -> [String: [BatchNormRun.Spell]] {
        var spells: [String: [BatchNormRun.Spell]] = [:]
        let (nodes, starts) = (try table.integers("node"), try table.integers("start"))
        let (ends, silences) = (try table.optionalIntegers("end"), try table.optionalIntegers("silentAfter"))
        let (predicted, bounds) = (try table.texts("predicted").map { Double($0) }, try table.texts("errorBound").map { Double($0) })
        for (row, key) in try keys(table).enumerated() {
            let prediction = predicted[row].map { Prediction($0, errorBound: bounds[row] ?? .nan) }
            spells[key, default: []].append(
                .init(node: nodes[row], start: starts[row], end: ends[row], silentAfter: silences[row], prediction: prediction))
        }
        return spells
    }
}
