// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Synchronization

/// Shows which claim is being tested and how far it is.
final class ClaimDisplay: Sendable {
    private struct Claim {
        var id = ""
        var number = 0
        var started = Date()
    }

    private let count: Int
    private let display = LineDisplay(showsBeginning: false)
    private let claim = Mutex(Claim())

    init(count: Int) { self.count = count }

    func start(_ id: String) {
        claim.withLock { $0 = Claim(id: id, number: $0.number + 1) }
        display.begin()
        show(0)
    }

    /// - Parameter share: of the claim under way, 0 … 1.
    func show(_ share: Double) {
        let claim = claim.withLock { $0 }
        let elapsed = Date().timeIntervalSince(claim.started)
        display.show(line(claim, share, elapsed), seconds: elapsed, isLast: false)
    }

    /// Takes the line away, so that results stand in its place.
    func clear() { display.clear() }

    private func line(_ claim: Claim, _ share: Double, _ elapsed: Double) -> String {
        let left = share > 0.01 ? ", \(Duration.seconds(elapsed / share - elapsed).formattedBriefly) left" : ""
        return "\(claim.id) (\(claim.number) of \(count)): \(Int(share * 100)) %\(left)"
    }
}
