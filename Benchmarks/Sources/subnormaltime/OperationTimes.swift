// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import CElementary

/// Which operation pays for which kind of subnormal: single operations on short vectors in the nearest cache.
struct OperationTimes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations", abstract: "Single operations on normal and subnormal operands: nanoseconds an element.")
    @OptionGroup var output: Output

    private static let operations: [(name: String, operation: elementary_operation)] = [
        ("multiply", elementary_multiply), ("add", elementary_add), ("FMA", elementary_fused), ("divide", elementary_divide),
        ("square root", elementary_root),
    ]
    private static let sets: [(name: String, set: elementary_instructions)] = [
        ("SSE2", elementary_baseline), ("AVX2", elementary_avx2), ("AVX-512", elementary_avx512),
    ]
    /// Elements: three operands and a result of doubles fit a first-level cache of 32 KiB.
    private static let count = 1024

    func run() throws {
        let table = try TimesTable("operations.csv", in: output.out, keys: ["operation", "numbers", "precision", "instructions"])
        for (name, operation) in Self.operations {
            for (numbers, single, double) in Self.operands(operation) {
                for (setName, set) in Self.sets where elementary_supports(set) != 0 {
                    try table.append(
                        [name, numbers, "float32", setName],
                        times(single.map(Float.init)) { elementary_loop_f32(operation, set, Self.count, $0, $1, $2, $3) })
                    try table.append(
                        [name, numbers, "float64", setName], times(double) { elementary_loop_f64(operation, set, Self.count, $0, $1, $2, $3) })
                }
            }
        }
        try table.finish()
        try output.describeMachine(part: "operations")
    }

    /// Operands a, b, c in float32's range and in float64's, by what goes in → what comes out. The smallest normal numbers are 1.2e-38 and 2.2e-308.
    private static func operands(_ operation: elementary_operation) -> [(numbers: String, single: [Double], double: [Double])] {
        let normal = (numbers: "normal → normal", single: [1.5, 1.25, 1.125], double: [1.5, 1.25, 1.125])
        switch operation {
        case elementary_multiply:
            return [
                normal, ("subnormal → normal", [1e-39, 1e10, 0], [1e-309, 1e10, 0]),
                ("subnormal → subnormal", [1e-39, 0.75, 0], [1e-309, 0.75, 0]),
                ("normal → subnormal", [1e-20, 1e-20, 0], [1e-155, 1e-155, 0]),
                ("normal → 0", [1e-30, 1e-30, 0], [1e-200, 1e-200, 0]),
            ]
        case elementary_add:
            return [
                normal, ("subnormal → normal", [1e-39, 1.25, 0], [1e-309, 1.25, 0]),
                ("subnormal → subnormal", [1e-39, 2e-39, 0], [1e-309, 2e-309, 0]),
                ("normal → subnormal", [2e-38, -1.5e-38, 0], [4e-308, -3e-308, 0]),
            ]
        case elementary_fused:
            return [
                normal, ("subnormal → normal", [1e-39, 0.75, 1], [1e-309, 0.75, 1]),
                ("subnormal → subnormal", [1e-39, 0.75, 1e-39], [1e-309, 0.75, 1e-309]),
                ("normal → subnormal", [1e-20, 1e-20, 0], [1e-155, 1e-155, 0]),
            ]
        case elementary_divide:
            return [
                normal, ("subnormal → normal", [1e-39, 1e-20, 1], [1e-309, 1e-20, 1]),
                ("subnormal → subnormal", [1e-39, 1.25, 1], [1e-309, 1.25, 1]),
                ("normal → subnormal", [1e-30, 1e9, 1], [1e-300, 1e9, 1]),
                ("normal → 0", [1e-30, 1e30, 1], [1e-200, 1e200, 1]),
                ("0 → 0", [0, 1.25, 1], [0, 1.25, 1]),
            ]
        default:
            return [normal, ("subnormal → normal", [1e-39, 0, 0], [1e-309, 0, 0])]
        }
    }

    private func times<Scalar: BinaryFloatingPoint>(
        _ operands: [Scalar],
        loop: (UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>) -> Void
    ) -> PairedTimes {
        let repetitions = 4_000
        // Up to a quarter larger, element by element, so that no two are alike.
        func vector(_ value: Scalar) -> [Scalar] {
            (0..<Self.count).map { value * (1 + Scalar($0) / Scalar(4 * Self.count)) }
        }
        let (a, b, c) = (vector(operands[0]), vector(operands[1]), vector(operands[2]))
        var result = [Scalar](repeating: 0, count: Self.count)
        return PairedTimes(pairs: output.pairs, units: Double(repetitions * Self.count)) {
        } work: {
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    c.withUnsafeBufferPointer { c in
                        result.withUnsafeMutableBufferPointer { result in
                            for _ in 0..<repetitions { loop(result.baseAddress!, a.baseAddress!, b.baseAddress!, c.baseAddress!) }
                        }
                    }
                }
            }
        }
    }
}
