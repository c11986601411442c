// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Paired times as a CSV file: what was measured, then the medians, and the ratio kept/flushed with its median, least and largest pair.
struct TimesTable {
    private let writer: CSVWriter
    private let temporary: URL
    private let url: URL

    init(_ name: String, in folder: String, keys: [String]) throws {
        try Folder.create(at: URL(fileURLWithPath: folder))
        url = URL(fileURLWithPath: folder).appendingPathComponent(name)
        temporary = url.appendingPathExtension("partial")
        writer = try CSVWriter(
            url: temporary, columns: keys + ["nsKept", "nsFlushed", "ratio", "ratioLeast", "ratioLargest", "pairs"])
    }

    func append(_ keys: [String], _ times: PairedTimes) throws {
        let ratios = times.ratios
        let numbers = [
            PairedTimes.median(times.kept), PairedTimes.median(times.flushed), PairedTimes.median(ratios), ratios.min() ?? .nan,
            ratios.max() ?? .nan,
        ]
        try writer.append(keys.map(CSVField.text) + numbers.map { .number(Self.rounded($0)) } + [.integer(ratios.count)])
        FileHandle.standardError.write(
            Data("\(keys.joined(separator: ", ")): \(numbers.map { "\(Self.rounded($0))" }.joined(separator: " "))\n".utf8))
    }

    /// Moves the finished file to its place.
    func finish() throws {
        try writer.close()
        try? FileManager.default.removeItem(at: url)
        try FileManager.default.moveItem(at: temporary, to: url)
    }

    /// Four significant digits: more than any of these times is good for.
    static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        return Double(String(format: "%.4g", value)) ?? value
    }
}
