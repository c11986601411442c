// SPDX-License-Identifier: GPL-3.0-or-later
import MutatedOptimizers
import Testing

@testable import Claims

/// Claims about isolated weights: supported by the toolkit's optimisers, violated by wrong ones.
@Suite struct LaboratoryClaimsTests {
    @Test(arguments: Claim.laboratory.map(\.id))
    func `a quick trial supports every claim about isolated weights`(_ id: String) throws {
        let claims = try Claim.named([id]).filter { $0.id == id }
        let report = try Verification(claims: claims).perform(Trial(extent: .quick))
        #expect(report.isSupported, "\(report.results.map(\.line))")
        let checks = report.results.flatMap(\.hypotheses)
        #expect(!checks.isEmpty && checks.allSatisfy { $0.count > 0 }, "\(checks)")
    }

    /// The whole matrix is made by `make mutations`; here each mutation meets the claim that is quickest to notice it.
    @Test(arguments: Mutation.all.map(\.name))
    func `every mutation violates the claim that is made to notice it`(_ name: String) throws {
        let mutation = try #require(Mutation.all.first { $0.name == name })
        // Whatever touches a dead weight breaks the exact recursion, and each of these another law besides.
        var ids = mutation.touchesDeadWeight ? ["B0"] : []
        switch name {
        case "relu-leaks": ids.append("B1")
        case "schedule-an-epoch-early", "moments-reset-at-drop": ids.append("B12")
        default: break
        }
        for id in ids {
            let claims = Claim.all.filter { $0.id == id }
            let report = try Verification(claims: claims).perform(Trial(subject: mutation.subject, extent: .quick))
            #expect(report.isViolated, "\(report.results.map(\.line))")
        }
    }
}
