// SPDX-License-Identifier: GPL-3.0-or-later
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
                network: [{dense: 8}, batchNorm, relu, {dense: 10}]
                optimizer: {adam: {learningRate: 0.05}}
                l2: 0.05
                steps: 250
                probe: {every: 250}
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
            #expect(record.activities == last.activities[0])
            #expect(record.portraits == portraits.portraits[0])
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

    @Test func aRunMadeWithoutTheProbesIsMadeAnew() throws {
        try Self.inFolder { trial in
            let configuration = try Self.configuration()
            let run = try trial.perform([configuration], for: "A4")[0]
            #expect(throws: RecordsError.self) { try BatchNormDeathRecord(run: run) }
            _ = try trial.perform([configuration], for: "A4", probes: BatchNormDeathRecord.probes)
            #expect(try BatchNormDeathRecord(run: run).activities.count == 8)
        }
    }

    @Test func aConcurrentMapKeepsTheOrderAndThrowsTheError() throws {
        struct Stop: Error {}
        #expect(try concurrentMap(Array(0..<500), threads: 4) { $0 * $0 } == (0..<500).map { $0 * $0 })
        #expect(try concurrentMap([Int](), threads: 4) { $0 } == [])
        #expect(throws: Stop.self) { try concurrentMap(Array(0..<500), threads: 4) { if $0 == 77 { throw Stop() } } }
    }
}
