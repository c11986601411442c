// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Statistics
import Testing

@Suite struct DirectionCosineTests {
    @Test(arguments: [-0.999, -0.4, 0, 0.3, 0.95])
    func `in three dimensions the cosine is uniform, in two the angle is`(cosine: Double) throws {
        #expect(abs(try DirectionCosine(dimension: 3).upperTail(cosine) - (1 - cosine) / 2) < 1e-14)
        #expect(abs(try DirectionCosine(dimension: 2).upperTail(cosine) - acos(cosine) / .pi) < 1e-12)
    }

    @Test func `the largest of k lies under c with the k-th power of one cosine's probability`() throws {
        // In three dimensions I = (1 + c)/2.
        #expect(abs(try DirectionCosine(dimension: 3, largestOf: 5).upperTail(0.6) - (1 - pow(0.8, 5))) < 1e-14)
        #expect(abs(try DirectionCosine(dimension: 3, largestOf: 5).quantile(0.5) - (2 * pow(0.5, 0.2) - 1)) < 1e-12)
    }

    @Test(arguments: [(2, 1), (8, 4), (9, 64), (40, 3)])
    func `quantile and tail are each other's inverses`(dimension: Int, count: Int) throws {
        let cosine = try DirectionCosine(dimension: dimension, largestOf: count)
        for p in [1e-3, 0.1, 0.5, 0.9, 0.999] { #expect(abs(try cosine.upperTail(try cosine.quantile(p)) - (1 - p)) < 1e-9) }
    }

    @Test func `a tail far out keeps its digits`() throws {
        // In three dimensions k·(1 − c)/2 to first order.
        let tail = try DirectionCosine(dimension: 3, largestOf: 4).upperTail(1 - 0x1p-40)
        #expect(abs(tail / (4 * 0x1p-41) - 1) < 1e-10)
    }

    @Test func `normal vectors drawn from a stream have these cosines`() throws {
        var stream = RandomStream(seed: 11, name: "directions")
        let (dimension, count) = (8, 4)
        let law = try DirectionCosine(dimension: dimension, largestOf: count)
        let fixed = (0..<dimension).map { _ in stream.normal() }
        func cosine(_ drawn: [Double]) -> Double {
            func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            return dot(drawn, fixed) / (dot(drawn, drawn) * dot(fixed, fixed)).squareRoot()
        }
        let largest = (0..<400).map { _ in
            (0..<count).map { _ in cosine((0..<dimension).map { _ in stream.normal() }) }.max() ?? .nan
        }
        #expect(try KolmogorovSmirnovTest(largest) { 1 - (try law.upperTail($0)) }.pValue > 1e-3)
        let wrong = try DirectionCosine(dimension: dimension / 2, largestOf: count)
        #expect(try KolmogorovSmirnovTest(largest) { 1 - (try wrong.upperTail($0)) }.pValue < 1e-3)
    }

    @Test func `what is no direction or no probability is refused`() throws {
        #expect(throws: StatisticsError.self) { try DirectionCosine(dimension: 1) }
        #expect(throws: StatisticsError.self) { try DirectionCosine(dimension: 8, largestOf: 0) }
        let cosine = try DirectionCosine(dimension: 8)
        #expect(throws: GSLError.self) { try cosine.quantile(1.5) }
        #expect(throws: GSLError.self) { try cosine.upperTail(.nan) }
        #expect(try cosine.upperTail(-2) == 1)
        #expect(try cosine.upperTail(2) == 0)
    }
}
