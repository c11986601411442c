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
            let ends = [reach.lowerBound, reach.upperBound].map { Number.short(isLogarithmic ? pow(10, $0) : $0) }
            return ((isLogarithmic ? ["set logscale x"] : []) + ticks + ["set xrange [\(ends[0]):\(ends[1])]"]).joined(separator: "\n")
        }

        /// Where a number lies along the axis.
        private func position(_ number: Double) -> Double { isLogarithmic ? log10(place(number)) : number }

        /// The positions that the axis shows.
        private var reach: ClosedRange<Double> {
            let (least, most) = (position(numbers.first ?? 0), position(numbers.last ?? 1))
            let room = Self.room * (most - least)
            return least - room...most + room
        }

        /// Beyond the first and the last number, as a share of the way between them.
        private static var room: Double { 0.04 }
        /// What a label takes of the axis.
        private static var labelShare: Double { 1.0 / 12 }

        private var ticks: [String] {
            let reach = reach
            let positions = numbers.map(position)
            let gap = Self.labelShare * (reach.upperBound - reach.lowerBound)
            if zip(positions, positions.dropFirst()).allSatisfy({ $1 - $0 >= gap }) { return [ticks(at: numbers)] }
            guard isLogarithmic else { return ["set format x '%g'"] }
            let decades = Int(reach.lowerBound.rounded(.down))...Int(reach.upperBound.rounded(.down))
            guard decades.count > 3 else {
                let series = decades.flatMap { decade in [1.0, 2, 5].map { $0 * pow(10, Double(decade)) } }
                let first = zero == nil ? reach.lowerBound : positions[1]
                return [ticks(at: (zero == nil ? [] : [0]) + series.filter { (first...reach.upperBound).contains(position($0)) })]
            }
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
