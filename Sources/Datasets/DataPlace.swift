// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// A file of a published set as it lies in a folder, plain or gzipped.
public struct LocatedFile: Sendable, Equatable {
    public let file: PublishedFile
    public let url: URL

    /// The unpacked bytes, once size and SHA-256 are found to be the published ones.
    ///
    /// A plain file of another size is refused before it is read; a gzipped one is never unpacked beyond the published size.
    public func verifiedContents() throws(DatasetError) -> Data {
        let data = try PackedFile.read(url, limit: file.size)
        guard data.count == file.size else {
            throw .malformed(file: url.path, problem: "\(data.count) bytes (unpacked)", accepted: "the published \(file.size)")
        }
        let digest = SHA256Digest.hex(of: data)
        guard digest == file.sha256 else { throw .checksumMismatch(file: url.path, expected: file.sha256, got: digest) }
        return data
    }
}

/// One folder and what it holds of one set.
public struct DataPlace: Sendable, Equatable {
    public let folder: URL
    public let set: PublishedSet
    /// The set's files that are there, in the set's order; the approximate test batch, where it stands in, last.
    public let files: [LocatedFile]

    init(folder: URL, set: PublishedSet) {
        self.folder = folder
        self.set = set
        func locate(_ file: PublishedFile) -> LocatedFile? {
            file.candidateNames.lazy.map { folder.appendingPathComponent($0) }
                .first { FileManager.default.fileExists(atPath: $0.path) }
                .map { LocatedFile(file: file, url: $0) }
        }
        var files = set.files.compactMap(locate)
        if let approximate = set.approximateTest, let last = set.files.last, !files.contains(where: { $0.file == last }) {
            files += [locate(approximate)].compactMap(\.self)
        }
        self.files = files
    }

    /// Names of the set's files that aren't there.
    public var missing: [String] { self.set.files.filter { file in !files.contains { $0.file == file } }.map(\.name) }

    public var isComplete: Bool { missing.isEmpty }

    /// Whether a data set can be made of what is there: all files for IDX; one training batch or more for CIFAR-10.
    public var isUsable: Bool {
        switch self.set.format {
        case .idx: isComplete
        case .cifar10: files.contains { set.files.dropLast().contains($0.file) }
        }
    }

    /// What is there, in a few words.
    public var summary: String {
        if isComplete { return "complete" }
        if files.isEmpty { return FileManager.default.fileExists(atPath: folder.path) ? "none of its files" : "no such folder" }
        return "lacks \(missing.joined(separator: ", "))"
    }

    /// The unpacked bytes of every file that is there, by the file's published name, all verified.
    func verifiedContents() throws(DatasetError) -> [String: Data] {
        var contents: [String: Data] = [:]
        for located in files { contents[located.file.name] = try located.verifiedContents() }
        return contents
    }
}
