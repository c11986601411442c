// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Synchronization

/// Shows on standard error how far some work is: one line redrawn on a terminal, a plain line now and then elsewhere.
final class LineDisplay: Sendable {
    let isTerminal = isatty(STDERR_FILENO) == 1
    private let secondsBetweenLines: Double
    /// When a line counts as shown before there is one.
    private let beginning: Double
    private let shown: Mutex<(seconds: Double, isLast: Bool)>
    private static let secondsBetweenRedraws = 0.1

    /// - Parameters:
    ///   - secondsBetweenLines: of plain lines; a terminal's is redrawn up to ten times a second.
    ///   - showsBeginning: whether the first line is shown at once where lines are plain, too, and not only once the pause is over.
    init(secondsBetweenLines: Double = 10, showsBeginning: Bool = true) {
        self.secondsBetweenLines = secondsBetweenLines
        beginning = isTerminal || showsBeginning ? -.infinity : 0
        shown = Mutex((beginning, false))
    }

    /// - Parameters:
    ///   - seconds: since the work began; lines that come too soon after another are left out.
    ///   - isLast: whether all is done; the first such line is always shown.
    func show(_ line: @autoclosure () -> String, seconds: Double, isLast: Bool) {
        let pause = isTerminal ? Self.secondsBetweenRedraws : secondsBetweenLines
        let isDue = shown.withLock { shown in
            guard (isLast && !shown.isLast) || seconds - shown.seconds >= pause else { return false }
            shown = (seconds, isLast)
            return true
        }
        guard isDue else { return }
        let line = line()
        write(isTerminal ? "\(Self.erasure)\(line)" : "\(line)\n")
    }

    /// Another piece of work begins, whose seconds count from now.
    func begin() { shown.withLock { $0 = (beginning, false) } }

    /// Leaves the last state of the line on the screen.
    func finish() { if isTerminal { write("\n") } }

    /// Takes the line away, so that results stand in its place.
    func clear() { if isTerminal { write(Self.erasure) } }

    /// To the beginning of the terminal's line, and erase it.
    private static let erasure = "\r\u{1B}[2K"

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
