// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Foundation
import Testing

@testable import Probes

@Suite("Steps of certificates")
struct CertificateStepsTests {
    @Test("Each certificate has a step of its own, and none at first", arguments: DeathCertificate.allCases)
    func ownSteps(certificate: DeathCertificate) {
        var steps = CertificateSteps()
        #expect(steps.isEmpty && steps == [:])
        steps[certificate] = 7
        #expect(!steps.isEmpty && steps == [certificate: 7])
        for other in DeathCertificate.allCases { #expect(steps[other] == (other == certificate ? 7 : nil)) }
        steps[certificate] = nil
        #expect(steps.isEmpty)
    }

    @Test("They are written and read as a dictionary is, so that checkpoints keep their form")
    func coding() throws {
        let cases: [[DeathCertificate: Int]] = [[:], [.box: 3], [.data: 0, .box: 3, .batch: 5, .smallWeights: .max, .anySigns: 1]]
        for dictionary in cases {
            let steps = try JSONDecoder().decode(CertificateSteps.self, from: try JSONEncoder().encode(dictionary))
            #expect(steps.dictionary == dictionary)
            #expect(try JSONDecoder().decode([DeathCertificate: Int].self, from: try JSONEncoder().encode(steps)) == dictionary)
        }
    }
}
