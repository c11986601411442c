// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// What is one member's own: where it starts from, and how it is trained.
public struct EnsembleMember: Sendable, Equatable {
    /// Decides the initial weights, as it does for a network alone.
    public var seed: UInt64
    /// α before the schedule, β₁, β₂, ε and its place.
    public var optimizer: Adam
    public var l2: CoupledL2

    public init(seed: UInt64, optimizer: Adam = Adam(), l2: CoupledL2 = .none) {
        self.seed = seed
        self.optimizer = optimizer
        self.l2 = l2
    }

    /// Throws if a hyper-parameter lies outside its range; `index` names the member.
    func validate(index: Int) throws(EnsembleError) {
        do {
            try optimizer.validate()
        } catch {
            throw .invalidMember(index: index, reason: error.description)
        }
        for group in DecayGroup.allCases {
            let coefficient = l2.coefficient(for: group)
            guard coefficient >= 0, coefficient.isFinite else {
                throw .invalidMember(index: index, reason: "l2 (\(group.rawValue)) is \(coefficient), but must be a finite number ≥ 0")
            }
        }
    }
}
