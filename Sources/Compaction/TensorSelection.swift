// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// Rows and columns of a tensor that a smaller tensor holds, and the copying between the two.
///
/// A tensor is read as a matrix: its slowest axis counts the rows, all others together the columns.
struct TensorSelection<Scalar: NetworkScalar> {
    let whole: Tensor<Scalar>
    let part: Tensor<Scalar>
    /// Rising rows of `whole`, one a row of `part`; nil for all.
    let rows: [Int]?
    /// Rising columns of `whole`, one a column of `part`; nil for all.
    let columns: [Int]?

    private var wholeWidth: Int { whole.shape.dropFirst().reduce(1, *) }
    private var partWidth: Int { part.shape.dropFirst().reduce(1, *) }

    /// part ← whole's selection.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func gather() {
        let (source, target) = (whole.elements.baseAddress!, part.mutableElements.baseAddress!)
        forEachRow(count: part.shape[0]) { row, packed in
            let (from, to) = (source + row * wholeWidth, target + packed * partWidth)
            if let columns {
                columns.withUnsafeBufferPointer { columns in
                    for (position, column) in columns.enumerated() { to[position] = from[column] }
                }
            } else {
                to.update(from: from, count: partWidth)
            }
        }
    }

    /// whole's selection ← part, in the first `count` rows of `part`; whatever is not selected stays as it is.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func scatter(count: Int) {
        let (source, target) = (part.elements.baseAddress!, whole.mutableElements.baseAddress!)
        forEachRow(count: count) { row, packed in
            let (from, to) = (source + packed * partWidth, target + row * wholeWidth)
            if let columns {
                columns.withUnsafeBufferPointer { columns in
                    for (position, column) in columns.enumerated() { to[column] = from[position] }
                }
            } else {
                to.update(from: from, count: partWidth)
            }
        }
    }

    func scatter() { scatter(count: part.shape[0]) }

    /// Writes `value` to the first `count` rows of `whole`, before what is selected is scattered there.
    func fillWhole(with value: Scalar, count: Int) {
        UnsafeMutableBufferPointer(rebasing: whole.mutableElements[0..<count * wholeWidth]).update(repeating: value)
    }

    @inline(__always)
    private func forEachRow(count: Int, _ body: (_ row: Int, _ packed: Int) -> Void) {
        if let rows {
            for packed in 0..<count { body(rows[packed], packed) }
        } else {
            for row in 0..<count { body(row, row) }
        }
    }
}
