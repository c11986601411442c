// SPDX-License-Identifier: GPL-3.0-or-later

/// Whether two numbers have the same value and sign; any NaN equals any NaN.
func sameBits<Scalar: BinaryFloatingPoint>(_ a: Scalar, _ b: Scalar) -> Bool {
    a == b ? a.sign == b.sign : a.isNaN && b.isNaN
}

/// Whether two numbers are equal, 0 and −0 among them; any NaN equals any NaN.
func sameValue<Scalar: BinaryFloatingPoint>(_ a: Scalar, _ b: Scalar) -> Bool { a == b || a.isNaN && b.isNaN }

/// In words, where two runs first differ in a weight or a state tensor; nil if they have the same bits throughout.
func difference<Scalar>(_ a: RuleRun<Scalar>, _ b: RuleRun<Scalar>, _ first: String, _ second: String) -> String? {
    if let j = a.weights.indices.first(where: { !sameBits(a.weights[$0], b.weights[$0]) }) {
        return "weight \(j) is \(a.weights[j]) \(first), but \(b.weights[j]) \(second)"
    }
    if let j = a.memory.indices.first(where: { !sameBits(a.memory[$0], b.memory[$0]) }) {
        let (tensor, entry) = j.quotientAndRemainder(dividingBy: a.weights.count)
        return "\(a.rule.stateNames[tensor])[\(entry)] is \(a.memory[j]) \(first), but \(b.memory[j]) \(second)"
    }
    if let j = a.scalarState.indices.first(where: { !sameBits(a.scalarState[$0], b.scalarState[$0]) }) {
        return "\(a.rule.scalarStateNames[j]) is \(a.scalarState[j]) \(first), but \(b.scalarState[j]) \(second)"
    }
    return nil
}
