// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// What a rule says of itself before any step.
enum Declarations {
    /// What is wrong with the declarations of `rule`; nil if nothing is.
    static func violation(_ rule: any UpdateRule) -> String? {
        let names = rule.stateNames + rule.scalarStateNames
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) { return "two states are called \(twice)" }
        if names.contains("step") { return "a state is called step, which is the optimiser's own count" }
        if names.contains("") { return "a state has an empty name" }
        for (kind, names, values) in [
            ("state", rule.stateNames, rule.initialState), ("scalar state", rule.scalarStateNames, rule.initialScalarState),
        ] {
            if names.count != values.count { return "\(names.count) names of \(kind), but \(values.count) initial values" }
            if let value = values.first(where: { !$0.isFinite }) { return "a \(kind) starts from \(value)" }
        }
        guard rule.learningRate >= 0, rule.learningRate.isFinite else { return "the learning rate is \(rule.learningRate)" }
        guard rule.firstMomentDecay >= 0, rule.firstMomentDecay < 1 else { return "the first moment's decay is \(rule.firstMomentDecay)" }
        do {
            try rule.validate()
        } catch {
            return "validate() throws: \(error)"
        }
        return nil
    }

    /// The first declared hyper-parameter that `validate()` lets be NaN or infinite, in words; nil if it refuses all of them.
    static func acceptedNonsense<Rule: UpdateRule>(_ rule: Rule, _ hyperParameters: [WritableKeyPath<Rule, Double> & Sendable]) -> String? {
        for path in hyperParameters {
            for nonsense in [Double.nan, .infinity, -.infinity] {
                var changed = rule
                changed[keyPath: path] = nonsense
                do {
                    try changed.validate()
                    return "validate() accepts \(nonsense) for \(path)"
                } catch {}
            }
        }
        return nil
    }
}
