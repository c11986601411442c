// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Figures

@Suite struct CensusPredictionTests {
    /// The tiny run's census: 1 and 2 nodes under 1e-15 at epochs 1 and 2, 2 and 3 under 1e-5.
    private func prediction(_ text: String) throws -> (CensusPrediction, TinyRun, URL) {
        let run = try TinyRun()
        try run.write("prediction.json", text)
        let file = run.file("prediction.json")
        return (try CensusPrediction(file, metrics: CSVTable.read(run.file("metrics.csv"))), run, file)
    }

    @Test func boundsAreReadAndSharesAreOfTheColumnAtTheirEpoch() throws {
        let (prediction, _, _) = try prediction(
            """
            {"statements": [{"column": "zero@1e-15", "from": 1, "to": 2, "atMost": 1},
              {"column": "zero@1e-15", "from": 2, "to": 2, "atLeastShare": 0.5, "of": "zero@1e-5", "at": 1}],
             "revival": {"drop": 200, "stepsAfterDrop": 100, "within": 20}}
            """)
        #expect(prediction.statements.map(\.bound) == [1, 1])
        #expect(prediction.statements.map(\.isLeast) == [false, true])
        #expect(prediction.statements[0].isBroken(by: 2) && !prediction.statements[0].isBroken(by: 1))
        #expect(prediction.statements[1].isBroken(by: 0) && !prediction.statements[1].isBroken(by: 1))
        #expect(prediction.back == CensusPrediction.Return(step: 300, within: 20))
    }

    @Test func aStatementWithoutABoundIsRefusedWithWhatWouldBeAccepted() {
        let error = #expect(throws: FigureError.self) { try prediction(#"{"statements": [{"column": "dead", "from": 1, "to": 2}]}"#) }
        #expect(error?.description.contains("atLeast, atMost") == true)
    }

    @Test func theCensusMarksBoundsAndTheCountsThatBreakThem() throws {
        let (_, run, file) = try prediction(#"{"statements": [{"column": "zero@1e-15", "from": 1, "to": 2, "atMost": 1}]}"#)
        let blocks = try RunFigures(run: run.folder, predictions: [file]).source(of: .nodeCensus).blocks
        #expect(blocks.dropFirst().map { $0.map { Array($0.prefix(2)) } } == [[[200, 1], [400, 1]], [[400, 2]]])
    }
}
