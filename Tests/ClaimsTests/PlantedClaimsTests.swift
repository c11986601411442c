// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import MutatedOptimizers
import Testing

@testable import Claims

/// Claims about planted networks hold for the toolkit, and each of them notices something that is subtly wrong.
@Suite("Planted claims")
struct PlantedClaimsTests {
    private func verdict(_ id: String, with mutation: String) throws -> VerificationReport {
        try verdict(id, try #require(Mutation.all.first { $0.name == mutation }).subject)
    }

    private func verdict(_ id: String, _ subject: Subject = .toolkit) throws -> VerificationReport {
        let claim = try #require(Claim.planted.first { $0.id == id })
        return try Verification(claims: [claim]).perform(Trial(subject: subject, extent: .quick, threads: 1))
    }

    /// Claims that follow dead weights over many thousand steps, which takes long without optimisation.
    private static let slow: Set = ["A3-silence", "A6", "C2", "C3"]
    private static let runsSlow = ProcessInfo.processInfo.environment["ADAMPROBE_SLOW"] == "1"

    private static func chosen(_ ids: [String]) -> [String] { ids.filter { runsSlow || !slow.contains($0) } }

    @Test(arguments: chosen(Claim.planted.map(\.id))) func aClaimIsSupportedByTheToolkit(_ id: String) throws {
        let report = try verdict(id)
        #expect(report.isSupported, "\(report.markdown())")
        let checks = report.results.flatMap(\.hypotheses)
        #expect(!checks.isEmpty && checks.allSatisfy { $0.count > 0 && $0.objects == "planted networks" }, "\(checks)")
        let comparisons = report.results.flatMap { $0.measurement?.comparisons ?? [] }
        #expect(!comparisons.isEmpty && comparisons.allSatisfy { $0.count > 0 }, "a comparison rests on nothing: \(comparisons)")
    }

    @Test(arguments: chosen(["A1", "A3-silence", "A5", "A5-bias", "A6", "B1", "B1-recursion", "C2", "C3", "D6"]))
    func aLeakOfABillionthIsNoticed(_ id: String) throws {
        #expect(try verdict(id, with: "relu-leaks").isViolated)
    }

    @Test(arguments: chosen(["A2", "A3", "A6"])) func aFlippedSignIsNoticed(_ id: String) throws {
        #expect(try verdict(id, with: "one-sign-flipped").isViolated)
    }

    @Test(arguments: chosen(["A3-silence", "A5", "A5-bias", "A6", "B1-recursion", "C2", "C3"])) func doubledL2IsNoticed(_ id: String) throws {
        #expect(try verdict(id, with: "l2-twice").isViolated)
    }

    @Test(arguments: chosen(["A3-silence", "A5", "A5-bias", "A6", "B1-recursion", "C2", "C3"])) func decoupledDecayIsNoticed(_ id: String) throws {
        #expect(try verdict(id, with: "decay-decoupled").isViolated)
    }

    @Test(arguments: ["A2", "A3", "A5", "B1-recursion"]) func aMomentThatIsNotSquaredIsNoticed(_ id: String) throws {
        #expect(try verdict(id, with: "second-moment-unsquared").isViolated)
    }

    @Test(arguments: ["A3", "B1-recursion"]) func swappedDecaysAreNoticed(_ id: String) throws {
        #expect(try verdict(id, with: "betas-swapped").isViolated)
    }
}
