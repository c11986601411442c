// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct VerificationFiguresTests {
    private func row(
        _ measured: Double, in accepted: ClosedRange<Double>?, interval: ClosedRange<Double>? = nil, isSupported: Bool = true
    ) -> ComparisonRow {
        ComparisonRow(
            claim: "X", quantity: "the mole's depth", predicted: "p", measured: measured, interval: interval, accepted: accepted,
            isSupported: isSupported)
    }

    @Test func `the ends of the accepted range are at −1 and 1`() {
        let both = row(0.97, in: 0.95...1)
        #expect(abs((both.position(0.95) ?? .nan) + 1) < 1e-12 && abs((both.position(1) ?? .nan) - 1) < 1e-12)
    }

    @Test func `with one end alone the other is infinity, and no accepted value lies outside`() {
        let most = row(2, in: -.infinity...4)
        #expect(most.position(4) == 1 && most.position(0) == 0 && most.position(-.infinity) == -1 && most.position(6) == 2)
        let least = row(2, in: 4...(.infinity))
        #expect(least.position(4) == -1 && least.position(8) == 0 && least.position(.infinity) == 1 && least.position(2) == -2)
        // At an end of 0 the measured value sets the scale.
        #expect(row(5, in: 0...(.infinity)).position(5) == 0)
        #expect(row(-5, in: -.infinity...0).position(-5) == 0)
        #expect(row(0, in: 0...(.infinity)).position(0) == -1)
    }

    @Test func `no exception is the middle, and any exception off the scale`() {
        #expect(row(0, in: 0...0).position(0) == 0)
        #expect(row(1, in: 0...0).position(1) == .infinity)
        #expect(row(1, in: nil).position(1) == nil)
        #expect(row(.nan, in: 0...1).position(.nan) == nil)
    }

    @Test func `supported and violated differ in shape, on the scale and off it`() {
        typealias Mark = ComparisonsFigure.Mark
        #expect(Mark(row(0.5, in: 0...1)) == .supported)
        #expect(Mark(row(1.1, in: 0...1, isSupported: false)) == .violated)
        #expect(Mark(row(3, in: 0...0, isSupported: false)) == .beyond)
        #expect(Mark(row(9, in: 0...1)) == .beyondSupported)
        #expect(Mark(row(9, in: nil)) == .unplaced)
        #expect(Mark(row(9, in: nil, isSupported: false)) == .beyond)
        #expect(Set(Mark.allCases.map(\.pointType)).count == Mark.allCases.count)
    }

    @Test func `a long quantity keeps its start and its end`() {
        let text = "share of " + String(repeating: "x", count: 200) + " within the law's bound"
        let short = ComparisonsFigure.shortened(text)
        #expect(short.count <= 98 && short.hasPrefix("share of") && short.hasSuffix("the law's bound"))
        #expect(ComparisonsFigure.shortened("short") == "short")
        #expect(throws: FigureError.self) { try ComparisonsFigure.make([], name: "n", title: "t") }
    }

    @Test func `a table's pairs are its positive ones, told apart by the law's bound`() {
        let table = PredictionTable(
            claim: "X", columns: ["seed", "measured", "predicted", "errorBound"],
            rows: [[1, 10, 11, 2], [1, 10, 13, 2], [1, .nan, 3, 1], [1, 0, 3, 5], [1, 5, 6, .nan]])
        #expect(
            table.pairs == [
                .init(predicted: 11, measured: 10, isOutside: false), .init(predicted: 13, measured: 10, isOutside: true),
                .init(predicted: 6, measured: 5, isOutside: true),
            ])
        #expect(PredictionTable(claim: "X", columns: ["predicted"], rows: [[1]]).pairs == nil)
    }

    @Test(.enabled(if: Gnuplot.executable() != nil, "gnuplot is not installed"))
    func `figures are drawn for what has comparisons and pairs, and for nothing else`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verification-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let figures = VerificationFigures(
            groups: [
                .init(
                    name: "one", title: "one",
                    comparisons: [row(0.97, in: 0.95...1, interval: 0.9...0.99), row(3, in: 0...0, isSupported: false), row(1, in: nil)]),
                .init(name: "none", title: "none", comparisons: []),
            ],
            tables: [
                PredictionTable(claim: "X", columns: ["predicted", "measured", "errorBound"], rows: [[10, 11, 2], [20, 30, 1], [1000, 1000, 1]]),
                PredictionTable(claim: "Y", columns: ["predicted", "measured"], rows: [[0, 1]]),
                PredictionTable(claim: "Z", columns: ["other"], rows: [[1]]),
            ])
        let drawn = try figures.write(format: .svg, to: folder)
        #expect(drawn.comparisons.map(\.lastPathComponent) == ["comparisons-one.svg"])
        #expect(drawn.tables.mapValues(\.lastPathComponent) == ["X": "X.svg"])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == ["X.dat", "X.gp", "X.svg", "comparisons-one.dat", "comparisons-one.gp", "comparisons-one.svg"])
        let picture = try String(contentsOf: folder.appendingPathComponent("comparisons-one.svg"), encoding: .utf8)
        #expect(picture.contains("mole's depth") && picture.contains("contradicts it, off the scale"))
    }
}
