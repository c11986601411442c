// SPDX-License-Identifier: GPL-3.0-or-later

extension LawCase {
    /// Cases simpler than this one, the simplest first.
    ///
    /// Fewer weights, fewer steps, nothing before, no L2, then single numbers replaced by 0, by ±1, by a power of two.
    private var simpler: [LawCase] {
        var candidates: [LawCase] = []
        func add(_ change: (inout LawCase) -> Void) {
            var candidate = self
            change(&candidate)
            if candidate != self { candidates.append(candidate) }
        }
        func keep(_ range: Range<Int>) {
            add {
                $0.weights = Array(weights[range])
                $0.gradients = gradients.map { Array($0[range]) }
            }
        }
        let (count, steps) = (weights.count, gradients.count)
        if count > 1 {
            keep(0..<count / 2)
            keep(count / 2..<count)
            keep(0..<count - 1)
            keep(1..<count)
            for removed in 1..<max(count - 1, 1) where count <= 8 {
                add {
                    $0.weights.remove(at: removed)
                    for step in 0..<steps { $0.gradients[step].remove(at: removed) }
                }
            }
        }
        if steps > 1 {
            add { $0.gradients = Array(gradients[..<(steps / 2)]) }
            add { $0.gradients = Array(gradients[(steps / 2)...]) }
            for removed in 0..<steps { add { $0.gradients.remove(at: removed) } }
        }
        add { $0.stepsBefore = 0 }
        add { $0.l2 = 0 }
        add { $0.l2 = Self.powerOfTwo($0.l2) }
        add { $0.learningRate = Self.powerOfTwo($0.learningRate) }
        guard size <= 24 else { return candidates }
        for j in 0..<count {
            for value in Self.plainer(weights[j]) { add { $0.weights[j] = value } }
            for step in 0..<steps {
                for value in Self.plainer(gradients[step][j]) { add { $0.gradients[step][j] = value } }
            }
        }
        return candidates
    }

    /// Plainer numbers than `value`: none for 0.
    private static func plainer(_ value: Double) -> [Double] {
        switch value {
        case 0: []
        case 1, -1: [0]
        default: [0, value < 0 ? -1 : 1, powerOfTwo(value)] + (value.significand == 1 ? [] : [2 * powerOfTwo(value)])
        }
    }

    /// The power of two at or below |value|, with its sign; 0 for 0.
    private static func powerOfTwo(_ value: Double) -> Double {
        value == 0 ? 0 : Double(sign: value.sign, exponent: Int(value.exponent), significand: 1)
    }

    /// The simplest case that can be reached from this one by steps that keep `violation` non-nil, and what it says there.
    ///
    /// Greedy, and ended after `budget` trials, so not necessarily the smallest there is.
    func shrunk(budget: Int = 4_000, while violation: (LawCase) -> String?) -> (trial: LawCase, finding: String?) {
        var (best, finding, trials) = (self, String?.none, 0)
        search: while true {
            for candidate in best.simpler {
                guard trials < budget else { break search }
                trials += 1
                guard let found = violation(candidate) else { continue }
                (best, finding) = (candidate, found)
                continue search
            }
            break
        }
        return (best, finding)
    }
}
