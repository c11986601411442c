// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Claims

@Suite struct TrainedClaimsTests {
    @Test func trainedClaimsAreOfTheTrainedLevelAndHaveIdsOfTheirOwn() {
        #expect(Claim.trained.allSatisfy { $0.level == .trained })
        #expect(Set(Claim.all.map(\.id)).count == Claim.all.count)
    }
}
