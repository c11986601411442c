// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Synchronization

/// Shows on standard error how far a sweep is: one line redrawn on a terminal, a plain line now and then elsewhere.
final class SweepDisplay: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let shown = Mutex<(seconds: Double, finished: Int)>((-.infinity, -1))
    private static let secondsBetweenLines = 10.0
    private static let secondsBetweenRedraws = 0.1

    func show(_ progress: SweepProgress) {
        let pause = isTerminal ? Self.secondsBetweenRedraws : Self.secondsBetweenLines
        let isDue = shown.withLock { shown in
            let isLast = progress.finished == progress.total && shown.finished != progress.total
            guard isLast || progress.seconds - shown.seconds >= pause else { return false }
            shown = (progress.seconds, progress.finished)
            return true
        }
        guard isDue else { return }
        let line = Self.line(progress)
        FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[2K\(line)" : "\(line)\n").utf8))
    }

    /// Leaves the last state of the line on the screen.
    func finish() { if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) } }

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
