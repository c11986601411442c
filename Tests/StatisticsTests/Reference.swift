// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Statistics
import Testing

/// Values made by `Tests/Reference/statistics_reference.py` with NumPy and SciPy.
struct Reference: Decodable, Sendable {
    struct Random: Decodable, Sendable {
        struct Plain: Decodable, Sendable { let outputs: [String] }
        struct Stream: Decodable, Sendable {
            let seed: String
            let name: String
            let outputs: [String]
            let uniform: [Double]
            let normal: [Double]
            let permutation: [Int]
        }
        let splitmix64: Plain
        let xoshiro256pp: Plain
        let streams: [Stream]
    }
    struct Quantiles: Decodable, Sendable {
        let sample: [Double]
        let p: [Double]
        let linear: [Double]
        let nearestRank: [Double]
        let median: Double
        let medianAbsoluteDeviation: Double
        let mean: Double
        let variance: Double?
        let skewness: Double?
    }
    struct Distributions: Decodable, Sendable {
        let x: [Double]
        let p: [Double]
        let normalCumulative: [Double]
        let normalUpperTail: [Double]
        let normalQuantile: [Double]
        let studentCumulative: [Double]
        let studentQuantile: [Double]
        let chiSquaredUpperTail: [Double]
    }
    struct Survival: Decodable, Sendable {
        struct Point: Decodable, Sendable {
            let time: Double
            let atRisk: Int
            let events: Int
            let survival: Double
            let standardError: Double?
            let lower: Double
            let upper: Double
        }
        struct Case: Decodable, Sendable, CustomTestStringConvertible {
            let name: String
            let times: [Double]
            let events: [Bool]
            let entries: [Double?]
            let points: [Point]
            var lifetimes: [Lifetime] {
                times.indices.map { Lifetime(time: times[$0], isEvent: events[$0], entry: entries[$0]) }
            }
            var testDescription: String { name }
        }
        struct LogRank: Decodable, Sendable {
            let statistic: Double
            let pValue: Double
        }
        let cases: [Case]
        let logRank: LogRank
    }
    struct Line: Decodable, Sendable {
        let x: [Double]
        let y: [Double]
        let slope: Double
        let intercept: Double
        let rss: Double
        let determination: Double
        let slopeInterval: [Double]
        let interceptInterval: [Double]
        let intervalAt6: [Double]
    }
    struct Resampling: Decodable, Sendable {
        let units: [Double]
        let resamples: Int
        let estimate: Double
        let interval: [Double]
        let standardError: Double
    }
    struct KolmogorovSmirnov: Decodable, Sendable {
        struct Case: Decodable, Sendable {
            let first: [Double]
            let second: [Double]
            let statistic: Double
            let exact: Double
            let asymptotic: Double
        }
        let one: [Case]
        let two: [Case]
    }
    struct Paired: Decodable, Sendable {
        let differences: [Double]
        let statistic: Double
        let exact: Double
        let normal: Double
        let sign: Double
    }
    struct Holm: Decodable, Sendable {
        let p: [Double]
        let adjusted: [Double]
    }
    let random: Random
    let quantiles: [Quantiles]
    let distributions: Distributions
    let survival: Survival
    let line: Line
    let bootstrap: Resampling
    let kolmogorovSmirnov: KolmogorovSmirnov
    let paired: [Paired]
    let holm: Holm

    static let values: Reference = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Reference/statistics.json")
        do {
            return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
        } catch {
            fatalError("\(url.path) cannot be read: \(error)")
        }
    }()
}

/// Both sides are double-precision evaluations of the same formula in another order: some hundred roundings at most.
let formulaTolerance = 1e-13

/// GSL's and SciPy's special functions each promise a relative error of some 1e-15 … 1e-13, the inverse ones after a Newton step.
let specialFunctionTolerance = 1e-11

/// |a − b| ≤ tolerance·max(1, |b|), or both the same infinity.
func agrees(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    a == b || abs(a - b) <= tolerance * max(1, abs(b))
}

/// |a − b| ≤ tolerance·|b|, for values far below 1.
func agreesRelatively(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    a == b || abs(a - b) <= tolerance * abs(b)
}
