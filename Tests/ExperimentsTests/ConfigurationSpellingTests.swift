// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Experiments

@Suite struct ConfigurationSpellingTests {
    @Test(
        "The edit distance counts insertions, deletions, substitutions and swaps of neighbours",
        arguments: [
            ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("beta1", "beta1", 0), ("beta1", "beta2", 1), ("beta", "beta1", 1),
            ("ephocs", "epochs", 2), ("peochs", "epochs", 1), ("pehocs", "epochs", 3), ("bacth", "batch", 1), ("kitten", "sitting", 3),
            ("ca", "abc", 3),
        ])
    func editDistance(_ first: String, _ second: String, _ distance: Int) {
        #expect(ConfigurationSpelling.editDistance(first, second) == distance)
        #expect(ConfigurationSpelling.editDistance(second, first) == distance)
    }

    @Test(
        "A near miss, another case or PyTorch's word finds the key that was meant",
        arguments: [
            ("learningRat", "learningRate"), ("learning_rate", "learningRate"), ("LEARNINGRATE", "learningRate"), ("lr", "learningRate"),
            ("eps", "epsilon"), ("epsilonn", "epsilon"), ("beta_1", "beta1"),
        ])
    func nearMiss(_ word: String, _ meant: String) {
        let keys = ["learningRate", "beta1", "beta2", "epsilon", "epsilonPlacement"]
        #expect(ConfigurationSpelling.nearest(to: word, among: keys) == meant)
    }

    @Test("A word near nothing gets no suggestion", arguments: ["colour", "x", "momentum"])
    func farMiss(_ word: String) {
        #expect(ConfigurationSpelling.nearest(to: word, among: ["learningRate", "beta1", "epsilon"]) == nil)
        #expect(ConfigurationSpelling.suggestion(for: word, among: ["learningRate", "beta1", "epsilon"]) == "")
    }
}
