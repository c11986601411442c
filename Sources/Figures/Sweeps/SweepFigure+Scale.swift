// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension SweepFigure {
    /// An axis of numbers as gnuplot has it: logarithmic where the numbers above 0 span more than a decade and none is below, 0 then lying
    /// one decade below the rest.
    ///
    /// Ticks stand at the numbers themselves where labels have room there; else where gnuplot puts them, on a logarithmic axis at powers of ten,
    /// or at 1, 2 and 5 times those where fewer than three are in reach.
    struct Scale: Equatable {
        let isLogarithmic: Bool
        let zero: Double?
        /// Those that the axis was made for, rising, each once.
        private let numbers: [Double]

        /// - Precondition: two different numbers or more, all of them finite.
        init(_ numbers: [Double]) {
            self.numbers = Set(numbers).sorted()
            let positive = numbers.filter { $0 > 0 }
            isLogarithmic = (positive.max() ?? 0) > 10 * (positive.min() ?? .infinity) && !numbers.contains { $0 < 0 }
            zero = isLogarithmic && numbers.contains(0) ? positive.min().map { $0 / 10 } : nil
        }

        func place(_ number: Double) -> Double { number == 0 ? zero ?? 0 : number }

        /// The axis from the first to the last of the numbers that it was made for, with a little room.
        var commands: String {
            ((isLogarithmic ? ["set logscale x"] : []) + ticks + ["set xrange [\(Number.short(ends.first)):\(Number.short(ends.last))]"])
                .joined(separator: "\n")
        }

        private var ends: (first: Double, last: Double) {
            let (least, most) = (place(numbers.first ?? 0), place(numbers.last ?? 1))
            let room = 0.04 * (most - least)
            return isLogarithmic ? (least / 1.6, most * 1.6) : (least - room, most + room)
        }

        /// Of the axis' length, what a label takes.
        private static var labelShare: Double { 1.0 / 12 }

        private var ticks: [String] {
            func height(_ place: Double) -> Double { isLogarithmic ? log10(place) : place }
            let gap = Self.labelShare * (height(ends.last) - height(ends.first))
            let places = numbers.map { height(place($0)) }
            if zip(places, places.dropFirst()).allSatisfy({ $1 - $0 >= gap }) { return [ticks(at: numbers)] }
            guard isLogarithmic else { return ["set format x '%g'"] }
            let decades = Int(height(ends.first).rounded(.down))...Int(height(ends.last).rounded(.down))
            let series = decades.flatMap { decade in [1.0, 2, 5].map { $0 * pow(10, Double(decade)) } }
            let reached = series.filter { ((numbers.first { $0 > 0 } ?? 0) / 1.6...ends.last).contains($0) }
            guard decades.count > 3 else { return [ticks(at: (zero == nil ? [] : [0]) + reached)] }
            return ["set format x '10^{%T}'"] + (zero.map { ["set xtics add ('0' \(Number.short($0)))"] } ?? [])
        }

        private func ticks(at numbers: [Double]) -> String {
            "set xtics (" + zip(Self.labels(of: numbers), numbers).map { "'\($0)' \(Number.short(place($1)))" }.joined(separator: ", ") + ")"
        }

        /// Numbers as they are if none of them needs an exponent, else all by powers of ten, such as 10^{-6} and 5·10^{-4}.
        static func labels(of numbers: [Double]) -> [String] {
            let plain = numbers.map { String(format: "%g", $0) }
            guard plain.contains(where: { $0.contains("e") }) else { return plain }
            return numbers.map { number in
                let parts = String(format: "%.5e", number).split(separator: "e")
                guard number != 0, let factor = Double(parts[0]), let power = Int(parts[1]) else { return "0" }
                return factor == 1 ? "10^{\(power)}" : String(format: "%g", factor) + "·10^{\(power)}"
            }
        }
    }
}
