// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Statistics

@Suite("Bracketed root")
struct BracketedRootTests {
    private struct Refusal: Error {}

    @Test("known zeros are found to the last few digits")
    func knownZeros() throws {
        let root = try BracketedRoot.find(in: 1...2) { $0 * $0 - 2 }
        #expect(agreesRelatively(root, 2.0.squareRoot(), within: 8 * .ulpOfOne))
        // The fixed point of the cosine, to the digits of OEIS A003957.
        let fixed = try BracketedRoot.find(in: 0...1) { cos($0) - $0 }
        #expect(agreesRelatively(fixed, 0.739_085_133_215_160_641_7, within: 8 * .ulpOfOne))
        #expect(try BracketedRoot.find(in: -1...1, absoluteTolerance: 1e-12) { $0 } == 0)
    }

    @Test("a zero at an end of the bracket counts")
    func atTheEnd() throws {
        #expect(try BracketedRoot.find(in: 0...3) { $0 - 3 } == 3)
    }

    @Test("without a change of sign there is no bracket")
    func sameSign() {
        let error = #expect(throws: GSLError.self) { try BracketedRoot.find(in: 1...2) { $0 } }
        #expect(error?.function == "gsl_root_fsolver_set")
        #expect(error?.inputs == [.init("x_lower", 1.0), .init("x_upper", 2.0)])
    }

    @Test("a function that is not finite is GSL's error, one that throws its own")
    func failures() {
        #expect(throws: GSLError.self) { try BracketedRoot.find(in: -1...1) { $0 < 0 ? -.nan : 1 } }
        #expect(throws: Refusal.self) { try BracketedRoot.find(in: -1...1) { if abs($0) < 1 { throw Refusal() } else { return $0 } } }
    }

    @Test("tolerances below what doubles can tell are refused")
    func tolerances() {
        #expect(throws: StatisticsError.self) { try BracketedRoot.find(in: -1...1, relativeTolerance: 0) { $0 } }
        #expect(throws: StatisticsError.self) { try BracketedRoot.find(in: -1...1, absoluteTolerance: -1) { $0 } }
        #expect(throws: StatisticsError.self) { try BracketedRoot.find(in: -1...Double.infinity) { $0 } }
    }
}
