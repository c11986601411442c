// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

extension Claim {
    /// C3: where the activation is 0, outgoing weights die with the incoming ones.
    static let bothSides = Claim(
        id: "C3", title: "Both sides die", level: .planted,
        statement: "A dead ReLU node's activation is 0, so that its outgoing weights have no data gradient either: they too pass ξ = 1e-15, when B3 "
            + "says from their own (w, v). Those of a living node, never silent for an epoch, do not.",
        prediction: "for each outgoing weight of a dead node the step of its passage of 1e-15 with an error bound; none for those of living nodes",
        source: "theory notes C3, B1, B3",
        hypotheses: [.plantedRectified, .plantedL2OnWeights, .plantedBelowEdge, .spentCorrection, .plantedSilent(first: DyingNetwork.dead)],
        experiment: "As C2, from a stream of its own: 40 networks with 8 planted dead nodes, moments planted on both sides, and 8 living ones.",
        test: "Share of outgoing weights within their prediction's error bound; no dead node with a weight above 1e-15 on either side once every "
            + "predicted passage is over, no outgoing weight of a living node below.",
        falsifier: "Significantly fewer than 95 % of passages as predicted, a dead node that keeps a side, or a living node that loses a weight."
    ) { trial in
        let all = try DyingNetwork.drawn(trial, claim: "C3")
        let outgoing = all.flatMap(\.outgoing)
        // Of each network, the nodes with a weight on either side that hasn't passed.
        let halfAlive = all.reduce(0) { sum, network in
            sum + Set((network.incoming + network.outgoing).filter { $0.passage == nil }.map(\.node)).count
        }
        return Measurement(
            [
                try .share(
                    "outgoing weights of dead nodes that pass 1e-15 within the law's error bound of the predicted step",
                    outgoing.count(where: \.isPredicted), of: outgoing.count, atLeast: 0.95),
                .noException(
                    "dead nodes with a weight on either side that has not passed 1e-15", exceptions: halfAlive, of: all.count * DyingNetwork.dead),
                .noException(
                    "outgoing weights of living nodes that pass 1e-15", exceptions: all.reduce(0) { $0 + $1.livingOutgoing.passed },
                    of: all.reduce(0) { $0 + $1.livingOutgoing.count }),
            ],
            excluded: [all.exclusion],
            notes: [all.revivalNote],
            table: MeasuredTable(
                columns: ["predicted", "errorBound", "measured"],
                rows: outgoing.map {
                    [$0.predicted?.value ?? .nan, $0.predicted?.errorBound ?? .nan, $0.passage.map(Double.init) ?? .nan]
                }))
    }
}
