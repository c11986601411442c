// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Networks
import Optimizers
import Testing

@testable import Claims

@Suite struct TrainedClaimsTests {
    @Test func trainedClaimsAreOfTheirLevelAndHaveIdsOfTheirOwn() {
        #expect(Claim.trained.allSatisfy { $0.level == .trained })
        #expect(Set(Claim.all.map(\.id)).count == Claim.all.count)
    }

    @Test(arguments: Claim.trained.map(\.id))
    func theConfigurationsMeetTheHypotheses(id: String) throws {
        let claim = try #require(Claim.trained.first { $0.id == id })
        let checks = HypothesisChecks(claim.hypotheses)
        try checks.check(try claim.configurations(Trial()))
        #expect(!checks.checks.isEmpty && checks.checks.allSatisfy { $0.count > 0 })
    }

    @Test(arguments: ["C1", "C4", "C5", "C6", "C7-revival"])
    func everyDigitsClaimHasFiveSeedsOrAsManyAsAreAskedFor(id: String) throws {
        let claim = try #require(Claim.trained.first { $0.id == id })
        func seeds(_ trial: Trial) throws -> Int { Set(try claim.configurations(trial).map(\.seed)).count }
        #expect(try seeds(Trial()) >= 5)
        #expect(try seeds(Trial(runSeeds: 7)) == 7)
        let configurations = try claim.configurations(Trial(runSeeds: 7)).map { $0.resolved.serialized(.compact) }
        #expect(try Set(configurations).count > Set(claim.configurations(Trial(runSeeds: 2)).map { $0.resolved.serialized(.compact) }).count)
    }

    @Test func aSubjectTakesThePlaceOfRuleAndActivation() throws {
        let configuration = try RunConfiguration.bundled("digits-half", of: "C7")
        let subject = Subject(
            name: "other", rule: { _ in AMSGrad() }, activation: { _ in .leakyReLU(slope: 1e-9) })
        let changed = try configuration.under(subject)
        #expect(changed.optimizer is AMSGrad)
        #expect(changed.network[1] == .activation(.leakyReLU(slope: 1e-9)))
        #expect(try configuration.under(.toolkit) == configuration)
    }

    @Test func aSubjectThatNoConfigurationCanExpressIsNotRun() throws {
        let configuration = try RunConfiguration.bundled("digits-half", of: "C7")
        #expect(throws: ClaimError.self) { try configuration.under(Subject(name: "early", epochShift: 1)) }
        #expect(throws: ClaimError.self) { try configuration.under(Subject(name: "resets", resetsMomentsAtDrop: true)) }
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["ADAMPROBE_SLOW"] == "1", "51 short runs take minutes: set ADAMPROBE_SLOW=1"))
    func unitsThatLeakBreakTheThreeConditions() throws {
        let leak = Subject(name: "leak", activation: { _ in .leakyReLU(slope: 1e-3) })
        let report = try Verification(claims: [.threeConditions]).perform(Trial(subject: leak))
        #expect(report.isViolated)
    }

    @Test func theFactorialHasCellsOnBothSidesForEveryOptimizer() throws {
        let rectified = ConditionCell.all.filter { $0.activation == .relu }
        for optimizer in ["SGD", "momentum", "RMSprop", "Adam,", "AdamW"] {
            let decayed = rectified.filter { $0.variant.name.hasPrefix(optimizer) && !$0.variant.name.hasSuffix("no decay") }
            #expect(Set(try decayed.map { try $0.isZeroBeforehand() }) == [true, false])
        }
        #expect(try ConditionCell.all.filter { $0.activation != .relu }.allSatisfy { try $0.isZeroBeforehand() == false })
    }
}
