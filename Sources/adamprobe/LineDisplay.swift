// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Synchronization

/// Shows on standard error how far some work is: one line redrawn on a terminal, a plain line now and then elsewhere.
final class LineDisplay: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let shown = Mutex<(seconds: Double, isLast: Bool)>((-.infinity, false))
    private static let secondsBetweenLines = 10.0
    private static let secondsBetweenRedraws = 0.1

    /// - Parameters:
    ///   - seconds: since the work began; lines that come too soon after another are left out.
    ///   - isLast: whether all is done; the first such line is always shown.
    func show(_ line: @autoclosure () -> String, seconds: Double, isLast: Bool) {
        let pause = isTerminal ? Self.secondsBetweenRedraws : Self.secondsBetweenLines
        let isDue = shown.withLock { shown in
            guard (isLast && !shown.isLast) || seconds - shown.seconds >= pause else { return false }
            shown = (seconds, isLast)
            return true
        }
        guard isDue else { return }
        let line = line()
        FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[2K\(line)" : "\(line)\n").utf8))
    }

    /// Leaves the last state of the line on the screen.
    func finish() { if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) } }
}
