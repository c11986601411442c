// SPDX-License-Identifier: GPL-3.0-or-later
import Claims

extension Mutation {
    /// What a trial of claims takes for the product.
    public var subject: Subject {
        Subject(name: name, rule: rule, activation: activation, epochShift: epochShift, resetsMomentsAtDrop: resetsMomentsAtDrop)
    }
}
