// SPDX-License-Identifier: GPL-3.0-or-later

/// Tics of a vertical log axis that spans so many decades that gnuplot's own choice fails.
enum Decades {
    /// The command for tics at 10^n, n from the range's lower end in steps of `every`.
    /// - Parameter labelled: false for tics without numbers, in a row of panels that share an axis.
    static func tics(_ exponents: ClosedRange<Int>, every: Int, labelled: Bool = true) -> String {
        let tics = stride(from: exponents.lowerBound, through: exponents.upperBound, by: every).map { exponent in
            let name = exponent == 0 ? "1" : "10^{\(exponent)}"
            return "'\(labelled ? name : "")' 1e\(exponent)"
        }
        return "set ytics (\(tics.joined(separator: ", ")))"
    }
}
