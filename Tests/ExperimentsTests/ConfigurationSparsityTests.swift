// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

@testable import Experiments

@Suite struct ConfigurationSparsityTests {
    static let penalties: [(String, SparsityPenalty?)] = [
        ("none", nil), ("{none: {}}", nil),
        ("{groupLasso: {coefficient: 1e-3}}", SparsityPenalty(.groupLasso(), coefficient: 1e-3)),
        ("{groupLasso: {coefficient: 0}}", SparsityPenalty(.groupLasso(), coefficient: 0)),
        (
            "{groupLasso: {coefficient: 0.5, method: proximal, metric: denominator, scalesWithGroupSize: true}}",
            SparsityPenalty(.groupLasso(scalesWithGroupSize: true), coefficient: 0.5, method: .proximal(.denominator))
        ),
        ("{groupLasso: {coefficient: 1, method: subgradient}}", SparsityPenalty(.groupLasso(), coefficient: 1, method: .subgradient)),
        ("{l1: {coefficient: 1, metric: euclidean}}", SparsityPenalty(.l1, coefficient: 1)),
        ("{l1: {coefficient: 2, method: subgradient}}", SparsityPenalty(.l1, coefficient: 2, method: .subgradient)),
    ]

    @Test("Every form is read, and written so that it reads the same", arguments: penalties)
    func forms(_ yaml: String, _ penalty: SparsityPenalty?) throws {
        let configuration = try RunConfiguration.parse(yaml: smallestConfiguration + "sparsity: \(yaml)")
        #expect(configuration.sparsity == penalty)
        let again = try RunConfiguration.parse(yaml: configuration.resolved.serialized(.compact))
        #expect(again == configuration)
        var other = configuration
        other.sparsity = SparsityPenalty(.l1, coefficient: 7)
        #expect(other != configuration)
    }

    @Test("Without the key there is no penalty")
    func absent() throws { #expect(try RunConfiguration.parse(yaml: smallestConfiguration).sparsity == nil) }

    @Test(
        "What can't be taken is refused, with what can",
        arguments: [
            ("1e-3", ["found 1e-3", "none, groupLasso, l1"]), ("groupLasso", ["without its coefficient", "{groupLasso: {coefficient: …}}"]),
            ("{groupLasso: {}}", ["sparsity.groupLasso.coefficient: missing"]), ("{l1: {coefficient: -1}}", ["found -1; accepted: a number ≥ 0"]),
            ("{lasso: {coefficient: 1}}", ["did you mean 'l1'?"]),
            ("{l1: {coefficient: 1, scalesWithGroupSize: true}}", ["unknown key 'scalesWithGroupSize'"]),
            ("{l1: {coefficient: 1, method: subgradient, metric: euclidean}}", ["a subgradient has no metric"]),
            ("{l1: {coefficient: 1, metric: adam}}", ["found adam", "euclidean, denominator"]),
            ("{l1: {coefficient: 1, method: prox}}", ["found prox", "proximal, subgradient"]),
        ])
    func refused(_ yaml: String, _ expected: [String]) {
        let error = #expect(throws: ConfigurationError.self) { try RunConfiguration.parse(yaml: smallestConfiguration + "sparsity: \(yaml)") }
        for text in expected { #expect("\(error!)".contains(text), "\(error!)") }
    }

    @Test("A penalty without a hidden layer to act on is refused")
    func noHiddenLayer() {
        let error = #expect(throws: ConfigurationError.self) {
            try RunConfiguration.parse(
                yaml: smallestConfiguration + "sparsity: {l1: {coefficient: 1}}", overrides: ["network=[{dense: 10}]"])
        }
        #expect("\(error!)".contains("there is no hidden layer to penalise"))
    }
}
