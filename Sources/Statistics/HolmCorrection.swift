// SPDX-License-Identifier: GPL-3.0-or-later

/// Holm's step-down correction of the p-values of several tests.
public enum HolmCorrection {
    /// Adjusted p-values, in the order given: with p₍₁₎ ≤ … ≤ p₍ₘ₎, adjusted₍ᵢ₎ = min(1, max over j ≤ i of (m−j+1)·p₍ⱼ₎).
    ///
    /// Rejecting where adjusted ≤ α keeps the chance of any false rejection at α, however the tests depend on each other.
    /// Empty for no tests. Source: Holm, Scandinavian J. Statistics 6 (1979).
    /// - Throws: ``StatisticsError`` for a p-value outside 0 … 1.
    public static func adjusted(_ pValues: [Double]) throws -> [Double] {
        if let index = pValues.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw StatisticsError.invalidValue(of: "p-values", index: index, found: "\(pValues[index])", accepted: "0 … 1")
        }
        var adjusted = pValues
        var largest = 0.0
        for (rank, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
            largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
            adjusted[index] = largest
        }
        return adjusted
    }
}
