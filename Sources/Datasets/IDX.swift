// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// An array of unsigned bytes from an IDX file, the format of MNIST and Fashion-MNIST.
///
/// Layout (Y. LeCun, C. Cortes, C. Burges, "The MNIST database"): two zero bytes, a type code (0x08: unsigned byte), the number of
/// dimensions, each dimension as a big-endian 32-bit integer, then the elements, last dimension fastest. Other type codes are refused:
/// images and labels have none.
public struct IDX: Sendable, Equatable {
    /// At least one dimension, each at least 1.
    public let dimensions: [Int]
    /// Product of `dimensions` bytes.
    public let bytes: [UInt8]

    /// Most bytes that a user's IDX file may have, unpacked: 2 GiB.
    static let largestUnpackedSize = 1 << 31

    /// Reads an array from the content of an (unpacked) IDX file; `name` is what errors call it.
    ///
    /// Every length is checked against `data.count` before anything is allocated.
    public init(parsing data: Data, name: String) throws(DatasetError) {
        func malformed(_ problem: String, _ accepted: String) -> DatasetError { .malformed(file: name, problem: problem, accepted: accepted) }
        let start = data.startIndex
        guard data.count >= 4 else { throw malformed("\(data.count) bytes are too few for an IDX header", "4 bytes or more") }
        guard data[start] == 0, data[start + 1] == 0 else {
            throw malformed("the magic number begins with bytes \(data[start]) and \(data[start + 1])", "an IDX file, which begins with 0 0")
        }
        guard data[start + 2] == 0x08 else {
            throw malformed("element type code \(data[start + 2])", "8 (unsigned byte)")
        }
        let rank = Int(data[start + 3])
        guard rank >= 1 else { throw malformed("no dimensions", "1 dimension (labels) or more (images)") }
        let header = 4 + 4 * rank
        guard data.count >= header else {
            throw malformed("\(data.count) bytes are too few for \(rank) dimensions", "\(header) bytes or more")
        }
        var dimensions: [Int] = []
        var size = 1
        for axis in 0..<rank {
            let at = start + 4 + 4 * axis
            let length = data[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            guard !overflow else { throw malformed("dimensions \(dimensions + [length]) overflow", "dimensions that fit the file") }
            guard length > 0 else { throw malformed("dimension \(axis) is 0", "1 or more") }
            dimensions.append(length)
            size = product
        }
        guard data.count - header == size else {
            throw malformed(
                "dimensions \(dimensions) need \(size) bytes after the header, the file has \(data.count - header)", "exactly \(size)")
        }
        self.dimensions = dimensions
        bytes = [UInt8](data[(start + header)...])
    }

    /// Reads a file, plain or gzipped (told apart by content, not by name).
    public static func read(_ url: URL) throws(DatasetError) -> IDX {
        let data = try PackedFile.read(url, limit: largestUnpackedSize)
        return try IDX(parsing: data, name: url.path)
    }
}

extension Samples {
    /// Images and their labels, bytes / 255.
    ///
    /// - Parameter classCount: labels must be below it; nil accepts any byte.
    init(images: IDX, imagesName: String, labels: IDX, labelsName: String, classCount: Int?) throws(DatasetError) {
        guard images.dimensions.count >= 2 else {
            throw .malformed(file: imagesName, problem: "1 dimension", accepted: "2 or more: samples, then an image's own")
        }
        guard labels.dimensions.count == 1 else {
            throw .malformed(file: labelsName, problem: "\(labels.dimensions.count) dimensions", accepted: "1: a label for each sample")
        }
        guard images.dimensions[0] == labels.dimensions[0] else {
            throw .shapeMismatch(
                first: imagesName, second: labelsName, problem: "\(images.dimensions[0]) images, \(labels.dimensions[0]) labels")
        }
        if let classCount, let index = labels.bytes.firstIndex(where: { $0 >= classCount }) {
            throw .malformed(
                file: labelsName, problem: "label \(index) is \(labels.bytes[index])", accepted: "0 to \(classCount - 1)")
        }
        self.init(
            bytes: images.bytes, divisor: 255, featureCount: images.dimensions.dropFirst().reduce(1, *),
            targets: .classes(labels.bytes.map(Int.init)))
    }
}
