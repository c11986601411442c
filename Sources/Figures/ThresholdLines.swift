// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Dashed lines at the thresholds ξ that a run was asked about.
enum ThresholdLines {
    private static let look = "nohead back dashtype (6,4) linewidth 1 linecolor rgb '\(FigureStyle.grey)'"

    /// Horizontal lines, named at the right of the graph, for a vertical log axis of norms whose lowest decade is given.
    static func across(_ thresholds: [NodeHistory.Threshold], above lowest: Double) -> String {
        thresholds.filter { log10($0.value) > lowest }.map {
            """
            set arrow from graph 0, first \($0.name) to graph 1, first \($0.name) \(look)
            set label 'ξ = \(label($0))' at graph 1.01, first \($0.name) left textcolor rgb '\(FigureStyle.grey)' font small
            """
        }.joined(separator: "\n")
    }

    /// Vertical lines, for a horizontal axis in log₁₀ of the norm that starts at the given decade.
    static func upright(_ thresholds: [NodeHistory.Threshold], above lowest: Double) -> String {
        thresholds.filter { log10($0.value) > lowest }.map {
            let place = Number.short(log10($0.value))
            return """
                set arrow from first \(place), graph 0 to first \(place), graph 1 \(look)
                set label 'ξ = \(label($0))' at first \(place), graph 0.985 rotate by 90 right offset -0.7,0 front \
                    textcolor rgb '\(FigureStyle.grey)' font small
                """
        }.joined(separator: "\n")
    }

    /// 10^{-15} for powers of ten, the name as it is for all others.
    static func label(_ threshold: NodeHistory.Threshold) -> String {
        let exponent = log10(threshold.value)
        return abs(exponent - exponent.rounded()) < 1e-9 ? "10^{\(Int(exponent.rounded()))}" : threshold.name
    }
}
