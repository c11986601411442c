// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Testing

@testable import Claims

/// Claims about planted networks hold for the toolkit, and each of them notices something that is subtly wrong.
@Suite("Planted claims")
struct PlantedClaimsTests {
    private static let leakingReLU = Subject(
        name: "ReLU that leaks 1e-9", activation: { if case .relu = $0 { .leakyReLU(slope: 1e-9) } else { $0 } })

    private static let swappedDecays = Subject(
        name: "β₁ and β₂ swapped",
        rule: { rule in
            guard var adam = rule as? Adam else { return rule }
            (adam.beta1, adam.beta2) = (adam.beta2, adam.beta1)
            return adam
        })

    private static func mutated(_ mutation: MutatedRule.Mutation) -> Subject {
        Subject(name: mutation.rawValue, rule: { MutatedRule(base: $0, mutation: mutation) })
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
        let comparisons = report.results.flatMap { $0.measurement?.comparisons ?? [] }
        #expect(!comparisons.isEmpty && comparisons.allSatisfy { $0.count > 0 }, "a comparison rests on nothing: \(comparisons)")
    }

    @Test(arguments: chosen(["A1", "A3-silence", "A5", "A5-bias", "A6", "B1", "B1-recursion", "C2", "C3", "D6"]))
    func aLeakOfABillionthIsNoticed(_ id: String) throws {
        #expect(try verdict(id, Self.leakingReLU).isViolated)
    }

    @Test(arguments: chosen(["A2", "A3", "A6"])) func aFlippedSignIsNoticed(_ id: String) throws {
        #expect(try verdict(id, Self.mutated(.flippedSign)).isViolated)
    }

    @Test(arguments: chosen(["A3-silence", "A5", "A5-bias", "A6", "B1-recursion", "C2", "C3"])) func doubledL2IsNoticed(_ id: String) throws {
        #expect(try verdict(id, Self.mutated(.doubledL2)).isViolated)
    }

    @Test(arguments: chosen(["A3-silence", "A5", "A5-bias", "A6", "B1-recursion", "C2", "C3"])) func decoupledDecayIsNoticed(_ id: String) throws {
        #expect(try verdict(id, Self.mutated(.decoupledL2)).isViolated)
    }

    @Test(arguments: ["A2", "A3", "A5", "B1-recursion"]) func aMomentThatIsNotSquaredIsNoticed(_ id: String) throws {
        #expect(try verdict(id, Self.mutated(.unsquaredMoment)).isViolated)
    }

    @Test(arguments: ["A3", "B1-recursion"]) func swappedDecaysAreNoticed(_ id: String) throws {
        #expect(try verdict(id, Self.swappedDecays).isViolated)
    }
}
