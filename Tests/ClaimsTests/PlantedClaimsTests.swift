// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Claims

@Suite struct PlantedClaimsTests {
    @Test(arguments: Claim.planted.map(\.id)) func isSupported(_ id: String) throws {
        let report = try Verification(claims: Claim.named([id])).perform(Trial(extent: .quick, threads: 1))
        #expect(report.isSupported, "\(report.markdown())")
    }
}
