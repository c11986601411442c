// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Records

/// How `sparsity` is written in a configuration: `none`, `{groupLasso: {coefficient: 1e-3, method: proximal}}` or `{l1: {…}}`.
enum ConfigurationSparsity {
    static let words = ["none", "groupLasso", "l1"]

    /// Nil for `none`, and after a problem was noted.
    static func penalty(_ reader: ConfigurationReader) -> SparsityPenalty? {
        guard let (word, options) = reader.variant(of: words) else { return nil }
        if word == "none" {
            _ = options?.fields([])
            return nil
        }
        guard let options else {
            reader.refuse("found \(word) without its coefficient", accepted: "{\(word): {coefficient: …}}")
            return nil
        }
        let own = word == "groupLasso" ? ["scalesWithGroupSize"] : []
        guard let fields = options.fields(["coefficient", "method", "metric"] + own) else { return nil }
        let coefficient = fields.required("coefficient", accepted: "a number ≥ 0")?.number(.nonNegative) ?? 0
        let isProximal = fields.choice("method", [("proximal", true), ("subgradient", false)], default: true)
        let metric = fields.choice("metric", SparsityPenalty.Metric.allCases.map { ($0.rawValue, $0) }, default: .euclidean)
        if !isProximal { fields["metric"]?.refuse("a subgradient has no metric", accepted: "metric with method: proximal only") }
        return SparsityPenalty(
            word == "l1" ? .l1 : .groupLasso(scalesWithGroupSize: fields.truth("scalesWithGroupSize", default: false)),
            coefficient: coefficient, method: isProximal ? .proximal(metric) : .subgradient)
    }

    static func resolved(_ penalty: SparsityPenalty) -> JSONValue {
        var options: [(String, JSONValue)] = [("coefficient", .number(penalty.coefficient))]
        switch penalty.method {
        case .proximal(let metric): options += [("method", "proximal"), ("metric", .string(metric.rawValue))]
        case .subgradient: options.append(("method", "subgradient"))
        }
        switch penalty.kind {
        case .groupLasso(let scales): return ["groupLasso": .object(JSONObject(options + [("scalesWithGroupSize", .bool(scales))]))]
        case .l1: return ["l1": .object(JSONObject(options))]
        }
    }
}
