// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Statistics

extension Claim {
    /// D6: what a certificate of death says is true of the numbers that a network computes.
    static let certificates = Claim(
        id: "D6", title: "Sound certificates of death", level: .planted,
        statement: "A node that is certified puts out 0 with derivative 0, in the network's own arithmetic, on every input of the box (ii), with "
            + "any signs of its weights (A5 i), on every training batch of at most B samples (iii), and on every batch from the box under batch "
            + "normalisation with small weights (iv).",
        prediction: "no input of the box, no signs and no batch that the certificate speaks of make a certified node put out anything but 0",
        source: "theory notes D6, A5 (i)",
        hypotheses: [.plantedRectified, .finitePlantedState],
        experiment: "2,000 layers of 12 ReLU nodes in float32 for each certificate, 3–12 inputs; biases or shifts on both sides of the law's edge, "
            + "half of them within a few units in the last place of it. Against every node: the corner of the box that lifts it most, its "
            + "neighbours, other corners and random inputs; with batch normalisation batches of one outlier among B equal samples, two "
            + "clusters, and random ones.",
        test: "No certified node that puts out anything but 0, or counts as active, on any input tried. The share of nodes that no attempt "
            + "wakes and that are certified is reported.",
        falsifier: "One input or batch that wakes a certified node."
    ) { trial in
        var stream = trial.random("D6")
        let layers = trial.count(2000)
        var searches = CounterexampleSearch.Kind.allCases.map(CounterexampleSearch.init)
        for index in 0..<layers {
            if index % 16 == 0 { try trial.checkCancellation() }
            for search in searches.indices { try searches[search].run(trial, &stream) }
            trial.progress(Double(index + 1) / Double(layers))
        }
        return Measurement(
            searches.map { search in
                .noException(
                    "nodes certified \(search.kind.name) that some input or batch wakes", exceptions: search.counterexamples, of: search.certified)
            },
            excluded: searches.map { search in
                Exclusion(search.nodes - search.certified, of: search.nodes, because: "not certified \(search.kind.name)")
            },
            notes: searches.map { search in
                "Of the \(search.unwoken) nodes off the edge that nothing tried wakes, \(percent(search.shareCertified)) are certified \(search.kind.name)."
            })
    }
}
