// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Networks
import Records

/// What was measured, as JSON and as Markdown tables.
struct RooflineReport {
    private var arithmetic: [JSONValue] = []
    private var products: [JSONValue] = []
    private var memory: [JSONValue] = []
    private var limits: [JSONValue] = []
    private var tables = (
        arithmetic: "| precision | threads | multiply–adds, fused | rounded twice | a division | a root |\n"
            + "| --- | ---: | ---: | ---: | ---: | ---: |\n",
        products: "| product | precision | threads | as the step calls it | plain call |\n| --- | --- | ---: | ---: | ---: |\n",
        memory: "| level | pattern | threads | bytes a second |\n| --- | --- | ---: | ---: |\n",
        limits: "| work | precision | threads | least time | bound |\n| --- | --- | ---: | ---: | --- |\n"
    )

    mutating func add(_ rates: ArithmeticRates, _ precision: Precision, threads: Int) {
        arithmetic.append([
            "precision": .string(precision.rawValue), "threads": .integer(threads), "gigaflops": .number(rates.flops * 1e-9),
            "gigaflopsRoundedTwice": .number(rates.separateFlops * 1e-9),
            "nanosecondsPerDivision": .number(rates.division * 1e9), "nanosecondsPerRoot": .number(rates.root * 1e9),
        ])
        tables.arithmetic +=
            "| \(precision.rawValue) | \(threads) | \(Self.text(rates.flops * 1e-9)) GFLOP/s | \(Self.text(rates.separateFlops * 1e-9)) GFLOP/s | "
            + "\(Self.text(rates.division * 1e9)) ns | \(Self.text(rates.root * 1e9)) ns |\n"
    }

    mutating func add(_ product: StepProduct, _ precision: Precision, threads: Int, step: Double, library: Double) {
        let (m, n, k) = product.shape
        products.append([
            "product": .string(product.name), "m": .integer(m), "n": .integer(n), "k": .integer(k),
            "precision": .string(precision.rawValue), "threads": .integer(threads), "stepMicroseconds": .number(step * 1e6),
            "libraryMicroseconds": .number(library * 1e6),
        ])
        func rate(_ seconds: Double) -> String { "\(Self.text(seconds * 1e6)) µs, \(Self.text(product.flops / seconds * 1e-9)) GFLOP/s" }
        tables.products += "| \(product.name) | \(precision.rawValue) | \(threads) | \(rate(step)) | \(rate(library)) |\n"
    }

    mutating func add(memory level: MemoryRates.Level, _ pattern: MemoryRates.Pattern, threads: Int, rate: Double) {
        memory.append([
            "level": .string(level.name), "bytesPerThread": .integer(level.bytes), "pattern": .string(pattern.rawValue),
            "threads": .integer(threads), "gigabytesPerSecond": .number(rate * 1e-9),
        ])
        tables.memory +=
            "| \(level.name) (\(level.bytes >> 10) KiB a thread) | \(pattern.rawValue) | \(threads) | \(Self.text(rate * 1e-9)) GB/s |\n"
    }

    mutating func add(_ limit: Limit) {
        limits.append(limit.json)
        let time = limit.seconds < 1e-6 ? "\(Self.text(limit.seconds * 1e9)) ns" : "\(Self.text(limit.seconds * 1e6)) µs"
        tables.limits += "| \(limit.work) | \(limit.precision.rawValue) | \(limit.threads) | \(time) | \(limit.bound) |\n"
    }

    var json: JSONValue {
        [
            "instructions": .string(ArithmeticRates.instructions.name), "blas": .string(MatrixProduct.libraryDescription),
            "arithmetic": .array(arithmetic), "products": .array(products), "memory": .array(memory), "limits": .array(limits),
        ]
    }

    var markdown: String {
        """
        \(ArithmeticRates.instructions.name); \(MatrixProduct.libraryDescription)

        \(tables.arithmetic)
        \(tables.products)
        \(tables.memory)
        \(tables.limits)
        """
    }

    /// Three digits.
    private static func text(_ value: Double) -> String {
        value >= 100 ? String(format: "%.0f", value) : String(format: "%.3g", value)
    }
}
