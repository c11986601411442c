// SPDX-License-Identifier: GPL-3.0-or-later

/// Nearest-rank quantiles by selection, for many small groups of numbers: about n comparisons a quantile instead of a sort.
///
/// The definition is that of ``SortedSample/nearestRank(_:)``: the result is always one of the values, so that it has their precision and
/// the quantiles of 0 and 1 are the minimum and the maximum.
public enum OrderStatistics {
    /// The quantiles of `values` at `probabilities`, in their order.
    ///
    /// Infinite values are ordered like all others; if a value is NaN, every quantile is NaN.
    /// - Parameter probabilities: ascending, in 0 … 1.
    /// - Precondition: `values` is not empty, and `probabilities` are as said.
    public static func nearestRanks<Scalar: BinaryFloatingPoint>(_ probabilities: [Double], of values: [Scalar]) -> [Scalar] {
        var scratch = values
        var result = [Scalar](repeating: 0, count: probabilities.count)
        scratch.withUnsafeMutableBufferPointer { scratch in
            result.withUnsafeMutableBufferPointer { nearestRanks(probabilities, reordering: scratch, into: $0) }
        }
        return result
    }

    /// Writes the quantiles of `values` at `probabilities` to `result`, and leaves `values` in another order; allocates nothing of their size.
    ///
    /// The same contract as ``nearestRanks(_:of:)``.
    /// - Precondition: `result` has as many entries as `probabilities`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func nearestRanks<Scalar: BinaryFloatingPoint>(
        _ probabilities: [Double], reordering values: UnsafeMutableBufferPointer<Scalar>, into result: UnsafeMutableBufferPointer<Scalar>
    ) {
        precondition(!values.isEmpty, "quantiles need at least one value")
        precondition(result.count == probabilities.count, "\(result.count) results for \(probabilities.count) probabilities")
        for (index, p) in probabilities.enumerated() {
            precondition(p >= (index > 0 ? probabilities[index - 1] : 0) && p <= 1, "probabilities must ascend within 0 … 1")
        }
        for value in values where value.isNaN {
            result.update(repeating: .nan)
            return
        }
        let ranks = probabilities.map { nearestRankIndex($0, count: values.count) }
        place(ranks, ranks.startIndex, ranks.endIndex, in: values, from: 0, through: values.count - 1)
        for (index, rank) in ranks.enumerated() { result[index] = values[rank] }
    }

    /// Puts the order statistics `ranks[first..<end]`, all within low … high, in their places: the middle one first, then each side by itself.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func place<Scalar: BinaryFloatingPoint>(
        _ ranks: [Int], _ first: Int, _ end: Int, in values: UnsafeMutableBufferPointer<Scalar>, from low: Int, through high: Int
    ) {
        guard first < end, low < high else { return }
        let middle = first + (end - first) / 2
        let rank = ranks[middle]
        select(rank, in: values, from: low, through: high)
        var before = middle
        while before > first, ranks[before - 1] == rank { before -= 1 }
        var after = middle + 1
        while after < end, ranks[after] == rank { after += 1 }
        place(ranks, first, before, in: values, from: low, through: rank - 1)
        place(ranks, after, end, in: values, from: rank + 1, through: high)
    }

    /// Puts the value of `rank` in its place within low … high, nothing larger before it and nothing smaller after it.
    ///
    /// Hoare's quickselect with the median of three as pivot; a range that resists many rounds is sorted, so that no input costs n² steps.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func select<Scalar: BinaryFloatingPoint>(
        _ rank: Int, in values: UnsafeMutableBufferPointer<Scalar>, from first: Int, through last: Int
    ) {
        var (low, high) = (first, last)
        var roundsLeft = 2 * (Int.bitWidth - (high - low).leadingZeroBitCount) + 4
        while low < high {
            if rank == low {
                var smallest = low
                for index in low...high where values[index] < values[smallest] { smallest = index }
                values.swapAt(low, smallest)
                return
            }
            if rank == high {
                var largest = high
                for index in low...high where values[index] > values[largest] { largest = index }
                values.swapAt(high, largest)
                return
            }
            guard roundsLeft > 0 else {
                var rest = UnsafeMutableBufferPointer(rebasing: values[low...high])
                rest.sort()
                return
            }
            roundsLeft -= 1
            let (a, b, c) = (values[low], values[low + (high - low) / 2], values[high])
            let pivot = max(min(a, b), min(max(a, b), c))
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            // Now low … right ≤ pivot, left … high ≥ pivot, and whatever lies between equals the pivot.
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                return
            }
        }
    }
}
