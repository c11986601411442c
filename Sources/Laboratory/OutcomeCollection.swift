// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Hands out the numbers 0 ..< count, each once, to whichever thread asks first.
final class TaskQueue: @unchecked Sendable {
    private let lock = NSLock()
    private let count: Int
    private var following = 0

    init(count: Int) { self.count = count }

    func next() -> Int? {
        lock.withLock {
            guard following < count else { return nil }
            following += 1
            return following - 1
        }
    }
}

/// Outcomes as threads finish them, and the first error in the order of the cases' failing.
final class OutcomeCollection: @unchecked Sendable {
    private let lock = NSLock()
    private var collected: [LaboratoryOutcome?]
    private var failure: (any Error)?
    private var finished = 0
    private let progress: ((Int) -> Void)?

    init(count: Int, progress: ((Int) -> Void)?) {
        collected = Array(repeating: nil, count: count)
        self.progress = progress
    }

    var hasFailed: Bool { lock.withLock { failure != nil } }

    func add(_ outcome: LaboratoryOutcome, at index: Int) {
        lock.withLock {
            collected[index] = outcome
            finished += 1
            progress?(finished)
        }
    }

    func fail(_ error: any Error) { lock.withLock { failure = failure ?? error } }

    func outcomes() throws -> [LaboratoryOutcome] {
        if let failure { throw failure }
        return collected.map { $0! }
    }
}
