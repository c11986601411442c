// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Probes

/// Shows how far a run is: on a terminal with a bar before the line.
final class ProgressDisplay: Sendable {
    private let display = LineDisplay(secondsBetweenLines: 5, showsBeginning: false)
    private static let barWidth = 24

    func show(_ progress: RunProgress) {
        let bar = display.isTerminal ? "\(Self.bar(progress)) " : ""
        display.show(bar + Self.line(progress), seconds: progress.seconds, isLast: progress.step == progress.totalSteps)
    }

    func finish() { display.finish() }

    private static func bar(_ progress: RunProgress) -> String {
        let filled = progress.totalSteps == 0 ? barWidth : barWidth * progress.step / progress.totalSteps
        return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: barWidth - filled) + "]"
    }

    static func line(_ progress: RunProgress) -> String {
        var parts = [
            "step \(progress.step)/\(progress.totalSteps)", "epoch \(progress.epoch)",
            String(format: "%.0f steps/s", progress.stepsPerSecond), "loss \(progress.loss.formattedBriefly)",
        ]
        if !progress.census.isEmpty {
            let zero = progress.census[.zero] ?? 0
            let dead = zero + (progress.census[.dead] ?? 0) + (progress.census[.certified] ?? 0)
            parts.append("nodes \(progress.census[.alive] ?? 0) alive, \(dead) dead (\(zero) zero)")
        }
        if progress.step < progress.totalSteps, progress.secondsLeft.isFinite {
            parts.append("\(Duration.seconds(progress.secondsLeft).formattedBriefly) left")
        }
        return parts.joined(separator: " · ")
    }
}

extension Double {
    /// Four significant digits; `nan` whatever its sign, `inf`, `-inf`.
    var formattedBriefly: String { isNaN ? "nan" : String(format: "%.4g", self) }
}

extension Duration {
    /// Such as `4.2 s`, `3 min 12 s`, `2 h 5 min`.
    var formattedBriefly: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) * 1e-18
        let whole = Int(seconds.rounded())
        if seconds < 60 { return String(format: "%.1f s", seconds) }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
