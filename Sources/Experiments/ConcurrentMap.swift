// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Synchronization

/// Computes something of every case, `threads` at a time, in the cases' order.
/// - Throws: the first error of `body`; cases not begun by then are left.
package func concurrentMap<Case: Sendable, Value: Sendable>(
    _ cases: [Case], threads: Int, _ body: @Sendable (Case) throws -> Value
) throws -> [Value] {
    let values = Mutex<[Value?]>(Array(repeating: nil, count: cases.count))
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, cases.count))) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < cases.count, failure.withLock({ $0 == nil }) else { return }
            do {
                let value = try body(cases[index])
                values.withLock { $0[index] = value }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return values.withLock { $0 }.compactMap { $0 }
}
