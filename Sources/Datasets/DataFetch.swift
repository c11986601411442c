// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Brings a published set into a folder: download to `.part`, verify the unpacked bytes, then rename. A file bears its final name only with
/// the published content.
public struct DataFetch: Sendable {
    public let set: PublishedSet
    /// Folder URLs to try in order: http, https, or file.
    public let mirrors: [String]
    public let folder: URL
    /// Whether files may lie on the mirrors unpacked too; the sets' own mirrors have them gzipped only.
    private let triesUnpacked: Bool
    /// Whether downloads draw a progress bar on standard error; what `run` reports is for plain lines.
    public let showsProgress: Bool

    /// - Parameters:
    ///   - mirror: used alone, in place of the set's own; a folder's URL, beginning with https://, http:// or file://.
    ///   - folder: made if it isn't there.
    public init(set: PublishedSet, mirror: String? = nil, into folder: URL, showsProgress: Bool = false) throws(DatasetError) {
        if let mirror, !["https://", "http://", "file://"].contains(where: { mirror.hasPrefix($0) && mirror.count > $0.count }) {
            throw .invalidValue(key: "mirror", value: mirror, accepted: "a folder's URL that begins with https://, http:// or file://")
        }
        self.set = set
        mirrors = (mirror.map { [$0] } ?? set.mirrors).map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        triesUnpacked = mirror != nil
        self.folder = folder
        self.showsProgress = showsProgress
    }

    /// Fetches what isn't there yet, and returns where each file is.
    ///
    /// - Parameter report: takes a line about each file.
    /// - Throws: ``DatasetError/downloadFailed(file:attempts:)`` if no mirror could be read; an interrupted transfer is continued by the next
    ///   call. ``DatasetError/checksumMismatch(file:expected:got:)`` and its like if what came is not the published content: it is removed.
    public func run(report: (String) -> Void = { _ in }) throws(DatasetError) -> [URL] {
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw .unreadable(file: folder.path, reason: "the folder can't be made: \((error as NSError).localizedDescription)")
        }
        var wanted: [PublishedFile] = []
        let place = DataPlace(folder: folder, set: set)
        for file in set.files {
            if let located = place.files.first(where: { $0.file == file }), (try? located.verifiedContents()) != nil {
                report("\(located.url.lastPathComponent): already there, verified")
            } else {
                wanted.append(file)
            }
        }
        if !wanted.isEmpty {
            if let archive = set.archive {
                try unpack(archive, wanted, report)
            } else {
                for file in wanted { try fetch(file, report) }
            }
        }
        return DataPlace(folder: folder, set: set).files.map(\.url)
    }

    /// What a download may have beyond its unpacked size: headers and padding are far below this.
    private static let packingAllowance = 1 << 20

    private func fetch(_ file: PublishedFile, _ report: (String) -> Void) throws(DatasetError) {
        let limit = file.size + Self.packingAllowance
        let names = [file.name + ".gz"] + (triesUnpacked ? [file.name] : [])
        try obtain(names, title: file.name, largestSize: limit, report) { (part, _) throws(DatasetError) in
            _ = try LocatedFile(file: file, url: part).verifiedContents()
            let final = folder.appendingPathComponent(PackedFile.isPacked(part) ? file.name + ".gz" : file.name)
            guard rename(part.path, final.path) == 0 else {
                throw .unreadable(file: final.path, reason: "can't be put in place: \(String(cString: strerror(errno)))")
            }
            // A copy under another of its names that isn't the published content would be found first.
            for name in file.candidateNames where name != final.lastPathComponent {
                try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
            }
            report("\(final.lastPathComponent): verified (SHA-256 of the unpacked bytes)")
        }
    }

    private func unpack(_ archive: String, _ wanted: [PublishedFile], _ report: (String) -> Void) throws(DatasetError) {
        let limit = set.size + Self.packingAllowance
        try obtain([archive], title: archive, largestSize: limit, report) { (part, source) throws(DatasetError) in
            let bytes = try PackedFile.read(part, limit: limit)
            let members = try TarArchive.members(of: bytes, named: Set(wanted.map(\.name)), name: part.path)
            for file in wanted {
                guard let data = members[file.name] else {
                    throw .malformed(file: source, problem: "no member \(file.name)", accepted: "an archive with all files")
                }
                let digest = SHA256Digest.hex(of: data)
                guard digest == file.sha256 else {
                    throw .checksumMismatch(file: "\(source) (\(file.name))", expected: file.sha256, got: digest)
                }
            }
            for file in wanted {
                do { try AtomicFile.write(members[file.name] ?? Data(), to: folder.appendingPathComponent(file.name)) } catch {
                    throw .unreadable(file: file.name, reason: "can't be written: \(error)")
                }
                report("\(file.name): verified (SHA-256)")
            }
            try? FileManager.default.removeItem(at: part)
        }
    }

    /// Downloads from one mirror and name after another until `accept` takes what came. What it refuses is removed; if the refused file was
    /// the continuation of an older partial one, it is fetched once more from the start.
    private func obtain(
        _ names: [String], title: String, largestSize: Int, _ report: (String) -> Void,
        accept: (_ part: URL, _ source: String) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        var attempts: [String] = []
        var refusal: DatasetError?
        for mirror in mirrors {
            for name in names {
                let source = mirror + name
                let part = folder.appendingPathComponent(name + ".part")
                var continues = FileManager.default.fileExists(atPath: part.path)
                while true {
                    report("\(title): from \(source)\(continues ? ", continuing" : "")")
                    let download = Download(source: source, part: part, largestSize: largestSize, showsProgress: showsProgress)
                    if let failure = download.run() {
                        attempts.append("\(source): \(failure)")
                        break
                    }
                    do { return try accept(part, source) } catch { refusal = error.renamed(from: part.path, to: source) }
                    try? FileManager.default.removeItem(at: part)
                    if !continues { break }
                    continues = false
                }
            }
        }
        throw refusal ?? .downloadFailed(file: title, attempts: attempts)
    }
}

extension DatasetError {
    /// The same error about a file under the name that the user knows it by.
    func renamed(from old: String, to new: String) -> DatasetError {
        switch self {
        case .malformed(old, let problem, let accepted): .malformed(file: new, problem: problem, accepted: accepted)
        case .unreadable(old, let reason): .unreadable(file: new, reason: reason.replacingOccurrences(of: old, with: new))
        case .checksumMismatch(old, let expected, let got): .checksumMismatch(file: new, expected: expected, got: got)
        default: self
        }
    }
}
