// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

extension Claim {
    /// C2: a dead node's weights go to zero as a group; living nodes' don't.
    static let groups = Claim(
        id: "C2", title: "Groups", level: .planted,
        statement: "The incoming weights of a dead node pass ξ = 1e-15 between the passage that B3 gives its smallest |w| at its smallest s₀ and "
            + "that of its largest |w| at its largest s₀. Living nodes, never silent for an epoch, keep no weight under ξ, but for inputs that are constantly 0: a column "
            + "that follows the exact recursion in every node.",
        prediction:
            "for each dead weight the step of its passage of 1e-15 with an error bound, for each dead node the window of its weights', for the "
            + "zero column the very step; none for living weights",
        source: "theory notes C2, B0, B3",
        hypotheses: [.plantedRectified, .plantedL2OnWeights, .plantedBelowEdge, .spentCorrection, .plantedSilent(first: DyingNetwork.dead)],
        experiment: "40 networks of 10 inputs, one of them constantly 0, with 8 planted dead nodes and 8 that learn noisy targets: |w| log-uniform "
            + "on 0.02–0.2, s₀ around a node's own centre on 1e-6–1e-4 by a factor of up to 10 either way, αλ/ε on 5–30; Adam until every "
            + "predicted passage is over.",
        test: "Share of dead nodes with every passage inside their window, share of weights within their own prediction's error bound; no "
            + "living weight on a varying input that passes; passages of the zero column equal to the recursion's.",
        falsifier: "Significantly fewer than 95 % of nodes or weights as predicted, a living weight under ξ, or a column that passes at another step."
    ) { trial in
        let all = try DyingNetwork.drawn(trial, claim: "C2")
        let (groups, weights, column) = (all.flatMap(\.groups), all.flatMap(\.incoming), all.flatMap(\.column))
        let widths = try SortedSample(groups.map { $0.window.upperBound / max($0.window.lowerBound, 1) })
        return Measurement(
            [
                try .share(
                    "dead nodes whose incoming weights all pass 1e-15 within the window of their spread", groups.count(where: \.holds),
                    of: groups.count, atLeast: 0.95),
                try .share(
                    "dead weights that pass 1e-15 within the law's error bound of the predicted step", weights.count(where: \.isPredicted),
                    of: weights.count, atLeast: 0.95),
                .noException(
                    "weights of living nodes on varying inputs that pass 1e-15", exceptions: all.reduce(0) { $0 + $1.living.passed },
                    of: all.reduce(0) { $0 + $1.living.count }),
                .noException(
                    "weights on the constantly zero input that pass at another step than the exact recursion's",
                    exceptions: column.count { $0.predicted == nil || $0.passage != $0.predicted }, of: column.count),
                .noException(
                    "planted dead nodes that are active at some step", exceptions: all.reduce(0) { $0 + $1.woken }, of: groups.count),
            ],
            excluded: [all.exclusion],
            notes: [
                "A window ends at \(brief(widths.median)) times its beginning, in the median of the dead nodes.",
                all.revivalNote,
            ],
            table: MeasuredTable(
                columns: ["windowStart", "windowEnd", "firstPassage", "lastPassage"],
                rows: groups.map {
                    [$0.window.lowerBound, $0.window.upperBound, $0.passages?.lowerBound ?? .nan, $0.passages?.upperBound ?? .nan]
                }))
    }
}

extension DyingNetwork.Group {
    /// Every weight has passed, inside the window.
    fileprivate var holds: Bool { passages.map { window.lowerBound <= $0.lowerBound && $0.upperBound <= window.upperBound } ?? false }
}
