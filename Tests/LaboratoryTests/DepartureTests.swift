// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Records
import Testing
import Theory

/// From which step on each arithmetic's conclusion is no longer the oracle's.
@Suite struct DepartureTests {
    private static let destination = ProcessInfo.processInfo.environment["ADAMPROBE_DEPARTURES"]

    private func departures(_ id: String, count: Int) throws -> [Departure] {
        try Departure.report(try #require(DepartureLaw.all.first { $0.id == id }), count: count)
    }

    /// A passage moves by less than this share when the arithmetic has at least 53 bits: rounding decides a step or two.
    static let passageShare = 1e-3

    @Test(arguments: ["B3", "B4"])
    func roundingAloneMovesNoPassageOfFloat64(_ id: String) throws {
        for departure in try departures(id, count: 3) where departure.arithmetic.arithmetic != .float32 {
            let (oracle, measured) = (try #require(departure.oracle.passage), try #require(departure.measured.passage))
            #expect(Double((measured - oracle).magnitude) <= Self.passageShare * Double(oracle) + 1, "\(departure.row)")
        }
    }

    @Test func float32NeverPassesWhatLiesAmongItsSubnormals() throws {
        for departure in try departures("B9-float32", count: 3) {
            #expect(departure.oracle.passage != nil)
            if departure.arithmetic.arithmetic == .float32 {
                #expect(departure.measured.passage == nil)
                #expect(departure.conclusionDeparture == departure.oracle.passage)
            } else {
                #expect(departure.measured.passage != nil)
            }
        }
    }

    /// Writes the whole report: `ADAMPROBE_DEPARTURES=plots/precision/departures.csv swift test --filter theReportIsWritten`.
    @Test(.enabled(if: destination != nil, "writes a file: set ADAMPROBE_DEPARTURES to its path"))
    func theReportIsWritten() throws {
        let writer = try CSVWriter(url: URL(fileURLWithPath: Self.destination!), columns: Departure.columns)
        for law in DepartureLaw.all {
            for departure in try Departure.report(law, count: 20) { try writer.append(departure.row) }
        }
        try writer.close()
    }
}
