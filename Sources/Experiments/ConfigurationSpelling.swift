// SPDX-License-Identifier: GPL-3.0-or-later

/// Finds what a misspelt word of a configuration was probably meant to be.
enum ConfigurationSpelling {
    /// PyTorch's and other software's words for ours.
    private static let synonyms: [String: [String]] = [
        "lr": ["learningRate"], "eps": ["epsilon"], "betas": ["beta1"], "alpha": ["learningRate", "beta2"],
        "rho": ["beta2"], "wd": ["weightDecay", "l2"], "weightdecay": ["weightDecay", "l2"],
        "width": ["units"], "nodes": ["units"], "size": ["units", "batch"], "batchsize": ["batch"], "dataset": ["data"],
        "layers": ["network"], "model": ["network"], "optimiser": ["optimizer"], "threshold": ["thresholds"],
        "negativeslope": ["slope"], "swish": ["silu"], "linear": ["dense"], "mse": ["meanSquaredError"],
        "gamma": ["factor"], "stepsize": ["everyEpochs"], "lasso": ["l1"], "grouplasso": ["groupLasso"], "penalty": ["sparsity"],
    ]

    /// The candidate nearest to `word`, or nil when none is near: the same word but for case, `_` and `-`, then a known synonym, then
    /// the smallest edit distance, of at most a third of the word's length (and at least 1).
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let plain = normalised(word)
        if let same = candidates.first(where: { normalised($0) == plain }) { return same }
        if let synonym = synonyms[plain]?.first(where: candidates.contains) { return synonym }
        let limit = max(1, plain.count / 3)
        let best = candidates.map { ($0, editDistance(plain, normalised($0))) }.min { $0.1 < $1.1 }
        guard let (candidate, distance) = best, distance <= limit, distance < candidate.count else { return nil }
        return candidate
    }

    /// ` (did you mean 'x'?)`, or nothing.
    static func suggestion(for word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { " (did you mean '\($0)'?)" } ?? ""
    }

    /// The smallest number of insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
    /// (optimal string alignment: no letter is edited twice).
    static func editDistance(_ first: String, _ second: String) -> Int {
        let a = Array(first), b = Array(second)
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...b.count {
                let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(substitution, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }

    private static func normalised(_ word: String) -> String {
        word.lowercased().filter { $0 != "_" && $0 != "-" }
    }
}
