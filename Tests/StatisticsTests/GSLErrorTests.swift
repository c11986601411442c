// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("GSL errors")
struct GSLErrorTests {
    @Test("a call outside its domain throws what failed, where and with which inputs, and does not abort")
    func domainError() {
        let error = #expect(throws: GSLError.self) { try NormalDistribution.quantile(1.5) }
        #expect(error?.function == "gsl_cdf_ugaussian_Pinv")
        #expect(error?.code == 1)
        #expect(error?.message == "input domain error")
        #expect(error?.inputs == [.init("P", 1.5)])
        #expect(error?.description == "gsl_cdf_ugaussian_Pinv(P = 1.5) failed: input domain error (GSL status 1)")
    }

    @Test("NaN in is an error, not NaN out", arguments: [Double.nan, .signalingNaN])
    func notANumber(value: Double) {
        #expect(throws: GSLError.self) { try NormalDistribution.cumulative(value) }
        #expect(throws: GSLError.self) { try NormalDistribution.upperTail(value) }
        #expect(throws: GSLError.self) { try NormalDistribution.quantile(value) }
        #expect(throws: GSLError.self) { try StudentDistribution.cumulative(value, degreesOfFreedom: 3) }
        #expect(throws: GSLError.self) { try StudentDistribution.quantile(value, degreesOfFreedom: 3) }
        #expect(throws: GSLError.self) { try ChiSquaredDistribution.upperTail(value, degreesOfFreedom: 3) }
    }

    @Test(
        "every status but success is thrown with GSL's text",
        arguments: [(Int32(-1), "failure"), (8, "malloc failed"), (11, "exceeded max number of iterations")])
    func statuses(status: Int32, text: String) {
        let error = #expect(throws: GSLError.self) { try GSLCall.status("gsl_example", [.init("n", 3)]) { status } }
        #expect(error?.code == Int(status))
        #expect(error?.message == text)
        #expect(error?.inputs == [.init("n", 3.0)])
    }

    @Test("success is not an error")
    func success() throws {
        try GSLCall.status("gsl_example", []) { 0 }
    }

    @Test("a null pointer is an out-of-memory error")
    func nullPointer() {
        let error = #expect(throws: GSLError.self) {
            try GSLCall.allocation("gsl_example_alloc", []) { UnsafeMutablePointer<Double>?.none }
        }
        #expect(error?.message == "malloc failed")
    }

    @Test("many threads may make the first call at once")
    func concurrentFirstCalls() async {
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask { (try? NormalDistribution.quantile(2 + Double(index))) == nil }
            }
            for await failed in group { #expect(failed) }
        }
    }
}
