// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Probes
import Records
import Testing

@testable import Claims

/// What extra probes find stays with the run.
@Suite struct RunProbesTests {
    private static func configuration() throws -> RunConfiguration {
        try RunConfiguration.parse(
            yaml: """
                seed: 3
                data: {source: digits}
                network: [{dense: 24}, {batchNorm: {epsilon: 1e-3}}, relu, {dense: 10}]
                optimizer: {adam: {learningRate: 0.05}}
                l2: 0.01
                steps: 800
                probe: {every: 800}
                """)
    }

    private static func inFolder(_ body: (Trial) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-probes-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(Trial(runs: folder, threads: 1))
    }

    @Test func theRecordIsWhatTheProbesFoundAndIsFoundAgainWithTheRun() throws {
        try Self.inFolder { trial in
            let configuration = try Self.configuration()
            let run = try trial.perform([configuration], for: "A4", probes: BatchNormDeathRecord.probes)[0]
            let record = try BatchNormDeathRecord(run: run)
            let quiet = QuietSpells<Double>(minimumLength: BatchNormDeathRecord.shortestSpell)
            let (last, portraits) = (LastActivities<Double>(), NodePortraits<Double>(step: 100))
            try Run.perform(
                configuration, output: run.url.appendingPathExtension("again"), probes: ExtraProbes(float64: [quiet, last, portraits]))
            try #require(!quiet.spells.isEmpty)
            // As text, since NaN is not equal to itself.
            #expect(record.activities.map { "\($0)" } == last.activities[0].map { "\($0)" })
            #expect(record.portraits.map { "\($0)" } == portraits.portraits[0].map { "\($0)" })
            #expect(record.spells.map(\.start) == quiet.spells.map(\.start) && record.spells.map(\.end) == quiet.spells.map(\.end))
            for (spell, found) in zip(record.spells, quiet.spells) {
                #expect(spell.node == found.node && spell.incoming == found.incoming)
                #expect(spell.scale == found.scale && spell.shift == found.shift)
            }
            let written = try #require(run.lastWritten())
            _ = try trial.perform([configuration], for: "A4", probes: BatchNormDeathRecord.probes)
            #expect(run.lastWritten() == written)
        }
    }

    /// The first silent step, by the probe, is the ledger's death step; and what the law says of the spells follows ε_bn.
    @Test func theRunsDeathsAreTheLedgersAndTheLawAsksForEpsilon() throws {
        try Self.inFolder { trial in
            let configuration = try Self.configuration()
            let run = try trial.perform([configuration], for: "A4", probes: BatchNormDeathRecord.probes)[0]
            let samples = try Digits.load().training
            let inputs = samples.inputs(as: Double.self)
            let rows = (0..<200).map { Array(inputs[$0 * samples.featureCount..<($0 + 1) * samples.featureCount]) }
            func foretold(normEpsilon: Double) throws -> BatchNormRun {
                let cell = BatchNormCell(
                    name: "small", learningRate: 0.05, l2: 0.01, hidden: 24, batch: 64, normEpsilon: normEpsilon, steps: 800)
                return try BatchNormRun(try BatchNormDeathRecord(run: run), cell, configuration, inputs: rows, threads: 1)
            }
            let measured = try foretold(normEpsilon: 1e-3)
            let deaths = try CSVTable.read(run.nodes).optionalIntegers("deathStep")
            try #require(!measured.deaths.isEmpty)
            for (node, death) in zip(measured.nodes, deaths) {
                if let silentFrom = node.silentFrom { #expect(silentFrom == death) }
            }
            let longer = try foretold(normEpsilon: 1e-7)
            for (some, other) in zip(measured.spells, longer.spells) {
                guard let first = some.prediction, let second = other.prediction else { continue }
                #expect(first.value < second.value)
            }
            #expect(measured.spells.contains { $0.prediction != nil })
        }
    }

    @Test func aRunMadeWithoutTheProbesIsMadeAnew() throws {
        try Self.inFolder { trial in
            let configuration = try Self.configuration()
            let run = try trial.perform([configuration], for: "A4")[0]
            #expect(throws: RecordsError.self) { try BatchNormDeathRecord(run: run) }
            _ = try trial.perform([configuration], for: "A4", probes: BatchNormDeathRecord.probes)
            #expect(try BatchNormDeathRecord(run: run).activities.count == 24)
        }
    }

    @Test func aConcurrentMapKeepsTheOrderAndThrowsTheError() throws {
        struct Stop: Error {}
        #expect(try concurrentMap(Array(0..<500), threads: 4) { $0 * $0 } == (0..<500).map { $0 * $0 })
        #expect(try concurrentMap([Int](), threads: 4) { $0 } == [])
        #expect(throws: Stop.self) { try concurrentMap(Array(0..<500), threads: 4) { if $0 == 77 { throw Stop() } } }
    }
}
