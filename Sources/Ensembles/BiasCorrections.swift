// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

/// 1 − βᵗ of every β that members have, for the next steps: one power a β and step, however many members share it.
final class BiasCorrections: @unchecked Sendable {
    // Threads write different rows, and read when all are written.
    private let table: UnsafeMutablePointer<Double>
    private let betas: [Double]
    private let rows: [Double: Int]
    private let capacity: Int

    /// - Parameter capacity: most steps that the table holds.
    init(_ members: [EnsembleMember], capacity: Int) {
        betas = Set(members.flatMap { [$0.optimizer.beta1, $0.optimizer.beta2] }).sorted()
        rows = Dictionary(uniqueKeysWithValues: betas.enumerated().map { ($1, $0) })
        self.capacity = capacity
        table = .allocate(capacity: betas.count * capacity)
        table.initialize(repeating: 1, count: betas.count * capacity)
    }

    deinit { table.deallocate() }

    /// Row of a member's β.
    func row(of beta: Double) -> Int { rows[beta]! }

    /// Entry i is 1 − βᵗ with t = first + i.
    func values(_ row: Int) -> UnsafePointer<Double> { UnsafePointer(table + row * capacity) }

    /// Moves the table to the steps from `first` on, counted from 1.
    func fill(from first: Int, count: Int, sharing work: MatrixProduct) {
        work.perform(betas.count) { [self] row in
            for step in 0..<count { table[row * capacity + step] = Adam.correction(betas[row], step: first + step) }
        }
    }
}
