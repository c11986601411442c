// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Testing

@testable import Claims

@Suite struct VerificationTests {
    private func claim(
        _ id: String, hypotheses: [Hypothesis] = [], configurations: [RunConfiguration] = [], _ measure: @escaping @Sendable () throws -> Measurement
    ) -> Claim {
        Claim(
            id: id, title: "title of \(id)", level: .laboratory, statement: "s", prediction: "p", source: "s", hypotheses: hypotheses,
            experiment: "e", test: "t",
            falsifier: "f", configurations: { _ in configurations }, measure: { _ in try measure() })
    }

    private func tested(_ id: String, p pValue: Double) -> Claim {
        claim(id) { Measurement([Comparison("q", predicted: "p", measured: 1, test: "t", decision: .test(pValue: pValue), count: 1)]) }
    }

    @Test func `p-values are corrected over all tests of the verification`() throws {
        // Alone 0.004 is under 0.01; as one of three Holm makes it 0.012.
        #expect(try Verification(claims: [tested("X", p: 0.004)]).perform(Trial()).isViolated)
        let report = try Verification(claims: [tested("X", p: 0.004), tested("Y", p: 0.5), tested("Z", p: 0.6)]).perform(Trial())
        #expect(report.isSupported)
        #expect(report.results[0].adjustedPValues == [0.012])
    }

    @Test func `an exact exception violates whatever the p-values`() throws {
        let exact = claim("X") { Measurement([.noException("weights that depart", exceptions: 1, of: 3)]) }
        let report = try Verification(claims: [exact, tested("Y", p: 1)]).perform(Trial())
        #expect(report.results[0].verdict == .violated(["weights that depart"]))
        #expect(report.results[1].verdict == .supported)
    }

    @Test func `a hypothesis that a configuration breaks is reported, and nothing is measured`() throws {
        let configuration = try RunConfiguration.parse(
            yaml: "data: {source: digits}\nnetwork: [{dense: 4}, relu, {dense: 10}]\noptimizer: adam\nsteps: 1\n")
        let one = claim("X", hypotheses: [Hypothesis("there is L2 on the weights") { $0.l2.weights > 0 }], configurations: [configuration]) {
            Issue.record("measured in spite of its hypotheses")
            return Measurement([])
        }
        let report = try Verification(claims: [one]).perform(Trial())
        #expect(report.results[0].verdict == .hypothesesNotMet(["there is L2 on the weights"]))
        #expect(!report.isSupported && !report.isViolated)
    }

    @Test func `what can't be tested is a verdict and stops no other claim, a request to stop is thrown`() throws {
        let missing = claim("X") { throw ClaimError.unavailable("MNIST is not here") }
        let few = ClaimError.tooFewCases(law: "Y", found: 1, least: 10)
        let report = try Verification(claims: [missing, claim("Y") { throw few }, tested("Z", p: 0.5)]).perform(Trial())
        #expect(report.results.map(\.verdict) == [.hypothesesNotMet(["MNIST is not here"]), .hypothesesNotMet(["\(few)"]), .supported])
        #expect(throws: ClaimError.cancelled) { try Verification(claims: [claim("X") { throw ClaimError.cancelled }]).perform(Trial()) }
    }

    @Test func `a law that stands though its estimate misses says so, everywhere`() throws {
        let short = claim("X") { Measurement([try .share("nodes foretold", 17, of: 20, atLeast: 0.9)]) }
        let report = try Verification(claims: [short, tested("Y", p: 1)]).perform(Trial())
        #expect(report.results.map(\.misses) == [["nodes foretold"], []])
        #expect(report.summary == "2 supported, 1 of the supported with an estimate beyond what is predicted, within chance")
        #expect(report.results[0].line.contains("beyond what is predicted, within chance: nodes foretold"))
        #expect(report.markdown().contains("0.85 ✗"))
        #expect(report.json["claims"]?.array?.first?["misses"] == ["nodes foretold"])
    }

    @Test func `of a violated law the headline is what contradicts it`() throws {
        let broken = claim("X") { Measurement([.noException("first", exceptions: 0, of: 5), .noException("second", exceptions: 2, of: 5)]) }
        let report = try Verification(claims: [broken]).perform(Trial())
        #expect(report.results[0].headline?.comparison.quantity == "second")
        #expect(report.json["claims"]?.array?.first?["measured"]?.double == 2)
    }

    @Test func `the JSON of a claim has the keys that readers rely on`() throws {
        let json = try Verification(claims: [tested("X", p: 0.3)]).perform(Trial()).json
        let one = try #require(json["claims"]?.array?.first)
        for key in ["id", "title", "verdict", "predicted", "measured", "interval", "test", "pValue", "excluded", "seconds"] {
            #expect(one[key] != nil, "\(key)")
        }
        #expect(one["verdict"]?.string == "supported")
        #expect(one["pValue"]?.double == 0.3)
    }

    @Test func `a law's number names all of its claims, and an unknown one is an error that lists what there is`() throws {
        #expect(try Claim.named(["b10"]).map(\.id) == ["B10", "B10-bound"])
        #expect(throws: ClaimError.self) { try Claim.named(["B99"]) }
        #expect(Set(Claim.all.map(\.id)).count == Claim.all.count)
    }
}
