// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Testing

/// `adamprobe figures`, as built.
@Suite struct FiguresCommandTests {
    @Test(arguments: [("--data", "predicted-measured"), ("--matrix", "mutation-matrix")])
    func anOptionOfAnotherFigureIsWrongUsage(option: String, figure: String) throws {
        let (status, output, errors) = try BuiltProgram(["figures", "phase-map", option, "nowhere.csv"]).finish()
        #expect(status == 64 && output.isEmpty)
        #expect(errors.contains("\(option) is only for \(figure)"), "\(errors)")
    }
}
