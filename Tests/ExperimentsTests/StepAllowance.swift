// SPDX-License-Identifier: GPL-3.0-or-later

/// Steps that a run makes before it is interrupted.
final class StepAllowance: @unchecked Sendable {
    private var left: Int

    init(_ steps: Int) { left = steps }

    func isSpent() -> Bool {
        left -= 1
        return left <= 0
    }
}
