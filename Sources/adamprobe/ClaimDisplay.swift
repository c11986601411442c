// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Synchronization

/// Shows on standard error which claim is being tested and how far it is: one line redrawn on a terminal, a plain line a claim elsewhere.
final class ClaimDisplay: Sendable {
    private struct State {
        var id = ""
        var number = 0
        var started = Date()
        var shown = Date.distantPast
    }

    private let count: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())
    private static let secondsBetweenLines = 10.0
    private static let secondsBetweenRedraws = 0.1

    init(count: Int) { self.count = count }

    func start(_ id: String) {
        state.withLock {
            $0.id = id
            $0.number += 1
            $0.started = Date()
            $0.shown = isTerminal ? .distantPast : Date()
        }
        show(0)
    }

    /// - Parameter share: of the claim under way, 0 … 1.
    func show(_ share: Double) {
        let line: String? = state.withLock { state in
            let now = Date()
            guard now.timeIntervalSince(state.shown) >= (isTerminal ? Self.secondsBetweenRedraws : Self.secondsBetweenLines) else { return nil }
            state.shown = now
            let elapsed = now.timeIntervalSince(state.started)
            let left = share > 0.01 ? ", \(Duration.seconds(elapsed / share - elapsed).formattedBriefly) left" : ""
            return "\(state.id) (\(state.number) of \(count)): \(Int(share * 100)) %\(left)"
        }
        guard let line else { return }
        FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[2K\(line)" : "\(line)\n").utf8))
    }

    /// Takes the line away, so that results stand in its place.
    func clear() { if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8)) } }
}
