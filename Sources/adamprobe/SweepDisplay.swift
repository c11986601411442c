// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation

/// Shows how far a sweep is.
final class SweepDisplay: Sendable {
    private let display = LineDisplay()

    func show(_ progress: SweepProgress) {
        display.show(Self.line(progress), seconds: progress.seconds, isLast: progress.finished == progress.total)
    }

    func finish() { display.finish() }

    static func line(_ progress: SweepProgress) -> String {
        var parts = ["\(progress.finished) of \(progress.total) runs"]
        if progress.failed > 0 { parts.append("\(progress.failed) failed") }
        parts.append(Duration.seconds(progress.seconds).formattedBriefly)
        if let left = progress.secondsLeft, progress.finished < progress.total {
            parts.append("\(Duration.seconds(left).formattedBriefly) left")
        }
        return parts.joined(separator: " · ")
    }
}
