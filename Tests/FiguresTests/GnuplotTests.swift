// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct GnuplotTests {
    @Test func aPathWithoutGnuplotFindsNone() {
        #expect(Gnuplot.executable(path: "/nonexistent:/dev") == nil)
        #expect("\(Gnuplot.Failure.notInstalled)".contains("apt-get install gnuplot-nox"))
    }

    @Test(.enabled(if: Gnuplot.executable() != nil, "gnuplot is not installed"))
    func aScriptThatFailsIsAnErrorWithGnuplotsWords() throws {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("broken-\(UUID().uuidString).gp")
        defer { try? FileManager.default.removeItem(at: script) }
        try Data("set xrange [1:\n".utf8).write(to: script)
        let failure = #expect(throws: Gnuplot.Failure.self) { try Gnuplot.render(script: script) }
        guard case .failed(let failed, let status, let message) = failure else { Issue.record("\(failure!)"); return }
        #expect(failed == script)
        #expect(status != 0)
        #expect(message.contains("line 1"))
    }
}
