// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Numbers as gnuplot reads them.
enum Number {
    /// Six significant digits; not a number and the infinities as gnuplot's `NaN`, which it leaves out of a plot.
    static func short(_ value: Double) -> String {
        value.isFinite ? String(format: "%.6g", value) : "NaN"
    }

    /// Four significant digits, for data drawn as a line among hundreds.
    static func coarse(_ value: Double) -> String {
        value.isFinite ? String(format: "%.4g", value) : "NaN"
    }
}
