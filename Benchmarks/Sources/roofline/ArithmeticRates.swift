// SPDX-License-Identifier: GPL-3.0-or-later
import CElementary
import Experiments
import Foundation
import Records

/// What the arithmetic units give at best: fused multiply-adds in registers, divisions and square roots of vectors in the nearest cache.
struct ArithmeticRates {
    /// Operations a second of all threads together, a fused multiply-add counted as two.
    let flops: Double
    /// The same of multiplications and additions that are rounded one by one, as the sparse products' are.
    let separateFlops: Double
    /// Seconds an element, all threads together.
    let division: Double
    let root: Double

    /// The widest instruction set that the CPU has.
    static let instructions: (name: String, set: elementary_instructions) =
        [("AVX-512", elementary_avx512), ("AVX2", elementary_avx2)].first { elementary_supports($0.1) != 0 } ?? ("baseline", elementary_baseline)

    init(_ precision: Precision, threads: Int, rounds: Int) {
        let set = Self.instructions.set
        let repetitions = 1_000_000
        let lanes = precision == .float32 ? 16 : 8
        let time = BestTime.seconds(threads: threads, rounds: rounds) { _ in
            _ = precision == .float32 ? throughput_fused_f32(set, repetitions) : throughput_fused_f64(set, repetitions)
        }
        flops = Double(threads * repetitions * throughput_chains * lanes * 2) / time
        let separateTime = BestTime.seconds(threads: threads, rounds: rounds) { _ in
            _ = precision == .float32 ? throughput_separate_f32(set, repetitions) : throughput_separate_f64(set, repetitions)
        }
        separateFlops = Double(threads * repetitions * throughput_pairs * lanes * 2) / separateTime
        division = Self.elementTime(elementary_divide, precision, threads: threads, rounds: rounds)
        root = Self.elementTime(elementary_root, precision, threads: threads, rounds: rounds)
    }

    private static func elementTime(_ operation: elementary_operation, _ precision: Precision, threads: Int, rounds: Int) -> Double {
        // Three operands and a result of doubles fit a first-level cache of 32 KiB.
        let (count, repetitions) = (1024, 10_000)
        let time = BestTime.seconds(threads: threads, rounds: rounds) { _ in
            switch precision {
            case .float32: run(operation, Float.self, count: count, repetitions: repetitions, elementary_loop_f32)
            case .float64: run(operation, Double.self, count: count, repetitions: repetitions, elementary_loop_f64)
            }
        }
        return time / Double(threads * count * repetitions)
    }

    private typealias Loop<Scalar> = (
        elementary_operation, elementary_instructions, Int, UnsafeMutablePointer<Scalar>?, UnsafePointer<Scalar>?, UnsafePointer<Scalar>?,
        UnsafePointer<Scalar>?
    ) -> Void

    private static func run<Scalar: BinaryFloatingPoint>(
        _ operation: elementary_operation, _: Scalar.Type, count: Int, repetitions: Int, _ loop: Loop<Scalar>
    ) {
        let a = (0..<count).map { 1.5 + Scalar($0) / Scalar(4 * count) }
        let b = (0..<count).map { 1.25 + Scalar($0) / Scalar(3 * count) }
        var result = a
        for _ in 0..<repetitions { loop(operation, instructions.set, count, &result, a, b, b) }
    }
}
